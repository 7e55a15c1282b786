/** Answers what the others ask about the market: pages, evidence, and how the reading goes. */

import { type GameFilter, parseFilter } from "@/core/domain/filters/filter.ts";
import type { GameId, Quote } from "@/core/domain/market.ts";
import { type OwnBook, withoutOwnOffers } from "@/core/domain/own_book.ts";
import { Gate } from "@/core/http/gate.ts";
import { ActorError, type Clock, type Log, type ReplyOf } from "@/core/kernel/mod.ts";
import type { ClientReading } from "@/core/market/dmarket/client.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import { type EvidencePort, EvidenceReader, type LookQuery, type TitleQuery } from "./evidence.ts";
import type { FeeShelf } from "./fee_lists.ts";
import { GameBooks } from "./game_books.ts";
import { type OwnPort, readOwnBook } from "./own_books.ts";
import { type QuoteBook, type QuotesPort, readQuoteBook } from "./quote_books.ts";

export interface MarketPort extends EvidencePort, QuotesPort {
  readonly account: OwnPort;
  reading(): ClientReading;
}

export interface PageQuery {
  readonly game: GameId;
  readonly fromCents: number;
  readonly toCents: number;
  readonly cursor: string | null;
  readonly limit: number;
  /** What the offers have to be; left out: anything. */
  readonly filter?: GameFilter["wants"] | undefined;
}

export interface EvidenceQuery {
  readonly game: GameId;
  readonly titles: readonly string[];
  /** Listings and bids no older than this; left out: as old as the cache allows. */
  readonly maxBookAgeMs?: number | undefined;
}

export interface LooksQuery {
  readonly game: GameId;
  readonly titles: readonly Omit<LookQuery, "game">[];
}

type Page = ReplyOf<typeof marketFetcher, "OffersPage">;
type Evidence = ReplyOf<typeof marketFetcher, "Evidence">;
type Looks = ReplyOf<typeof marketFetcher, "Look">;
type Status = ReplyOf<typeof marketFetcher, "Status">;

export interface MarketReaderOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Left out: fee lists do not outlive the reader. */
  readonly shelf?: FeeShelf | undefined;
  /** Titles read at once, over all requests: three reads each. */
  readonly titlesAtOnce: number;
}

const NO_SHELF: FeeShelf = {
  recall: () => Promise.resolve(null),
  keep: () => Promise.resolve(),
};

export class MarketReader {
  readonly #client: MarketPort;
  readonly #quotes: GameBooks<QuoteBook>;
  readonly #own: GameBooks<OwnBook>;
  readonly #evidence: EvidenceReader;
  readonly #gate: Gate;

  constructor(client: MarketPort, options: MarketReaderOptions) {
    const { clock, log, titlesAtOnce, shelf = NO_SHELF } = options;
    this.#gate = new Gate(titlesAtOnce);
    this.#client = client;
    this.#quotes = new GameBooks(clock, (game, call) => readQuoteBook(client, game, call));
    this.#own = new GameBooks(clock, (game, call) => readOwnBook(client.account, game, call));
    this.#evidence = new EvidenceReader(client, this.#own, { clock, log, shelf });
  }

  /**
   * Throws {@link ActorError}; `rejected bad-filter` for a filter that does not exist. A page
   * without its quotes is no page.
   */
  async offersPage(query: PageQuery, call: CallOptions): Promise<Page> {
    const { game, fromCents, toCents, cursor, limit } = query;
    const band = { fromCents, toCents };
    const filter = query.filter === undefined ? undefined : checkedFilter(game, query.filter);
    const [page, book, own] = await Promise.all([
      this.#client.offersPage({ game, band, filter, cursor, limit }, call),
      this.#quotes.of(game, call.signal),
      this.#own.of(game, call.signal),
    ]);
    const offers = withoutOwnOffers(page.offers, own);
    const titles = new Set(offers.map(({ title }) => title));
    const quotes = [...titles].map((title) => book.get(title)).filter((quote) =>
      quote !== undefined
    );
    return {
      offers: [...offers],
      leftOut: page.leftOut + page.offers.length - offers.length,
      dearestCents: page.dearestCents,
      cursor: page.cursor,
      total: page.total ?? page.offers.length + page.leftOut,
      quotes: quotes satisfies Quote[],
      malformed: [...page.malformed],
    };
  }

