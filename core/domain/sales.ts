/** What past sales say: a price to expect, how often it sells, and whether someone is pushing it. */

import type { AssetClass, Sale } from "./market.ts";
import { floorDiv, mulDivFloor } from "./money.ts";
import { DAY_MS, type TradeRules } from "./rules.ts";

/** Scales the median absolute deviation to the standard deviation of normal noise. */
const MAD_SCALE = 1.4826;
const WEEK_DAYS = 7;
/** Fewest sales whose quarters tell a slide from noise. */
const SLIDE_SALES = 8;
/** The market's page of last sales; a full one may hide more. */
const FULL_PAGE = 20;

export interface SalesSummary {
  /** Median of the newest sound sales to buyers; null when there is none. */
  readonly referenceCents: number | null;
  /** Sales that the reference is the median of. */
  readonly referenceCount: number;
  /** Sales to buyers of listings inside the window, and how many of them were outliers or spikes. */
  readonly askSideCount: number;
  readonly droppedCount: number;
  /** Prices above {@link TradeRules.spikeBps} of their moving average. */
  readonly spikeCount: number;
  /** Median of the newest sales over that of the older ones, basis points; null without both. */
  readonly riseBps: number | null;
  /** The newest sales lie so far below all of them that only the newest quarter counts. */
  readonly isFallen: boolean;
  /** Median of the newest quarter over that of the oldest while every quarter falls; else null. */
  readonly slideBps: number | null;
  /** Sales of seven days, both sides; extrapolated when one full page lies within them. */
  readonly sales7d: number;
  /** Sales within {@link TradeRules.steadyDays}, both sides; at most a page shows. */
  readonly steadySales: number;
  /** Days since the newest sale, and since the newest to a buyer of a listing; null without one. */
  readonly newestDays: number | null;
  readonly newestAskSideDays: number | null;
  /** Sales per day by side, over the window or the span that a full page covers. */
  readonly offerVelocity: number;
  readonly targetVelocity: number;
  /** Standard deviation over mean of the sound sales; null below two. */
  readonly variation: number | null;
}

/** Exact middle of a list; the lower of two rounded down to whole cents. Throws on an empty list. */
export function medianCents(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  if (upper === undefined) throw new RangeError("Cannot take the median of no values");
  if (sorted.length % 2 === 1) return upper;
  const lower = sorted[(sorted.length >> 1) - 1] ?? upper;
  return floorDiv(lower + upper, 2);
}

/**
 * Sales of assets that a buyer would take for this one. A title with phases sells them at very
 * different prices, so that a sale whose phase is not known tells nothing about a phased asset.
 */
export function comparableSales(sales: readonly Sale[], asset: AssetClass): readonly Sale[] {
  return asset.phase === null ? sales : sales.filter((sale) => sale.phase === asset.phase);
}

/** Sums up comparable sales as seen at `nowMs`; the order of `sales` does not matter. */
export function summariseSales(
  sales: readonly Sale[],
  nowMs: number,
  rules: TradeRules,
): SalesSummary {
  const newestFirst = [...sales]
    .filter((sale) => nowMs - sale.soldAtMs <= rules.salesWindowDays * DAY_MS)
    .sort((a, b) => b.soldAtMs - a.soldAtMs);
  const askSide = newestFirst.filter((sale) => sale.side === "offer");
  const prices = askSide.map((sale) => sale.priceCents);
  const spikes = spikeFlags(prices, rules);
  const bounds = outlierBounds(prices, rules);
  const sound = prices.filter((price, i) =>
    spikes[i] !== true && price >= bounds.lowest && price <= bounds.highest
  );
  const fallen = isFallen(prices, rules);
  const reference = referenceOf(sound, fallen ? prices : null, rules);
  const [newest] = newestFirst;
  const [newestAskSide] = askSide;
  return {
    ...reference,
    askSideCount: prices.length,
    droppedCount: prices.length - sound.length,
    spikeCount: spikes.filter(Boolean).length,
    riseBps: riseBps(prices, rules),
    isFallen: fallen,
    slideBps: slideBps(prices, rules),
    sales7d: sales7d(newestFirst, nowMs),
    steadySales: newestFirst.filter((sale) => ageDays(sale, nowMs) <= rules.steadyDays).length,
    newestDays: newest === undefined ? null : ageDays(newest, nowMs),
    newestAskSideDays: newestAskSide === undefined ? null : ageDays(newestAskSide, nowMs),
    offerVelocity: velocity(newestFirst, "offer", { nowMs, windowDays: rules.salesWindowDays }),
    targetVelocity: velocity(newestFirst, "target", { nowMs, windowDays: rules.salesWindowDays }),
    variation: variation(sound),
  };
}

/**
 * Median of the newest sound sales. In a fallen market (`fallen`: all prices, outliers included,
 * because there the newest sales are the outliers) the newest quarter may only lower it.
 */
