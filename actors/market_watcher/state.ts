import { z } from "zod";
import type { ContextOf, TurnOf } from "@/core/kernel/mod.ts";
import { cents, gameId, timestampMs } from "@/core/protocol/schemas.ts";
import { priceChange, priority } from "@/core/protocol/watcher.ts";
import type { marketWatcherSpec } from "./spec.ts";

export const MAX_WATCHES = 200;
export const MAX_FILTERS = 400;

const side = z.object({
  cents: cents.nullable(),
  referenceCents: cents.nullable(),
  lastMove: z.enum(["up", "down"]).nullable(),
  emptyReadings: z.int().min(0).default(0),
});

const watched = z.object({
  game: gameId,
  title: z.string().min(1).max(300),
  priority,
  note: z.string().max(200).nullable(),
  addedAtMs: timestampMs,
  ask: side,
  bid: side,
  /** Moment of the newest book taken in. */
  readAtMs: timestampMs.nullable(),
  /** When it was asked for last, or the book was read that answered; whatever came of it. */
  askedAtMs: timestampMs.nullable(),
  failures: z.int().min(0),
  lastChange: priceChange.nullable().default(null),
});
export type Watched = z.output<typeof watched>;

const watcherState = z.object({
  watches: z.array(watched).max(MAX_WATCHES),
  filters: z.array(z.object({
    userId: z.int(),
    game: gameId,
    wants: z.record(
      z.string().max(40),
      z.union([z.boolean(), z.array(z.string().max(100)), z.array(z.int())]),
    ),
  })).max(MAX_FILTERS),
  /** Games whose titles are being read; forgotten by a restart. */
  reading: z.array(gameId).max(4),
});
export type WatcherState = z.output<typeof watcherState>;

export const stateSpec = {
  version: 1,
  schema: watcherState,
  initial: (): WatcherState => ({ watches: [], filters: [], reading: [] }),
};

export type WatcherContext = ContextOf<typeof marketWatcherSpec, WatcherState>;
export type WatcherTurn = TurnOf<typeof marketWatcherSpec, WatcherState>;

export function isSame(
  a: { readonly game: string; readonly title: string },
  b: { readonly game: string; readonly title: string },
): boolean {
  return a.game === b.game && a.title === b.title;
}
