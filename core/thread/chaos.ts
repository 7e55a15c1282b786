/** Ways to break an actor from inside, for proofs; reachable only with MARKETD_CHAOS on. */

import type { Chaos } from "@/core/kernel/wire.ts";

const BREAK: Readonly<Record<Chaos, () => void>> = {
  throw() {
    setTimeout(() => {
      throw new Error("Chaos: thrown from a timer");
    });
  },
  reject() {
    Promise.reject(new Error("Chaos: rejected and not handled"));
  },
  exit: () => Deno.exit(0),
  close: () => self.close(),
  hang() {
    for (;;);
  },
  oom() {
    const hoard: number[][] = [];
    for (;;) hoard.push(Array.from({ length: 100_000 }, Math.random));
  },
};

export function breakWith(what: Chaos): void {
  BREAK[what]();
}
