/**
 * What is read about one title before a decision: its cheapest listings, its bids, its last sales
 * and its fees. Each part is cached for as long as it stays worth something.
 */

import type {
  Bid,
  FeeRule,
  GameId,
  Offer,
  Sale,
  TitleEvidence,
  TitleLook,
} from "@/core/domain/market.ts";
import { type CacheReading, ReadCache } from "@/core/http/read_cache.ts";
import { formatUsd } from "@/core/domain/money.ts";
import { type OwnBook, withoutOwnBids, withoutOwnOffers } from "@/core/domain/own_book.ts";
import { ActorError, type Clock } from "@/core/kernel/mod.ts";
import type { OffersQuery, SalesQuery } from "@/core/market/dmarket/client.ts";
import type { BidBook } from "@/core/market/dmarket/book.ts";
import type { FeeList } from "@/core/market/dmarket/fees.ts";
import type { OffersPage, UnreadOffer } from "@/core/market/dmarket/offers.ts";
import { walkPages } from "@/core/market/dmarket/pages.ts";
import { type LastSales, MAX_SALES } from "@/core/market/dmarket/sales.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";
import { FeeLists, type FeeListsOptions, type FeesPort } from "./fee_lists.ts";
import type { GameBooks } from "./game_books.ts";

export interface EvidencePort extends FeesPort {
  offersPage(query: OffersQuery, call: CallOptions): Promise<OffersPage>;
  targetsByTitle(game: GameId, title: string, call: CallOptions): Promise<BidBook>;
  lastSales(query: SalesQuery, call: CallOptions): Promise<LastSales>;
}

export interface TitleQuery {
  readonly game: GameId;
  readonly title: string;
  /** Listings and bids no older than this; left out: as old as the cache allows. */
  readonly maxBookAgeMs?: number | undefined;
}

export interface LookQuery {
  readonly game: GameId;
  readonly title: string;
  /** What to read. */
  readonly bids: boolean;
  readonly sales: boolean;
}

/** A part of the book with the wall clock before it was read. */
interface Read<T> {
  readonly value: T;
  readonly readAtMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOAD_MS = 60_000;
const MAX_TITLES = 1_000;
/** As many as can be read while a book stays good, at the market's own limits; up to 50 kB each. */
const MAX_BOOKS = 300;

/** Exact listings that are enough to judge the cheapest one. */
const ENOUGH_ASKS = 5;
const MAX_ASKS = 100;
const MAX_BIDS = 500;
const PAGE_ROWS = 100;
/** A title that is the beginning of many others is given up after so many rows. */
const MAX_PAGES = 10;

/** Used while the fee list cannot be read: the most the market's terms allow. */
const FALLBACK_FEE: FeeRule = { feePpm: 100_000, minFeeCents: 1 };

export class EvidenceReader {
  readonly #client: EvidencePort;
  readonly #clock: Clock;
  readonly #asks: ReadCache<Read<readonly Offer[]>>;
  readonly #bids: ReadCache<Read<readonly Bid[]>>;
  readonly #sales: ReadCache<Read<readonly Sale[]>>;
  readonly #fees: FeeLists;
  readonly #own: GameBooks<OwnBook>;

