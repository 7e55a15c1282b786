/** Numbers, money and time in the reader's language. */

import { type Reason, type ReasonCode, type ValueFormats, worded } from "@/core/domain/reasons.ts";

/** Forms of a noun by the plural categories of its language; what has no form of its own is `other`. */
export type Forms =
  & Partial<Readonly<Record<Intl.LDMLPluralRule, string>>>
  & { readonly other: string };

/** Writes numbers the way readers of the language do. */
export interface Formats {
  /** BCP 47 tag. */
  readonly locale: string;
  readonly units: Units;
  /** Integer cents as US dollars. */
  money(cents: number): string;
  /** The same with its sign, for gains and losses. */
  gain(cents: number): string;
  /** Basis points as percent with one decimal. */
  percent(bps: number): string;
  /** A ratio between 0 and 1 as whole percent. */
  share(ratio: number): string;
  count(value: number): string;
  /** With two significant digits, for estimates. */
  decimal(value: number): string;
  bytes(value: number): string;
  /** A span of time in its largest fitting units, such as `2 h 5 min`. */
  duration(ms: number): string;
  /** `1 sale`, `2 sales`: the number and the form of the noun that goes with it. */
  plural(count: number, forms: Forms): string;
  /** `a, b or c`. */
  either(choices: readonly string[]): string;
  /** A reason by the sentences of a language, its values in the units that their names end in. */
  worded(reason: Reason, sentences: Readonly<Record<ReasonCode, string>>): string;
}

/** The words that units need and `Intl` does not shorten enough. */
export interface Units {
  readonly second: string;
  readonly minute: string;
  readonly hour: string;
  readonly day: string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const BYTE_UNITS = ["kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;
/** Stands between a number and its unit, so that phones never break the line there. */
const NO_BREAK = "\u00a0";

/** Formats for `locale`, a BCP 47 tag. Each is made when it is first needed: they cost memory. */
export function formats(locale: string, units: Units): Formats {
  const lazily = (options: Intl.NumberFormatOptions) =>
    once(() => new Intl.NumberFormat(locale, options));
  const dollars = { style: "currency", currency: "USD" } as const;
  const money = lazily(dollars);
  const gain = lazily({ ...dollars, signDisplay: "exceptZero" });
  const percent = lazily({
    style: "percent",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const share = lazily({ style: "percent" });
  const whole = lazily({ maximumFractionDigits: 0 });
  const rough = lazily({ maximumSignificantDigits: 2 });
  const short = lazily({ maximumSignificantDigits: 3 });
  const fine = lazily({ maximumFractionDigits: 2 });
  const finePercent = lazily({ style: "percent", maximumFractionDigits: 2 });
  const rules = once(() => new Intl.PluralRules(locale));
  const choosing = once(() => new Intl.ListFormat(locale, { type: "disjunction" }));
  const values: ValueFormats = {
    cents: (value) => money().format(value / 100),
    bps: (value) => finePercent().format(value / 10_000),
    days: (value) => fine().format(value) + NO_BREAK + units.day,
    hours: (value) => fine().format(value) + NO_BREAK + units.hour,
    seconds: (value) => whole().format(value) + NO_BREAK + units.second,
    number: (value) => fine().format(value),
  };
  return {
    locale,
    units,
    money: (cents) => money().format(cents / 100),
    gain: (cents) => gain().format(cents / 100),
    percent: (bps) => percent().format(bps / 10_000),
    share: (ratio) => share().format(ratio),
    count: (value) => whole().format(value),
    decimal: (value) => rough().format(value),
    bytes: (value) => bytes(value, locale, short()),
    duration: (ms) => duration(ms, whole(), units),
    plural: (count, forms) => {
      const form = forms[rules().select(count)] ?? forms.other;
      return `${whole().format(count)} ${form}`;
    },
    either: (choices) => choosing().format(choices),
    worded: (reason, sentences) => worded(reason, sentences, values),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

function bytes(value: number, locale: string, number: Intl.NumberFormat): string {
  if (value < 1_000) return `${number.format(value)}${NO_BREAK}B`;
  const power = Math.min(BYTE_UNITS.length, Math.floor(Math.log10(value) / 3));
  const unit = BYTE_UNITS[power - 1];
  const large = new Intl.NumberFormat(locale, {
    ...(unit === undefined ? {} : { style: "unit", unit }),
    maximumSignificantDigits: 3,
  });
  return large.format(value / 1_000 ** power).replace(" ", NO_BREAK);
}

function duration(ms: number, number: Intl.NumberFormat, units: Units): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS)) * SECOND_MS;
  const steps = [[DAY_MS, units.day], [HOUR_MS, units.hour], [MINUTE_MS, units.minute]] as const;
  const at = steps.findIndex(([unitMs]) => seconds >= unitMs);
  const largest = steps[at];
  if (largest === undefined) return number.format(seconds / SECOND_MS) + NO_BREAK + units.second;
  const parts = [number.format(Math.floor(seconds / largest[0])) + NO_BREAK + largest[1]];
  const next = steps[at + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds % largest[0]) / next[0]);
  if (next !== undefined && rest > 0) parts.push(number.format(rest) + NO_BREAK + next[1]);
  return parts.join(" ");
}
