/** Rules a question has to keep before it is asked. */

import { ActorError } from "@/core/kernel/errors.ts";
import type { PriceBand } from "./bands.ts";
import { MAX_CENTS } from "./wire.ts";

const MAX_CURSOR_CHARS = 500;
/** Filters in one query: longer ones would make an address that servers refuse. */
export const MAX_FILTERS_CHARS = 1_500;

export const DIRECTIONS = ["asc", "desc"] as const;
export type OrderDir = typeof DIRECTIONS[number];

/** Moments, both included and cut to whole seconds; a side that is left out is open. */
export interface Span {
  readonly fromMs?: number | null | undefined;
  readonly toMs?: number | null | undefined;
}

/** Throws {@link ActorError} `rejected bad-query`. */
export function requireRange(
  name: string,
  value: number,
  range: { readonly from: number; readonly to: number },
): void {
  if (Number.isInteger(value) && value >= range.from && value <= range.to) return;
  const message = `Cannot ask with ${name} ${value} as it must be a whole number from ` +
    `${range.from} to ${range.to}`;
  throw new ActorError("rejected", "bad-query", message);
}

/** A choice that is left out is none. Throws {@link ActorError} `rejected bad-query`. */
export function requireOneOf(
  name: string,
  value: string | undefined,
  choices: readonly string[],
): void {
  if (value === undefined || choices.includes(value)) return;
  const message = `Cannot ask with ${name} ${JSON.stringify(value)} as it must be one of ` +
    choices.join(", ");
  throw new ActorError("rejected", "bad-query", message);
}

/** Null for none. Throws {@link ActorError} `rejected bad-query`. */
export function checkedFilters(name: string, filters: string | undefined): string | null {
  if (filters === undefined) return null;
  requireRange(`characters of ${name}`, filters.length, { from: 1, to: MAX_FILTERS_CHARS });
  return filters;
}

/** Throws {@link ActorError} `rejected bad-query`, also for a band that holds no price. */
export function requireBand(band: PriceBand): void {
  requireRange("fromCents", band.fromCents, { from: 0, to: MAX_CENTS });
  requireRange("toCents", band.toCents, { from: band.fromCents + 1, to: MAX_CENTS });
}

/** Null for the first page. Throws {@link ActorError} `rejected bad-query`. */
export function checkedCursor(cursor: string | null | undefined): string | null {
  if (cursor === undefined || cursor === null || cursor === "") return null;
  if (cursor.length <= MAX_CURSOR_CHARS) return cursor;
  const message = `Cannot ask with a cursor of ${cursor.length} characters as the most is ` +
    `${MAX_CURSOR_CHARS}`;
  throw new ActorError("rejected", "bad-query", message);
}
