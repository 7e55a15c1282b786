/** Watching a price: what counts as its move, and what is only noise around the last one. */

import { executableBid, isFree } from "@/core/domain/book.ts";
import type { TitleEvidence } from "@/core/domain/market.ts";
import type { TradeRules } from "@/core/domain/rules.ts";

export interface WatchRules {
  /** Least move that is news, basis points of the price told last. */
  readonly moveBps: number;
  /** A move against the last one has to be this much larger, or two prices would take turns. */
  readonly hysteresisBps: number;
}
/** Readings in a row that have to find a side empty: one that is between two sellers is not. */
const EMPTY_READINGS = 2;

export const WATCH_RULES: WatchRules = { moveBps: 500, hysteresisBps: 100 };

/** One side of a watched title. */
export interface WatchedSide {
  /** As read last; null: nobody sells or bids. */
  readonly cents: number | null;
  /** What later prices are compared with: the price told last, at first the one read first. */
  readonly referenceCents: number | null;
  readonly lastMove: "up" | "down" | null;
  /** Readings in a row, up to the last, that found it empty. */
  readonly emptyReadings: number;
}

export const UNREAD_SIDE: WatchedSide = {
  cents: null,
  referenceCents: null,
  lastMove: null,
  emptyReadings: 0,
};

/** News of one side. */
export type PriceMove =
  | {
    readonly kind: "moved";
    readonly fromCents: number;
    readonly toCents: number;
    /** Signed, towards minus infinity. */
    readonly moveBps: number;
  }
  /** The side is empty now; `fromCents` is the price told last. */
  | { readonly kind: "gone"; readonly fromCents: number }
  /** It was empty. */
  | { readonly kind: "back"; readonly toCents: number };

export interface SideReading {
  readonly side: WatchedSide;
  readonly move: PriceMove | null;
}

/**
 * Takes in a price. Small moves leave the reference where it is, so that they add up to one that is
 * told. A side is told to be empty when it stays so, and to be back when it had been told empty.
 */
export function readSide(
  side: WatchedSide,
  cents: number | null,
  rules: WatchRules = WATCH_RULES,
): SideReading {
  if (cents === null) return readEmpty(side);
  const { referenceCents, lastMove } = side;
  const wasEmpty = side.emptyReadings >= EMPTY_READINGS;
  const back = wasEmpty ? { kind: "back" as const, toCents: cents } : null;
  const now = { ...side, cents, emptyReadings: 0 };
  if (referenceCents === null || referenceCents < 1) {
    return { side: { ...now, referenceCents: cents, lastMove: null }, move: back };
  }
  const direction = cents > referenceCents ? "up" : "down";
  const isReversal = lastMove !== null && lastMove !== direction;
  const neededBps = rules.moveBps + (isReversal ? rules.hysteresisBps : 0);
  const isMove = Math.abs(cents - referenceCents) * 10_000 >= referenceCents * neededBps;
  if (!isMove) return { side: now, move: back };
  const moveBps = Math.floor((cents - referenceCents) * 10_000 / referenceCents);
  return {
    side: { ...now, referenceCents: cents, lastMove: direction },
    move: { kind: "moved", fromCents: referenceCents, toCents: cents, moveBps },
  };
}

function readEmpty(side: WatchedSide): SideReading {
  const { referenceCents } = side;
  const emptyReadings = Math.min(EMPTY_READINGS + 1, side.emptyReadings + 1);
  const isNews = emptyReadings === EMPTY_READINGS && referenceCents !== null;
  const move = isNews ? { kind: "gone" as const, fromCents: referenceCents } : null;
  return { side: { ...side, cents: null, emptyReadings }, move };
}

/**
 * The prices a person could act on: the lowest listing that is free now, and the best bid that takes
 * any asset of the title, a lone outlying lot passed over.
 */
export function verifiedPrices(
  { asks, bids }: Pick<TitleEvidence, "asks" | "bids">,
  { nowMs, rules }: { readonly nowMs: number; readonly rules: TradeRules },
): { readonly askCents: number | null; readonly bidCents: number | null } {
  const free = asks.filter((ask) => isFree(ask, nowMs)).map((ask) => ask.priceCents);
  const asset = { floatPart: null, phase: null, paintSeed: null };
  return {
    askCents: free.length === 0 ? null : Math.min(...free),
    bidCents: executableBid({ bids, asset, takenLots: 0 }, rules)?.priceCents ?? null,
  };
}
