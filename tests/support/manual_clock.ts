/** Time that stands still until a test moves it. */

import { setImmediate } from "node:timers";
import type { Clock } from "@/core/kernel/clock.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

const EPOCH_MS = Date.UTC(2025, 0, 1);

export class ManualClock implements Clock {
  #nowMs = 0;
  #timers: readonly Timer[] = [];

  now(): number {
    return EPOCH_MS + this.#nowMs;
  }
  monotonic(): number {
    return this.#nowMs;
  }
  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers = [...this.#timers, timer];
    return () => this.#timers = this.#timers.filter((one) => one !== timer);
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Moves time on, timer by timer, and lets everything that follows from each happen. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settle();
    for (let next = this.#next(untilMs); next !== null; next = this.#next(untilMs)) {
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = next.atMs;
      next.run();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  /** Earliest first; of two at once, the one that was set first. */
  #next(untilMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.atMs <= untilMs && (next === null || timer.atMs < next.atMs)) next = timer;
    }
    return next;
  }
}

/** Lets microtasks and posted messages arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((done) => setImmediate(done));
}
