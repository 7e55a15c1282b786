/**
 * What an earlier start may have left: a server that outlived its parent, or only its files. The
 * home's lock is held by us, so whatever still runs on this data has no owner any more.
 */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { killFamily, signalIfThere } from "./family.ts";
import { readTextOr, removeAny } from "./files.ts";
import type { Layout } from "./layout.ts";

export type Leftover = "none" | "stale files" | "orphan stopped";

const POLL_MS = 10;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;

/** Stops an orphaned server of this home and makes its leftover files harmless. */
export async function clearPredecessor(
  layout: Layout,
  port: number,
  clock: Clock,
): Promise<Leftover> {
  const pidFile = `${layout.data}/postmaster.pid`;
  const pid = Number((await readTextOr(pidFile, "")).split("\n")[0]);
  const found = Number.isSafeInteger(pid) && pid > 0;
  const stopped = found && await stopOrphan(pid, layout.data, clock);
  await disownPidFile(pidFile);
  await removeAny(`${layout.socketFolder}/.s.PGSQL.${port}.lock`);
  if (stopped) return "orphan stopped";
  return found ? "stale files" : "none";
}

/** Fast, then immediate, then by force; resolves to whether there was one. */
async function stopOrphan(pid: number, data: string, clock: Clock): Promise<boolean> {
  if (!await isServerOf(pid, data)) return false;
  const ladder = [["SIGINT", FAST_STOP_MS], ["SIGQUIT", IMMEDIATE_STOP_MS]] as const;
  for (const [signal, patienceMs] of ladder) {
    signalIfThere(pid, signal);
    const until = clock.monotonic() + patienceMs;
    while (clock.monotonic() < until) {
      if (!await isServerOf(pid, data)) return true;
      await sleep(clock, POLL_MS);
    }
  }
  await killFamily(pid);
  while (await isServerOf(pid, data)) await sleep(clock, POLL_MS);
  return true;
}

/** False for a zombie, and for a stranger that was given the same id since. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  const words = (await readTextOr(`/proc/${pid}/cmdline`, "")).split("\0");
  const status = await readTextOr(`/proc/${pid}/stat`, "");
  const zombie = /^\d+ \(.*\) Z/s.test(status);
  return !zombie && words.includes(data) && words.some((word) => word.endsWith("/postgres"));
}

/**
 * Postgres refuses to start while a process with the id in its pid file lives, be it a zombie or a
 * stranger. Its own parent's id it takes for stale, and then still checks that nobody uses the
 * shared memory named in the file: safer than deleting it.
 */
async function disownPidFile(path: string): Promise<void> {
  const text = await readTextOr(path, "");
  if (text !== "") await Deno.writeTextFile(path, text.replace(/^-?\d+/, String(Deno.pid)));
}
