/** How long messages wait and are handled, by type, in fixed buckets that can be added up. */

/** Upper bounds; one more bucket holds what is above the last. */
// deno-fmt-ignore
export const LATENCY_BOUNDS_MS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
] as const;

export interface Histogram {
  /** `counts[i]`: values up to `LATENCY_BOUNDS_MS[i]` and above the bound before. */
  readonly counts: readonly number[];
  readonly sumMs: number;
}
/** `wait`: from its arrival to its turn. `handle`: until it was done, its commit included. */
export interface Latency {
  readonly wait: Histogram;
  readonly handle: Histogram;
}
export type Latencies = Readonly<Record<string, Latency>>;

class Counting implements Histogram {
  readonly counts: number[] = new Array(LATENCY_BOUNDS_MS.length + 1).fill(0);
  sumMs = 0;

  record(ms: number): void {
    let bucket = 0;
    for (const bound of LATENCY_BOUNDS_MS) {
      if (ms <= bound) break;
      bucket += 1;
    }
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sumMs += ms;
  }

  add({ counts, sumMs }: Histogram): void {
    counts.forEach((count, bucket) => this.counts[bucket] = (this.counts[bucket] ?? 0) + count);
    this.sumMs += sumMs;
  }
}

/** Latencies of the types of one protocol: as many as it has, and no more. */
export class LatencyBook {
  readonly #types = new Map<string, { readonly wait: Counting; readonly handle: Counting }>();

  record(type: string, waitMs: number, handleMs: number): void {
    const { wait, handle } = this.#of(type);
    wait.record(waitMs);
    handle.record(handleMs);
  }

  add(latencies: Latencies): void {
    for (const [type, latency] of Object.entries(latencies)) {
      const { wait, handle } = this.#of(type);
      wait.add(latency.wait);
      handle.add(latency.handle);
    }
  }

  read(): Latencies {
    const plain = ({ counts, sumMs }: Histogram) => ({ counts: [...counts], sumMs });
    return Object.fromEntries(
      Array.from(this.#types, ([type, { wait, handle }]) => {
        return [type, { wait: plain(wait), handle: plain(handle) }];
      }),
    );
  }

  clear(): void {
    this.#types.clear();
  }

  #of(type: string): { readonly wait: Counting; readonly handle: Counting } {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const made = { wait: new Counting(), handle: new Counting() };
    this.#types.set(type, made);
    return made;
  }
}

/** The bound under which a share of the values lies (0.5: the median); null without values. */
export function quantileMs({ counts }: Histogram, share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [bucket, count] of counts.entries()) {
    seen += count;
    if (seen > 0 && seen >= total * share) return LATENCY_BOUNDS_MS[bucket] ?? Infinity;
  }
  return null;
}
