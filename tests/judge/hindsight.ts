/**
 * What was there to be found: every listing of a generated market, tried by each way out, with the
 * hidden state in sight. And what somebody would pick who knows that state, but not the future.
 */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import { type ExitKind, type LevelId, LEVELS } from "@/core/domain/opportunity.ts";
import { takesAsset } from "@/core/market/dmarket/sim/bid_match.ts";
import type { BidLevel } from "@/core/market/dmarket/sim/books.ts";
import type { Market } from "@/core/market/dmarket/sim/market.ts";
import { FLAG, RESALE_BLOCKS } from "@/core/market/dmarket/sim/offer_table.ts";
import { bidsOnArrival, lotOf } from "@/core/market/dmarket/sim/play.ts";
import { feeCents } from "@/core/market/dmarket/sim/seller_fee.ts";
import { assetAt } from "@/core/market/dmarket/sim/wire.ts";
import {
  type BandPromise,
  exitsFor,
  keepsPromise,
  PROMISES,
  truthOfRow,
} from "@/core/market/dmarket/sim/truth.ts";

/** One listing and one way out of it. */
export interface Way {
  readonly game: GameId;
  readonly level: LevelId;
  readonly kind: ExitKind;
  readonly offerId: string;
  readonly row: number;
  /** What was planted in its title; empty for nothing. */
  readonly label: string;
}

/** Ways by {@link wayKey}. */
export type Ways = ReadonlyMap<string, Way>;

export interface Hindsight {
  /** Ways out that kept the level's promise. */
  readonly paying: Ways;
  /** Ways out that an oracle without the future would have taken. */
  readonly foreseen: Ways;
}

export interface HindsightOptions {
  readonly nowS: number;
  /** Futures played; more than half must keep the promise. Odd. */
  readonly plays: number;
}

/** Futures that the oracle imagines. */
const IMAGINED = 15;
/** The first of them; those played for the truth come before. */
const IMAGINED_FROM = 1_000;
/** No crowd pays so much more than an item is worth within two weeks; spares futile plays. */
const FUTILE_FACTOR = 1.25;

export function wayKey(offerId: string, kind: ExitKind): string {
  return `${kind} ${offerId}`;
}

/** Tries every listing that anyone could buy now; of several that one bid takes, the cheapest. */
export function lookBack(market: Market, options: HindsightOptions): Hindsight {
  const paying = new Map<string, Way>();
  const foreseen = new Map<string, Way>();
  for (const game of GAMES) {
    for (const book of market.game(game).titles) {
      const arrival = lotsOf(bidsOnArrival(market, book, options.nowS));
      const now = lotsOf(book.bids.filter(({ fleeting, own }) => !fleeting && !own));
      for (const row of book.rows) {
        const band = bandOf(market, row, options.nowS);
        if (band === null) continue;
        const attempt = { ...options, ...band };
        const offerId = market.offerId(row);
        const about = { game, level: band.level, offerId, row, label: book.label ?? "" };
        const put = (ways: Map<string, Way>, kind: ExitKind) =>
          ways.set(wayKey(offerId, kind), { ...about, kind });
        if (takesLot(market, row, { attempt, lots: arrival })) put(paying, "quick");
        if (takesLot(market, row, { attempt, lots: now })) put(foreseen, "quick");
        if (futile(market, row, attempt)) continue;
        if (truthOfRow(market, row, options)?.list === true) put(paying, "list");
        if (foresees(market, row, attempt)) put(foreseen, "list");
      }
    }
  }
  return { paying, foreseen };
}

/** What is left of each bid. */
type Lots = Map<BidLevel, number>;

function lotsOf(bids: readonly BidLevel[]): Lots {
  return new Map(bids.map((bid) => [bid, bid.amount]));
}

/** Sells into the best bid left, if it pays. */
function takesLot(
  market: Market,
  row: number,
  { attempt, lots }: { readonly attempt: Attempt; readonly lots: Lots },
): boolean {
  const asset = assetAt(market, row);
  const { game, title } = asset.book;
  const open = [...lots].flatMap(([bid, left]) =>
    left > 0 && takesAsset(bid, asset, market.seed) ? [bid] : []
  );
  const best = open.toSorted((a, b) => b.priceCents - a.priceCents)[0];
  if (best === undefined) return false;
  const sale = { title, priceCents: best.priceCents, atS: attempt.nowS };
  const netCents = best.priceCents - feeCents(market.game(game).fees, sale);
  const neededCents = market.table.price(row) * (1 + attempt.minRoiBps / 10_000);
  if (netCents < neededCents) return false;
  lots.set(best, (lots.get(best) ?? 0) - 1);
  return true;
}

interface Band extends BandPromise {
  readonly level: LevelId;
}

/** The band of a listing that is neither reserved nor locked; null for any other. */
function bandOf(market: Market, row: number, nowS: number): Band | null {
  const { table } = market;
  if (table.has(row, FLAG.reserved | FLAG.own | FLAG.stale | RESALE_BLOCKS)) return null;
  if ((table.unlockAtS[row] ?? 0) > nowS) return null;
  const priceCents = table.price(row);
  const index = PROMISES.findIndex(({ fromCents, toCents }) =>
    priceCents >= fromCents && priceCents < toCents
  );
  const [promise, level] = [PROMISES[index], LEVELS[index]];
  return promise === undefined || level === undefined ? null : { ...promise, level };
}

type Attempt = Band & HindsightOptions;

function futile(market: Market, row: number, attempt: Attempt): boolean {
  const { hidden } = market.bookOf(row);
  if (hidden === null) return true;
  const worthCents = hidden.fairCents * lotOf(market, row, attempt.nowS).factor;
  return Math.min(...exitsFor(market, row, attempt)) > worthCents * FUTILE_FACTOR;
}

function foresees(market: Market, row: number, { minRoiBps, nowS }: Attempt): boolean {
  const imagined = { row, minRoiBps, nowS, plays: IMAGINED, firstTake: IMAGINED_FROM };
  return exitsFor(market, row, { minRoiBps, nowS }).some((exitCents) =>
    keepsPromise(market, { ...imagined, exitCents })
  );
}
