/**
 * The guards: each a pure function from facts to an outcome with its reason. Every guard is asked
 * about every candidate. `unknown` means that what it needs was not read; it never counts as passed.
 */

import { feeCents, type PricedExit, roiBps } from "./fees.ts";
import type { Facts, SalesProof } from "./facts.ts";
import { inBand, minRoiBps } from "./levels.ts";
import { pumpSigns } from "./pump.ts";
import type { ExitKind, GuardId, GuardVerdict } from "./opportunity.ts";
import { mulDivFloor } from "./money.ts";
import {
  inEnglish,
  type KnownReason,
  reason,
  type ReasonCode,
  type ReasonValues,
} from "./reasons.ts";
import { longestSilenceDays, mostBesideCents } from "./resale.ts";
import { DAY_MS, type TradeRules } from "./rules.ts";
import { isSliding } from "./slide.ts";

/** One guard's answer about one way out. */
export interface Finding extends Omit<GuardVerdict, "guard"> {
  readonly said: KnownReason;
}

export interface Guard {
  readonly id: GuardId;
  /** The ways out that need it passed. */
  readonly blocks: readonly ExitKind[];
  /** It may answer differently for each way out. */
  readonly isPerKind?: true;
  check(facts: Facts, kind: ExitKind): Finding;
}

const HOUR_MS = 3_600_000;
export const MAX_REASON = 400;
const BOTH: readonly ExitKind[] = ["quick", "list"];
const LIST: readonly ExitKind[] = ["list"];

/** In the order of `GUARDS`. */
export const GUARD_RULES: readonly Guard[] = [
  { id: "out-of-band", blocks: BOTH, check: checkBand },
  { id: "reserved", blocks: BOTH, check: checkReserved },
  { id: "trade-lock", blocks: BOTH, isPerKind: true, check: checkTradeLock },
  { id: "resale-blocked", blocks: BOTH, check: checkResale },
  { id: "unpriced", blocks: BOTH, check: checkPriced },
  { id: "joke-price", blocks: BOTH, check: checkJoke },
  { id: "no-sales", blocks: LIST, check: checkSales },
  { id: "thin-sales", blocks: LIST, check: checkThinSales },
  { id: "attribute-mix", blocks: LIST, check: checkAttributeMix },
  { id: "pump", blocks: LIST, check: checkPump },
  { id: "falling", blocks: LIST, check: checkFalling },
  { id: "above-suggested", blocks: LIST, check: checkAboveSuggested },
  { id: "wide-spread", blocks: LIST, check: checkSpread },
  { id: "stale-evidence", blocks: BOTH, check: checkFreshness },
  { id: "gone", blocks: BOTH, check: checkGone },
  { id: "duplicate", blocks: BOTH, check: checkDuplicate },
  { id: "min-roi", blocks: BOTH, isPerKind: true, check: checkMinRoi },
];

/** Its price belongs to another level, or to none. */
export function checkBand({ offer: { priceCents }, level }: Facts): Finding {
  const values = { priceCents, fromCents: level.fromCents, toCents: level.toCents };
  return inBand(level, priceCents) ? pass("in-band", values) : fail("out-of-band", values);
}

/** Reserved by a trade in flight: it cannot be bought. */
export function checkReserved({ offer }: Facts): Finding {
  return offer.reserved ? RESERVED : NOT_RESERVED;
}

/** Locked for longer than this way out allows. */
export function checkTradeLock({ lockDays, context: { rules } }: Facts, kind: ExitKind): Finding {
  const mostDays = kind === "quick" ? rules.quickMaxLockDays : rules.listMaxLockDays;
  if (lockDays === 0) return FREE;
  const values = { lockDays, mostDays };
  return lockDays > mostDays ? fail("lock-exceeds", values) : pass("lock-within", values);
}

/** Flags that forbid selling it again. */
export function checkResale({ offer }: Facts): Finding {
  return offer.resaleBlocks.length > 0
    ? fail("resale-forbidden", { marks: offer.resaleBlocks.join(", ").slice(0, 300) })
    : RESALE_ALLOWED;
}

/**
 * Nothing says what it is worth. Where the market suggests prices, a missing one is itself a sign;
 * where it suggests none, past sales or a real bid must say it. No price is ever made up.
 */
