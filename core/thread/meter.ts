/** What an actor tells main about its messages, at most once a second and only if there is news. */

import type { Clock } from "@/core/kernel/clock.ts";
import { type DeadLetter, DeadLetters, type DeadReason } from "@/core/kernel/dead_letters.ts";
import { LatencyBook } from "@/core/kernel/latency.ts";
import type { Up } from "@/core/kernel/wire.ts";

const EVERY_MS = 1_000;
/** Letters shown per news; all are counted. */
const LETTERS_MAX = 20;

export type News = Extract<Up, { is: "news" }>;

export class Meter {
  readonly #clock: Clock;
  readonly #letters = new DeadLetters(LETTERS_MAX);
  readonly #latencies = new LatencyBook();
  #toldAtMs = -Infinity;
  #isNew = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  lost(reason: DeadReason, letter: Pick<DeadLetter, "from" | "to" | "type">): void {
    this.#isNew = true;
    this.#letters.add({ atMs: this.#clock.now(), reason, ...letter, count: 1 });
  }

  handled(type: string, waitMs: number, handleMs: number): void {
    this.#isNew = true;
    this.#latencies.record(type, waitMs, handleMs);
  }

  /** What is new since the last time; null when nothing is or when it is too early. */
  news(isLast = false): News | null {
    const now = this.#clock.monotonic();
    if (!this.#isNew || (!isLast && now - this.#toldAtMs < EVERY_MS)) return null;
    const { counts, last } = this.#letters;
    const news: News = { is: "news", counts, letters: last, latencies: this.#latencies.read() };
    this.#toldAtMs = now;
    this.#isNew = false;
    this.#letters.clear();
    this.#latencies.clear();
    return news;
  }
}
