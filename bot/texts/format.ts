/** Numbers, money and time in the reader's language. */

import type { Formats } from "./catalogue.ts";

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

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;
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
  return {
    money: (cents) => money().format(cents / 100),
    gain: (cents) => gain().format(cents / 100),
    percent: (bps) => percent().format(bps / 10_000),
    share: (ratio) => share().format(ratio),
    count: (value) => whole().format(value),
    decimal: (value) => rough().format(value),
    bytes: (value) => bytes(value, short()),
    duration: (ms) => duration(ms, whole(), units),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

function bytes(value: number, number: Intl.NumberFormat): string {
  const power = Math.min(
    BYTE_UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)),
  );
  return number.format(value / 1_000 ** power) + NO_BREAK + BYTE_UNITS[power];
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
