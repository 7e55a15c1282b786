/**
 * At which price a resale can be expected to find its buyer. Buyers come one by one, at a rate that
 * is only known from how many came while someone was counting; those who paid more would have paid
 * less.
 */

import { bpsFloor } from "./money.ts";
import type { TradeRules } from "./rules.ts";

/** How many sales were seen, and over how many days everything that sold was seen. */
export interface SalesSeen {
  readonly count: number;
  readonly observedDays: number;
}

/**
 * The chance of at least one more sale within `horizonDays`: of Poisson arrivals whose rate has a
 * Jeffreys prior, so that it has the posterior Gamma(count + 1/2, observedDays). Between 0 and 1.
 */
export function saleChance({ count, observedDays }: SalesSeen, horizonDays: number): number {
  return 1 - (observedDays / (observedDays + horizonDays)) ** (count + 0.5);
}

/** Fewest sales over `observedDays` that promise another one in time, as surely as is wanted. */
export function neededSales(observedDays: number, rules: TradeRules): number {
  const { resaleDays, minSaleChance, minSalesAtPrice } = rules;
  const perSale = Math.log(observedDays / (observedDays + resaleDays));
  return Math.max(minSalesAtPrice, Math.ceil(Math.log(1 - minSaleChance) / perSale - 0.5));
}

export interface PaidPrices {
  /** Prices that were paid, sound ones only, in any order; to sellers of listings and into bids. */
  readonly paidCents: readonly number[];
  readonly observedDays: number;
  /** What one sells for usually. */
  readonly referenceCents: number;
}

/**
 * The most that as many sales reached as are needed, and never more than a little above the usual
 * price: the dearest of many sales met a buyer in a hurry. Null when there are too few sales at any
 * price.
 */
export function defensibleCents(paid: PaidPrices, rules: TradeRules): number | null {
  const needed = neededSales(paid.observedDays, rules);
  const reached = [...paid.paidCents].sort((a, b) => b - a)[needed - 1];
  if (reached === undefined) return null;
  return Math.min(reached, bpsFloor(paid.referenceCents, rules.maxExitOfReferenceBps));
}
