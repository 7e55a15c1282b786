/**
 * The state of a simulated market: titles, listings, bids, sales and fees of the games, with the
 * indexes that the routes need. It decides nothing; `generate.ts` and `scenario_load.ts` fill it,
 * `movement.ts` moves it.
 */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import type { BidLevel, GameBook, GameFees, SaleRow, TitleBook, Wire } from "./books.ts";
import { offerIdOf, offerKeyOf, uuidOf } from "./ids.ts";
import { FLAG, type NewOffer, OfferTable } from "./offer_table.ts";
import { PriceIndex } from "./price_index.ts";

/** Sales kept per title; the oldest go first. */
export const MAX_SALES_PER_TITLE = 500;

/** The documented default where a market has no fees of its own. */
export const ASSUMED_FEES: GameFees = {
  defaultFee: { fraction: "0.07", minAmount: 1 },
  reducedFees: [],
  assumed: true,
};

/** What a market starts from. */
export interface MarketOptions {
  readonly seed: number;
  /** The moment the market starts from, unix seconds. */
  readonly startS: number;
  /** Draws the sales before the start, newest first, when a title is first asked for them. */
  readonly drawSales?: (book: TitleBook) => SaleRow[];
}

/** A title before it has a place. */
export type NewTitle = Omit<TitleBook, "id" | "key" | "rows">;

/** A listing that carries its own wire form, price and `locked` apart. */
export interface RecordedOffer {
  readonly offerId: string;
  readonly wire: Wire;
  /** What is planted in it, not shown on the wire. */
  readonly labels: readonly string[];
}

/** One market: columns of listings, books of titles, and the indexes over both. */
export class Market {
  readonly seed: number;
  readonly startS: number;
  readonly table = new OfferTable();
  readonly titles: TitleBook[] = [];
  readonly games: ReadonlyMap<GameId, GameBook>;
  readonly #drawSales: (book: TitleBook) => SaleRow[];
  readonly #byTitle = new Map<string, TitleBook>();
  readonly #recorded = new Map<number, RecordedOffer>();
  readonly #recordedRows = new Map<string, number>();
  #version = 0;
  #nextSerial = 1;

  constructor(options: MarketOptions) {
    this.seed = options.seed;
    this.startS = options.startS;
    this.#drawSales = options.drawSales ?? (() => []);
    this.games = new Map(GAMES.map((game) => [game, {
      game,
      titles: [],
      index: new PriceIndex(this.table),
      fees: ASSUMED_FEES,
    }]));
  }

  /** Rises with every change of a listing: results gathered at one version hold at that version. */
  get version(): number {
    return this.#version;
  }

  takeSerial(): number {
    return this.#nextSerial++;
  }

  game(game: GameId): GameBook {
    const book = this.games.get(game);
    if (book === undefined) throw new RangeError(`No game ${game}`);
    return book;
  }

  title(game: GameId, title: string): TitleBook | undefined {
    return this.#byTitle.get(`${game} ${title}`);
  }

  /** Titles of a game whose name starts with `prefix`, whatever the case. */
  withPrefix(game: GameId, prefix: string): readonly TitleBook[] {
    const { titles } = this.game(game);
    const key = prefix.toLowerCase();
    let low = 0;
    let high = titles.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((titles[middle]?.key ?? "") < key) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (titles[end]?.key.startsWith(key)) end++;
    return titles.slice(low, end);
  }

  addTitle(fields: NewTitle): TitleBook {
    const book: TitleBook = {
      ...fields,
      id: this.titles.length,
      key: fields.title.toLowerCase(),
      rows: [],
    };
    this.titles.push(book);
    this.#byTitle.set(`${book.game} ${book.title}`, book);
    return book;
  }

  /** Takes a listing without indexing it; {@link seal} must follow. */
  stock(offer: NewOffer, recorded?: RecordedOffer): number {
    const row = this.table.add(offer);
    if (recorded !== undefined) {
      this.#recorded.set(row, recorded);
      this.#recordedRows.set(recorded.offerId, row);
    }
    return row;
  }