function referenceOf(
  sound: readonly number[],
  fallen: readonly number[] | null,
  rules: TradeRules,
): Pick<SalesSummary, "referenceCents" | "referenceCount"> {
  const used = sound.slice(0, rules.referenceSales);
  if (used.length === 0) return { referenceCents: null, referenceCount: 0 };
  const usual = medianCents(used);
  if (fallen === null) return { referenceCents: usual, referenceCount: used.length };
  const quarter = medianCents(fallen.slice(0, Math.ceil(fallen.length / 4)));
  return { referenceCents: Math.min(usual, quarter), referenceCount: used.length };
}

interface Bounds {
  readonly lowest: number;
  readonly highest: number;
}

/** Prices outside these are outliers: too many scaled median absolute deviations off the median. */
function outlierBounds(prices: readonly number[], rules: TradeRules): Bounds {
  if (prices.length === 0) return { lowest: 0, highest: 0 };
  const median = medianCents(prices);
  const deviation = medianCents(prices.map((price) => Math.abs(price - median)));
  const allowed = deviation === 0
    ? mulDivFloor(median, rules.outlierFallbackBps, 10_000)
    : rules.outlierDeviations * MAD_SCALE * deviation;
  return { lowest: median - allowed, highest: median + allowed };
}

/** Marks prices above their moving average: of the sale and those before it, newest first. */
function spikeFlags(prices: readonly number[], rules: TradeRules): readonly boolean[] {
  return prices.map((price, i) => {
    const start = Math.max(0, Math.min(i, prices.length - rules.spikeWindow));
    const window = prices.slice(start, start + rules.spikeWindow);
    const sum = window.reduce((total, value) => total + value, 0);
    return price * window.length * 10_000 > sum * rules.spikeBps;
  });
}

function isFallen(prices: readonly number[], rules: TradeRules): boolean {
  if (prices.length === 0) return false;
  const newest = medianCents(prices.slice(0, rules.referenceSales));
  return newest * 10_000 < medianCents(prices) * rules.fallenBps;
}

/** A step down is over when it is done; a slide, quarter below quarter, goes on. */
function slideBps(prices: readonly number[], rules: TradeRules): number | null {
  if (prices.length < SLIDE_SALES) return null;
  const size = prices.length / 4;
  const medians = [0, 1, 2, 3].map((i) =>
    medianCents(prices.slice(Math.round(i * size), Math.round((i + 1) * size)))
  );
  const [newest = 0, next = 0, , oldest = 0] = medians;
  const falls = medians.every((price, i) => i === 0 || price > (medians[i - 1] ?? 0));
  const isOn = falls && newest * 10_000 < next * rules.stillSlidingBps;
  return isOn ? mulDivFloor(newest, 10_000, oldest) : null;
}

function riseBps(prices: readonly number[], rules: TradeRules): number | null {
  const newest = prices.slice(0, rules.referenceSales);
  const older = prices.slice(rules.referenceSales);
  if (newest.length < rules.referenceSales || older.length < rules.minReferenceSales) return null;
  const base = medianCents(older);
  return base < 1 ? null : mulDivFloor(medianCents(newest), 10_000, base);
}

function sales7d(newestFirst: readonly Sale[], nowMs: number): number {
  const within = newestFirst.filter((sale) => ageDays(sale, nowMs) <= WEEK_DAYS);
  const oldest = within.at(-1);
  const mayHideMore = within.length >= FULL_PAGE && within.length === newestFirst.length;
  if (oldest === undefined || !mayHideMore) return within.length;
  return Math.floor(WEEK_DAYS * within.length / spanDays(oldest, nowMs));
}

interface Window {
  readonly nowMs: number;
  readonly windowDays: number;
}

function velocity(newestFirst: readonly Sale[], side: Sale["side"], window: Window): number {
  const count = newestFirst.filter((sale) => sale.side === side).length;
  const oldest = newestFirst.at(-1);
  if (count === 0 || oldest === undefined) return 0;
  const isFull = newestFirst.length >= FULL_PAGE;
  return count / (isFull ? spanDays(oldest, window.nowMs) : window.windowDays);
}

/** Days since a sale; a clock that runs ahead of the market's makes none negative. */
function ageDays(sale: Sale, nowMs: number): number {
  return Math.max(0, nowMs - sale.soldAtMs) / DAY_MS;
}

/** The same, at least an hour, so that a burst of sales does not extrapolate to infinity. */
function spanDays(sale: Sale, nowMs: number): number {
  return Math.max(1 / 24, ageDays(sale, nowMs));
}

function variation(prices: readonly number[]): number | null {
  if (prices.length < 2) return null;
  const mean = prices.reduce((sum, price) => sum + price, 0) / prices.length;
  if (mean <= 0) return null;
  const square = prices.reduce((sum, price) => sum + (price - mean) ** 2, 0);
  return Math.sqrt(square / (prices.length - 1)) / mean;
}
