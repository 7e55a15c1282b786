/**
 * What a purchase really earns: sold into a bid that is there on arrival, or listed again and
 * watched for two weeks. The ledger decides, not a formula about prices.
 */

import { takesAsset } from "./bid_match.ts";
import type { BidLevel, TitleBook, Truth } from "./books.ts";
import type { Market } from "./market.ts";
import { FLAG, RESALE_BLOCKS } from "./offer_table.ts";
import { ARRIVAL_S, bidsOnArrival, playListing } from "./play.ts";
import { feeCents, feePpm } from "./seller_fee.ts";
import { assetAt } from "./wire.ts";

/** A price band [from, to) and the least return on the buying price promised in it. */
export interface BandPromise {
  readonly fromCents: number;
  readonly toCents: number;
  readonly minRoiBps: number;
}

/** The levels as the owner of the product named them. */
export const PROMISES: readonly BandPromise[] = [
  { fromCents: 50, toCents: 300, minRoiBps: 100 },
  { fromCents: 300, toCents: 1_000, minRoiBps: 500 },
  { fromCents: 1_000, toCents: 3_000, minRoiBps: 500 },
  { fromCents: 3_000, toCents: 10_000, minRoiBps: 1_000 },
  { fromCents: 10_000, toCents: 100_000, minRoiBps: 2_000 },
];

/** A listing bought now and a way to be rid of it. */
export interface Plan {
  readonly row: number;
  /** `list` is played at `exitCents`; `quick` takes whatever bid is there. */
  readonly kind: "quick" | "list";
  readonly exitCents: number;
  readonly nowS: number;
  /** Tells plays of the same plan apart; default 0. */
  readonly take?: number;
}

/** What the ledger shows afterwards; null figures mean that it did not sell. */
export interface Outcome {
  readonly soldAtS: number | null;
  readonly netCents: number | null;
  readonly roiBps: number | null;
}

const UNSOLD: Outcome = { soldAtS: null, netCents: null, roiBps: null };

/** Carries out a plan on a copy of the market. */
export function playPlan(market: Market, plan: Plan): Outcome {
  const { row, kind, exitCents, nowS } = plan;
  if (market.table.has(row, FLAG.stale)) return UNSOLD;
  const book = market.bookOf(row);
  if (kind === "quick") {
    const bid = bestOnArrival(market, row, nowS);
    const atS = nowS + ARRIVAL_S;
    return bid === null ? UNSOLD : settled(market, row, { priceCents: bid.priceCents, atS });
  }
  const soldAtS = playListing(market, book, { row, exitCents, nowS, take: plan.take ?? 0 });
  return soldAtS === null ? UNSOLD : settled(market, row, { priceCents: exitCents, atS: soldAtS });
}

function settled(
  market: Market,
  row: number,
  sale: { readonly priceCents: number; readonly atS: number },
): Outcome {
  const { game, title } = market.bookOf(row);
  const buyCents = market.table.price(row);
  const netCents = sale.priceCents - feeCents(market.game(game).fees, { title, ...sale });
  const roiBps = Math.floor(((netCents - buyCents) * 10_000) / buyCents);
  return { soldAtS: sale.atS, netCents, roiBps };
}

/** The best bid that takes this very asset and is still there when its seller comes. */
function bestOnArrival(market: Market, row: number, nowS: number): BidLevel | null {
  if (market.table.has(row, RESALE_BLOCKS)) return null;
  const asset = assetAt(market, row);
  const takers = bidsOnArrival(market, asset.book, nowS)
    .filter((bid) => takesAsset(bid, asset, market.seed));
  return takers.reduce<BidLevel | null>(
    (best, bid) => best === null || bid.priceCents > best.priceCents ? bid : best,
    null,
  );
}

/** What is promised, and how often it is tried. */
export interface TruthOptions {
  readonly nowS: number;
  readonly promises?: readonly BandPromise[];
  /** Plays of the listing; more than half must keep the promise. Odd; default 5. */
  readonly plays?: number;
}

