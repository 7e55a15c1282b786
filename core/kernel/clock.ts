/** Time, passed in so that tests can own it. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch; may jump. */
  now(): number;
  /** Monotonic milliseconds; only differences mean anything. */
  monotonic(): number;
  /** Calls `run` once after `delayMs`, never for Infinity; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The runtime's timers take no longer delay, some 25 days: they fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The real clock. The one place in the kernel that touches timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    if (delayMs === Infinity) return () => {};
    const timer = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
    return () => clearTimeout(timer);
  },
};

interface Timer {
  readonly dueAtMs: number;
  readonly run: () => void;
}

/** Timers that end together, on one of the clock's, because one each costs more than a message. */
export class Timers {
  readonly #clock: Clock;
  readonly #open = new Set<Timer>();
  #cancel = () => {};
  #nextAtMs = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Like the clock's; one for ever is none. */
  after(delayMs: number, run: () => void): () => void {
    const timer = { dueAtMs: this.#clock.monotonic() + delayMs, run };
    if (delayMs < Infinity) this.#open.add(timer);
    if (timer.dueAtMs < this.#nextAtMs) this.#arm(timer.dueAtMs);
    return () => this.#open.delete(timer);
  }

  cancelAll(): void {
    this.#open.clear();
    this.#cancel();
    this.#nextAtMs = Infinity;
  }

  #arm(atMs: number): void {
    this.#cancel();
    this.#nextAtMs = atMs;
    const delayMs = Math.max(0, atMs - this.#clock.monotonic());
    this.#cancel = this.#clock.after(delayMs, () => this.#fire());
  }

  #fire(): void {
    this.#nextAtMs = Infinity;
    const nowMs = this.#clock.monotonic();
    const due: Timer[] = [];
    let nextAtMs = Infinity;
    for (const timer of this.#open) {
      if (timer.dueAtMs <= nowMs) due.push(timer);
      else nextAtMs = Math.min(nextAtMs, timer.dueAtMs);
    }
    if (nextAtMs < Infinity) this.#arm(nextAtMs);
    // One that is due may cancel another.
    for (const timer of due) if (this.#open.delete(timer)) timer.run();
  }
}

/** Resolves after `delayMs`, or at once when `signal` aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
