/** Books of whole games, each read by all who want it together and kept for a minute. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import { type CacheReading, ReadCache } from "@/core/http/read_cache.ts";
import type { Clock } from "@/core/kernel/mod.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";

const TTL_MS = 60_000;
/** An older book is worse than none: prices have moved, and what is ours is not known any more. */
const STALE_MS = 180_000;
const LOAD_MS = 60_000;

export class GameBooks<Book> {
  readonly #clock: Clock;
  readonly #read: (game: GameId, call: CallOptions) => Promise<Book>;
  readonly #books: ReadCache<Book>;

  constructor(clock: Clock, read: (game: GameId, call: CallOptions) => Promise<Book>) {
    this.#clock = clock;
    this.#read = read;
    const maxEntries = GAMES.length;
    this.#books = new ReadCache({ clock, maxEntries, ttlMs: TTL_MS, staleMs: STALE_MS });
  }

  /** Throws what reading throws, once there is no book young enough. */
  of(game: GameId, signal: AbortSignal): Promise<Book> {
    return this.#books.get(
      game,
      signal,
      (reading) =>
        this.#read(game, { signal: reading, deadlineAtMs: this.#clock.monotonic() + LOAD_MS }),
    );
  }

  reading(): CacheReading {
    return this.#books.reading();
  }
}
