/** Other processes, by their ids: whether they live, their groups, and making them stand still. */

import { childrenOf, signalIfThere } from "@/core/db/embedded/family.ts";

/** False for a zombie, too. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

/** The process group, which a Ctrl-C on a terminal reaches as a whole. */
export function groupOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

/** Stops a process and its children where they are; the returned function wakes them. */
export async function freeze(pid: number): Promise<() => void> {
  const frozen = [pid, ...await childrenOf(pid)];
  for (const one of frozen) signalIfThere(one, "SIGSTOP");
  return () => {
    // Some may have been killed while they stood still.
    for (const one of frozen.toReversed()) signalIfThere(one, "SIGCONT");
  };
}
