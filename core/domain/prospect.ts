/**
 * What is worth verifying first. Reading a title costs three requests, so that a scan verifies only
 * its most promising titles; before that it knows the page, the quote and how far it has come.
 */

import { feeCents, type FeeSchedule, requiredExitCents, roiBps } from "./fees.ts";
import { LEVEL_RULES, type LevelRule, minRoiBps } from "./levels.ts";
import type { Offer, Quote } from "./market.ts";
import type { LevelId } from "./opportunity.ts";
import type { TradeRules } from "./rules.ts";

/** Fewer listings or bids than these rarely sell: such titles come last. */
const DEEP_ASKS = 5;
const DEEP_BIDS = 3;

export interface Glimpse {
  /** The cheapest free offer of its title met so far. */
  readonly offer: Pick<Offer, "priceCents" | "suggestedCents">;
  readonly quote: Quote | null;
  /** The next free comparable listing met so far; null when none was. */
  readonly otherAskCents: number | null;
  /** The dearest price the scan has reached; it comes from below and misses nothing. */
  readonly frontCents: number;
  readonly level: LevelId;
}

export interface Prospect {
  /** True when no more pages are needed to know whether it deserves to be verified. */
  readonly isRipe: boolean;
  /** A quoted bid already covers it: the surest promise there is before reading. */
  readonly isBidFor: boolean;
  readonly isDeep: boolean;
  /** Best return it could have, basis points, bounded against absurd quotes. */
  readonly returnBps: number;
}

/**
 * A resale is capped by the next listing, which comes on this page or a later one: until the front
 * has passed the price that a resale needs, nothing is known; once it has, no competitor is.
 */
export function prospectOf(glimpse: Glimpse, rules: TradeRules): Prospect {
  const { offer, quote, level } = glimpse;
  const rule = LEVEL_RULES[level];
  const bid = quote?.bestBidCents ?? 0;
  const quick = returnBps(bid, offer.priceCents, rules);
  const list = returnBps(resaleCap(glimpse), offer.priceCents, rules);
  const isBidFor = quick >= minRoiBps(rule, "quick", rules);
  return {
    isBidFor,
    isRipe: isBidFor || glimpse.otherAskCents !== null ||
      glimpse.frontCents >= neededCents(offer.priceCents, rule, rules),
    isDeep: quote !== null && quote.askCount >= DEEP_ASKS && quote.bidCount >= DEEP_BIDS,
    returnBps: Math.min(Math.max(quick, list), 3 * rule.usualMaxRoiBps),
  };
}

/** Orders by a covering bid, then by depth of the book, then by return; the better comes first. */
export function compareProspects(a: Prospect, b: Prospect): number {
  return Number(b.isBidFor) - Number(a.isBidFor) || Number(b.isDeep) - Number(a.isDeep) ||
    b.returnBps - a.returnBps;
}

/** The dearest resale that nothing known so far speaks against. */
function resaleCap({ offer, quote, otherAskCents, frontCents }: Glimpse): number {
  const best = quote?.bestAskCents ?? null;
  const caps = [
    otherAskCents === null ? frontCents : otherAskCents - 1,
    ...(best !== null && best < offer.priceCents ? [best - 1] : []),
    ...(offer.suggestedCents === null ? [] : [offer.suggestedCents]),
  ];
  return Math.max(0, Math.min(...caps));
}

function returnBps(exitCents: number, buyCents: number, rules: TradeRules): number {
  const fee = feeCents({ feePpm: rules.usualFeePpm, minFeeCents: 0 }, exitCents);
  return roiBps(exitCents - fee - buyCents, Math.max(1, buyCents));
}

/** What a resale must fetch at the usual fee. */
function neededCents(buyCents: number, { minRoiBps }: LevelRule, rules: TradeRules): number {
  const fee = { feePpm: rules.usualFeePpm, minFeeCents: 1 };
  const schedule: FeeSchedule = { fee, reducedFees: [] };
  return requiredExitCents(schedule, { buyCents, minRoiBps }, 0) ?? Infinity;
}
