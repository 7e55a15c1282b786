/**
 * Offer ids that look like any UUID but name their row, so that a million offers need no lookup
 * table. An id holds the row, the serial that tells successive tenants of a row apart, and noise.
 */

import { mix } from "./random.ts";

const FACTOR = 0x2c1b3c6d;
const INVERSE = inverseOf(FACTOR);

/** The place of an offer and its tenancy there. */
export interface OfferKey {
  readonly row: number;
  readonly serial: number;
}

/** The offer id of `serial` in `row`, in a market grown from `seed`. */
export function offerIdOf({ row, serial }: OfferKey, seed: number): string {
  const rowPart = hex(scramble(row ^ mix(seed, 11)), 8);
  const serialPart = hex(scramble(serial ^ mix(seed, 12)), 8);
  const noise = hex(mix(seed, serial, 13), 8);
  return `${rowPart}-${serialPart.slice(0, 4)}-4${noise.slice(0, 3)}-a${noise.slice(3, 6)}-` +
    `${serialPart.slice(4)}${hex(mix(seed, serial, 14), 8)}`;
}

/** What {@link offerIdOf} was made from; null when the text is no such id of this market. */
export function offerKeyOf(id: string, seed: number): OfferKey | null {
  const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-4[0-9a-f]{3}-a[0-9a-f]{3}-([0-9a-f]{4})/.exec(id);
  if (parts === null) return null;
  const [, row = "", high = "", low = ""] = parts;
  const key = {
    row: (unscramble(parseInt(row, 16)) ^ mix(seed, 11)) >>> 0,
    serial: (unscramble(parseInt(high + low, 16)) ^ mix(seed, 12)) >>> 0,
  };
  return offerIdOf(key, seed) === id ? key : null;
}

/** A UUID (version 4 in form) drawn from the given integers. */
export function uuidOf(...seeds: readonly number[]): string {
  const text = [1, 2, 3, 4].map((part) => hex(mix(part, ...seeds), 8)).join("");
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-b${text.slice(17, 20)}-` +
    text.slice(20, 32);
}

function scramble(value: number): number {
  const product = Math.imul(value, FACTOR);
  return (product ^ (product >>> 16)) >>> 0;
}

function unscramble(value: number): number {
  return Math.imul(value ^ (value >>> 16), INVERSE) >>> 0;
}

/** Inverse of an odd factor modulo 2^32, by Newton's iteration. */
function inverseOf(factor: number): number {
  let inverse = factor;
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(factor, inverse));
  return inverse;
}

function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(digits, "0");
}
