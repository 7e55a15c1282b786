/**
 * The guards: each a pure function from facts to an outcome with its reason. Every guard is asked
 * about every candidate. `unknown` means that what it needs was not read; it never counts as passed.
 */

import { feeCents, roiBps } from "./fees.ts";
import type { Facts, Proof } from "./facts.ts";
import { inBand, minRoiBps } from "./levels.ts";
import { formatBps, formatUsd } from "./money.ts";
import { pumpSigns } from "./pump.ts";
import type { ExitKind, GuardId, GuardVerdict } from "./opportunity.ts";

export type Finding = Omit<GuardVerdict, "guard">;

export interface Guard {
  readonly id: GuardId;
  /** The ways out that need it passed. */
  readonly blocks: readonly ExitKind[];
  /** It may answer differently for each way out. */
  readonly isPerKind?: true;
  check(facts: Facts, kind: ExitKind): Finding;
}

const HOUR_MS = 3_600_000;
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
export function checkBand({ offer, level }: Facts): Finding {
  const band = () => `${formatUsd(level.fromCents)} up to ${formatUsd(level.toCents)}`;
  return inBand(level, offer.priceCents)
    ? pass(() => `${formatUsd(offer.priceCents)} lies in the band from ${band()}`)
    : fail(() => `${formatUsd(offer.priceCents)} lies outside the band from ${band()}`);
}

/** Reserved by a trade in flight: it cannot be bought. */
export function checkReserved({ offer }: Facts): Finding {
  return offer.reserved ? RESERVED : NOT_RESERVED;
}

/** Locked for longer than this way out allows. */
export function checkTradeLock({ lockDays, context: { rules } }: Facts, kind: ExitKind): Finding {
  const allowed = kind === "quick" ? rules.quickMaxLockDays : rules.listMaxLockDays;
  if (lockDays === 0) return FREE;
  const held = () => `Trade lock of ${lockDays.toFixed(2)} days`;
  return lockDays > allowed
    ? fail(() => `${held()} exceeds the ${allowed} allowed`)
    : pass(() => `${held()} is within the ${allowed} allowed`);
}

/** Flags that forbid selling it again. */
export function checkResale({ offer }: Facts): Finding {
  return offer.resaleBlocks.length > 0
    ? fail(`The market forbids its resale: ${offer.resaleBlocks.join(", ")}`.slice(0, 400))
    : RESALE_ALLOWED;
}

/**
 * Nothing says what it is worth. Where the market suggests prices, a missing one is itself a sign;
 * where it suggests none, past sales or a real bid must say it. No price is ever made up.
 */
export function checkPriced({ offer, context, proof }: Facts): Finding {
  const { suggestedCents } = offer;
  if (suggestedCents !== null) return pass(() => `Suggested at ${formatUsd(suggestedCents)}`);
  if (context.marketSuggests) return fail("The market suggests prices for others, none for this");
  if (proof === null) return unknown("No suggested price, and sales and bids were not read");
  const { bid, sales: { referenceCents } } = proof;
  if (referenceCents !== null) return pass(() => `Past sales say ${formatUsd(referenceCents)}`);
  return bid === null
    ? fail("Neither a suggested price, nor sales, nor a bid say what it is worth")
    : pass(() => `A bid offers ${formatUsd(bid.priceCents)}`);
}

/** Priced beyond all reason. */
export function checkJoke({ offer, context: { rules }, proof }: Facts): Finding {
  const price = offer.priceCents;
  const { suggestedCents } = offer;
  const referenceCents = proof?.sales.referenceCents ?? null;
  for (const cents of [suggestedCents, referenceCents]) {
    if (cents === null || price <= cents * rules.jokeFactor) continue;
    const name = cents === suggestedCents ? "the suggested" : "the reference";
    return fail(() =>
      `${formatUsd(price)} exceeds ${rules.jokeFactor} × ${name} ${formatUsd(cents)}`
    );
  }
  const nearCents = suggestedCents ?? referenceCents;
  if (nearCents !== null) {
    const name = suggestedCents === null ? "the reference" : "the suggested";
    return pass(() => `${formatUsd(price)} is near ${name} ${formatUsd(nearCents)}`);
  }
  const bidCents = proof?.bid?.priceCents ?? null;
  return bidCents !== null && price <= bidCents
    ? pass(() => `A bid of ${formatUsd(bidCents)} covers ${formatUsd(price)}`)
    : unknown(() => `No reference to hold ${formatUsd(price)} against`);
}

/** Nobody has bought one from a listing lately. */
export function checkSales({ proof, context: { rules } }: Facts): Finding {
  if (proof === null) return unread();
  const { askSideCount } = proof.sales;
  if (askSideCount > 0) {
    return pass(() => `${askSideCount} listings sold within ${rules.salesWindowDays} days`);
  }
  return proof.isMixed
    ? unknown("Sales of its phase cannot be told from others")
    : fail(() => `No listing sold within ${rules.salesWindowDays} days`);
}

