/**
 * Money is a safe integer of US cents. Everything here is exact: products that leave the safe
 * range are computed with big integers, and no price ever becomes a float.
 */

const BASIS_POINTS = 10_000;
export const PPM = 1_000_000;

/** floor(a · b / divisor) for safe integers and a positive divisor; throws when the result is not safe. */
export function mulDivFloor(a: number, b: number, divisor: number): number {
  assertIntegers(a, b, divisor);
  const product = a * b;
  if (Number.isSafeInteger(product)) return floorSafe(product, divisor);
  const wide = BigInt(a) * BigInt(b);
  const by = BigInt(divisor);
  const truncated = wide / by;
  const exact = truncated * by === wide;
  return toSafe(wide < 0n && !exact ? truncated - 1n : truncated);
}

/** ceil(a · b / divisor); the mirror of {@link mulDivFloor}. */
export function mulDivCeil(a: number, b: number, divisor: number): number {
  return plain(-mulDivFloor(plain(-a), b, divisor));
}

/** floor(a / divisor), towards minus infinity. */
export function floorDiv(a: number, divisor: number): number {
  return mulDivFloor(a, 1, divisor);
}

/** floor(part · 10000 / whole): a ratio in basis points; `whole` must be positive. */
export function ratioBps(part: number, whole: number): number {
  return mulDivFloor(part, BASIS_POINTS, whole);
}

/** floor(cents · bps / 10000). */
export function bpsFloor(cents: number, bps: number): number {
  return mulDivFloor(cents, bps, BASIS_POINTS);
}

/** ceil(cents · bps / 10000). */
export function bpsCeil(cents: number, bps: number): number {
  return mulDivCeil(cents, bps, BASIS_POINTS);
}

/** 1599 → `"$15.99"`, -5 → `"-$0.05"`. */
export function formatUsd(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${cents < 0 ? "-" : ""}$${whole}.${digits.slice(-2)}`;
}

/** 512 → `"5.12 %"`. */
export function formatBps(bps: number): string {
  return `${(bps / 100).toFixed(2)} %`;
}

/** The nearest fraction to a quotient may be the next whole number. */
function floorSafe(value: number, divisor: number): number {
  const quotient = Math.floor(value / divisor);
  return plain(quotient * divisor > value ? quotient - 1 : quotient);
}

/** Turns minus zero into zero. */
function plain(value: number): number {
  return value + 0;
}

function toSafe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new RangeError(`Cannot represent ${value} as it is beyond a safe integer`);
  }
  return number;
}

function assertIntegers(a: number, b: number, divisor: number): void {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) {
    throw new RangeError(`Cannot compute money from ${a} and ${b} as both must be safe integers`);
  }
  if (!Number.isSafeInteger(divisor) || divisor <= 0) {
    throw new RangeError(`Cannot divide money by ${divisor} as it must be a positive integer`);
  }
}