export function checkPriced({ offer, context, proof }: Facts): Finding {
  const { suggestedCents } = offer;
  if (suggestedCents !== null) return pass("suggested", { suggestedCents });
  if (context.marketSuggests) return fail("unlike-others", {});
  if (proof === null) return unknown("worth-unread", {});
  const { bid, sales: { referenceCents } } = proof;
  if (referenceCents !== null) return pass("sales-say", { referenceCents });
  return bid === null ? fail("worthless", {}) : pass("bid-says", { bidCents: bid.priceCents });
}

/** Priced beyond all reason. */
export function checkJoke({ offer, context: { rules }, proof }: Facts): Finding {
  const { priceCents, suggestedCents } = offer;
  const referenceCents = proof?.sales.referenceCents ?? null;
  const mostFactor = rules.jokeFactor;
  const isBeyond = (cents: number) => priceCents > cents * mostFactor;
  if (suggestedCents !== null && isBeyond(suggestedCents)) {
    return fail("beyond-suggested", { priceCents, mostFactor, suggestedCents });
  }
  if (referenceCents !== null && isBeyond(referenceCents)) {
    return fail("beyond-reference", { priceCents, mostFactor, referenceCents });
  }
  if (suggestedCents !== null) return pass("near-suggested", { priceCents, suggestedCents });
  if (referenceCents !== null) return pass("near-reference", { priceCents, referenceCents });
  const bidCents = proof?.bid?.priceCents ?? null;
  return bidCents !== null && priceCents <= bidCents
    ? pass("bid-covers", { bidCents, priceCents })
    : unknown("no-reference", { priceCents });
}

/** Nobody has bought one from a listing lately. */
export function checkSales({ sold, context: { rules } }: Facts): Finding {
  if (sold === null) return UNREAD;
  const { askSideCount: soldCount } = sold.sales;
  const windowDays = rules.salesWindowDays;
  if (soldCount > 0) return pass("listings-sold", { soldCount, windowDays });
  return sold.isMixed ? unknown("phase-unclear", {}) : fail("none-sold", { windowDays });
}

/** Too few sales to expect another one in time, or none lately. */
export function checkThinSales({ proof, sold, context: { rules } }: Facts): Finding {
  if (sold === null) return UNREAD;
  const { newestDays, newestAskSideDays, saleChance, soundSales: soundCount } = sold.sales;
  if (newestAskSideDays === null && sold.isMixed) return unknown("phase-unclear", {});
  const { minSoundSales: leastCount, minSaleChance } = rules;
  const { observedDays } = sold.sales;
  const mostDays = longestSilenceDays({ count: soundCount, observedDays }, rules);
  if (newestDays === null) return fail("never-sold", { mostDays });
  if (newestDays > mostDays) return fail("sold-long-ago", { newestDays, mostDays });
  if (soundCount < leastCount) return fail("few-sales", { soundCount, leastCount });
  const seen = {
    soundCount,
    seenDays: observedDays,
    resaleDays: rules.resaleDays,
    chanceCount: Math.floor(100 * saleChance),
  };
  if (saleChance < minSaleChance) {
    return fail("sells-rarely", { ...seen, leastCount: 100 * minSaleChance });
  }
  return proof === null
    ? UNREAD
    : pass("sells-often", { ...seen, liquidityCount: proof.liquidity.score });
}

/** Its sales may be those of a dearer phase. */
export function checkAttributeMix({ sold, offer }: Facts): Finding {
  if (sold === null) return UNREAD;
  const { phase } = offer.assetClass;
  if (phase === null) return sold.isMixed ? unknown("phase-unknown", {}) : pass("one-price", {});
  return sold.isMixed ? unknown("phase-mixed", { phase }) : pass("phase-compared", { phase });
}

/** Someone lifts the price, or did a short time ago. */
export function checkPump({ sold, offer, context }: Facts): Finding {
  const { pumpedUntilMs = null, nowMs, rules } = context;
  if (pumpedUntilMs !== null && nowMs < pumpedUntilMs) {
    return fail("pump-ban", { leftHours: (pumpedUntilMs - nowMs) / HOUR_MS });
  }
  if (sold === null) return UNREAD;
  const { askSideCount, spikeCount } = sold.sales;
  if (askSideCount === 0) return NO_SALES;
  const [sign = shortPage(sold.sales, offer, rules)] = pumpSigns(sold.sales, rules);
  return sign === null ? pass("spikes-within", { spikeCount }) : new Spoken("fail", sign);
}

