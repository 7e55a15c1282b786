/**
 * Why something was decided, as data: a code and the values that decided. Put into words at the
 * surface, in the reader's language; logs and exports have the English of this table.
 *
 * A value's name ends in its unit, and the unit says how it is written: `Cents`, `Bps`, `Days`,
 * `Hours`, `Seconds`, `Count`, `Factor`, `Rate`. `why` is a reason itself; every other value is text.
 */

import { formatBps, formatUsd } from "./money.ts";

/** Every reason in English, by code. */
export const REASONS = {
  "in-band": "{priceCents} lies in the band from {fromCents} up to {toCents}",
  "out-of-band": "{priceCents} lies outside the band from {fromCents} up to {toCents}",

  "reserved": "Reserved by another trade in flight",
  "not-reserved": "Not reserved by another trade",

  "no-lock": "No trade lock",
  "lock-within": "Trade lock of {lockDays} is within the {mostDays} allowed",
  "lock-exceeds": "Trade lock of {lockDays} exceeds the {mostDays} allowed",

  "resale-allowed": "The market allows its resale",
  "resale-forbidden": "The market forbids its resale: {marks}",

  "suggested": "Suggested at {suggestedCents}",
  "sales-say": "Past sales say {referenceCents}",
  "bid-says": "A bid offers {bidCents}",
  "unlike-others": "The market suggests prices for others, none for this",
  "worthless": "Neither a suggested price, nor sales, nor a bid say what it is worth",
  "worth-unread": "No suggested price, and sales and bids were not read",

  "near-suggested": "{priceCents} is near the suggested {suggestedCents}",
  "near-reference": "{priceCents} is near the reference {referenceCents}",
  "beyond-suggested": "{priceCents} exceeds {mostFactor} × the suggested {suggestedCents}",
  "beyond-reference": "{priceCents} exceeds {mostFactor} × the reference {referenceCents}",
  "bid-covers": "A bid of {bidCents} covers {priceCents}",
  "no-reference": "No reference to hold {priceCents} against",

  "unread": "Book and sales of its title were not read",
  "no-sales": "No sales to look at",
  "phase-unclear": "Sales of its phase cannot be told from others",

  "listings-sold": "Listings sold within {windowDays}: {soldCount}",
  "none-sold": "No listing sold within {windowDays}",

  "never-sold": "Newest sale: none, at most {mostDays} ago wanted",
  "sold-long-ago": "Newest sale: {newestDays} ago, at most {mostDays} wanted",
  "few-sales": "Sound sales: {soundCount}, at least {leastCount} wanted",
  "sells-rarely": "Sound sales: {soundCount} in {seenDays}, one more within {resaleDays} in " +
    "{chanceCount} of 100 cases, at least {leastCount} wanted",
  "sells-often": "Sound sales: {soundCount} in {seenDays}, one more within {resaleDays} in " +
    "{chanceCount} of 100 cases; liquidity {liquidityCount} of 100",

  "one-price": "Its title has one price",
  "phase-compared": "Compared with sales of {phase} only",
  "phase-unknown": "Its title sells by phase, and its own is not known",
  "phase-mixed": "Sales of {phase} cannot be told from those of other phases",

  "pump-ban": "Its sales were pumped: refused for another {leftHours}",
  "spikes-within": "Spikes among the sales: {spikeCount}",
  "spikes-exceed": "Spikes among the sales: {spikeCount}, at most {mostCount} allowed",
  "newest-rise": "The newest sales are at {riseBps} of those before, at most {mostBps} allowed",
  "short-page": "The sales of two hours are all that is known, at {riseBps} of this price, at " +
    "most {mostBps} allowed then",
  "hour-rise": "The last hour's sales are at {riseBps} of those before, at most {mostBps} allowed",

  "steady": "Sales do not slide",
  "fell-and-holds": "Sales fell and hold; the newest quarter decides",
  "slides": "Sales slide: the newest are at {nowBps} of the oldest, a week leaves {weekBps}, at " +
    "least {leastBps} wanted",
  "slides-yet-pays": "Sales slide: the newest are at {nowBps} of the oldest, a week leaves " +
    "{weekBps}; the next buyer still pays enough",

  "no-suggestion": "No suggested price bounds the resale",
  "suggestion-unmet": "No resale price to compare with the suggested one",
  "near-suggestion": "Resale at {exitCents} against the suggested {suggestedCents}",
  "above-suggestion": "Resale at {exitCents} against the suggested {suggestedCents} exceeds " +
    "{mostBps}",

  "no-bid-bound": "No bid bounds the resale",
  "bid-unmet": "No resale price to compare with the bids",
  "near-bid": "Resale at {exitCents} against the best bid of {bidCents}",
  "above-bid": "Resale at {exitCents} against the best bid of {bidCents} exceeds {mostBps}",

  "fresh": "Book and sales read {ageSeconds} ago",
  "stale": "Book and sales read {ageSeconds} ago, at most {mostSeconds} allowed",

  "listed": "Still listed when its title was read",
  "gone": "No longer listed at {priceCents} when its title was read",
  "beyond-book": "The book that was read ends below its price",

  "first-time": "Not judged before in this scan",
  "judged-before": "Judged before in this scan",

  "quick-pays": "Into the bid of {exitCents} less {feeCents} fee returns {roiBps}, at least " +
    "{leastBps} wanted",
  "quick-short": "Into the bid of {exitCents} less {feeCents} fee returns {roiBps}, below the " +
    "{leastBps} wanted",
  "list-pays": "Listed at {exitCents} less {feeCents} fee returns {roiBps}, at least {leastBps} " +
    "wanted",
  "list-short": "Listed at {exitCents} less {feeCents} fee returns {roiBps}, below the " +
    "{leastBps} wanted",
  "no-bid": "No bid that this asset satisfies",
  "no-exit": "No reference price to list it at",
  "no-own-exit": "No reference price of its own phase",
  "nothing-quoted": "No bid is quoted",
  "capped-at-nothing": "A competitor seen caps it at nothing",
  "quote-short": "The best quoted bid, {exitCents}, returns {roiBps} at best",
  "quote-may-pay": "The best quoted bid, {exitCents}, may return {roiBps}; not verified",
  "cap-short": "A competitor seen caps it, {exitCents}, returns {roiBps} at best",
  "cap-may-pay": "A competitor seen caps it, {exitCents}, may return {roiBps}; not verified",

  "bid-pays-no-more": "No bid pays enough any more",
  "resale-pays-no-more": "A resale pays no more",
  "others-promise-more": "Not verified again: other titles promised more",
  "title-unread": "Not verified again: its title could not be read",
  "no-longer-listed": "No longer among the listings of its band",
  "newer-took-place": "Newer opportunities took its place",

  "target-no-room": "No room: not even one cent would earn enough",
  "target-alone": "Nobody else bids; at most {mostCents}",
  "target-over": "Over the competing bid of {bidCents}",
  "target-at-limit":
    "At the limit: the competing bid of {bidCents} leaves no room under {mostCents}",
  "target-not-chased": "Not chased: the competing bid of {bidCents} leaves no room under " +
    "{mostCents}",

  "stopped-by": "Stopped by {who}",
  "filter-refused": "The filter was refused: {trouble}",
  "cursor-died": "The market's cursor died {diedCount} times",
  "market-unread": "The market could not be read: {trouble}",
  "market-unread-again": "The market could not be read {failedCount} times in a row: {trouble}",
  "titles-unread": "Titles that could not be read: {titleCount}",
  "shown-in-part": "The market showed {shownCount} of {totalCount} listings",
  "cursor-repeated": "The market repeated its cursor",
  "nothing-new": "{pageCount} pages in a row showed nothing new",
  "query-full": "A query shows {pageCount} pages at most",
  "range-unreached": "{why}: listings from {fromCents} up to {toCents} were not reached",
  "price-unreached": "{why}: not all listings at {priceCents} were reached",
  "scan-failed": "The scan of {scan} failed: {why}",

  "actor-failed": "{actor} has failed for good",
  "actor-is": "{actor} is {state}",
  "lease-lost": "The lease is not held, so nothing can be written",
  "database-silent": "The database does not answer",
  "commits-wait": "Commits wait for the database",
  "threads-hang": "Hung threads that still burn a core: {threadCount}",
  "dead-letters": "Dead letters: {letterCount}",
  "effects-unknown": "Effects without a known outcome: {effectCount}",
  "breaker-is": "The circuit breaker {breaker} is {state}",
  "disk-full": "The disk is nearly full",

  "watches-full": "At most {mostCount} titles can be watched",
  "watches-too-fast": "All watches together would need {neededRate} readings per second, and " +
    "{mostRate} is the most: lower a priority or drop a title",
  "watch-unread": "Watched title {title} ({game}) could not be read {failedCount} times in a " +
    "row: {trouble}",
  "disk-low": "Disk is {used} full: {free} left where the database lies",
} as const;
export type ReasonCode = keyof typeof REASONS;

