/**
 * A bounded queue, first come first served: the mailbox of an actor, and what waits for credit on a
 * link. Durable messages, answers and timers are bounded by whoever hands them over (main's delivery
 * window, the actor's own asks) and always find room; requests and events are bounded by the
 * capacity and treated by their overflow policy.
 */

import type { Overflow } from "@/core/kernel/message.ts";

/** What happened to a request or event that was offered; `dropped` had to go for it. */
export type Offered<T> =
  | { readonly taken: true; readonly dropped: null }
  | { readonly taken: true; readonly dropped: T; readonly why: "superseded" | "full" }
  | { readonly taken: false };

interface Entry<T> {
  readonly item: T;
  /** Names sender and type of an event. */
  readonly key: string | null;
  /** Null for what does not count against the capacity. */
  readonly overflow: Overflow | null;
}

const TAKEN = { taken: true, dropped: null } as const;

export class Mailbox<T> {
  readonly capacity: number;
  #entries: Entry<T>[] = [];
  #ephemeral = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Without events that wait past the capacity, each on the credit of its sender. */
  get depth(): number {
    return this.#entries.length - Math.max(0, this.#ephemeral - this.capacity);
  }

  get items(): readonly T[] {
    return this.#entries.map(({ item }) => item);
  }

  /** Requests and events: what is lost with this actor. */
  get ephemeral(): number {
    return this.#ephemeral;
  }

  /** Adds what must not be refused. */
  push(item: T): void {
    this.#add({ item, key: null, overflow: null });
  }

  /** Puts an item before all others. */
  overtake(item: T): void {
    this.#entries.unshift({ item, key: null, overflow: null });
  }

  /** Offers a request (without key, `refuse`) or an event. */
  offer(item: T, key: string | null, overflow: Overflow): Offered<T> {
    if (overflow === "keep-latest") {
      const old = this.#supersede(item, key);
      if (old !== null) return { taken: true, dropped: old, why: "superseded" };
    }
    let dropped: T | null = null;
    if (this.#ephemeral >= this.capacity && overflow !== "wait") {
      dropped = overflow === "refuse" ? null : this.#dropOldest();
      if (dropped === null) return { taken: false };
    }
    this.#add({ item, key, overflow });
    return dropped === null ? TAKEN : { taken: true, dropped, why: "full" };
  }

  /** Takes an item out of its turn; false when none is meant. */
  remove(isMeant: (item: T) => boolean): boolean {
    const at = this.#entries.findIndex(({ item }) => isMeant(item));
    return at >= 0 && this.#takeOut(at) !== null;
  }

  /** The next item, if there is one. */
  poll(): T | undefined {
    const entry = this.#entries.shift();
    if (entry === undefined) return undefined;
    if (entry.overflow !== null) this.#ephemeral -= 1;
    return entry.item;
  }

  #add(entry: Entry<T>): void {
    this.#entries.push(entry);
    if (entry.overflow !== null) this.#ephemeral += 1;
  }

  /** In the old one's place, or one that changes often would never come to its turn. */
  #supersede(item: T, key: string | null): T | null {
    const at = this.#entries.findIndex((entry) => entry.key === key);
    const old = this.#entries[at];
    if (old === undefined) return null;
    this.#entries[at] = { ...old, item };
    return old.item;
  }

  /** Takes out the oldest event that may be dropped: neither a request nor one that waits. */
  #dropOldest(): T | null {
    const oldest = this.#entries.findIndex(({ overflow }) =>
      overflow === "drop-oldest" || overflow === "keep-latest"
    );
    return oldest < 0 ? null : this.#takeOut(oldest);
  }

  #takeOut(at: number): T | null {
    const [entry] = this.#entries.splice(at, 1);
    if (entry === undefined) return null;
    if (entry.overflow !== null) this.#ephemeral -= 1;
    return entry.item;
  }
}
