/**
 * A bounded queue with two lanes: durable messages and answers first come first served beside
 * ephemeral ones, which are bounded by their overflow policy. Durable messages and answers are
 * bounded by whoever hands them over (main's delivery window, the actor's own asks).
 */

import type { Overflow } from "./message.ts";

/** What happened to an ephemeral message that was offered. */
export type Offered<T> =
  | { readonly taken: true; readonly dropped: T | null }
  | { readonly taken: false };

interface Entry<T> {
  readonly item: T;
  /** Set for events: same key, same policy of keeping only the latest. */
  readonly key: string | null;
  /** Ephemeral entries count against the capacity. */
  readonly ephemeral: boolean;
}

export class Mailbox<T> {
  readonly capacity: number;
  #entries: Entry<T>[] = [];
  #ephemeral = 0;
  #waiting: ((item: T) => void) | null = null;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get depth(): number {
    return this.#entries.length;
  }

  /** Adds what must not be refused. */
  push(item: T): void {
    this.#add({ item, key: null, ephemeral: false });
  }

  /** Puts an item before all others. */
  overtake(item: T): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) waiting(item);
    else this.#entries.unshift({ item, key: null, ephemeral: false });
  }

  /** Offers a request (`refuse`) or an event; `key` names sender and type. */
  offer(item: T, key: string, overflow: Overflow): Offered<T> {
    if (overflow === "keep-latest") {
      const at = this.#entries.findIndex((entry) => entry.key === key);
      const old = this.#entries[at];
      if (old !== undefined) {
        this.#entries[at] = { ...old, item };
        return { taken: true, dropped: old.item };
      }
    }
    if (this.#ephemeral < this.capacity) {
      this.#add({ item, key, ephemeral: true });
      return { taken: true, dropped: null };
    }
    if (overflow === "refuse") return { taken: false };
    const oldest = this.#entries.findIndex((entry) => entry.key !== null && entry.ephemeral);
    const [dropped] = this.#entries.splice(oldest, 1);
    this.#ephemeral -= 1;
    this.#add({ item, key, ephemeral: true });
    return { taken: true, dropped: dropped?.item ?? null };
  }

  /** The next item, if there is one. */
  poll(): T | undefined {
    const entry = this.#entries.shift();
    if (entry?.ephemeral) this.#ephemeral -= 1;
    return entry?.item;
  }

  /** The next item; waits for one. One taker at a time. */
  take(): Promise<T> {
    const item = this.poll();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiting = resolve);
  }

  #add(entry: Entry<T>): void {
    const waiting = this.#waiting;
    if (waiting !== null) {
      this.#waiting = null;
      return waiting(entry.item);
    }
    this.#entries.push(entry);
    if (entry.ephemeral) this.#ephemeral += 1;
  }
}
