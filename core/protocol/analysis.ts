/** Analysis of what was recorded, and of single titles read on request; served by main. */

import { z } from "zod";
import { protocol, request } from "@/core/kernel/mod.ts";
import { cents, gameId, reason, timestampMs } from "./schemas.ts";

const title = z.string().min(1).max(300);
const count = z.int().min(0);
const money = cents.nullable();

const sideVolume = z.object({ count, cents: count });
const volume = z.object({
  days: count,
  offer: sideVolume,
  target: sideVolume,
  isComplete: z.boolean(),
});
const sideDepth = z.object({
  bestCents: money,
  bestLots: count,
  bandLots: count,
  bandCents: count,
});

/** The shape of `TitleReport` in core/domain/analysis. */
export const titleReport = z.object({
  title,
  readAtMs: timestampMs,
  sales: z.object({
    referenceCents: money,
    referenceCount: count,
    askSideCount: count,
    droppedCount: count,
    spikeCount: count,
    riseBps: z.int().nullable(),
    isFallen: z.boolean(),
    slideBps: z.int().nullable(),
    sales7d: count,
    newestAskSideDays: z.number().nullable(),
    offerVelocity: z.number(),
    targetVelocity: z.number(),
    variation: z.number().nullable(),
  }),
  volume7d: volume,
  volume30d: volume,
  liquidity: z.object({
    sales7d: count,
    daysToSell: z.number(),
    variation: z.number().nullable(),
    offers: count,
    volume7dCents: count,
    score: z.number().min(0).max(100),
  }),
  daysToSell: z.number(),
  depth: z.object({
    bandBps: count,
    asks: sideDepth,
    bids: sideDepth,
    choosyBidLots: count,
    spreadCents: z.int().nullable(),
    spreadBps: z.int().nullable(),
  }),
  executableBidCents: money,
  manipulation: z.object({
    isPumped: z.boolean(),
    /** A notice that an older version wrote has sentences. */
    signs: z.array(z.union([reason, z.string().max(400)])).max(10),
    droppedSales: count,
  }),
});

const salesDay = z.discriminatedUnion("state", [
  z.object({
    dayMs: timestampMs,
    state: z.literal("sold"),
    offerCount: count,
    targetCount: count,
    lowCents: cents,
    medianCents: cents,
    highCents: cents,
    isWhole: z.boolean(),
  }),
  z.object({ dayMs: timestampMs, state: z.literal("zero") }),
  z.object({ dayMs: timestampMs, state: z.literal("gap") }),
]);

const decimal = z.number().nullable();

/** The shape of `Indicators` in core/indicators: fractions of cents, null for too few days. */
const indicators = z.object({
  days: count,
  gaps: count,
  sma7: decimal,
  ema7: decimal,
  rsi14: decimal,
  bollinger20: z.object({ lower: z.number(), middle: z.number(), upper: z.number() }).nullable(),
  macd: z.object({ macd: z.number(), signal: z.number(), histogram: z.number() }).nullable(),
});

export const analysis = protocol("analysis", {
  /**
   * One title, from what scans recorded; where that is older than `maxAgeMs`, or nothing, the
   * market is read first.
   */
  Title: request({
    body: z.object({
      game: gameId,
      title,
      days: z.int().min(1).max(90).default(30),
      maxAgeMs: z.number().min(0).default(15 * 60_000),
    }),
    reply: z.object({
      /** Null when nothing is known. */
      report: titleReport.nullable(),
      salesByDay: z.array(salesDay).max(92),
      /** Of the daily prices above, whatever the report's age. */
      indicators,
      /** Why the report is older than asked for, or missing; null when it is neither. */
      problem: z.string().max(1_000).nullable(),
    }),
    deadlineMs: 60_000,
  }),
  Overview: request({
    body: z.object({ game: gameId }),
    reply: z.object({
      game: gameId,
      titles: count,
      twoSided: count,
      asksOnly: count,
      bidsOnly: count,
      asks: count,
      bids: count,
      medianAskCents: money,
      medianSpreadBps: z.int().nullable(),
      crossed: count,
      /** Moment of the oldest quote that counts; null without any. */
      sinceMs: timestampMs.nullable(),
    }),
  }),
  /** Quoted titles that a text means: their name, some of its words, or `#` and a title's ref. */
  Titles: request({
    body: z.object({
      game: gameId.nullable(),
      text: z.string().min(1).max(300),
      limit: z.int().min(1).max(50).default(8),
    }),
    reply: z.object({
      titles: z.array(z.object({ game: gameId, title })).max(50),
      /** How many there are in all. */
      total: count,
    }),
  }),
  /** Titles worth watching, best first, each with its reasons. */
  Finder: request({
    body: z.object({ game: gameId, limit: z.int().min(1).max(50).default(10) }),
    reply: z.object({
      ideas: z.array(z.object({
        title,
        score: z.number().min(0).max(100),
        bidCents: cents,
        sellCents: cents,
        profitCents: z.int(),
        roiBps: z.int(),
        liquidity: z.number().nullable(),
        /** Bids that stand against listings; sales in 7 days where the title was read. */
        bidCount: count,
        askCount: count,
        sales7d: count.nullable(),
        reasons: z.array(z.string().max(400)).max(10),
      })).max(50),
    }),
  }),
});
