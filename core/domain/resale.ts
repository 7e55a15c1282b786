/**
 * Whether a resale finds its buyer, and at which price. Buyers come one by one, at a rate that is
 * only known from how many came while someone was counting; what they pay is only known from what
 * the last of them paid, the less surely the fewer they were and the longer ago.
 */

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

/**
 * The longest silence, days, after which trade may be believed to go on: no longer than a resale may
 * take, and than {@link TradeRules.silenceChance} allows at this pace. Of `count` sales that fell
 * anywhere in `observedDays`, none falls in the last `g` days in `(1 - g / observedDays) ** count` of
 * all cases. A day is nothing: people sleep.
 */
export function longestSilenceDays({ count, observedDays }: SalesSeen, rules: TradeRules): number {
  const atPace = observedDays * (1 - rules.silenceChance ** (1 / Math.max(1, count)));
  return Math.min(rules.resaleDays, Math.max(SILENT_NIGHT_DAYS, atPace));
}

const SILENT_NIGHT_DAYS = 1;

/** A price that a buyer paid. */
export interface PaidPrice {
  readonly priceCents: number;
  readonly ageDays: number;
}

/** What something sells for today. */
export interface Worth {
  /** Not rounded. */
  readonly cents: number;
  /** Standard error, relative. */
  readonly error: number;
}

/** A guess at how far buyers of the same thing differ, and how many sales it weighs as much as. */
const USUAL_NOISE = 0.03;
const USUAL_NOISE_SALES = 4;

/**
 * The local level model (a Kalman filter of a random walk seen through noise; Durbin and Koopman,
 * "Time Series Analysis by State Space Methods", chapter 2) of the logarithms of what was paid: each
 * sale moves the level by as much as it is surer than what was known, and what was known grows old.
 * `paid` newest first; null when nothing was.
 */
export function worthOf(paid: readonly PaidPrice[], rules: TradeRules): Worth | null {
  const sales = paid.filter(({ priceCents }) => priceCents >= 1)
    .map(({ priceCents, ageDays }) => ({ log: Math.log(priceCents), ageDays }));
  const oldest = sales.at(-1);
  if (oldest === undefined) return null;
  const noise = noiseOf(sales.map(({ log }) => log));
  const aged = (days: number) => rules.dailyMove ** 2 * Math.max(0, days);
  let { log: level, ageDays: at } = oldest;
  let variance = noise;
  for (const { log, ageDays } of sales.toReversed().slice(1)) {
    variance += aged(at - ageDays);
    const gain = variance / (variance + noise);
    level += gain * (log - level);
    variance *= 1 - gain;
    at = ageDays;
  }
  return { cents: Math.exp(level), error: Math.sqrt(variance + aged(at)) };
}

/** Variance of one sale about the level: half the mean squared step from sale to sale (von Neumann). */
function noiseOf(logs: readonly number[]): number {
  let sum = USUAL_NOISE_SALES * USUAL_NOISE ** 2;
  for (let i = 1; i < logs.length; i++) sum += ((logs[i] ?? 0) - (logs[i - 1] ?? 0)) ** 2 / 2;
  return sum / (USUAL_NOISE_SALES + Math.max(0, logs.length - 1));
}

/**
 * The most that one of the buyers of two weeks may be expected to pay: a little above what it is
 * worth today, less the standard error of that, and hardly more than anybody paid. Not rounded.
 */
export function payableCents(
  { cents, error }: Worth,
  dearestCents: number,
  rules: TradeRules,
): number {
  return Math.min(cents * Math.exp(rules.buyerReach - error), dearestCents * (1 + rules.excess));
}

/**
 * The most that a resale may ask: what a buyer may be expected to pay, where that undercuts the
 * lowest competitor clearly enough; where it does not, the middle (geometric mean) between that and
 * such an undercut, and hardly more than the competitor asks. A cheaper listing is not the end of a
 * resale: it sells first, and sells the sooner the farther it lies below what buyers pay. Whole
 * cents; null below one.
 */
export function mostAskedCents(
  payable: number,
  competitorCents: number | null,
  rules: TradeRules,
): number | null {
  const undercut = undercutCents(competitorCents, rules);
  if (competitorCents === null || undercut >= payable) return wholeCents(payable);
  const middle = Math.sqrt(undercut * payable);
  return wholeCents(Math.min(middle, mostBesideCents(competitorCents, rules)));
}

/** No resale asks more while a competitor asks this. Not rounded. */
export function mostBesideCents(competitorCents: number, { excess }: TradeRules): number {
  return competitorCents * (1 + excess);
}

/** The most that a resale may ask of the very next buyer: there is no time to wait behind another. */
export function mostAskedAtOnceCents(
  nextBuyerCents: number,
  competitorCents: number | null,
  rules: TradeRules,
): number | null {
  return wholeCents(Math.min(nextBuyerCents, undercutCents(competitorCents, rules)));
}

function undercutCents(competitorCents: number | null, { undercut }: TradeRules): number {
  return competitorCents === null ? Infinity : competitorCents * (1 - undercut);
}

function wholeCents(cents: number): number | null {
  return cents < 1 ? null : Math.floor(cents);
}
