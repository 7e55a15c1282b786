/** Many deadlines on one timer, because a timer each costs more than the message it guards. */

import type { Clock } from "@/core/kernel/clock.ts";

export interface Deadline {
  readonly dueAtMs: number;
  readonly expire: () => void;
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #cancel = () => {};
  #nextAtMs = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` once after `delayMs`, unless it is removed before. */
  add(delayMs: number, expire: () => void): Deadline {
    const deadline = { dueAtMs: this.#clock.monotonic() + delayMs, expire };
    this.#open.add(deadline);
    if (deadline.dueAtMs < this.#nextAtMs) this.#arm(deadline.dueAtMs);
    return deadline;
  }

  remove(deadline: Deadline): void {
    this.#open.delete(deadline);
  }

  /** Forgets all of them. */
  clear(): void {
    this.#open.clear();
    this.#cancel();
    this.#nextAtMs = Infinity;
  }

  #arm(atMs: number): void {
    this.#cancel();
    this.#nextAtMs = atMs;
    this.#cancel = this.#clock.after(
      Math.max(0, atMs - this.#clock.monotonic()),
      () => this.#fire(),
    );
  }

  #fire(): void {
    this.#nextAtMs = Infinity;
    const nowMs = this.#clock.monotonic();
    const due = [...this.#open].filter((deadline) => deadline.dueAtMs <= nowMs);
    for (const deadline of due) this.#open.delete(deadline);
    let next = Infinity;
    for (const { dueAtMs } of this.#open) next = Math.min(next, dueAtMs);
    if (next < Infinity) this.#arm(next);
    for (const deadline of due) deadline.expire();
  }
}