  constructor(
    client: EvidencePort,
    own: GameBooks<OwnBook>,
    options: FeeListsOptions,
  ) {
    const { clock } = options;
    this.#client = client;
    this.#own = own;
    this.#clock = clock;
    this.#fees = new FeeLists(client, options);
    const book = { clock, maxEntries: MAX_BOOKS, ttlMs: 30_000, staleMs: MINUTE_MS };
    this.#asks = new ReadCache(book);
    this.#bids = new ReadCache(book);
    this.#sales = new ReadCache({
      clock,
      maxEntries: 2 * MAX_TITLES,
      ttlMs: 45 * MINUTE_MS,
      staleMs: 6 * HOUR_MS,
    });
  }

  /** Throws {@link ActorError} when the book or the sales cannot be read. */
  async read(query: TitleQuery, signal: AbortSignal): Promise<TitleEvidence> {
    const { game, title } = query;
    const [asks, bids, sales, fees] = await Promise.all([
      this.#readAsks(query, signal),
      this.#readBids(query, signal),
      this.#readSales(game, title, signal),
      this.#fees.of(game, signal),
    ]);
    return {
      title,
      readAtMs: Math.min(asks.readAtMs, bids.readAtMs),
      asks: asks.value,
      bids: bids.value,
      sales: sales.value,
      salesReadAtMs: sales.readAtMs,
      ...feesOf(title, fees),
    };
  }

  /** Throws {@link ActorError} when what is wanted cannot be read. */
  async look(query: LookQuery, signal: AbortSignal): Promise<TitleLook> {
    const { game, title } = query;
    const [bids, sales, fees] = await Promise.all([
      query.bids ? this.#readBids(query, signal) : null,
      query.sales ? this.#readSales(game, title, signal) : null,
      this.#fees.of(game, signal),
    ]);
    return {
      title,
      readAtMs: sales?.readAtMs ?? bids?.readAtMs ?? this.#clock.now(),
      bids: bids?.value ?? null,
      sales: sales?.value ?? null,
      ...feesOf(title, fees),
    };
  }

  readings(): Readonly<Record<"asks" | "bids" | "sales" | "fees", CacheReading>> {
    return {
      asks: this.#asks.reading(),
      bids: this.#bids.reading(),
      sales: this.#sales.reading(),
      fees: this.#fees.reading(),
    };
  }

  async #readAsks(query: TitleQuery, signal: AbortSignal): Promise<Read<readonly Offer[]>> {
    const { game, title, maxBookAgeMs: maxAgeMs } = query;
    const reading = this.#asks.get(`${game} ${title}`, signal, async (reading) => {
      const readAtMs = this.#clock.now();
      return { readAtMs, value: await this.#walkAsks(game, title, this.#call(reading)) };
    }, { maxAgeMs });
    const [own, { value, readAtMs }] = await Promise.all([this.#own.of(game, signal), reading]);
    return { readAtMs, value: withoutOwnOffers(value, own) };
  }

  /**
   * The route takes the beginning of a title, whatever its case: only exact titles are kept, and
   * pages are followed until there are enough of them. Where longer titles fill all of them, fewer
   * would pass for the whole book, so that it rejects (`too-many-pages`).
   */
  async #walkAsks(game: GameId, title: string, call: CallOptions): Promise<readonly Offer[]> {
    const exact = new Map<string, Offer>();
    const unread: UnreadOffer[] = [];
    const fetchPage = (cursor: string | null) =>
      this.#client.offersPage({ game, title, cursor, limit: PAGE_ROWS }, call);
    for await (const page of walkPages(fetchPage, MAX_PAGES)) {
      for (const offer of page.offers) {
        if (offer.title === title && exact.size < MAX_ASKS) exact.set(offer.offerId, offer);
      }
      unread.push(...page.unread.filter((one) => one.title === null || one.title === title));
      if ([...exact.values()].filter(isForSale).length >= ENOUGH_ASKS) break;
    }
    const asks = [...exact.values()].sort((a, b) => a.priceCents - b.priceCents);
    requireReadable(title, asks, unread);
    return asks;
  }

  async #readBids(query: TitleQuery, signal: AbortSignal): Promise<Read<readonly Bid[]>> {
    const { game, title, maxBookAgeMs: maxAgeMs } = query;
    const reading = this.#bids.get(`${game} ${title}`, signal, async (reading) => {
      const readAtMs = this.#clock.now();
      const { bids } = await this.#client.targetsByTitle(game, title, this.#call(reading));
      return { readAtMs, value: bids.slice(0, MAX_BIDS) };
    }, { maxAgeMs });
    const [own, { value, readAtMs }] = await Promise.all([this.#own.of(game, signal), reading]);
    return { readAtMs, value: withoutOwnBids(title, value, own) };
  }

  #readSales(
    game: GameId,
    title: string,
    signal: AbortSignal,
  ): Promise<Read<readonly Sale[]>> {
    return this.#sales.get(`${game} ${title}`, signal, async (reading) => {
      const readAtMs = this.#clock.now();
      const query = { game, title, limit: MAX_SALES };
      const { sales } = await this.#client.lastSales(query, this.#call(reading));
      return { readAtMs, value: sales.slice(0, MAX_SALES) };
    });
  }

  #call(signal: AbortSignal): CallOptions {
    return { signal, deadlineAtMs: this.#clock.monotonic() + LOAD_MS };
  }
}

function isForSale({ reserved }: Offer): boolean {
  return !reserved;
}

/**
 * What cannot be read is not bought, but it competes: a title is not judged by the listings that are
 * left when it may be among the cheapest. Throws {@link ActorError} `rejected unread-listing`.
 */
function requireReadable(
  title: string,
  asks: readonly Offer[],
  unread: readonly UnreadOffer[],
): void {
  const enoughCents = asks.filter(isForSale)[ENOUGH_ASKS - 1]?.priceCents ?? Infinity;
  const doubt = unread.find(({ priceCents }) => (priceCents ?? 0) <= enoughCents);
  if (doubt === undefined) return;
  const at = doubt.priceCents === null ? "" : ` at ${formatUsd(doubt.priceCents)}`;
  const message = `A listing that may be of "${title}"${at} cannot be read`;
  throw new ActorError("rejected", "unread-listing", message);
}

function feesOf(
  title: string,
  fees: FeeList | null,
): Pick<TitleEvidence, "fee" | "reducedFees"> {
  return {
    fee: fees?.standard ?? FALLBACK_FEE,
    reducedFees: fees?.reduced.get(title)?.slice(0, 100) ?? [],
  };
}
