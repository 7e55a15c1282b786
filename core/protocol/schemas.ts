/** Schemas of the domain's nouns, for the messages that carry them. */

import { z } from "zod";
import {
  GAMES,
  type Offer,
  type Quote,
  type TitleEvidence,
  type TitleLook,
} from "@/core/domain/market.ts";
import { GUARDS, LEVELS, type Opportunity, type ScanProgress } from "@/core/domain/opportunity.ts";
import type { Reason, ReasonValue } from "@/core/domain/reasons.ts";

export const gameId = z.enum(GAMES);
export const levelId = z.enum(LEVELS);

export const cents = z.int().min(0).max(1_000_000_000_000);
const signedCents = z.int().min(-1_000_000_000_000).max(1_000_000_000_000);
export const timestampMs = z.number().min(0);
const title = z.string().min(1).max(300);
const count = z.int().min(0);

/** A filter as it is kept and sent on; names and values as in core/domain/filters. */
export const filterWants = z.record(
  z.string().max(40),
  z.union([
    z.boolean(),
    z.array(z.string().max(100)).max(50),
    z.array(z.number()).max(50),
  ]),
);

const assetClass = z.object({
  floatPart: z.string().max(8).nullable(),
  phase: z.string().max(40).nullable(),
  paintSeed: z.int().nullable(),
});

const feeRule = z.object({ feePpm: z.int().min(0).max(1_000_000), minFeeCents: cents });

export const offer: z.ZodType<Offer> = z.object({
  offerId: z.string().min(1).max(100),
  game: gameId,
  title,
  priceCents: cents,
  createdAtMs: timestampMs.nullable(),
  reserved: z.boolean(),
  unlockAtMs: timestampMs.nullable(),
  resaleBlocks: z.array(z.string().max(60)).max(20),
  suggestedCents: cents.nullable(),
  assetClass,
});

export const quote: z.ZodType<Quote> = z.object({
  title,
  bestBidCents: cents.nullable(),
  bidCount: count,
  bestAskCents: cents.nullable(),
  askCount: count,
});

const bids = z.array(z.object({ priceCents: cents, amount: count, wants: assetClass })).max(500);
const sales = z.array(
  z.object({
    priceCents: cents,
    soldAtMs: timestampMs,
    side: z.enum(["offer", "target"]),
    phase: z.string().max(40).nullable().optional(),
    isPremium: z.boolean().optional(),
  }),
).max(100);
const fees = {
  fee: feeRule,
  reducedFees: z.array(feeRule.extend({
    title,
    minPriceCents: cents,
    maxPriceCents: cents,
    expiresAtMs: timestampMs,
  })).max(100),
};

export const titleEvidence: z.ZodType<TitleEvidence> = z.object({
  title,
  readAtMs: timestampMs,
  salesReadAtMs: timestampMs.optional(),
  asks: z.array(offer).max(100),
  bids,
  sales,
  ...fees,
});

export const titleLook: z.ZodType<TitleLook> = z.object({
  title,
  readAtMs: timestampMs,
  bids: bids.nullable(),
  sales: sales.nullable(),
  ...fees,
});

const reasonValue = z.union([z.number(), z.string().max(300)]);

/**
 * As core/domain/reasons.ts has them, one within another at most. A code that this version does not know passes, to be told in
 * English.
 */
export const reason: z.ZodType<Reason> = reasonWith(
  z.union([reasonValue, reasonWith(reasonValue)]),
);

function reasonWith<T extends ReasonValue>(value: z.ZodType<T>) {
  return z.object({ code: z.string().max(40), values: z.record(z.string().max(40), value) });
}

export const opportunity: z.ZodType<Opportunity> = z.object({
  kind: z.enum(["quick", "list"]),
  exitCents: cents,
  feePpm: z.int().min(0).max(1_000_000),
  feeCents: cents,
  netCents: signedCents,
  profitCents: signedCents,
  roiBps: z.int(),
  breakEvenCents: cents,
  scanId: z.uuid(),
  game: gameId,
  level: levelId,
  offerId: z.string().min(1).max(100),
  title,
  assetClass,
  buyCents: cents,
  lockDays: z.number().min(0),
  confidence: z.enum(["low", "medium", "high"]),
  annualisedBps: z.int(),
  sales7d: count,
  otherAskCents: cents.nullable(),
  bestBidCents: cents.nullable(),
  fee: feeRule,
  guards: z.array(z.object({
    guard: z.enum(GUARDS),
    outcome: z.enum(["pass", "fail", "unknown"]),
    reason: z.string().max(400),
    said: reason.optional(),
  })).max(40),
  foundAtMs: timestampMs,
});

export const scanProgress: z.ZodType<ScanProgress> = z.object({
  scanId: z.uuid(),
  game: gameId,
  level: levelId,
  filter: filterWants.optional(),
  status: z.enum(["queued", "running", "completed", "stopped", "failed"]),
  processed: count,
  total: count.nullable(),
  accepted: count,
  refused: count,
  unverified: count,
  pages: count,
  startedAtMs: timestampMs,
  updatedAtMs: timestampMs,
  etaMs: timestampMs.nullable(),
  guardFailures: z.partialRecord(z.enum(GUARDS), count),
  reason: z.string().max(400).optional(),
  said: reason.optional(),
});