/** A page filled within two hours has nothing calmer to compare the last hour with. */
function shortPage(
  { observedDays, referenceCents }: SalesProof["sales"],
  { priceCents }: Facts["offer"],
  { maxHourRiseBps: mostBps }: TradeRules,
): KnownReason | null {
  if (observedDays > 2 * HOUR_MS / DAY_MS || referenceCents === null) return null;
  const riseBps = mulDivFloor(referenceCents, 10_000, priceCents);
  return riseBps > mostBps ? reason("short-page", { riseBps, mostBps }) : null;
}

/**
 * Sales slide, however flat a line through them is drawn, and what the next buyer will pay when he
 * comes does not return the minimum any more.
 */
export function checkFalling(facts: Facts): Finding {
  const { proof, sold, level, context: { rules } } = facts;
  if (sold === null) return UNREAD;
  const { slideBps: nowBps, slideWeekBps: weekBps, isFallen, askSideCount } = sold.sales;
  if (askSideCount === 0) return NO_SALES;
  if (nowBps !== null && weekBps !== null && isSliding(sold.sales, rules)) {
    const { list } = proof?.exits ?? facts.bestExits;
    const returns = list?.plan.roiBps ?? -Infinity;
    if (returns < minRoiBps(level, "list", rules)) {
      return fail("slides", { nowBps, weekBps, leastBps: rules.slidingWeekBps });
    }
    return proof === null ? UNREAD : pass("slides-yet-pays", { nowBps, weekBps });
  }
  return isFallen ? pass("fell-and-holds", {}) : pass("steady", {});
}

/** Those who bid believe in a far lower price, though nothing kept them from bidding more. */
export function checkSpread({ proof, offer, context: { rules } }: Facts): Finding {
  if (proof === null) return UNREAD;
  const { resaleCents: exitCents } = proof;
  const bidCents = proof.bid?.priceCents ?? null;
  if (exitCents === null) return unknown("bid-unmet", {});
  // Who bids for any phase has the commonest in mind.
  const isBound = offer.assetClass.phase === null || proof.bid?.isPicky;
  if (bidCents === null || !isBound) return pass("no-bid-bound", {});
  const mostBps = rules.maxExitOfBidBps;
  const isCapped = bidCents * 10_000 >= offer.priceCents * rules.cappedBidBps;
  return exitCents * 10_000 > bidCents * mostBps && !isCapped
    ? fail("above-bid", { exitCents, bidCents, mostBps })
    : pass("near-bid", { exitCents, bidCents });
}

/** The resale would need far more than the market's own suggestion. */
export function checkAboveSuggested({ proof, offer, context: { rules } }: Facts): Finding {
  const { suggestedCents } = offer;
  if (suggestedCents === null) return pass("no-suggestion", {});
  if (proof === null) return UNREAD;
  const { resaleCents: exitCents } = proof;
  if (exitCents === null) return unknown("suggestion-unmet", {});
  const mostBps = rules.maxExitOfSuggestedBps;
  return exitCents * 10_000 > suggestedCents * mostBps
    ? fail("above-suggestion", { exitCents, suggestedCents, mostBps })
    : pass("near-suggestion", { exitCents, suggestedCents });
}

/** The book was read too long ago; sales that were lower the confidence. */
export function checkFreshness({ proof, context: { rules } }: Facts): Finding {
  if (proof === null) return UNREAD;
  const ageSeconds = proof.evidenceAgeMs / 1_000;
  const mostSeconds = rules.maxEvidenceAgeMs / 1_000;
  return ageSeconds > mostSeconds
    ? fail("stale", { ageSeconds, mostSeconds })
    : pass("fresh", { ageSeconds });
}

/** It was listed on the page and is no more in the book. */
export function checkGone({ proof, offer: { priceCents } }: Facts): Finding {
  if (proof === null) return UNREAD;
  switch (proof.standing) {
    case "listed":
      return pass("listed", {});
    case "gone":
      return fail("gone", { priceCents });
    case "beyond":
      return unknown("beyond-book", {});
  }
}

