/** What the seller pays, exactly: the rule of the market, not of its clients. */

import type { GameFees } from "./books.ts";

const MILLION = 1_000_000;

/** A sale whose fee is asked for. */
export interface FeeCase {
  readonly title: string;
  readonly priceCents: number;
  /** The moment of the sale, unix seconds. */
  readonly atS: number;
}

/** The fraction in parts per million: `"0.07"` is 70,000. */
export function feePpm(fraction: string): number {
  return Math.round(Number(fraction) * MILLION);
}

/** Fraction and least fee that apply to a sale. */
export function feeRule(fees: GameFees, sale: FeeCase): { ppm: number; minCents: number } {
  const { title, priceCents, atS } = sale;
  const reduced = fees.reducedFees.find((fee) =>
    fee.title === title && priceCents >= fee.minPrice && priceCents <= fee.maxPrice &&
    atS < fee.expiresAt
  );
  const { fraction, minAmount } = fees.defaultFee;
  return { ppm: feePpm(reduced?.fraction ?? fraction), minCents: minAmount };
}

/** Fee of a sale in cents, rounded up. */
export function feeCents(fees: GameFees, sale: FeeCase): number {
  const { ppm, minCents } = feeRule(fees, sale);
  return Math.max(minCents, Math.ceil((sale.priceCents * ppm) / MILLION));
}
