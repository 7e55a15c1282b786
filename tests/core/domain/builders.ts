/** Offers, quotes and evidence with sound defaults, so that a test names only what it is about. */

import type {
  AssetClass,
  Bid,
  FeeRule,
  Offer,
  Quote,
  Sale,
  TitleEvidence,
} from "@/core/domain/market.ts";
import type { JudgeContext, JudgeInput } from "@/core/domain/facts.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";

export const NOW_MS = 1_768_650_000_000;
export const SCAN_ID = "019bcb3e-6d1a-7a2c-8f00-0123456789ab";
export const TITLE = "AK-47 | Redline (Field-Tested)";
export const ANY: AssetClass = { floatPart: null, phase: null, paintSeed: null };
export const SEVEN_PERCENT: FeeRule = { feePpm: 70_000, minFeeCents: 1 };

export function offer(change: Partial<Offer> = {}): Offer {
  return {
    offerId: "offer-1",
    game: "a8db",
    title: TITLE,
    priceCents: 1_000,
    createdAtMs: NOW_MS - 60_000,
    reserved: false,
    unlockAtMs: null,
    resaleBlocks: [],
    suggestedCents: 1_250,
    assetClass: { floatPart: "FT-2", phase: null, paintSeed: 412 },
    ...change,
  };
}

export function quote(change: Partial<Quote> = {}): Quote {
  return {
    title: TITLE,
    bestBidCents: 900,
    bidCount: 12,
    bestAskCents: 1_000,
    askCount: 2,
    ...change,
  };
}

export function bid(priceCents: number, change: Partial<Bid> = {}): Bid {
  return { priceCents, amount: 3, wants: ANY, ...change };
}

export function sale(priceCents: number, daysAgo: number, change: Partial<Sale> = {}): Sale {
  return { priceCents, soldAtMs: NOW_MS - daysAgo * DAY_MS, side: "offer", ...change };
}

/** Twenty steady sales, one every eight hours, newest first. */
export function steadySales(priceCents: number): readonly Sale[] {
  return Array.from({ length: 20 }, (_, i) => sale(priceCents + (i % 3) - 1, 0.1 + i / 3));
}

export function evidence(change: Partial<TitleEvidence> = {}): TitleEvidence {
  return {
    title: TITLE,
    readAtMs: NOW_MS - 1_000,
    asks: [offer(), offer({ offerId: "offer-2", priceCents: 1_200 })],
    bids: [bid(900)],
    sales: steadySales(1_180),
    fee: SEVEN_PERCENT,
    reducedFees: [],
    ...change,
  };
}

export function context(change: Partial<JudgeContext> = {}): JudgeContext {
  return {
    scanId: SCAN_ID,
    game: "a8db",
    level: "medium",
    nowMs: NOW_MS,
    rules: DEFAULT_RULES,
    isDuplicate: false,
    marketSuggests: true,
    otherAskSeenCents: null,
    takenLots: 0,
    ...change,
  };
}

/** A sound LIST opportunity: buy at $10.00, the next listing stands at $12.00, sales at $11.80. */
export function soundInput(change: Partial<JudgeInput> = {}): JudgeInput {
  return { offer: offer(), quote: quote(), evidence: evidence(), context: context(), ...change };
}
