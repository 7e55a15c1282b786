/**
 * What becomes of messages: how long they wait and are handled, by type, in fixed buckets that can
 * be added up, and which of them reached nobody.
 */

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

/**
 * `full`: a queue had no room. `superseded`: a newer event took its place (counted, not shown).
 * `down`: the peer was not running. `refused`: its schema or its receiver does not know it.
 * `expired`: its deadline passed before its turn came. `died`: it lay in the mailbox of an actor
 * that ended. `poison`: it killed its receiver again and again. `given-up`: an effect that failed,
 * or whose outcome nobody knows.
 */
export type DeadReason =
  | "full"
  | "superseded"
  | "down"
  | "refused"
  | "expired"
  | "died"
  | "poison"
  | "given-up";

export interface DeadLetter {
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly reason: DeadReason;
  readonly from: string;
  readonly to: string;
  /** `*` where several types were lost at once. */
  readonly type: string;
  readonly count: number;
}

export type DeadCounts = Readonly<Partial<Record<DeadReason, number>>>;

/** What happened to an actor's messages since it last told. */
export interface News {
  readonly counts: DeadCounts;
  /** The last of them, oldest first. */
  readonly letters: readonly DeadLetter[];
  readonly latencies: Latencies;
}

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

/** Adds news up: every lost message is counted, the last of them can be shown. */
export class Tally {
  readonly #lettersMax: number;
  #counts: Partial<Record<DeadReason, number>> = {};
  #letters: DeadLetter[] = [];
  /** As many as a protocol has types, and no more. */
  #latencies: Record<string, { readonly wait: Counting; readonly handle: Counting }> = {};

  constructor(lettersMax: number) {
    this.#lettersMax = lettersMax;
  }

  lost(letter: DeadLetter): void {
    this.#count(letter.reason, letter.count);
    if (letter.reason !== "superseded") this.#show(letter);
  }

  handled(type: string, waitMs: number, handleMs: number): void {
    const { wait, handle } = this.#of(type);
    wait.record(waitMs);
    handle.record(handleMs);
  }

  add({ counts, letters, latencies }: News): void {
    for (const [reason, count] of Object.entries(counts)) this.#count(reason as DeadReason, count);
    for (const letter of letters) this.#show(letter);
    for (const [type, { wait, handle }] of Object.entries(latencies)) {
      this.#of(type).wait.add(wait);
      this.#of(type).handle.add(handle);
    }
  }

  /** A copy of the sum. */
  read(): News {
    const [counts, letters, latencies] = [this.#counts, this.#letters, this.#latencies];
    return structuredClone({ counts, letters, latencies });
  }

  clear(): void {
    this.#counts = {};
    this.#letters = [];
    this.#latencies = {};
  }

  #count(reason: DeadReason, count: number): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + count;
  }

  #show(letter: DeadLetter): void {
    this.#letters.push(letter);
    if (this.#letters.length > this.#lettersMax) this.#letters.shift();
  }

  #of(type: string): { readonly wait: Counting; readonly handle: Counting } {
    return this.#latencies[type] ??= { wait: new Counting(), handle: new Counting() };
  }
}
