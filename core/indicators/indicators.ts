/**
 * Technical indicators over daily prices. The formulas are the library's; this is the one place
 * that knows it. Prices are cents, results are fractions of cents: for looking at, never for money.
 */

import { BollingerBands, EMA, MACD, RSI, SMA } from "trading-signals";
import type { SalesDay } from "@/core/domain/analysis/sales_days.ts";

export interface Indicators {
  /** Days with sales that went in, oldest first, and days left out because nobody looked. */
  readonly days: number;
  readonly gaps: number;
  /** Null where there are too few days. Means of the last 7 days with sales, simple and weighted. */
  readonly sma7: number | null;
  readonly ema7: number | null;
  /** Relative strength over 14 days by Wilder, 0 to 100; 100 when no day was cheaper than before. */
  readonly rsi14: number | null;
  /** Mean of 20 days and two standard deviations around it. */
  readonly bollinger20: {
    readonly lower: number;
    readonly middle: number;
    readonly upper: number;
  } | null;
  /** Mean of 12 days less that of 26, and its distance from its own mean of 9. */
  readonly macd: {
    readonly macd: number;
    readonly signal: number;
    readonly histogram: number;
  } | null;
}

/**
 * Indicators of the daily median prices. A day without sales has no price: it neither counts as a
 * price of zero nor repeats the one before.
 */
export function indicatorsOf(days: readonly SalesDay[]): Indicators {
  const prices = days.filter((day) => day.state === "sold").map((day) => day.medianCents);
  const sma = new SMA(7);
  const ema = new EMA(7);
  const rsi = new RSI(14);
  const bands = new BollingerBands(20, 2);
  const macd = new MACD(new EMA(12), new EMA(26), new EMA(9));
  for (const price of prices) {
    for (const indicator of [sma, ema, rsi, bands, macd]) indicator.add(price);
  }
  return {
    days: prices.length,
    gaps: days.filter(({ state }) => state === "gap").length,
    sma7: sma.isStable ? sma.getResult() : null,
    ema7: ema.isStable ? ema.getResult() : null,
    rsi14: rsi.isStable ? rsi.getResult() : null,
    bollinger20: bands.isStable ? bands.getResult() : null,
    macd: macd.isStable ? macd.getResult() : null,
  };
}
