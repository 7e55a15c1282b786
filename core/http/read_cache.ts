/**
 * Keeps what reads returned for a while. Callers that want the same thing at the same time share
 * one read; when a read fails, an older value may still serve.
 */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { untilAborted } from "./abort.ts";

export interface ReadCacheOptions<V> {
  readonly clock: Clock;
  /** Entries; the one used longest ago makes room. */
  readonly maxEntries: number;
  readonly ttlMs: number;
  /** A value up to this old is served when a new read fails for the moment; 0 for never. */
  readonly staleMs: number;
  /** How old a value is already when its read returns; left out: new. */
  readonly ageMs?: (value: V) => number;
}

export interface CacheReading {
  readonly entries: number;
  readonly hits: number;
  /** Callers that joined a read under way. */
  readonly joined: number;
  readonly misses: number;
  /** Values served past their time because the read failed. */
  readonly stale: number;
}

interface Flight<V> {
  readonly value: Promise<V>;
  readonly controller: AbortController;
  callers: number;
}

export class ReadCache<V> {
  readonly #options: ReadCacheOptions<V>;
  /** In order of use, oldest first. */
  readonly #entries = new Map<string, { readonly value: V; readonly readAtMs: number }>();
  readonly #flights = new Map<string, Flight<V>>();
  #counts = { hits: 0, joined: 0, misses: 0, stale: 0 };

  constructor(options: ReadCacheOptions<V>) {
    this.#options = options;
  }

  /**
   * The cached value of `key`, or what `read` returns. `signal` lets this caller go; the read
   * itself is given up when its last caller has gone. Throws what `read` throws. `maxAgeMs` is for
   * callers who need a younger value than others do.
   */
  async get(
    key: string,
    signal: AbortSignal,
    read: (signal: AbortSignal) => Promise<V>,
    { maxAgeMs = Infinity }: { readonly maxAgeMs?: number | undefined } = {},
  ): Promise<V> {
    const fresh = this.#young(key, Math.min(this.#options.ttlMs, maxAgeMs));
    if (fresh !== null) {
      this.#counts.hits += 1;
      return fresh.value;
    }
    try {
      return await this.#join(key, signal, read);
    } catch (error) {
      const old = signal.aborted || !isPassing(error) ? null : this.#young(
        key,
        this.#options.staleMs,
      );
      if (old === null) throw error;
      this.#counts.stale += 1;
      return old.value;
    }
  }

  reading(): CacheReading {
    return { entries: this.#entries.size, ...this.#counts };
  }

  async #join(
    key: string,
    signal: AbortSignal,
    read: (signal: AbortSignal) => Promise<V>,
  ): Promise<V> {
    signal.throwIfAborted();
    const known = this.#flights.get(key);
    if (known === undefined) this.#counts.misses += 1;
    else this.#counts.joined += 1;
    const flight = known ?? this.#start(key, read);
    flight.callers += 1;
    let left = false;
    const leave = () => {
      if (left) return;
      left = true;
      flight.callers -= 1;
      if (flight.callers === 0) this.#abandon(key, flight);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await untilAborted(flight.value, signal);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  #start(key: string, read: (signal: AbortSignal) => Promise<V>): Flight<V> {
    const controller = new AbortController();
    const value = read(controller.signal).then((result) => {
      this.#keep(key, result);
      return result;
    });
    const flight: Flight<V> = { value, controller, callers: 0 };
    this.#flights.set(key, flight);
    const land = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    value.then(land, land);
    return flight;
  }

  #abandon(key: string, flight: Flight<V>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    const message = `Nobody waits for ${key} any more`;
    flight.controller.abort(new ActorError("deadline", "read-abandoned", message));
  }

  #keep(key: string, value: V): void {
    const { clock, maxEntries, ageMs = () => 0 } = this.#options;
    this.#entries.delete(key);
    this.#entries.set(key, { value, readAtMs: clock.monotonic() - ageMs(value) });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break;
      this.#entries.delete(oldest);
    }
  }

  /** The entry if it is younger than `maxAgeMs`; it then counts as used. */
  #young(key: string, maxAgeMs: number): { readonly value: V } | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (this.#options.clock.monotonic() - entry.readAtMs >= maxAgeMs) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ActorError &&
    (error.kind === "transient" || error.kind === "deadline" || error.kind === "overload" ||
      error.kind === "peer-down");
}
