/**
 * Best prices and counts of every title, as `aggregated-prices` shows them: straight from the
 * books while the market stands still, and up to a minute old once it moves.
 */

import type { TitleBook } from "./books.ts";
import type { Market } from "./market.ts";

/** Best prices in cents and units offered and wanted. */
export interface Aggregate {
  /** 0 when there is none. */
  readonly bestBidCents: number;
  readonly bidCount: number;
  readonly bestAskCents: number;
  readonly askCount: number;
}

/** Every bid counts, whatever it asks for, and every listing, whoever has reserved it. */
function aggregateOf(market: Market, book: TitleBook): Aggregate {
  const lowest = book.rows[0];
  return {
    bestBidCents: book.bids.reduce((top, bid) => Math.max(top, bid.priceCents), 0),
    bidCount: book.bids.reduce((sum, bid) => sum + bid.amount, 0),
    bestAskCents: lowest === undefined ? 0 : market.table.price(lowest),
    askCount: book.rows.length,
  };
}

/** The aggregates of a market: live until {@link Aggregates.take} is first called. */
export class Aggregates {
  readonly #market: Market;
  #taken: readonly Aggregate[] = [];

  constructor(market: Market) {
    this.#market = market;
  }

  of(book: TitleBook): Aggregate {
    return this.#taken[book.id] ?? aggregateOf(this.#market, book);
  }

  /** From now on {@link of} answers what the books say at this moment. */
  take(): void {
    this.#taken = this.#market.titles.map((book) => aggregateOf(this.#market, book));
  }
}
