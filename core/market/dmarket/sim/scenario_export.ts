/** A scenario out of a market: what the routes would show at one moment, and the truth about it. */

import { GAMES } from "@/core/domain/market.ts";
import type { BidLevel, GameBook, TitleBook, Truth, Wire } from "./books.ts";
import { labelsOfOffer, labelsOfTitle } from "./drawn_labels.ts";
import { OURS } from "./labels.ts";
import type { Market } from "./market.ts";
import { SCENARIO_FORMAT } from "./scenario.ts";
import { bidWire, isoOf, offerWire, saleWire } from "./wire.ts";

/** What goes into the file. */
export interface ExportOptions {
  /** The moment to show, unix seconds. */
  readonly nowS: number;
  /** Newest sales kept per title; default 40. */
  readonly salesPerTitle?: number;
  /** What is known about a title; default: what it was loaded with, and its label. */
  readonly truthOf?: (book: TitleBook) => Truth | null;
}

/** A `marketd-scenario/1` document, ready for JSON. */
export function exportScenario(market: Market, options: ExportOptions): Wire {
  const games = GAMES.map((id) => market.game(id)).filter(({ titles }) => titles.length > 0);
  return {
    format: SCENARIO_FORMAT,
    seed: market.seed,
    now: isoOf(options.nowS),
    games: Object.fromEntries(games.map((book) => [book.game, gameOf(market, book, options)])),
  };
}

function gameOf(market: Market, { fees, titles }: GameBook, options: ExportOptions): Wire {
  const { assumed, ...rest } = fees;
  return {
    fees: assumed ? fees : rest,
    // In the order of their making, which is also the order of equal prices.
    titles: [...titles].sort((a, b) => a.id - b.id).map((book) => titleOf(market, book, options)),
  };
}

function titleOf(market: Market, book: TitleBook, options: ExportOptions): Wire {
  const { nowS, salesPerTitle = 40, truthOf = knownTruth } = options;
  const truth = truthOf(book);
  const sales = market.salesOf(book).slice(0, salesPerTitle);
  return {
    title: book.title,
    ...labelled(labelsOfTitle(market, book)),
    offers: [...book.rows]
      .sort((a, b) => (market.table.serial[a] ?? 0) - (market.table.serial[b] ?? 0))
      .map((row) => ({
        ...offerWire(market, row, nowS),
        ...labelled(labelsOfOffer(market, row)),
      })),
    targets: book.bids.map((bid) => {
      const { title: _, ...row } = bidWire(market, book, bid);
      return { ...row, ...labelled(labelsOfBid(bid)) };
    }),
    sales: sales.map((sale) => saleWire(market, book, sale)),
    ...(book.aggregate === null ? {} : { aggregated: book.aggregate }),
    ...(truth === null ? {} : { truth }),
  };
}

function labelsOfBid({ fleeting, own }: BidLevel): readonly string[] {
  return [...(fleeting ? ["fleeting-bid"] : []), ...(own ? [OURS] : [])];
}

function labelled(labels: readonly string[]): Wire {
  return labels.length === 0 ? {} : { labels };
}

function knownTruth(book: TitleBook): Truth | null {
  return book.truth ?? (book.label === null ? null : { label: book.label });
}