/** Too few sales to expect another one in time, or none lately. */
export function checkThinSales({ proof, context: { rules } }: Facts): Finding {
  if (proof === null) return unread();
  const { newestDays, newestAskSideDays, saleChance, soundSales } = proof.sales;
  if (newestAskSideDays === null && proof.isMixed) {
    return unknown("Sales of its phase cannot be told from others");
  }
  const { maxNewestSaleDays, minSalesAtPrice, minSaleChance } = rules;
  if (newestDays === null || newestDays > maxNewestSaleDays) {
    return fail(() => `Newest sale: ${ago(newestDays)}, at most ${maxNewestSaleDays} days wanted`);
  }
  if (soundSales < minSalesAtPrice) {
    return fail(() => `${soundSales} sound sales, at least ${minSalesAtPrice} wanted`);
  }
  const seen = () =>
    `${soundSales} sound sales in ${proof.sales.observedDays.toFixed(1)} days, one more within ` +
    `${rules.resaleDays} days in ${Math.floor(100 * saleChance)} of 100 cases`;
  return saleChance < minSaleChance
    ? fail(() => `${seen()}, at least ${100 * minSaleChance} wanted`)
    : pass(() => `${seen()}; liquidity ${proof.liquidity.score} of 100`);
}

function ago(days: number | null): string {
  return days === null ? "none" : `${days.toFixed(1)} days ago`;
}

/** Its sales may be those of a dearer phase. */
export function checkAttributeMix({ proof, offer }: Facts): Finding {
  if (proof === null) return unread();
  const { phase } = offer.assetClass;
  if (proof.isMixed) {
    return unknown(
      phase === null
        ? "Its title sells by phase, and its own is not known"
        : `Sales of ${phase} cannot be told from those of other phases`,
    );
  }
  return pass(phase === null ? "Its title has one price" : `Compared with sales of ${phase} only`);
}

/** Someone lifts the price, or did a short time ago. */
export function checkPump({ proof, context }: Facts): Finding {
  const { pumpedUntilMs = null, nowMs, rules } = context;
  if (pumpedUntilMs !== null && nowMs < pumpedUntilMs) {
    const hours = (pumpedUntilMs - nowMs) / HOUR_MS;
    return fail(() => `Its sales were pumped: refused for another ${hours.toFixed(1)} hours`);
  }
  if (proof === null) return unread();
  if (proof.sales.askSideCount === 0) return unknown("No sales to look at");
  const [sign] = pumpSigns(proof.sales, rules);
  return sign === undefined
    ? pass(() => `${proof.sales.spikeCount} spikes among the sales`)
    : fail(sign);
}

/** Each quarter of the sales is cheaper than the one before: tomorrow's price is not today's. */
export function checkFalling({ proof, context: { rules } }: Facts): Finding {
  if (proof === null) return unread();
  const { slideBps, slideWeekBps, isFallen, askSideCount } = proof.sales;
  if (askSideCount === 0) return unknown("No sales to look at");
  const isFar = slideBps !== null && slideBps < rules.slidingBps;
  if (isFar && slideWeekBps !== null && slideWeekBps < rules.slidingWeekBps) {
    return fail(() =>
      `Sales slide: the newest are at ${formatBps(slideBps)} of the oldest, a week leaves ` +
      `${formatBps(slideWeekBps)}, at least ${formatBps(rules.slidingWeekBps)} wanted`
    );
  }
  return pass(isFallen ? "Sales fell and hold; the newest quarter decides" : "Sales do not slide");
}

/** Those who bid believe in a far lower price. */
export function checkSpread({ proof, context: { rules } }: Facts): Finding {
  if (proof === null) return unread();
  const { resaleCents: exitCents } = proof;
  const bidCents = proof.bid?.priceCents ?? null;
  if (exitCents === null) return unknown("No resale price to compare with the bids");
  if (bidCents === null) return pass("No bid bounds the resale");
  const shares = () => `${formatUsd(exitCents)} against the best bid of ${formatUsd(bidCents)}`;
  return exitCents * 10_000 > bidCents * rules.maxExitOfBidBps
    ? fail(() => `Resale at ${shares()} exceeds ${formatBps(rules.maxExitOfBidBps)}`)
    : pass(() => `Resale at ${shares()}`);
}

/** The resale would need far more than the market's own suggestion. */
export function checkAboveSuggested({ proof, offer, context: { rules } }: Facts): Finding {
  const { suggestedCents } = offer;
  if (suggestedCents === null) return pass("No suggested price bounds the resale");
  if (proof === null) return unread();
  const { resaleCents: exitCents } = proof;
  if (exitCents === null) return unknown("No resale price to compare with the suggested one");
  const shares = () => `${formatUsd(exitCents)} against the suggested ${formatUsd(suggestedCents)}`;
  return exitCents * 10_000 > suggestedCents * rules.maxExitOfSuggestedBps
    ? fail(() => `Resale at ${shares()} exceeds ${formatBps(rules.maxExitOfSuggestedBps)}`)
    : pass(() => `Resale at ${shares()}`);
}

