/**
 * Money as DMarket writes it, turned into integer cents and back. Four encodings coexist: whole
 * cents as a number or a string, dollars as a decimal string, and dollars as a JSON number. Which
 * one a field uses is known by the field, never guessed from the size of the value. Every reader
 * returns null for what is not an amount of money of zero or more.
 */

import { ActorError } from "@/core/kernel/errors.ts";

const WHOLE = /^\d{1,16}$/;
const DECIMAL = /^(\d{1,14})(?:\.(\d+))?$/;
const PPM_DIGITS = 6;

/** Whole cents, as `1599` or `"1599"`. Fractions are refused, not rounded. */
export function centsFromWhole(value: unknown): number | null {
  if (typeof value === "string" && WHOLE.test(value)) return safe(Number(value));
  return typeof value === "number" ? safe(value) : null;
}

/** Dollars as a decimal string, `"15.99"`; zeros may follow the cents, other digits may not. */
export function centsFromDollarText(value: unknown): number | null {
  const match = typeof value === "string" ? DECIMAL.exec(value) : null;
  if (match === null) return null;
  const [, dollars = "", fraction = ""] = match;
  if (!/^0*$/.test(fraction.slice(2))) return null;
  return safe(Number(dollars + fraction.slice(0, 2).padEnd(2, "0")));
}

/**
 * Dollars as a JSON number, `10.5`, to the nearest cent: the wire may carry a single-precision
 * float, so that 15.99 may arrive as 15.989999771118164.
 */
export function centsFromDollarNumber(value: unknown): number | null {
  return typeof value === "number" && value >= 0 ? safe(Math.round(value * 100)) : null;
}

/**
 * Dollars as the JSON number that `user-targets/create` wants. Throws {@link ActorError} `fatal`
 * when the number would not read back as the same cents.
 */
export function dollarNumberFromCents(cents: number): number {
  const dollars = Number((cents / 100).toFixed(2));
  if (safe(cents) === null || centsFromDollarNumber(dollars) !== cents) {
    const message = `Cannot write ${cents} cents as dollars without changing the amount`;
    throw new ActorError("fatal", "inexact-dollars", message);
  }
  return dollars;
}

/** A fee fraction, `"0.07"`, in parts per million; finer digits round up, against the seller. */
export function ppmFromFraction(value: unknown): number | null {
  const match = typeof value === "string" ? DECIMAL.exec(value) : null;
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  const ppm = Number(whole + fraction.slice(0, PPM_DIGITS).padEnd(PPM_DIGITS, "0"));
  const isFiner = !/^0*$/.test(fraction.slice(PPM_DIGITS));
  return safe(isFiner ? ppm + 1 : ppm);
}

function safe(value: number): number | null {
  // Adding zero turns -0 into 0.
  return Number.isSafeInteger(value) && value >= 0 ? value + 0 : null;
}
