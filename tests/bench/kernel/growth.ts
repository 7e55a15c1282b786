/**
 * What hundreds of crash-restarts leave behind, beside what the bare runtime leaves behind.
 *
 * Counted is anonymous memory: pages of the program's file are shared with every other process that
 * runs it, and how many of them are resident says nothing about growth. What grows is told from what
 * an allocator keeps by chance by many samples: the growth is the median slope between any two of
 * them (Theil–Sen), times the restarts. Both sides run as `deno task start` runs the daemon, because
 * without its limit the young generation of main's heap takes and gives back 15 MB as it pleases.
 */

import meta from "../../../deno.json" with { type: "json" };
import { ALLOCATOR } from "@/core/process/guardian.ts";
import { runChild, type Surroundings } from "./child_process.ts";
import { type Figure, median, medianSlope, times } from "./figures.ts";
import type { Sample } from "./growth_child.ts";

export interface GrowthEffort {
  readonly from: number;
  readonly to: number;
  readonly runs: number;
}

export interface Growth {
  readonly memoryKb: number;
  /** How far half of the samples at least lie from that slope. */
  readonly scatterKb: number;
  /** Of the objects on main's JavaScript heap alone. */
  readonly heapKb: number;
  readonly threads: number;
  readonly fds: number;
}

/** Samples on the way from the first restart that counts to the last. */
const STEPS = 24;
const AS_STARTED: Surroundings = {
  v8Flags: /--v8-flags=(\S+)/.exec(meta.tasks.start.command)?.[1]?.split(",") ?? [],
  env: ALLOCATOR,
};

/** A process of its own for each, because what has grown does not shrink; each pair side by side. */
export async function measureGrowth({ from, to, runs }: GrowthEffort): Promise<Figure> {
  const [raw, ours]: [Growth[], Growth[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    const pair = await Promise.all([growthOf("raw", from, to), growthOf("ours", from, to)]);
    raw.push(pair[0]);
    ours.push(pair[1]);
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
      ...describe("raw", raw),
      ...describe("ours", ours),
      threads,
      fds,
      runs,
      samples: STEPS + 1,
    },
  };
}

const NOISE_KB = 1_024;

function describe(name: string, all: readonly Growth[]): Record<string, number> {
  const memoryMb = all.map(({ memoryKb }) => memoryKb / 1_024);
  return {
    [`${name}Mb`]: median(memoryMb),
    [`${name}LeastMb`]: Math.min(...memoryMb),
    [`${name}MostMb`]: Math.max(...memoryMb),
    [`${name}ScatterMb`]: medianOf(all, "scatterKb") / 1_024,
    [`${name}JsHeapMb`]: medianOf(all, "heapKb") / 1_024,
  };
}

/** `kind` is `raw` or `ours`. */
export async function growthOf(kind: "raw" | "ours", from: number, to: number): Promise<Growth> {
  const args = [kind, String(from), String(to), String(STEPS)];
  return growthIn(await runChild<Sample[]>("growth_child.ts", args, AS_STARTED));
}

/** From the first sample to the last, which lie evenly between. */
export function growthIn(samples: readonly Sample[]): Growth {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error("A sample is missing");
  const restarts = last.restarts - first.restarts;
  const memory = samples.map(({ restarts, anonymousKb }) => [restarts, anonymousKb] as const);
  const heap = samples.map(({ restarts, heapKb }) => [restarts, heapKb] as const);
  const slope = medianSlope(memory);
  const above = memory.map(([x, y]) => y - slope * x);
  const middle = median(above);
  return {
    memoryKb: slope * restarts,
    scatterKb: median(above.map((y) => Math.abs(y - middle))),
    heapKb: medianSlope(heap) * restarts,
    threads: last.threads - first.threads,
    fds: last.fds - first.fds,
  };
}

function medianOf(all: readonly Growth[], name: keyof Growth): number {
  return median(all.map((one) => one[name]));
}
