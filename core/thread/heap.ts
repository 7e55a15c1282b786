/** What loading leaves behind: V8 collects nothing for as long as a heap is small. */

import type { Clock } from "@/core/kernel/clock.ts";

/** In every thread of a process that was started with `--expose-gc`. */
interface Exposed {
  readonly gc?: (options: { readonly type: "major"; readonly flavor: "last-resort" }) => void;
}

/** By then the first work is done, and a pause of some 20 ms delays nobody's start. */
const SETTLED_MS = 3_000;

/** Gives this thread's garbage back, once; without `--expose-gc` it stays. */
export function collectOnceStarted(clock: Clock): void {
  const { gc } = globalThis as Exposed;
  if (gc !== undefined) {
    clock.after(SETTLED_MS, () => gc({ type: "major", flavor: "last-resort" }));
  }
}
