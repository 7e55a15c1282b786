/** Time for what only promises and timers drive: no message ports, so it runs fast. */

import type { Clock } from "@/core/kernel/clock.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

const SETTLED_TICKS = 150;

export class VirtualTime implements Clock {
  #nowMs = 0;
  #timers: readonly Timer[] = [];

  now(): number {
    return this.#nowMs;
  }
  monotonic(): number {
    return this.#nowMs;
  }
  after(delayMs: number, run: () => void): () => void {
    if (delayMs === Infinity) return () => {};
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers = [...this.#timers, timer];
    return () => void (this.#timers = this.#timers.filter((one) => one !== timer));
  }
  /** Some microtasks from now, in order. */
  soon(run: () => void): void {
    this.ticks(7).then(run);
  }

  get pending(): number {
    return this.#timers.length;
  }

  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      await this.ticks(SETTLED_TICKS);
      let next: Timer | null = null;
      for (const timer of this.#timers) {
        if (timer.atMs <= untilMs && (next === null || timer.atMs < next.atMs)) next = timer;
      }
      if (next === null) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }

  async ticks(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await Promise.resolve();
  }
}
