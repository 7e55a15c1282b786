/** Messages that reached nobody: every one is counted, the last hundred are shown. */

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

export class DeadLetters {
  readonly #max: number;
  #counts: Partial<Record<DeadReason, number>> = {};
  #last: DeadLetter[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get counts(): DeadCounts {
    return { ...this.#counts };
  }
  /** Oldest first. */
  get last(): readonly DeadLetter[] {
    return [...this.#last];
  }

  add(letter: DeadLetter): void {
    const { reason, count } = letter;
    this.#counts[reason] = (this.#counts[reason] ?? 0) + count;
    if (reason === "superseded") return;
    this.#last.push(letter);
    if (this.#last.length > this.#max) this.#last.shift();
  }

  /** Adds what another one counted and showed. */
  merge(counts: DeadCounts, letters: readonly DeadLetter[]): void {
    for (const [reason, count] of Object.entries(counts) as [DeadReason, number][]) {
      this.#counts[reason] = (this.#counts[reason] ?? 0) + count;
    }
    this.#last = [...this.#last, ...letters].slice(-this.#max);
  }

  clear(): void {
    this.#counts = {};
    this.#last = [];
  }
}
