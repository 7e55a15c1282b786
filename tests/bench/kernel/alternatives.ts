/**
 * What a user would pick instead: the same questions to the kernel, an actor library, Comlink and a
 * process manager, each answered by a program that does nothing else. Packages stand in `rivals/`
 * with a lock file of their own.
 */

import { type Answer, FLOOD, type Question, QUESTIONS } from "./rivals/trial.ts";
import { usableCores } from "./threads.ts";

export interface Candidate {
  readonly name: string;
  readonly program: string;
  /** Needs the packages beside it. */
  readonly isRival: boolean;
}

/** One answer, or how the program ended without one. */
export interface Outcome extends Answer {
  /** `blocked`: no word and no end; a number: the exit code that came before any answer. */
  readonly ended?: "blocked" | number;
}

export type Outcomes = Readonly<Record<Question, Outcome>>;

/** Null where its packages cannot be had. */
export type Comparison = Readonly<Record<string, Outcomes | null>>;

const CANDIDATES: readonly Candidate[] = [
  { name: "marketd kernel", program: "ours.ts", isRival: false },
  { name: "nact 7.6.2", program: "rivals/nact.ts", isRival: true },
  { name: "Comlink 4.4.2", program: "rivals/comlink.ts", isRival: true },
  { name: "PM2 7.0.4", program: "rivals/pm2.ts", isRival: true },
  { name: "marketd guardian", program: "ours_process.ts", isRival: false },
];

/** A program that has said nothing for this long is blocked. */
const BLOCKED_MS = 12_000;

export async function compare(): Promise<Comparison> {
  const comparison: Record<string, Outcomes | null> = {};
  const scratch = await Deno.makeTempDir({ prefix: "marketd-bench-" });
  try {
    for (const candidate of CANDIDATES) comparison[candidate.name] = await ask(candidate, scratch);
    return comparison;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function ask(candidate: Candidate, scratch: string): Promise<Outcomes | null> {
  const outcomes: [Question, Outcome][] = [];
  for (const question of QUESTIONS) {
    const outcome = await run(candidate, question, scratch);
    if (outcome === null) return null;
    outcomes.push([question, outcome]);
  }
  return Object.fromEntries(outcomes) as unknown as Outcomes;
}

async function run(
  { program, isRival }: Candidate,
  question: Question,
  scratch: string,
): Promise<Outcome | null> {
  const url = new URL(program, import.meta.url);
  // PM2 assigns to __proto__, which this runtime switches off by default.
  const rival = ["--unstable-unsafe-proto", `--config=${new URL("deno.json", url).pathname}`];
  // Where the scheduler happens to put two threads would decide a round trip; see threads.ts.
  const place = question === "roundTrip" ? ["taskset", "-c", String((await usableCores())[0])] : [];
  const [command = "", ...args] = [
    ...[...place, Deno.execPath(), "run", "-A", "--no-prompt"],
    ...[...(isRival ? rival : []), url.pathname, question],
  ];
  const child = new Deno.Command(command, {
    args,
    env: { PM2_HOME: scratch },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let blocked = false;
  const timer = setTimeout(() => {
    blocked = true;
    child.kill("SIGKILL");
  }, BLOCKED_MS);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const [last = ""] = new TextDecoder().decode(stdout).trim().split("\n").slice(-1);
  if (last.startsWith("{")) return JSON.parse(last) as Answer;
  const problems = new TextDecoder().decode(stderr);
  if (isRival && /npm package|registry|Could not find/i.test(problems)) return null;
  return { ended: blocked ? "blocked" : code };
}

// ---- as a table ---------------------------------------------------------------------------------

const ROWS: Readonly<Record<Question, { readonly asks: string; say(o: Outcome): string }>> = {
  roundTrip: {
    asks: "request and reply on one core, p50",
    say: ({ micros }) => micros === undefined ? "–" : `${micros.toFixed(micros < 10 ? 1 : 0)} µs`,
  },
  pending: { asks: "a call whose peer dies", say: (one) => said(one, "settles", "open after 3 s") },
  crash: {
    asks: "a crash; state then",
    say: (one) => {
      const { stateBefore, stateAfter } = one;
      const state = typeof stateAfter !== "number"
        ? "gone"
        : `${stateAfter} of ${stateBefore} kept`;
      return one.noticed === undefined
        ? ended(one)
        : `${said(one, "restarted", "unnoticed in 3 s")}; ${state}`;
    },
  },
  exit: { asks: "a silent exit", say: (one) => said(one, "noticed", "unnoticed in 3 s") },
  hang: {
    asks: "a loop that never yields",
    say: (one) => said(one, "noticed", "unnoticed in 3 s"),
  },
  order: {
    asks: "10,000 messages in order",
    say: ({ inOrder }) => inOrder === undefined ? "–" : inOrder ? "yes" : "no",
  },
  malformed: {
    asks: "a message of the wrong shape",
    say: ({ keptOut }) =>
      keptOut === undefined ? "–" : keptOut ? "refused to its sender" : "reaches the handler",
  },
  flood: {
    asks: `${FLOOD.toLocaleString("en")} calls nobody answers`,
    say: (one) => {
      const { refused, grewMb = NaN } = one;
      if (refused === undefined) return ended(one);
      const memory = `${grewMb.toFixed(0)} MB more`;
      return refused === 0 ? `all kept, ${memory}` : `${refused} refused, ${memory}`;
    },
  },
  permissions: {
    asks: "an actor reads /etc/passwd",
    say: ({ readsFiles }) => readsFiles === undefined ? "–" : readsFiles ? "it can" : "it may not",
  },
};

function said(outcome: Outcome, yes: string, no: string): string {
  const { noticed, afterMs } = outcome;
  if (noticed === undefined) return ended(outcome);
  return noticed ? `${yes} in ${(afterMs ?? NaN).toFixed(afterMs ?? 0 > 10 ? 0 : 1)} ms` : no;
}

function ended({ ended }: Outcome): string {
  if (ended === undefined) return "–";
  return ended === "blocked" ? "blocks the program" : `ends the program (code ${ended})`;
}

export function renderComparison(comparison: Comparison): string {
  const names = Object.keys(comparison);
  const table = [
    ["", ...names],
    ...QUESTIONS.map((question) => [
      ROWS[question].asks,
      ...names.map((name) => {
        const outcomes = comparison[name] ?? null;
        if (outcomes === null) return "not measured";
        return outcomes[question].note ?? ROWS[question].say(outcomes[question]);
      }),
    ]),
  ];
  const widths = ["", ...names].map((_, at) =>
    Math.max(...table.map((row) => row[at]?.length ?? 0))
  );
  return table.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}\n`)
    .join("");
}
