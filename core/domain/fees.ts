/**
 * What a sale costs and what it leaves, exactly. The seller pays a fraction of the price, at least
 * a minimum, rounded up to whole cents; the buyer pays nothing. A title may have a lower fee inside
 * a price band for a limited time.
 */

import type { FeeRule, ReducedFee } from "./market.ts";
import type { ExitKind, ExitPlan } from "./opportunity.ts";
import { mulDivCeil, mulDivFloor, PPM, ratioBps } from "./money.ts";

/** The fees one title may be sold under: the game's default and the title's own bands. */
export interface FeeSchedule {
  readonly fee: FeeRule;
  readonly reducedFees: readonly ReducedFee[];
}

/**
 * The rule for a sale at `sellCents` expected at `saleAtMs`: a reduced fee counts only when the
 * price lies in its band and it outlives the sale. Of several, the dearest, so that no promise
 * depends on the order of a list.
 */
export function feeRuleFor(schedule: FeeSchedule, sellCents: number, saleAtMs: number): FeeRule {
  let chosen: FeeRule | null = null;
  for (const reduced of schedule.reducedFees) {
    if (reduced.expiresAtMs <= saleAtMs) continue;
    if (sellCents < reduced.minPriceCents || sellCents > reduced.maxPriceCents) continue;
    if (chosen === null || isDearer(reduced, chosen)) chosen = reduced;
  }
  const rule = chosen ?? schedule.fee;
  return { feePpm: rule.feePpm, minFeeCents: rule.minFeeCents };
}

/** By fraction, then by minimum: one order for all prices, so that a band has a single rule. */
function isDearer(a: FeeRule, b: FeeRule): boolean {
  return a.feePpm === b.feePpm ? a.minFeeCents > b.minFeeCents : a.feePpm > b.feePpm;
}

/** max(minimum, ceil(sell · ppm / 1e6)). */
export function feeCents(rule: FeeRule, sellCents: number): number {
  return Math.max(rule.minFeeCents, mulDivCeil(sellCents, rule.feePpm, PPM));
}

/** What the seller receives; negative when the minimum fee exceeds the price. */
export function netCents(rule: FeeRule, sellCents: number): number {
  return sellCents - feeCents(rule, sellCents);
}

/** floor(profit · 10000 / buy): the return on the price paid. */
export function roiBps(profitCents: number, buyCents: number): number {
  return ratioBps(profitCents, buyCents);
}

/** Least price whose net is at least `wantedNetCents` under one rule; null under a fee of 100 %. */
function leastPriceUnder(rule: FeeRule, wantedNetCents: number): number | null {
  if (rule.feePpm >= PPM) return null;
  const byFraction = mulDivCeil(wantedNetCents, PPM, PPM - rule.feePpm);
  return Math.max(byFraction, wantedNetCents + rule.minFeeCents, 0);
}

/**
 * Least sale price that leaves at least `wantedNetCents` at `saleAtMs`, over all fee bands; null
 * when no price does. Inside one band the net never falls as the price rises, so the candidates are
 * each band's least price, moved up to the band's edge where it lies below it.
 */
function leastPriceFor(
  schedule: FeeSchedule,
  wantedNetCents: number,
  saleAtMs: number,
): number | null {
  if (schedule.reducedFees.length === 0) return leastPriceUnder(schedule.fee, wantedNetCents);
  const edges = new Set([0]);
  for (const reduced of schedule.reducedFees) {
    edges.add(reduced.minPriceCents).add(reduced.maxPriceCents + 1);
  }
  let least: number | null = null;
  const starts = [...edges].sort((a, b) => a - b);
  starts.forEach((from, index) => {
    const to = starts[index + 1] ?? Number.MAX_SAFE_INTEGER;
    const price = leastPriceUnder(feeRuleFor(schedule, from, saleAtMs), wantedNetCents);
    if (price === null) return;
    const inBand = Math.max(price, from);
    if (inBand < to && (least === null || inBand < least)) least = inBand;
  });
  return least;
}

/** Lowest sale price that loses nothing on `buyCents`; null when there is none. */
export function breakEvenCents(
  schedule: FeeSchedule,
  buyCents: number,
  saleAtMs: number,
): number | null {
  return leastPriceFor(schedule, buyCents, saleAtMs);
}

/** Lowest sale price that earns `minRoiBps` on `buyCents`; null when there is none. */
export function requiredExitCents(
  schedule: FeeSchedule,
  wanted: { readonly buyCents: number; readonly minRoiBps: number },
  saleAtMs: number,
): number | null {
  const net = mulDivCeil(wanted.buyCents, 10_000 + wanted.minRoiBps, 10_000);
  return leastPriceFor(schedule, net, saleAtMs);
}

/** Highest price to pay now for `netCents` later at no less than `minRoiBps`; never negative. */
export function maxBidCents(net: number, minRoiBps: number): number {
  return Math.max(0, mulDivFloor(net, 10_000, 10_000 + minRoiBps));
}

export interface ExitOptions {
  readonly kind: ExitKind;
  readonly buyCents: number;
  readonly exitCents: number;
  readonly schedule: FeeSchedule;
  readonly saleAtMs: number;
}

/** One way out with the fee rule its money was computed by. */
export interface PricedExit {
  readonly plan: ExitPlan;
  readonly rule: FeeRule;
}

/** The money of buying at one price and selling at another; null when no price would break even. */
export function priceExit(options: ExitOptions): PricedExit | null {
  const { kind, buyCents, exitCents, schedule, saleAtMs } = options;
  const breakEven = breakEvenCents(schedule, buyCents, saleAtMs);
  if (breakEven === null || buyCents < 1) return null;
  const rule = feeRuleFor(schedule, exitCents, saleAtMs);
  const fee = feeCents(rule, exitCents);
  const profitCents = exitCents - fee - buyCents;
  const plan = {
    kind,
    exitCents,
    feePpm: rule.feePpm,
    feeCents: fee,
    netCents: exitCents - fee,
    profitCents,
    roiBps: roiBps(profitCents, buyCents),
    breakEvenCents: breakEven,
  };
  return { plan, rule };
}

/** ROI per year over the days the money is bound (at least one); for ranking only. */
export function annualisedBps(roi: number, boundDays: number): number {
  return Math.floor(roi * 365 / Math.max(1, boundDays));
}
