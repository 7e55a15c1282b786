/**
 * DMarket's read operations, typed in and out. The client holds no key: whatever hands out permits
 * and signatures is passed in.
 */

import type { GameFilter } from "@/core/domain/filters/filter.ts";
import type { GameId, Sale } from "@/core/domain/market.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { AccountReads } from "./account_reads.ts";
import type { PriceBand } from "./bands.ts";
import { type BidBook, readBidBook } from "./book.ts";
import { encodeQuery, encodeTitleSegment } from "./encoding.ts";
import { type FeeList, MAX_REDUCED_FEES, readFees } from "./fees.ts";
import { type OffersPage, readOffersPage } from "./offers.ts";
import { requireNew } from "./pages.ts";
import { MAX_QUOTES, type QuotesPage, readQuotesPage } from "./quotes.ts";
import { type LastSales, MAX_SALES, readLastSales } from "./sales.ts";
import {
  checkedCursor,
  checkedFilters,
  requireBand,
  requireOneOf,
  requireRange,
} from "./questions.ts";
import { type CallOptions, Transport, type TransportOptions } from "./transport.ts";
import type { TransportReading } from "./transport.ts";
import { treeFiltersOf } from "./tree_filters.ts";
import { mostlyRead, readButForFew, WireAudit } from "./wire.ts";

export interface OffersQuery {
  readonly game: GameId;
  /** Left out: any price. */
  readonly band?: PriceBand;
  /** A prefix, whatever its case: other titles may come back with it. */
  readonly title?: string;
  /** Of the same game; sent as far as the market has such filters, and matched here again. */
  readonly filter?: GameFilter | undefined;
  readonly cursor?: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

export interface QuotesQuery {
  readonly game: GameId;
  /** At most 100; left out: every title of the game. */
  readonly titles?: readonly string[];
  readonly cursor?: string | null;
  /** 1 to 1,000. */
  readonly limit: number;
}

export interface SalesQuery {
  readonly game: GameId;
  readonly title: string;
  readonly side?: Sale["side"];
  /** In the market's grammar, such as `phase[]=phase-1,float[]=2`; not matched again. */
  readonly filters?: string;
  /** Sales that are passed over, newest first. */
  readonly offset?: number;
  /** 1 to 20. */
  readonly limit: number;
}

export interface FeesQuery {
  readonly game: GameId;
  /** Left out: offers on the market itself. */
  readonly offerType?: typeof OFFER_TYPES[number];
  /** Reduced fees that are passed over. */
  readonly offset?: number;
  /** 1 to 100,000; left out: the whole list in one answer. */
  readonly limit?: number;
}

export interface ClientReading extends TransportReading {
  readonly unknownFields: Readonly<Record<string, number>>;
  readonly refusedRows: Readonly<Record<string, number>>;
}

const OFFER_TYPES = ["dmarket", "p2p"] as const;
const MAX_TITLES = 100;
const MAX_SALES_OFFSET = 1_000_000;
/** The whole fee list is about 2 MB. */
const FEES_TIMEOUT_MS = 30_000;

/** The specification names games in this path by words, live clients use the ids. */
const OTHER_GAME_NAMES: Readonly<Record<GameId, string>> = {
  a8db: "csgo",
  "9a92": "dota2",
  tf2: "tf2",
  rust: "rust",
};

/**
 * Every method throws what {@link Transport.read} throws, and {@link ActorError} `rejected` with
 * `unexpected-shape` for a body that is not what was asked for or has too many odd rows, `cursor-repeats` for a page that
 * leads back to itself, or `bad-query` for a question the API would refuse.
 */
export class DmarketClient {
  readonly account: AccountReads;
  readonly #transport: Transport;
  readonly #now: () => number;
  readonly #audit = new WireAudit();
  /** Games whose targets are found under the other name. */
  readonly #renamedGames = new Set<GameId>();

