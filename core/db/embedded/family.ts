/** The server is a family of processes: the postmaster, and what it forked for each task. */

import { readTextOr } from "./files.ts";

/** Process ids of what `pid` has started and what still exists; empty when it is gone itself. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const path = `/proc/${pid}/task/${pid}/children`;
  const children = await readTextOr(path, "");
  return children.split(" ").filter((word) => word !== "").map(Number);
}

/**
 * Ends all of them at once, whatever state they are in: one that stands still hears no other
 * signal. The postmaster first, or it would start others.
 */
export async function killFamily(postmaster: number): Promise<void> {
  const children = await childrenOf(postmaster);
  for (const pid of [postmaster, ...children]) signalIfThere(pid, "SIGKILL");
}

export function signalIfThere(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
