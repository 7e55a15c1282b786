/** What the notifier remembers: what it said, whom it owes an answer, who waits for which scan. */

import { z } from "zod";
import type { ContextOf, StateSpec, TurnOf } from "@/core/kernel/mod.ts";
import { LANGUAGES } from "@/core/protocol/languages.ts";
import { card } from "@/core/protocol/notices.ts";
import { command } from "@/core/protocol/notifier.ts";
import { gameId, levelId, timestampMs } from "@/core/protocol/schemas.ts";
import type { notifierSpec } from "./spec.ts";

/** Bounds of the lists; the oldest entry makes room. */
export const MAX_TOLD = 500;
export const MAX_ALERTS = 200;
export const MAX_PENDING = 20;
export const MAX_WATCHES = 50;
export const MAX_HELD = 10;
export const MAX_READERS = 100;

const severity = z.enum(["info", "warning", "critical"]);

const told = z.object({
  atMs: timestampMs,
  roiBps: z.int(),
  offerId: z.string().max(100),
});
const alertRecord = z.object({
  saidAtMs: timestampMs,
  severity,
  /** Times it came since it was said. */
  unsaid: z.int().min(0),
});
const watch = z.object({
  game: gameId,
  level: levelId,
  /** Of the person's filter, as `filterKey` makes it. */
  filterKey: z.string().max(20_000).default(""),
  chatId: z.int(),
  messageId: z.int(),
  askedAtMs: timestampMs,
});

const schema = z.object({
  /** Opportunities said, by what makes them the same news. */
  told: z.record(z.string().max(400), told).refine((all) => Object.keys(all).length <= MAX_TOLD),
  news: z.object({
    /** Messages of news so far; numbers them. */
    count: z.int().min(0),
    saidAtMs: timestampMs,
    /** When news last rang; later ones are silent for a while. */
    rangAtMs: timestampMs,
    /** Best of what waits for the next message, and how many offers wait in all. */
    held: z.array(z.object({ card, rank: z.int() })).max(MAX_HELD),
    heldCount: z.int().min(0),
  }),
  /** Alerts said, by key. */
  alerts: z.record(z.string().max(200), alertRecord)
    .refine((all) => Object.keys(all).length <= MAX_ALERTS),
  /** Commands whose answers are being looked up. */
  pending: z.array(command).max(MAX_PENDING),
  /** Who asked for a scan and waits for its end. */
  watches: z.array(watch).max(MAX_WATCHES),
  /** Languages of the people who commanded; `isChosen`: by their own word, not their Telegram's. */
  readers: z.array(z.object({
    chatId: z.int(),
    language: z.enum(LANGUAGES),
    isChosen: z.boolean(),
  })).max(MAX_READERS).default([]),
  /** Scheduled scans that ended since the last digest. */
  digest: z.object({
    saidAtMs: timestampMs,
    sinceMs: timestampMs,
    scans: z.int().min(0),
    failed: z.int().min(0),
    processed: z.int().min(0),
    accepted: z.int().min(0),
  }),
});

export type NotifierState = z.output<typeof schema>;
export type Told = NotifierState["told"];
export type Watch = z.output<typeof watch>;
export type Severity = z.output<typeof severity>;

export type Context = ContextOf<typeof notifierSpec, NotifierState>;
export type NotifierTurn = TurnOf<typeof notifierSpec, NotifierState>;

export const NO_DIGEST: NotifierState["digest"] = {
  saidAtMs: 0,
  sinceMs: 0,
  scans: 0,
  failed: 0,
  processed: 0,
  accepted: 0,
};

export const notifierState: StateSpec<NotifierState> = {
  version: 1,
  schema,
  initial: () => ({
    told: {},
    news: { count: 0, saidAtMs: 0, rangAtMs: 0, held: [], heldCount: 0 },
    alerts: {},
    pending: [],
    watches: [],
    readers: [],
    digest: NO_DIGEST,
  }),
};

/** The `most` entries of latest `atMsOf`; the database does not keep the order of keys. */
export function newest<T>(
  entries: Readonly<Record<string, T>>,
  most: number,
  atMsOf: (entry: T) => number,
): Record<string, T> {
  const all = Object.entries(entries);
  if (all.length <= most) return { ...entries };
  return Object.fromEntries(
    all.toSorted(([, a], [, b]) => atMsOf(b) - atMsOf(a)).slice(0, most),
  );
}