export type ReasonValue = number | string | Reason;

/** A reason as it is kept and sent on; its code may be one that another version coined. */
export interface Reason {
  readonly code: string;
  readonly values: Readonly<Record<string, ReasonValue>>;
}

/** A reason of this version. */
export interface KnownReason extends Reason {
  readonly code: ReasonCode;
}

/** The names between braces. */
type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;

type Measured = `${string}${
  | "Cents"
  | "Bps"
  | "Days"
  | "Hours"
  | "Seconds"
  | "Count"
  | "Factor"
  | "Rate"}`;

/** What has to be said with a reason; the compiler reads it off its English sentence. */
export type ReasonValues<Code extends ReasonCode> = {
  readonly [Name in Places<typeof REASONS[Code]>]: Name extends Measured ? number
    : Name extends "why" ? Reason | string
    : string;
};

export function isKnown(reason: Reason): reason is KnownReason {
  return isCode(reason.code);
}

function isCode(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}

/** A reason with every value that its sentence names. */
export function reason<Code extends ReasonCode>(
  code: Code,
  values: ReasonValues<Code>,
): KnownReason {
  return { code, values };
}

/** How values are written, by the unit at the end of their names. */
export interface ValueFormats {
  cents(value: number): string;
  bps(value: number): string;
  days(value: number): string;
  hours(value: number): string;
  seconds(value: number): string;
  /** Counts, factors and rates. */
  number(value: number): string;
}

