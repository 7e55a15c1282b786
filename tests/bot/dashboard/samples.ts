/** Answers of the house, and a house that gives them. */

import type { ListName, ListPage, Sources } from "@/bot/dashboard/handle.ts";
import { FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import type { ListQuery } from "@/bot/dashboard/query.ts";
import {
  IDEA,
  OVERVIEW,
  REPORT,
  titleNotice,
  watchView,
} from "@/tests/bot/telegram/market_samples.ts";
import { scan } from "@/tests/bot/telegram/samples.ts";

export const NOW_MS = Date.parse("2026-06-17T10:30:00Z");

const SCAN_ID = "0190f3c2-7b1e-4a52-9c3d-2f6a1b4c5d6e";

type Row = Readonly<Record<string, unknown>>;

export function find(change: Row = {}): Row {
  return {
    id: 1,
    scanId: "0190f3c2-7b1e-8a52-9c3d-2f6a1b4c5d6e",
    offerId: "offer-1",
    game: "a8db",
    level: "standard",
    title: "★ Karambit | Doppler (Factory New)",
    kind: "list",
    buyCents: 123_456,
    exitCents: 149_000,
    feePpm: 70_000,
    feeCents: 10_430,
    netCents: 138_570,
    profitCents: 15_114,
    roiBps: 1_224,
    breakEvenCents: 132_749,
    sales7d: 14,
    lockDays: 7,
    confidence: "high",
    bestBidCents: 135_000,
    otherAskCents: 149_000,
    guards: [
      { guard: "thin-sales", outcome: "pass", reason: "14 sales in 7 days, at least 10" },
      { guard: "pump", outcome: "unknown", reason: "No sales older than 30 days" },
    ],
    status: "open",
    closedReason: null,
    foundAtMs: NOW_MS - 5 * 60_000,
    ...change,
  };
}

export function scanRow(change: Row = {}): Row {
  return { ...scan(), ...change };
}

export const TARGET: Row = {
  id: 3,
  key: "default/a8db/ak",
  game: "a8db",
  title: "AK-47 | Redline (Field-Tested)",
  priceCents: 1_105,
  amount: 1,
  reason: "15 % under the best offer",
  mode: "dry",
  status: "dry",
  createdAtMs: NOW_MS - 3_600_000,
};

export const HEALTH: Row = {
  status: "warn",
  notes: [{
    reason: "web is backoff",
    said: { code: "actor-is", values: { actor: "web", state: "backoff" } },
  }],
  version: "0.1.0",
  mode: "dry",
  market: "simulated",
  uptimeSeconds: 7_300,
  actors: {
    scanner: { status: "ready", restarts: 0, memoryMB: 8.1, mailbox: { depth: 0 }, lastExit: null },
    web: {
      status: "backoff",
      restarts: 2,
      memoryMB: 9,
      mailbox: { depth: 3 },
      lastExit: { kind: "crash", error: 'Bad "quote" <b>', at: "2026-06-17T10:29:00Z" },
    },
  },
};

export const MARKET: Row = { ...OVERVIEW };

export const IDEA_ROW: Row = { game: "a8db", ...IDEA };

export interface FakeSources extends Sources {
  readonly asked: (readonly [ListName, ListQuery])[];
  readonly done: (readonly [string, unknown])[];
  glances: Record<"markets" | "ideas" | "watches", readonly Row[] | Error>;
  report: Awaited<ReturnType<Sources["title"]>> | Error;
  lists: Record<ListName, readonly Row[] | Error>;
  healthBody: Row | Error;
}

/** Answers what it holds; an error in its place is thrown. */
export function fakeSources(): FakeSources {
  const answer = <T>(value: T | Error): Promise<T> =>
    value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  const fake: FakeSources = {
    asked: [],
    done: [],
    glances: { markets: [MARKET], ideas: [IDEA_ROW], watches: [{ ...watchView() }] },
    report: {
      ...{ report: REPORT, indicators: titleNotice().indicators, problem: null },
      salesByDay: [
        { dayMs: NOW_MS - 2 * 86_400_000, state: "gap" },
        { dayMs: NOW_MS - 86_400_000, state: "zero" },
        {
          ...{ dayMs: NOW_MS, state: "sold", offerCount: 3, targetCount: 1, isWhole: false },
          ...{ lowCents: 1_100, medianCents: 1_180, highCents: 1_250 },
        },
      ],
    },
    markets: () => answer(fake.glances.markets),
    ideas: () => answer(fake.glances.ideas),
    watches: () => answer(fake.glances.watches),
    titles: (text) => Promise.resolve([{ game: "a8db", title: text }]),
    title: () => answer(fake.report),
    watch(wish) {
      fake.done.push(["watch", wish]);
      return Promise.resolve({ accepted: true, reason: null });
    },
    unwatch(wish) {
      fake.done.push(["unwatch", wish]);
      return Promise.resolve({ wasWatched: true });
    },
    filters: () =>
      Promise.resolve([{ game: "a8db", wants: { statTrak: true }, fields: FILTER_FIELDS.a8db }]),
    setFilter(wish) {
      fake.done.push(["setFilter", wish]);
      return Promise.resolve({ problems: [] });
    },
    scan(wish) {
      fake.done.push(["scan", wish]);
      return Promise.resolve({ scanId: SCAN_ID, joined: false });
    },
    lists: { Opportunities: [find()], Scans: [scanRow()], Targets: [TARGET] },
    healthBody: HEALTH,
    list(name, query): Promise<ListPage> {
      fake.asked.push([name, query]);
      const items = fake.lists[name];
      return items instanceof Error
        ? Promise.reject(items)
        : Promise.resolve({ items, next: "bmV4dA" });
    },
    health: () =>
      fake.healthBody instanceof Error
        ? Promise.reject(fake.healthBody)
        : Promise.resolve(fake.healthBody),
    now: () => NOW_MS,
  };
  return fake;
}