  constructor(options: TransportOptions) {
    this.#transport = new Transport(options);
    this.#now = () => options.clock.now();
    const [transport, audit] = [this.#transport, this.#audit];
    this.account = new AccountReads({ transport, audit, now: this.#now });
  }

  /** Listings, cheapest first. */
  async offersPage(query: OffersQuery, call: CallOptions): Promise<OffersPage> {
    const { game, band, title, filter, cursor, limit } = query;
    requireRange("limit", limit, { from: 1, to: 100 });
    if (band !== undefined) requireBand(band);
    const body = await this.#transport.read({
      name: "offers",
      query: encodeQuery({
        gameId: game,
        title: title ?? null,
        treeFilters: filter === undefined ? null : treeFiltersOf(filter).treeFilters,
        priceFrom: band?.fromCents ?? null,
        priceTo: band === undefined ? null : band.toCents - 1,
        orderBy: "price",
        orderDir: "asc",
        limit,
        cursor: checkedCursor(cursor),
      }),
    }, call);
    const context = { game, readAtMs: this.#now(), filter };
    const read = readOffersPage(body, context, this.#audit);
    const page = readButForFew("offers", read, read.offers.length + read.leftOut);
    requireNew(page.cursor, page.cursor === cursor);
    return page;
  }

  /** Best bid, best ask and depth, by titles or of a whole game. */
  async quotesPage(query: QuotesQuery, call: CallOptions): Promise<QuotesPage> {
    const { game, titles, cursor, limit } = query;
    requireRange("limit", limit, { from: 1, to: MAX_QUOTES });
    if (titles !== undefined) requireRange("titles", titles.length, { from: 1, to: MAX_TITLES });
    const filter = titles === undefined ? { game } : { game, titles };
    const body = await this.#transport.read({
      name: "aggregatedPrices",
      body: JSON.stringify({ filter, limit: String(limit), cursor: checkedCursor(cursor) ?? "" }),
    }, call);
    const read = readQuotesPage(body, this.#audit);
    const page = readButForFew("aggregated-prices", read, read.quotes.length);
    requireNew(page.cursor, page.cursor === cursor);
    return page;
  }

  /** Buy orders of one title. A 404 is asked once more under the game's other name. */
  async targetsByTitle(game: GameId, title: string, call: CallOptions): Promise<BidBook> {
    const first = this.#renamedGames.has(game) ? OTHER_GAME_NAMES[game] : game;
    const second = first === game ? OTHER_GAME_NAMES[game] : game;
    try {
      return await this.#targets(first, title, call);
    } catch (error) {
      const isElsewhere = error instanceof ActorError && error.code === "not-found" &&
        first !== second;
      if (!isElsewhere) throw error;
    }
    const book = await this.#targets(second, title, call);
    if (second === game) this.#renamedGames.delete(game);
    else this.#renamedGames.add(game);
    return book;
  }

  async #targets(gameName: string, title: string, call: CallOptions): Promise<BidBook> {
    const segments = [gameName, encodeTitleSegment(title)];
    const body = await this.#transport.read({ name: "targetsByTitle", segments }, call);
    const book = readBidBook(body, title, this.#audit);
    return readButForFew("targets-by-title", book, book.bids.length);
  }

  async lastSales(query: SalesQuery, call: CallOptions): Promise<LastSales> {
    const { game, title, side, filters, offset, limit } = query;
    requireRange("limit", limit, { from: 1, to: MAX_SALES });
    if (offset !== undefined) requireRange("offset", offset, { from: 0, to: MAX_SALES_OFFSET });
    const body = await this.#transport.read({
      name: "lastSales",
      query: encodeQuery({
        gameId: game,
        title,
        filters: checkedFilters("filters", filters),
        txOperationType: side === undefined ? null : side === "offer" ? "Offer" : "Target",
        limit,
        offset: offset ?? null,
      }),
    }, call);
    const read = readLastSales(body, this.#audit);
    return readButForFew("last-sales", read, read.sales.length);
  }

  async customizedFees(query: FeesQuery, call: CallOptions): Promise<FeeList> {
    const { game, offerType = "dmarket", offset, limit = MAX_REDUCED_FEES } = query;
    requireOneOf("offerType", offerType, OFFER_TYPES);
    requireRange("limit", limit, { from: 1, to: MAX_REDUCED_FEES });
    if (offset !== undefined) requireRange("offset", offset, { from: 0, to: MAX_REDUCED_FEES });
    const asked = encodeQuery({ gameId: game, offerType, limit, offset: offset ?? null });
    const request = {
      name: "customizedFees",
      query: asked,
      timeoutMs: FEES_TIMEOUT_MS,
    } as const;
    const fees = readFees(await this.#transport.read(request, call), this.#audit);
    const rows = [...fees.reduced.values()].reduce((sum, ofTitle) => sum + ofTitle.length, 0);
    return mostlyRead("customized-fees", fees, rows);
  }

  reading(): ClientReading {
    return {
      ...this.#transport.reading(),
      unknownFields: this.#audit.unknownFields,
      refusedRows: this.#audit.refusedRows,
    };
  }
}
