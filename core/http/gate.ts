/** Bounds how much is under way at once. */

export class Gate {
  readonly #max: number;
  readonly #urgent: (() => void)[] = [];
  readonly #patient: (() => void)[] = [];
  #inside = 0;

  /** `max`: at least 1. */
  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Runs `work` when there is room: what is urgent first, then first come, first served. Rejects with the reason of `signal`
   * when it aborts before the work has begun; the work itself is to heed the signal.
   */
  async run<T>(
    signal: AbortSignal,
    work: () => Promise<T>,
    { isUrgent = false }: { readonly isUrgent?: boolean } = {},
  ): Promise<T> {
    await this.#enter(signal, isUrgent ? this.#urgent : this.#patient);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal, waiting: (() => void)[]): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#inside < this.#max) {
      this.#inside += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      waiting.push(enter);
    });
  }

  /** Hands the place to the next in line. */
  #leave(): void {
    const next = this.#urgent.shift() ?? this.#patient.shift();
    if (next === undefined) this.#inside -= 1;
    else next();
  }
}
