/** What hundreds of crash-restarts leave behind, beside what the bare runtime leaves behind. */

import { runChild } from "./child_process.ts";
import { type Figure, median, times } from "./figures.ts";
import type { Sample } from "./growth_child.ts";

export interface GrowthEffort {
  readonly from: number;
  readonly to: number;
  readonly runs: number;
}

export interface Growth {
  readonly memoryKb: number;
  readonly threads: number;
  readonly fds: number;
}

/** A process of its own for each, because what has grown does not shrink. */
export async function measureGrowth({ from, to, runs }: GrowthEffort): Promise<Figure> {
  const [raw, ours]: [Growth[], Growth[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    raw.push(await growthOf("raw", from, to));
    ours.push(await growthOf("ours", from, to));
  }
  const [rawKb, oursKb] = [medianOf(raw, "memoryKb"), medianOf(ours, "memoryKb")];
  const [threads, fds] = [medianOf(ours, "threads"), medianOf(ours, "fds")];
  // Below this, what the allocator happens to keep is all there is to see.
  const ratio = Math.max(oursKb, NOISE_KB) / Math.max(rawKb, NOISE_KB);
  return {
    what: `growth from restart ${from} to restart ${
      to.toLocaleString("en")
    }: memory against the raw baseline in the same run; threads; file descriptors`,
    reach: "≤ 1.5×; 0; 0",
    got: `${times(ratio)}; ${threads}; ${fds}`,
    met: ratio <= 1.5 && threads <= 0 && fds <= 0,
    values: {
      ratio,
      rawMb: rawKb / 1_024,
      oursMb: oursKb / 1_024,
      threads,
      fds,
      rawThreads: medianOf(raw, "threads"),
      rawFds: medianOf(raw, "fds"),
      runs,
    },
  };
}

const NOISE_KB = 1_024;

/** `kind` is `raw` or `ours`. */
export async function growthOf(kind: "raw" | "ours", from: number, to: number): Promise<Growth> {
  const args = [kind, String(from), String(to)];
  const [first, last] = await runChild<Sample[]>("growth_child.ts", args);
  if (first === undefined || last === undefined) throw new Error("A sample is missing");
  return {
    memoryKb: last.pssKb - first.pssKb,
    threads: last.threads - first.threads,
    fds: last.fds - first.fds,
  };
}

function medianOf(all: readonly Growth[], name: keyof Growth): number {
  return median(all.map((one) => one[name]));
}
