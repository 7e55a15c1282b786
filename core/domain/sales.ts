/** What past sales say: a price to expect, how often it sells, and whether someone is pushing it. */

import type { AssetClass, Sale, TitleEvidence } from "./market.ts";
import { floorDiv, mulDivFloor } from "./money.ts";
import { type PaidPrice, payableCents, saleChance, worthOf } from "./resale.ts";
import { DAY_MS, type TradeRules } from "./rules.ts";
import { type Slide, slideOf } from "./slide.ts";

/** Scales the median absolute deviation to the standard deviation of normal noise. */
const MAD_SCALE = 1.4826;
const WEEK_DAYS = 7;
const HOUR_DAYS = 1 / 24;
/** The market's page of last sales; a full one may hide more. */
const FULL_PAGE = 20;
/** Sales without an extra whose median can stand for a title. */
const MIN_PLAIN = 3;
/** From this share of the plain median on, basis points, an extra was paid. */
const EXTRA_BPS = 10_500;

export interface SalesSummary extends Slide {
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
  /** Median of the last hour over that of the sales before it, basis points; null without both. */
  readonly hourRiseBps: number | null;
  /** Days over which every comparable sale was seen: the window, or as far as a full page reaches. */
  readonly observedDays: number;
  /** Sound sales within them: to buyers of listings, and into bids. */
  readonly soundSales: number;
  /** Chance, 0 to 1, of one more such sale within {@link TradeRules.resaleDays}. */
  readonly saleChance: number;
  /** What one sells for today, whole cents; null when nobody bought a listing. */
  readonly worthCents: number | null;
  /** The most that a buyer may be expected to pay in time; not rounded, null with it. */
  readonly payableCents: number | null;
  /** Sales of seven days, both sides; extrapolated when the page ends within them. */
  readonly sales7d: number;
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
  const alike = asset.phase === null ? sales : sales.filter((sale) => sale.phase === asset.phase);
  return alike.some((sale) => sale.isPremium) ? withoutPremiums(alike) : alike;
}

/**
 * An extra for stickers or a float is nobody's to expect: where such sales are dearer than the plain
 * ones, or hardly any plain one is there to compare, they tell nothing about a plain asset.
 */
function withoutPremiums(sales: readonly Sale[]): readonly Sale[] {
  const plain = sales.filter((sale) => !sale.isPremium);
  const [plainCents, premiumCents] = [plain, sales.filter((sale) => sale.isPremium)]
    .map((some) => some.filter(({ side }) => side === "offer").map((sale) => sale.priceCents));
  if (plainCents === undefined || plainCents.length < MIN_PLAIN) return plain;
  if (premiumCents === undefined || premiumCents.length === 0) return sales;
  const isDearer = medianCents(premiumCents) * 10_000 > medianCents(plainCents) * EXTRA_BPS;
  return isDearer ? plain : sales;
}

/** When sales were read, and how far back everything sold is among them. */
export interface SalesReading {
  readonly readAtMs: number;
  readonly observedDays: number;
}

/** Of the sales of a whole title; they stay its reading when only one phase of them is looked at. */
export function salesReading(
  { sales, readAtMs, salesReadAtMs = readAtMs }: SalesRead,
  rules: TradeRules,
): SalesReading {
  const oldestMs = Math.min(...sales.map((sale) => sale.soldAtMs));
  const isFull = sales.length >= FULL_PAGE;
  const spanDays = isFull ? Math.max(0, salesReadAtMs - oldestMs) / DAY_MS : Infinity;
  const observedDays = Math.max(HOUR_DAYS, Math.min(spanDays, rules.salesWindowDays));
  return { readAtMs: salesReadAtMs, observedDays };
}