/** Judged before in this scan. */
export function checkDuplicate({ context: { isDuplicate } }: Facts): Finding {
  return isDuplicate ? DUPLICATE : NOT_DUPLICATE;
}

/** The return after exact fees, against the least that is worth the trouble. */
export function checkMinRoi(facts: Facts, kind: ExitKind): Finding {
  const leastBps = minRoiBps(facts.level, kind, facts.context.rules);
  if (facts.proof === null) {
    const best = exitRoi(facts, facts.bestExits[kind], { kind, leastBps });
    return best?.outcome === "fail" ? best : boundRoi(facts, kind, leastBps);
  }
  return exitRoi(facts, facts.proof.exits[kind], { kind, leastBps }) ?? UNREAD;
}

/** Null for a way out that was not looked at. */
function exitRoi(
  { sold }: Facts,
  exit: PricedExit | null | undefined,
  { kind, leastBps }: { readonly kind: ExitKind; readonly leastBps: number },
): Finding | null {
  if (exit === undefined) return null;
  if (exit === null) return noExit(sold, kind);
  const { exitCents, feeCents, roiBps } = exit.plan;
  const values = { exitCents, feeCents, roiBps, leastBps };
  return roiBps >= leastBps ? pass(`${kind}-pays`, values) : fail(`${kind}-short`, values);
}

function noExit(sold: SalesProof | null, kind: ExitKind): Finding {
  if (kind === "quick") return fail("no-bid", {});
  return sold?.isMixed === true ? unknown("no-own-exit", {}) : fail("no-exit", {});
}

/**
 * Before the title is read: the best quoted bid, or a competitor already seen, may rule a way out
 * even at the lowest fee the market grants. They can never rule it in.
 */
function boundRoi(facts: Facts, kind: ExitKind, leastBps: number): Finding {
  const isQuick = kind === "quick";
  const exitCents = isQuick ? quotedBidCents(facts) : seenExitCents(facts);
  if (exitCents === null) return UNREAD;
  if (exitCents < 1) return fail(isQuick ? "nothing-quoted" : "capped-at-nothing", {});
  const { offer, context: { rules } } = facts;
  const fee = feeCents({ feePpm: rules.lowestFeePpm, minFeeCents: 0 }, exitCents);
  const bestBps = roiBps(exitCents - fee - offer.priceCents, offer.priceCents);
  const values = { exitCents, roiBps: bestBps };
  return bestBps < leastBps
    ? fail(isQuick ? "quote-short" : "cap-short", values)
    : unknown(isQuick ? "quote-may-pay" : "cap-may-pay", values);
}

function quotedBidCents({ quote }: Facts): number | null {
  return quote === null ? null : quote.bestBidCents ?? 0;
}

function seenExitCents({ context: { otherAskSeenCents, rules } }: Facts): number | null {
  return otherAskSeenCents === null ? null : Math.floor(mostBesideCents(otherAskSeenCents, rules));
}

/** Most verdicts are counted and never read: what they say is put into words when someone asks. */
class Spoken implements Finding {
  readonly outcome: Finding["outcome"];
  readonly #code: ReasonCode;
  readonly #values: KnownReason["values"];

  constructor(outcome: Finding["outcome"], { code, values }: KnownReason) {
    this.outcome = outcome;
    this.#code = code;
    this.#values = values;
  }

  get said(): KnownReason {
    return { code: this.#code, values: this.#values };
  }

  get reason(): string {
    return inEnglish(this.said).slice(0, MAX_REASON);
  }
}

function pass<Code extends ReasonCode>(code: Code, values: ReasonValues<Code>): Finding {
  return new Spoken("pass", { code, values });
}

function fail<Code extends ReasonCode>(code: Code, values: ReasonValues<Code>): Finding {
  return new Spoken("fail", { code, values });
}

function unknown<Code extends ReasonCode>(code: Code, values: ReasonValues<Code>): Finding {
  return new Spoken("unknown", { code, values });
}

const RESERVED = fail("reserved", {});
const NOT_RESERVED = pass("not-reserved", {});
const FREE = pass("no-lock", {});
const RESALE_ALLOWED = pass("resale-allowed", {});
const DUPLICATE = fail("judged-before", {});
const NOT_DUPLICATE = pass("first-time", {});
const NO_SALES = unknown("no-sales", {});
const UNREAD = unknown("unread", {});
