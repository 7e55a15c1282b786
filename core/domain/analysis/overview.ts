/** A whole game at a glance, from the best prices of its titles. */

import type { GameId, Quote } from "@/core/domain/market.ts";
import { ratioBps } from "@/core/domain/money.ts";
import { medianCents } from "@/core/domain/sales.ts";

export interface MarketOverview {
  readonly game: GameId;
  readonly titles: number;
  /** Titles with a bid and an ask. */
  readonly twoSided: number;
  /** Titles somebody sells and nobody bids for, and the reverse. */
  readonly asksOnly: number;
  readonly bidsOnly: number;
  readonly asks: number;
  readonly bids: number;
  /** Median of the best asks, cents; null without any. */
  readonly medianAskCents: number | null;
  /** Median over two-sided titles of ask minus bid, basis points of the ask; null without any. */
  readonly medianSpreadBps: number | null;
  /** Two-sided titles whose best bid is at or above their best ask: stale or attribute-specific. */
  readonly crossed: number;
}

export function marketOverview(game: GameId, quotes: readonly Quote[]): MarketOverview {
  const has = (cents: number | null): cents is number => cents !== null && cents > 0;
  const asks = quotes.map((quote) => quote.bestAskCents).filter(has);
  const spreads: number[] = [];
  let bidsOnly = 0;
  let crossed = 0;
  for (const { bestAskCents, bestBidCents } of quotes) {
    if (!has(bestAskCents)) {
      bidsOnly += has(bestBidCents) ? 1 : 0;
      continue;
    }
    if (!has(bestBidCents)) continue;
    spreads.push(ratioBps(bestAskCents - bestBidCents, bestAskCents));
    crossed += bestBidCents >= bestAskCents ? 1 : 0;
  }
  return {
    game,
    titles: quotes.length,
    twoSided: spreads.length,
    asksOnly: asks.length - spreads.length,
    bidsOnly,
    asks: quotes.reduce((sum, { askCount }) => sum + askCount, 0),
    bids: quotes.reduce((sum, { bidCount }) => sum + bidCount, 0),
    medianAskCents: asks.length === 0 ? null : medianCents(asks),
    medianSpreadBps: spreads.length === 0 ? null : medianCents(spreads),
    crossed,
  };
}
