/** How surely something sells, as a score with its inputs shown. */

import type { SalesSummary } from "./sales.ts";

export interface LiquidityInputs {
  readonly sales7d: number;
  readonly daysToSell: number;
  /** Coefficient of variation of the sound sales; null counts as unstable. */
  readonly variation: number | null;
  /** Listings of the title. */
  readonly offers: number;
  readonly volume7dCents: number;
}

export interface Liquidity extends LiquidityInputs {
  /** 0 (never sells) to 100 (sells at once, at a steady price). */
  readonly score: number;
}

/** No title is expected to sell later than this; also what a title without sales gets. */
export const MAX_DAYS_TO_SELL = 365;

const WEIGHTS = { sales: 30, days: 25, stability: 20, competition: 15, volume: 10 } as const;

/** Weighted as the public bots do: sales 30, days to sell 25, stability 20, competition 15, volume 10. */
export function liquidity(inputs: LiquidityInputs): Liquidity {
  const parts = [
    WEIGHTS.sales * Math.min(1, inputs.sales7d / 20),
    WEIGHTS.days * Math.max(0, 1 - inputs.daysToSell / 30),
    WEIGHTS.stability * Math.max(0, 1 - (inputs.variation ?? 1)),
    WEIGHTS.competition * Math.max(0, 1 - inputs.offers / 100),
    WEIGHTS.volume * Math.min(1, inputs.volume7dCents / 100_000),
  ];
  return { ...inputs, score: Math.round(parts.reduce((sum, part) => sum + part, 0)) };
}

/** Days until a listing behind `offersBelow` cheaper ones finds its buyer. */
export function daysToSell(sales: SalesSummary, offersBelow: number): number {
  if (sales.offerVelocity <= 0) return MAX_DAYS_TO_SELL;
  return Math.min(MAX_DAYS_TO_SELL, (offersBelow + 1) / sales.offerVelocity);
}
