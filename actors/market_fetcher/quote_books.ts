/** Quotes of whole games: one page of 1,000 titles per request, kept for a minute. */

import { type GameId, GAMES, type Quote } from "@/core/domain/market.ts";
import { type CacheReading, ReadCache } from "@/core/http/read_cache.ts";
import type { Clock } from "@/core/kernel/mod.ts";
import type { QuotesQuery } from "@/core/market/dmarket/client.ts";
import { walkPages } from "@/core/market/dmarket/pages.ts";
import { MAX_QUOTES, type QuotesPage } from "@/core/market/dmarket/quotes.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";

/** Titles by name. */
export type QuoteBook = ReadonlyMap<string, Quote>;

export interface QuotesPort {
  quotesPage(query: QuotesQuery, call: CallOptions): Promise<QuotesPage>;
}

const TTL_MS = 60_000;
/** Prices older than this are worse than none. */
const STALE_MS = 180_000;
const LOAD_MS = 60_000;
/** 100,000 titles. */
const MAX_PAGES = 100;

export class QuoteBooks {
  readonly #client: QuotesPort;
  readonly #clock: Clock;
  readonly #books: ReadCache<QuoteBook>;

  constructor(client: QuotesPort, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#books = new ReadCache({
      clock,
      maxEntries: GAMES.length,
      ttlMs: TTL_MS,
      staleMs: STALE_MS,
    });
  }

  book(game: GameId, signal: AbortSignal): Promise<QuoteBook> {
    return this.#books.get(game, signal, (reading) => this.#read(game, reading));
  }

  reading(): CacheReading {
    return this.#books.reading();
  }

  async #read(game: GameId, signal: AbortSignal): Promise<QuoteBook> {
    const call = { signal, deadlineAtMs: this.#clock.monotonic() + LOAD_MS };
    const fetchPage = (cursor: string | null) =>
      this.#client.quotesPage({ game, cursor, limit: MAX_QUOTES }, call);
    const book = new Map<string, Quote>();
    for await (const page of walkPages(fetchPage, MAX_PAGES)) {
      for (const quote of page.quotes) book.set(quote.title, quote);
    }
    return book;
  }
}