/** Sums up comparable sales; their order does not matter. */
export function summariseSales(
  sales: readonly Sale[],
  { readAtMs, observedDays }: SalesReading,
  rules: TradeRules,
): SalesSummary {
  const newestFirst = [...sales]
    .filter((sale) => readAtMs - sale.soldAtMs <= rules.salesWindowDays * DAY_MS)
    .sort((a, b) => b.soldAtMs - a.soldAtMs);
  const askSide = newestFirst.filter((sale) => sale.side === "offer");
  const prices = askSide.map((sale) => sale.priceCents);
  const ages = askSide.map((sale) => ageDays(sale, readAtMs));
  const spikes = spikeFlags(prices, rules);
  const bounds = outlierBounds(prices, rules);
  const paid = prices.map((priceCents, i) => ({ priceCents, ageDays: ages[i] ?? 0 }))
    .filter(({ priceCents }, i) =>
      spikes[i] !== true && priceCents >= bounds.lowest && priceCents <= bounds.highest
    );
  const sound = paid.map(({ priceCents }) => priceCents);
  const fallen = isFallen(prices, rules);
  const intoBids = newestFirst.filter((sale) => sale.side === "target");
  const soundSales = sound.length + intoBids.length;
  const offerVelocity = askSide.length / observedDays;
  const [newest] = newestFirst;
  return {
    ...referenceOf(sound, fallen ? prices : null, rules),
    ...resaleOf(paid, Math.max(0, ...prices), rules),
    soundSales,
    saleChance: soundSales === 0
      ? 0
      : saleChance({ count: soundSales, observedDays }, rules.resaleDays),
    ...slideOf(prices, ages, offerVelocity),
    askSideCount: prices.length,
    droppedCount: prices.length - sound.length,
    spikeCount: spikes.filter(Boolean).length,
    riseBps: riseBps(prices, rules.referenceSales, rules),
    hourRiseBps: hourRiseBps(prices, ages, rules),
    isFallen: fallen,
    observedDays,
    sales7d: sales7d(newestFirst, readAtMs, observedDays),
    newestDays: newest === undefined ? null : ageDays(newest, readAtMs),
    newestAskSideDays: ages[0] ?? null,
    offerVelocity,
    targetVelocity: intoBids.length / observedDays,
    variation: variation(sound),
  };
}

/** What the sales of one title say, by phase: its listings are judged one after the other. */
const summaries = new WeakMap<SalesRead, Map<string | null, Summed>>();

/** The sales of a title, and when they were read. */
export type SalesRead = Pick<TitleEvidence, "sales" | "readAtMs" | "salesReadAtMs">;

interface Summed {
  readonly rules: TradeRules;
  readonly sales: SalesSummary;
}

/** The summary of one phase of what was read of a title; null stands for all its sales. */
export function salesOf(
  evidence: SalesRead,
  phase: string | null,
  rules: TradeRules,
): SalesSummary {
  const byPhase = summaries.get(evidence) ?? new Map<string | null, Summed>();
  const known = byPhase.get(phase);
  if (known?.rules === rules) return known.sales;
  const comparable = comparableSales(evidence.sales, { floatPart: null, phase, paintSeed: null });
  const sales = summariseSales(comparable, salesReading(evidence, rules), rules);
  summaries.set(evidence, byPhase.set(phase, { rules, sales }));
  return sales;
}

function resaleOf(
  paid: readonly PaidPrice[],
  dearestCents: number,
  rules: TradeRules,
): Pick<SalesSummary, "worthCents" | "payableCents"> {
  const worth = worthOf(paid, rules);
  if (worth === null) return { worthCents: null, payableCents: null };
  return {
    worthCents: Math.round(worth.cents),
    payableCents: payableCents(worth, dearestCents, rules),
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The newest `count` prices against those before them. */
function riseBps(prices: readonly number[], count: number, rules: TradeRules): number | null {
  const newest = prices.slice(0, count);
  const older = prices.slice(count);
  if (newest.length < count || older.length < rules.minOlderSales) return null;
  const base = medianCents(older);
  return base < 1 ? null : mulDivFloor(medianCents(newest), 10_000, base);
}

function hourRiseBps(
  prices: readonly number[],
  ages: readonly number[],
  rules: TradeRules,
): number | null {
  const count = ages.filter((days) => days <= HOUR_DAYS).length;
  return count < rules.minHourSales ? null : riseBps(prices, count, rules);
}

function sales7d(newestFirst: readonly Sale[], readAtMs: number, observedDays: number): number {
  const within = newestFirst.filter((sale) => ageDays(sale, readAtMs) <= WEEK_DAYS).length;
  return observedDays >= WEEK_DAYS ? within : Math.floor(WEEK_DAYS * within / observedDays);
}

/** Days since a sale; a clock that runs ahead of the market's makes none negative. */
function ageDays(sale: Sale, readAtMs: number): number {
  return Math.max(0, readAtMs - sale.soldAtMs) / DAY_MS;
}

function variation(prices: readonly number[]): number | null {
  if (prices.length < 2) return null;
  const middle = mean(prices);
  if (middle <= 0) return null;
  const square = prices.reduce((sum, price) => sum + (price - middle) ** 2, 0);
  return Math.sqrt(square / (prices.length - 1)) / middle;
}