/** Book and sales were read too long ago. */
export function checkFreshness({ proof, context: { rules } }: Facts): Finding {
  if (proof === null) return unread();
  const age = () => `Book and sales read ${Math.round(proof.evidenceAgeMs / 1_000)} s ago`;
  return proof.evidenceAgeMs > rules.maxEvidenceAgeMs
    ? fail(() => `${age()}, at most ${rules.maxEvidenceAgeMs / 1_000} s allowed`)
    : pass(age);
}

/** It was listed on the page and is no more in the book. */
export function checkGone({ proof, offer }: Facts): Finding {
  if (proof === null) return unread();
  switch (proof.standing) {
    case "listed":
      return pass("Still listed when its title was read");
    case "gone":
      return fail(() =>
        `No longer listed at ${formatUsd(offer.priceCents)} when its title was read`
      );
    case "beyond":
      return unknown("The book that was read ends below its price");
  }
}

/** Judged before in this scan. */
export function checkDuplicate({ context: { isDuplicate } }: Facts): Finding {
  return isDuplicate ? DUPLICATE : NOT_DUPLICATE;
}

/** The return after exact fees, against the least that is worth the trouble. */
export function checkMinRoi(facts: Facts, kind: ExitKind): Finding {
  const wanted = minRoiBps(facts.level, kind, facts.context.rules);
  if (facts.proof === null) return boundRoi(facts, kind, wanted);
  const plan = facts.proof.exits[kind]?.plan;
  if (plan === undefined) return noExit(facts.proof, kind);
  const way = kind === "quick" ? "Into the bid of" : "Listed at";
  const money = () =>
    `${way} ${formatUsd(plan.exitCents)} less ${formatUsd(plan.feeCents)} fee returns ` +
    formatBps(plan.roiBps);
  return plan.roiBps >= wanted
    ? pass(() => `${money()}, at least ${formatBps(wanted)} wanted`)
    : fail(() => `${money()}, below the ${formatBps(wanted)} wanted`);
}

function noExit(proof: Proof, kind: ExitKind): Finding {
  if (kind === "quick") return fail("No bid that this asset satisfies");
  return proof.isMixed
    ? unknown("No reference price of its own phase")
    : fail("No reference price to list it at");
}

/**
 * Before the title is read: the best quoted bid, or a competitor already seen, may rule a way out
 * even at the lowest fee the market grants. They can never rule it in.
 */
function boundRoi(facts: Facts, kind: ExitKind, wanted: number): Finding {
  const exit = kind === "quick" ? quotedBidCents(facts) : seenExitCents(facts);
  if (exit === null) return unread();
  const named = kind === "quick" ? "The best quoted bid" : "A competitor seen caps it";
  if (exit < 1) return fail(kind === "quick" ? "No bid is quoted" : `${named} at nothing`);
  const { offer, context: { rules } } = facts;
  const fee = feeCents({ feePpm: rules.lowestFeePpm, minFeeCents: 0 }, exit);
  const best = roiBps(exit - fee - offer.priceCents, offer.priceCents);
  return best < wanted
    ? fail(() => `${named}, ${formatUsd(exit)}, returns ${formatBps(best)} at best`)
    : unknown(() => `${named}, ${formatUsd(exit)}, may return ${formatBps(best)}; not verified`);
}

function quotedBidCents({ quote }: Facts): number | null {
  return quote === null ? null : quote.bestBidCents ?? 0;
}

function seenExitCents({ context }: Facts): number | null {
  return context.otherAskSeenCents === null ? null : context.otherAskSeenCents - 1;
}

type Reason = string | (() => string);

/** Most verdicts are counted and never read: what they say is put into words when someone asks. */
class Spoken implements Finding {
  readonly outcome: Finding["outcome"];
  readonly #reason: Reason;

  constructor(outcome: Finding["outcome"], reason: Reason) {
    this.outcome = outcome;
    this.#reason = reason;
  }

  get reason(): string {
    return typeof this.#reason === "string" ? this.#reason : this.#reason();
  }
}

function pass(reason: Reason): Finding {
  return new Spoken("pass", reason);
}

function fail(reason: Reason): Finding {
  return new Spoken("fail", reason);
}

function unknown(reason: Reason): Finding {
  return new Spoken("unknown", reason);
}

const RESERVED = fail("Reserved by another trade in flight");
const NOT_RESERVED = pass("Not reserved by another trade");
const FREE = pass("No trade lock");
const RESALE_ALLOWED = pass("The market allows its resale");
const DUPLICATE = fail("Judged before in this scan");
const NOT_DUPLICATE = pass("Not judged before in this scan");
const UNREAD = unknown("Book and sales of its title were not read");

function unread(): Finding {
  return UNREAD;
}
