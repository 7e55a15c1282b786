/** Other processes, by their ids: whether they live, and making them stand still. */

import { childrenOf, signalIfThere } from "@/core/db/embedded/family.ts";

/** False for a zombie, too. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
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
