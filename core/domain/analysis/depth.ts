/** What stands in a book: lots near the best price of each side, and the spread between them. */

import { isFree } from "@/core/domain/book.ts";
import type { TitleEvidence } from "@/core/domain/market.ts";
import { bpsCeil, bpsFloor, ratioBps } from "@/core/domain/money.ts";

export interface SideDepth {
  readonly bestCents: number | null;
  /** Lots at the best price. */
  readonly bestLots: number;
  /** Lots within the band around the best price, and the sum of their prices in cents. */
  readonly bandLots: number;
  readonly bandCents: number;
}

export interface Depth {
  /** Width of the band, basis points of the best price. */
  readonly bandBps: number;
  readonly asks: SideDepth;
  /** Bids that any asset of the title satisfies. */
  readonly bids: SideDepth;
  /** Bids that ask for a float, phase or seed; none of the above. */
  readonly choosyBidLots: number;
  /** Best ask minus best bid, cents and basis points of the ask; null without both sides. */
  readonly spreadCents: number | null;
  readonly spreadBps: number | null;
}

const BAND_BPS = 500;

/** Asks that can be bought now against bids that take any asset, `bandBps` deep. */
export function depthOf(
  { asks, bids }: Pick<TitleEvidence, "asks" | "bids">,
  { nowMs, bandBps = BAND_BPS }: { readonly nowMs: number; readonly bandBps?: number },
): Depth {
  const free = asks.filter((ask) => isFree(ask, nowMs))
    .map(({ priceCents }) => ({ priceCents, lots: 1 }));
  const generic = bids.filter(({ wants }) => Object.values(wants).every((wish) => wish === null));
  const wanted = generic.map(({ priceCents, amount }) => ({ priceCents, lots: amount }));
  const bestAsk = free.length === 0 ? null : Math.min(...free.map((one) => one.priceCents));
  const bestBid = wanted.length === 0 ? null : Math.max(...wanted.map((one) => one.priceCents));
  const spreadCents = bestAsk === null || bestBid === null ? null : bestAsk - bestBid;
  return {
    bandBps,
    asks: sideOf(free, bestAsk, (cents, best) => cents <= bpsCeil(best, 10_000 + bandBps)),
    bids: sideOf(wanted, bestBid, (cents, best) => cents >= bpsFloor(best, 10_000 - bandBps)),
    choosyBidLots: bids.filter((bid) => !generic.includes(bid))
      .reduce((sum, { amount }) => sum + amount, 0),
    spreadCents,
    spreadBps: spreadCents === null || bestAsk === null || bestAsk < 1
      ? null
      : ratioBps(spreadCents, bestAsk),
  };
}

interface Lots {
  readonly priceCents: number;
  readonly lots: number;
}

function sideOf(
  levels: readonly Lots[],
  bestCents: number | null,
  isNear: (cents: number, best: number) => boolean,
): SideDepth {
  if (bestCents === null) return { bestCents, bestLots: 0, bandLots: 0, bandCents: 0 };
  const lotsOf = (some: readonly Lots[]) => some.reduce((sum, { lots }) => sum + lots, 0);
  const near = levels.filter(({ priceCents }) => isNear(priceCents, bestCents));
  return {
    bestCents,
    bestLots: lotsOf(levels.filter(({ priceCents }) => priceCents === bestCents)),
    bandLots: lotsOf(near),
    bandCents: near.reduce((sum, { priceCents, lots }) => sum + priceCents * lots, 0),
  };
}
