/** What main knows of its actors' messages, without asking anybody. */

import type { Clock } from "@/core/kernel/clock.ts";
import {
  type DeadCounts,
  type DeadLetter,
  DeadLetters,
  type DeadReason,
} from "@/core/kernel/dead_letters.ts";
import { type Latencies, LatencyBook } from "@/core/kernel/latency.ts";
import type { Up } from "@/core/kernel/wire.ts";

/** Dead letters shown; all are counted. */
const LETTERS_MAX = 100;

export class Observations {
  readonly #clock: Clock;
  readonly #letters = new DeadLetters(LETTERS_MAX);
  readonly #latencies = new Map<string, LatencyBook>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get deadLetters(): { readonly counts: DeadCounts; readonly last: readonly DeadLetter[] } {
    return this.#letters;
  }

  /** Over all incarnations of the actor since the process started. */
  latenciesOf(actor: string): Latencies {
    return this.#latencies.get(actor)?.read() ?? {};
  }

  hear(actor: string, news: Extract<Up, { is: "news" }>): void {
    this.#letters.merge(news.counts, news.letters);
    const book = this.#latencies.get(actor) ?? new LatencyBook();
    this.#latencies.set(actor, book);
    book.add(news.latencies);
  }

  dead(reason: DeadReason, { from, target, type }: Addressed): void {
    this.#letters.add({ atMs: this.#clock.now(), reason, from, to: target, type, count: 1 });
  }

  /** What lay in the mailbox of an actor that ended, and had no second home. */
  died(actor: string, count: number): void {
    if (count === 0) return;
    const atMs = this.#clock.now();
    this.#letters.add({ atMs, reason: "died", from: "*", to: actor, type: "*", count });
  }
}

interface Addressed {
  readonly from: string;
  readonly target: string;
  readonly type: string;
}
