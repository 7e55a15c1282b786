/** Whether prices slide, by the straight line through the logarithms of what was paid. */

import type { TradeRules } from "./rules.ts";

const WEEK_DAYS = 7;
/** Fewest sales whose line tells a slide from noise. */
const LEAST_SALES = 6;
/** No line is surer than one through sales that differ by this much, relative. */
const LEAST_NOISE = 0.002;
/** How many standard errors flatter than the line the slide may be: 95 of 100 are steeper. */
const DOUBT_ERRORS = 2;

export interface Slide {
  /** The newest end of the line over its oldest, basis points; null where prices may not slide. */
  readonly slideBps: number | null;
  /** What a week leaves of a price at the flattest slope that the sales allow; null with it. */
  readonly slideWeekBps: number | null;
  /** What is left of the price when the next buyer comes; not rounded, null with it. */
  readonly nextBuyerCents: number | null;
}

const NONE: Slide = { slideBps: null, slideWeekBps: null, nextBuyerCents: null };

/**
 * Least squares, newest first; `ages` in days, `perDay` sales expected a day. Null unless even the
 * flattest line that the sales allow falls, and the newer half falls at half its pace or more: a step
 * down that is over is no slide.
 */
export function slideOf(
  prices: readonly number[],
  ages: readonly number[],
  perDay: number,
): Slide {
  if (prices.length < LEAST_SALES) return NONE;
  const logs = prices.map((price) => Math.log(Math.max(1, price)));
  const all = lineOf(logs, ages);
  const half = Math.ceil(logs.length / 2);
  const newer = lineOf(logs.slice(0, half), ages.slice(0, half));
  if (all === null || newer === null || newer.slope > all.slope / 2) return NONE;
  const flattest = all.slope + DOUBT_ERRORS * all.error;
  if (flattest >= 0) return NONE;
  const spanDays = Math.max(...ages) - Math.min(...ages);
  return {
    slideBps: Math.floor(10_000 * Math.exp(all.slope * spanDays)),
    slideWeekBps: Math.floor(10_000 * Math.exp(flattest * WEEK_DAYS)),
    nextBuyerCents: Math.exp(all.logNow + all.slope / perDay),
  };
}

interface Line {
  /** Change of the logarithm per day, and its standard error. */
  readonly slope: number;
  readonly error: number;
  /** The logarithm at age zero. */
  readonly logNow: number;
}

/** Null where all are of the same age. */
function lineOf(logs: readonly number[], ages: readonly number[]): Line | null {
  const [middleLog, middleAge] = [mean(logs), mean(ages)];
  let square = 0;
  let product = 0;
  ages.forEach((age, i) => {
    square += (age - middleAge) ** 2;
    product += (middleAge - age) * ((logs[i] ?? 0) - middleLog);
  });
  if (square === 0) return null;
  const slope = product / square;
  const misses = logs.reduce(
    (sum, log, i) => sum + (log - middleLog - slope * (middleAge - (ages[i] ?? 0))) ** 2,
    0,
  );
  const noise = Math.max(LEAST_NOISE, Math.sqrt(misses / Math.max(1, logs.length - 2)));
  return { slope, error: noise / Math.sqrt(square), logNow: middleLog + slope * middleAge };
}

/** True when prices surely fall so fast that a resale has no time to wait. */
export function isSliding({ slideWeekBps }: Slide, rules: TradeRules): boolean {
  return slideWeekBps !== null && slideWeekBps < rules.slidingWeekBps;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