  /**
   * Evidence of every title that could be read, and why the others could not. Throws the error
   * itself when it would have kept every title from being read.
   */
  async evidence(query: EvidenceQuery, signal: AbortSignal): Promise<Evidence> {
    const { game, titles, maxBookAgeMs } = query;
    const distinct = [...new Set(titles)].map((title) => ({ game, title, maxBookAgeMs }));
    // Someone waits for a fresh book, for a few titles at a time; scans have many and time.
    const isUrgent = maxBookAgeMs !== undefined;
    const read = (one: TitleQuery) => this.#evidence.read(one, signal);
    const { done, missing } = await this.#each(distinct, read, { signal, isUrgent });
    return { evidence: done, missing };
  }

  /** What is wanted of every title that it could be read of; otherwise like {@link evidence}. */
  async look({ game, titles }: LooksQuery, signal: AbortSignal): Promise<Looks> {
    const wanted = titles.map((one) => ({ game, ...one }));
    const read = (one: LookQuery) => this.#evidence.look(one, signal);
    const { done, missing } = await this.#each(wanted, read, { signal, isUrgent: false });
    return { looks: done, missing };
  }

  async #each<Query extends { readonly title: string }, Answer>(
    queries: readonly Query[],
    read: (query: Query) => Promise<Answer>,
    { signal, isUrgent }: { readonly signal: AbortSignal; readonly isUrgent: boolean },
  ) {
    const ends = await Promise.allSettled(
      queries.map((query) => this.#gate.run(signal, () => read(query), { isUrgent })),
    );
    signal.throwIfAborted();
    const done: Answer[] = [];
    const missing: { title: string; reason: string }[] = [];
    for (const [index, end] of ends.entries()) {
      if (end.status === "fulfilled") done.push(end.value);
      else missing.push({ title: queries[index]?.title ?? "", reason: reasonOf(end.reason) });
    }
    const common = done.length > 0 ? undefined : ends.map(errorOf).find(isCommon);
    if (common !== undefined) throw common;
    return { done, missing };
  }

  status(): Status {
    const { breakers, attempts, unknownFields, refusedRows, skewMs } = this.#client.reading();
    const own = this.#own.reading();
    const caches = { quotes: this.#quotes.reading(), ...this.#evidence.readings(), own };
    const phases = Object.entries(breakers).map(([group, { phase }]) => [group, phase] as const);
    return {
      breakers: Object.fromEntries(phases),
      requests: { ...attempts },
      unknownFields: { ...unknownFields },
      refusedRows: { ...refusedRows },
      caches: (Object.keys(caches) as (keyof typeof caches)[]).map((name) => {
        const { hits, joined, misses, stale } = caches[name];
        return { name, hits: hits + joined, misses, stale };
      }),
      skewMs,
    };
  }
}

function checkedFilter(game: GameId, wants: GameFilter["wants"]): GameFilter {
  const read = parseFilter(game, wants);
  if (read.ok) return read.filter;
  const reasons = read.problems.map(({ message }) => message).join("; ");
  throw new ActorError("rejected", "bad-filter", reasons);
}

function errorOf(end: PromiseSettledResult<unknown>): unknown {
  return end.status === "rejected" ? end.reason : undefined;
}

/** Trouble with the market as a whole, not with one title. */
function isCommon(error: unknown): boolean {
  if (error === undefined) return false;
  return !(error instanceof ActorError) || error.kind !== "rejected";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