/** The cheapest listing of others that is neither reserved nor locked; null when there is none. */
export function cheapestFree(market: Market, book: TitleBook, nowS: number): number | null {
  return book.rows.find((row) =>
    !market.table.has(row, FLAG.reserved | FLAG.own) && (market.table.unlockAtS[row] ?? 0) <= nowS
  ) ?? null;
}

/**
 * The truth about a title; null when nothing is free, its price lies in no band, or the title has
 * no hidden state and nothing was said about it.
 */
export function truthOf(market: Market, book: TitleBook, options: TruthOptions): Truth | null {
  if (book.hidden === null) return book.truth;
  const row = cheapestFree(market, book, options.nowS);
  const truth = row === null ? null : truthOfRow(market, row, options);
  if (truth === null) return null;
  return { ...truth, ...(book.label === null ? {} : { label: book.label }) };
}

/** The truth about buying one listing of a title with hidden state; null when it lies in no band. */
export function truthOfRow(market: Market, row: number, options: TruthOptions): RowTruth | null {
  const { nowS, promises = PROMISES, plays = 5 } = options;
  const buyCents = market.table.price(row);
  const band = promises.find(({ fromCents, toCents }) =>
    buyCents >= fromCents && buyCents < toCents
  );
  if (band === undefined) return null;
  const { minRoiBps } = band;
  const quick = playPlan(market, { row, kind: "quick", exitCents: 0, nowS });
  return {
    quick: quick.roiBps !== null && quick.roiBps >= minRoiBps,
    list: exitsFor(market, row, { minRoiBps, nowS }).some((exitCents) =>
      keepsPromise(market, { row, exitCents, minRoiBps, nowS, plays })
    ),
  };
}

/** Whether a purchase pays, by each way out. */
export interface RowTruth {
  readonly quick: boolean;
  readonly list: boolean;
}

/** A purchase listed again at a price of the seller's choice. */
export interface Resale {
  readonly row: number;
  readonly exitCents: number;
  readonly minRoiBps: number;
  readonly nowS: number;
  /** Plays of the listing; more than half must keep the promise. Odd. */
  readonly plays: number;
  /** First of the plays; default 0. Others are other futures of the same market. */
  readonly firstTake?: number;
}

/** True when more than half of the plays return the promised minimum. */
export function keepsPromise(market: Market, resale: Resale): boolean {
  const { row, exitCents, minRoiBps, nowS, plays, firstTake = 0 } = resale;
  let kept = 0;
  for (let i = 0; i < plays; i++) {
    const plan = { row, kind: "list", exitCents, nowS, take: firstTake + i } as const;
    const { roiBps } = playPlan(market, plan);
    if (roiBps !== null && roiBps >= minRoiBps) kept++;
    const isDecided = kept * 2 > plays || (kept + plays - i - 1) * 2 <= plays;
    if (isDecided) break;
  }
  return kept * 2 > plays;
}

/** The lowest exit prices that can keep a promise: at each fee that may apply. */
export function exitsFor(
  market: Market,
  row: number,
  promise: { readonly minRoiBps: number; readonly nowS: number },
): readonly number[] {
  const { game, title } = market.bookOf(row);
  const { fees } = market.game(game);
  const buyCents = market.table.price(row);
  const neededCents = Math.ceil((buyCents * (10_000 + promise.minRoiBps)) / 10_000);
  const fractions = [
    fees.defaultFee.fraction,
    ...fees.reducedFees.filter((fee) => fee.title === title).map(({ fraction }) => fraction),
  ];
  return fractions.map((fraction) => {
    const exitCents = Math.ceil((neededCents * 1_000_000) / (1_000_000 - feePpm(fraction)));
    return Math.max(exitCents, neededCents + fees.defaultFee.minAmount);
  });
}
