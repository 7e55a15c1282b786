/**
 * What there is to say, as data: the notifier decides it, the operator's surfaces word it, each in
 * its own form and language.
 */

import { z } from "zod";
import { GAME_TITLES, type GameId } from "@/core/domain/market.ts";
import type { LevelId } from "@/core/domain/opportunity.ts";
import { LANGUAGES } from "./languages.ts";
import { marketNotices, wants } from "./market_notices.ts";
import { cents, gameId, levelId, reason, scanProgress, timestampMs } from "./schemas.ts";

/** The commands the bot knows, in the order of its menu. */
export const COMMANDS = [
  "status",
  "opportunities",
  "find",
  "market",
  "title",
  "watches",
  "watch",
  "unwatch",
  "scan",
  "filter",
  "stop",
  "health",
  "language",
  "help",
  "start",
] as const;
export type CommandName = typeof COMMANDS[number];

/** What a scan without arguments scans. */
export const DEFAULT_SCAN: { readonly game: GameId; readonly level: LevelId } = {
  game: "a8db",
  level: "standard",
};

/** How people type a game: its title without spaces, in lower case. */
export function gameWord(game: GameId): string {
  return GAME_TITLES[game].toLowerCase().replaceAll(" ", "");
}

/** Offers one message shows at most; the rest is counted. */
export const MAX_CARDS = 10;
const MAX_LINES = 50;

const count = z.int().min(0);
const signedCents = z.int().min(-1_000_000_000_000).max(1_000_000_000_000);
const shortText = z.string().max(300);

/** One offer worth buying, with its ways out, best first. */
export const card = z.object({
  title: z.string().min(1).max(300),
  game: gameId,
  level: levelId,
  buyCents: cents,
  exits: z.array(z.object({
    kind: z.enum(["quick", "list"]),
    exitCents: cents,
    profitCents: signedCents,
    roiBps: z.int(),
  })).min(1).max(2),
  confidence: z.enum(["low", "medium", "high"]).nullable(),
  lockDays: z.number().min(0).nullable(),
  sales7d: count.nullable(),
  bestBidCents: cents.nullable(),
  otherAskCents: cents.nullable(),
});
export type Card = z.output<typeof card>;

const scannerState = z.object({
  paused: z.boolean(),
  active: z.array(scanProgress).max(20),
  queued: count,
  last: scanProgress.nullable(),
  nextScanAtMs: timestampMs.nullable(),
});

const resourceState = z.object({
  cpuRatio: z.number(),
  memoryRatio: z.number(),
  diskFreeBytes: z.number(),
  /** 1 is full speed. */
  factor: z.number(),
  reason: shortText,
});

const actorState = z.object({
  name: z.string().max(60),
  status: z.string().max(40),
  restarts: count,
  lastError: shortText.nullable(),
});

export const notice = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start") }),
  z.object({ type: z.literal("help") }),
  z.object({ type: z.literal("unknown-command"), name: z.string().max(40) }),
  /** `wrong`: the word that has no meaning there; empty where a title is missing. */
  z.object({
    type: z.literal("bad-argument"),
    command: z.enum(COMMANDS),
    wrong: z.string().max(100),
  }),
  z.object({ type: z.literal("busy") }),
  z.object({
    type: z.literal("unavailable"),
    what: z.enum(["health", "opportunities", "market", "title", "watches", "filter"]),
    reason: shortText,
  }),
  /** `asked`: the answer to a command rather than news. */
  z.object({
    type: z.literal("opportunities"),
    asked: z.boolean(),
    cards: z.array(card).max(MAX_CARDS),
    more: count,
  }),
  /** `filter`: what the person wants of this game; null without one. */
  z.object({
    type: z.literal("scan-requested"),
    game: gameId,
    level: levelId,
    filter: wants.nullable().default(null),
  }),
  z.object({ type: z.literal("scan-finished"), scan: scanProgress }),
  /** All scans that ended since `sinceMs` without anybody having asked for them. */
  z.object({
    type: z.literal("scan-digest"),
    sinceMs: timestampMs,
    scans: count,
    failed: count,
    processed: count,
    accepted: count,
  }),
  z.object({ type: z.literal("scanning-stopped") }),
  /** Null where the one who knows did not answer. */
  z.object({
    type: z.literal("status"),
    scanner: scannerState.nullable(),
    resources: resourceState.nullable(),
  }),
  z.object({
    type: z.literal("health"),
    status: z.enum(["pass", "warn", "fail"]),
    version: z.string().max(60),
    uptimeSeconds: z.number().min(0),
    actors: z.array(actorState).max(MAX_LINES),
    /** Why it is not `pass`. */
    notes: z.array(z.object({ reason: shortText, said: reason.optional() })).max(20).default([]),
  }),
  /** `times`: how often it happened since `sinceMs`, this time included. */
  z.object({
    type: z.literal("alert"),
    severity: z.enum(["info", "warning", "critical"]),
    text: z.string().max(1_000),
    said: reason.optional(),
    times: z.int().min(1),
    sinceMs: timestampMs,
  }),
  z.object({ type: z.literal("language"), language: z.enum(LANGUAGES) }),
  ...marketNotices,
]);
export type Notice = z.output<typeof notice>;
export type NoticeOf<T extends Notice["type"]> = Extract<Notice, { type: T }>;
