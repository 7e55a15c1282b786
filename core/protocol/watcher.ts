import { z } from "zod";
import { protocol, request } from "@/core/kernel/mod.ts";
import { cents, gameId, reason, timestampMs } from "./schemas.ts";

/** How soon a watched title is read again. */
export const PRIORITIES = ["high", "normal", "low"] as const;
export const priority = z.enum(PRIORITIES);
export type Priority = z.output<typeof priority>;

/** Shown wherever people look for live prices. */
export const NO_WEBSOCKET =
  "DMarket has no official WebSocket for market data: prices are polled every 15 to 60 seconds";

const title = z.string().min(1).max(300);

/** A move of one side of the book; to null: nobody sells, or bids, any more; from null: nobody did. */
export const priceChange = z.object({
  side: z.enum(["ask", "bid"]),
  fromCents: cents.nullable(),
  toCents: cents.nullable(),
  atMs: timestampMs,
});

export type PriceChange = z.output<typeof priceChange>;

/** A watched title as it is shown. */
export const watch = z.object({
  game: gameId,
  title,
  priority,
  note: z.string().max(200).nullable(),
  intervalMs: z.int().min(1),
  askCents: cents.nullable(),
  bidCents: cents.nullable(),
  /** When its book was read last; null before the first time. */
  readAtMs: timestampMs.nullable(),
  /** Readings in a row that failed. */
  failures: z.int().min(0),
  addedAtMs: timestampMs,
  /** The move told last; null before the first. */
  lastChange: priceChange.nullable().default(null),
});
export type WatchView = z.output<typeof watch>;

/** What a person wants of one game; names and values as in core/domain/filters. */
const wants = z.record(z.string().max(40), z.unknown());

const problem = z.object({
  field: z.string().max(100),
  value: z.string().max(100),
  message: z.string().max(2_000),
  allowed: z.array(z.string().max(100)).max(100),
});

/** The market-watcher: reads watched titles again and again and says what moved; keeps filters. */
export const marketWatcher = protocol("market-watcher", {
  /** Watches a title, or changes its priority and note. */
  Watch: request({
    body: z.object({
      game: gameId,
      title,
      priority: priority.default("normal"),
      note: z.string().max(200).nullable().default(null),
    }),
    reply: z.object({
      accepted: z.boolean(),
      /** Why not; null when it is watched now. */
      reason: z.string().max(300).nullable(),
      /** The same as data. */
      said: reason.nullable().default(null),
    }),
  }),
  Unwatch: request({
    body: z.object({ game: gameId, title }),
    reply: z.object({ wasWatched: z.boolean() }),
  }),
  Watches: request({
    body: z.object({}),
    reply: z.object({
      watches: z.array(watch).max(200),
      /** Titles read per second that all watches together ask for, and the most they may. */
      readsPerSecond: z.number().min(0),
      maxReadsPerSecond: z.number().min(0),
      note: z.literal(NO_WEBSOCKET),
    }),
  }),
  /** Replaces a person's filter of one game; empty: no filter any more. */
  SetFilter: request({
    body: z.object({ userId: z.int(), game: gameId, wants }),
    reply: z.object({ problems: z.array(problem).max(100) }),
  }),
  Filters: request({
    body: z.object({ userId: z.int() }),
    reply: z.object({ filters: z.array(z.object({ game: gameId, wants })).max(4) }),
  }),
});