const UNITS: readonly (readonly [ending: string, name: keyof ValueFormats])[] = [
  ["Cents", "cents"],
  ["Bps", "bps"],
  ["Days", "days"],
  ["Hours", "hours"],
  ["Seconds", "seconds"],
  ["Count", "number"],
  ["Factor", "number"],
  ["Rate", "number"],
];

/**
 * The sentence with its values in their places; a place without a value stays empty, and a code that
 * this version does not know is all that is said.
 */
export function worded(
  { code, values }: Reason,
  sentences: Readonly<Record<ReasonCode, string>>,
  formats: ValueFormats,
): string {
  if (!isCode(code)) return code;
  return sentences[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === "object") return worded(value, sentences, formats);
    if (typeof value !== "number") return value ?? "";
    const unit = UNITS.find(([ending]) => name.endsWith(ending))?.[1] ?? "number";
    return formats[unit](value);
  });
}

const ENGLISH: ValueFormats = {
  cents: formatUsd,
  bps: formatBps,
  days: (value) => counted(value, "day"),
  hours: (value) => counted(value, "hour"),
  seconds: (value) => `${Math.round(value)} s`,
  number: (value) => String(Number(value.toFixed(2))),
};

/** 6.944 days → `6.94 days`. */
function counted(value: number, unit: string): string {
  const shown = Number(value.toFixed(2));
  return `${shown} ${unit}${shown === 1 ? "" : "s"}`;
}

/** For logs and exports. */
export function inEnglish(reason: Reason): string {
  return worded(reason, REASONS, ENGLISH);
}

/** A reason as rows and messages carry it. */
export interface Explained {
  /** English, names the values and the rule. */
  readonly reason: string;
  /** The same as data; absent in what older versions wrote. */
  readonly said?: Reason | undefined;
}

/** A sentence is one that an older version kept. */
export function explained(said: Reason | string): Explained {
  return typeof said === "string" ? { reason: said } : { reason: inEnglish(said), said };
}