  /** Builds every index from what was stocked. */
  seal(): void {
    for (const book of this.titles) book.rows.length = 0;
    const byGame = new Map<GameId, number[]>(GAMES.map((game) => [game, []]));
    for (let row = 0; row < this.table.used; row++) {
      const book = this.bookOf(row);
      book.rows.push(row);
      byGame.get(book.game)?.push(row);
    }
    for (const book of this.titles) book.rows.sort((a, b) => this.table.compare(a, b));
    for (const [game, rows] of byGame) this.game(game).index.load(rows);
    for (const book of this.games.values()) book.titles.length = 0;
    const sorted = [...this.titles].sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
    for (const book of sorted) this.game(book.game).titles.push(book);
    this.#version++;
  }

  addOffer(offer: NewOffer, recorded?: RecordedOffer): number {
    const row = this.stock(offer, recorded);
    const book = this.bookOf(row);
    const position = book.rows.findIndex((other) => this.table.compare(other, row) > 0);
    book.rows.splice(position === -1 ? book.rows.length : position, 0, row);
    this.game(book.game).index.insert(row);
    this.#version++;
    return row;
  }

  removeOffer(row: number): void {
    const book = this.bookOf(row);
    this.game(book.game).index.remove(row);
    book.rows.splice(book.rows.indexOf(row), 1);
    const recorded = this.#recorded.get(row);
    if (recorded !== undefined) this.#recordedRows.delete(recorded.offerId);
    this.#recorded.delete(row);
    this.table.remove(row);
    this.#version++;
  }

  /** As live: a changed price is a new offer id of the same asset. */
  repriceOffer(row: number, priceCents: number): void {
    const serial = this.takeSerial();
    const offer = { ...this.table.at(row), priceCents, label: 0, serial };
    const recorded = this.#recorded.get(row);
    this.removeOffer(row);
    this.addOffer(
      offer,
      recorded && { ...recorded, offerId: uuidOf(this.seed, serial, 121) },
    );
  }

  setFlag(row: number, flag: number, on: boolean): void {
    const flags = this.table.flags[row] ?? 0;
    this.table.flags[row] = on ? flags | flag : flags & ~flag;
    this.#version++;
  }

  bookOf(row: number): TitleBook {
    const book = this.titles[this.table.titleId[row] ?? 0];
    if (book === undefined) throw new RangeError(`Row ${row} has no title`);
    return book;
  }

  recordedAt(row: number): RecordedOffer | undefined {
    return this.#recorded.get(row);
  }

  offerId(row: number): string {
    return this.#recorded.get(row)?.offerId ??
      offerIdOf({ row, serial: this.table.serial[row] ?? 0 }, this.seed);
  }

  /** The row of a live listing; null when there is none with this id (any more). */
  rowOf(offerId: string): number | null {
    const recorded = this.#recordedRows.get(offerId);
    if (recorded !== undefined) return recorded;
    const key = offerKeyOf(offerId, this.seed);
    if (key === null || !this.table.has(key.row, FLAG.live)) return null;
    return this.table.serial[key.row] === key.serial ? key.row : null;
  }

  /** Puts a bid into its place, the best first. */
  addBid(book: TitleBook, bid: BidLevel): void {
    book.bids = [...book.bids, bid].sort((a, b) => b.priceCents - a.priceCents);
  }

  /** Takes one unit off a bid, and the bid out of the book with its last one. */
  takeBid(book: TitleBook, bid: BidLevel): void {
    bid.amount--;
    book.bids = book.bids.filter(({ amount }) => amount > 0);
  }

  salesOf(book: TitleBook): readonly SaleRow[] {
    book.sales ??= this.#drawSales(book);
    return book.sales;
  }

  recordSale(book: TitleBook, sale: SaleRow): void {
    const sales = [sale, ...this.salesOf(book)];
    book.sales = sales.slice(0, MAX_SALES_PER_TITLE);
  }
}
