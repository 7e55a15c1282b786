/** The questions as they are put to supervisors of processes: what becomes of `app.ts`. */

import { type Answer, noticing } from "./trial.ts";

const NOTHING: readonly never[] = [];

interface Start {
  readonly pid: number;
  /** What the program remembered when it started. */
  readonly count: number;
}

/** `start` begins to supervise `app.ts`, giving it `notes` as its argument. */
export async function afterSignal(
  signal: Deno.Signal,
  start: (app: string, notes: string) => void,
): Promise<Answer> {
  const folder = await Deno.makeTempDir({ prefix: "marketd-bench-" });
  const notes = `${folder}/notes`;
  start(new URL("./app.ts", import.meta.url).pathname, notes);
  const { pid } = await nthStart(notes, 1);
  const again = noticing(nthStart(notes, 2));
  Deno.kill(pid, signal);
  const noticed = await again;
  const stateAfter = noticed.noticed === true ? (await nthStart(notes, 2)).count : null;
  for (const { pid } of await startsIn(notes)) killQuietly(pid);
  await Deno.remove(folder, { recursive: true });
  return { ...noticed, stateBefore: 1, stateAfter };
}

async function startsIn(notes: string): Promise<readonly Start[]> {
  const text = await Deno.readTextFile(notes).catch(() => "");
  if (text === "") return NOTHING;
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

/** From 1; waits without an end. */
async function nthStart(notes: string, n: number): Promise<Start> {
  for (;;) {
    const found = (await startsIn(notes))[n - 1];
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Nothing may be left behind. */
function killQuietly(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}
