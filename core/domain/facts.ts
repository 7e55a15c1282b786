/** Everything the guards look at, computed once per offer. */

import { salesOf, type SalesSummary } from "./sales.ts";
import {
  competition,
  type CompetitionSearch,
  type ExecutableBid,
  executableBid,
  type Standing,
  standing,
} from "./book.ts";
import { type FeeSchedule, type PricedExit, priceExit, requiredExitCents } from "./fees.ts";
import { bpsFloor } from "./money.ts";
import { LEVEL_RULES, type LevelRule, minRoiBps } from "./levels.ts";
import { daysToSell, type Liquidity, liquidity, MAX_DAYS_TO_SELL } from "./liquidity.ts";
import type { GameId, Offer, Quote, TitleEvidence, TitleLook } from "./market.ts";
import type { ExitKind, LevelId } from "./opportunity.ts";
import { mostAskedAtOnceCents, mostAskedCents } from "./resale.ts";
import { DAY_MS, type TradeRules } from "./rules.ts";
import { isSliding } from "./slide.ts";

/** Where and when an offer is judged, and what the scan knows beside its evidence. */
export interface JudgeContext {
  readonly scanId: string;
  readonly game: GameId;
  readonly level: LevelId;
  readonly nowMs: number;
  readonly rules: TradeRules;
  /** The offer was judged before in this scan. */
  readonly isDuplicate: boolean;
  /** The market suggests prices for other offers of this game, so that a missing one is a sign. */
  readonly marketSuggests: boolean;
  /** Lowest free comparable listing met so far, other than this one; null when none was. */
  readonly otherAskSeenCents: number | null;
  /** Lots of the best bids promised to cheaper offers of this title. */
  readonly takenLots: number;
  /** Until then its title is refused because its sales were pumped; null or absent: they were not. */
  readonly pumpedUntilMs?: number | null | undefined;
}

export interface JudgeInput {
  readonly offer: Offer;
  /** Null when the market quoted nothing for the title. */
  readonly quote: Quote | null;
  /** Null before the title was read. */
  readonly evidence: TitleEvidence | null;
  /** What a first look at the title showed; evidence says all of it and more. */
  readonly look?: TitleLook | null | undefined;
  readonly context: JudgeContext;
}

/** What the sales of a title prove. */
export interface SalesProof {
  readonly sales: SalesSummary;
  /** Phases matter here, and either the asset's or those of the sales are not known. */
  readonly isMixed: boolean;
}

/** What reading the title proved. */
export interface Proof extends SalesProof {
  readonly standing: Standing["state"];
  readonly bid: ExecutableBid | null;
  readonly otherAskCents: number | null;
  /** The most it may be listed at; null without a reference price. */
  readonly resaleCents: number | null;
  /** What it sells for without waiting; Infinity where nothing says it. */
  readonly usualCents: number;
  readonly liquidity: Liquidity;
  readonly evidenceAgeMs: number;
  readonly salesAgeMs: number;
  readonly exits: Readonly<Record<ExitKind, PricedExit | null>>;
}

export interface Facts {
  /** As the newest reading shows it. */
  readonly offer: Offer;
  readonly quote: Quote | null;
  readonly context: JudgeContext;
  readonly level: LevelRule;
  readonly lockDays: number;
  /** Null before the title was read. */
  readonly proof: Proof | null;
  /** The same as the proof, or of a first look; null when sales were not read. */
  readonly sold: SalesProof | null;
  /**
   * The best that a first look leaves of each way out: null when it leaves none, absent when it does
   * not say.
   */
  readonly bestExits: Partial<Readonly<Record<ExitKind, PricedExit | null>>>;
}

export function gatherFacts(input: JudgeInput): Facts {
  const { quote, evidence, context } = input;
  const level = LEVEL_RULES[context.level];
  if (evidence === null) {
    const { offer } = input;
    const lockDays = lockDaysOf(offer, context.nowMs);
    const { sold, bestExits } = glance(input, lockDays);
    return { offer, quote, context, level, lockDays, proof: null, sold, bestExits };
  }
  const search = { offer: input.offer, evidence, quote, nowMs: context.nowMs };
  const found = standing(search, context.rules);
  const offer = found.state === "listed" ? found.offer : input.offer;
  const lockDays = lockDaysOf(offer, context.nowMs);
  const proof = prove({ ...search, offer }, { context, standing: found.state, lockDays });
  return { offer, quote, context, level, lockDays, proof, sold: proof, bestExits: {} };
}

type Glance = Pick<Facts, "sold" | "bestExits">;

const NOTHING_SEEN: Glance = { sold: null, bestExits: {} };

/**
 * What was not looked at is taken for as good as can be: a lone bid is believed, and no competitor
 * waits beyond those that were met. What fails then, fails with the whole evidence, too.
 */
function glance({ offer, look, context }: JudgeInput, lockDays: number): Glance {
  if (look === null || look === undefined) return NOTHING_SEEN;
  const bestExits: { -readonly [Kind in ExitKind]?: PricedExit | null } = {};
  const { bids, sales, readAtMs } = look;
  const { rules, takenLots, otherAskSeenCents, nowMs } = context;
  const asset = offer.assetClass;
  const deal = { buyCents: offer.priceCents, schedule: look, daysUntilSale: lockDays, nowMs };
  if (bids !== null) {
    const bid = executableBid({ bids, asset, takenLots, worthCents: Infinity }, rules);
    bestExits.quick = exit("quick", bid?.priceCents ?? null, deal);
  }
  if (sales === null) return { sold: null, bestExits };
  const summary = salesOf({ sales, readAtMs }, asset.phase, rules);
  const sold = { sales: summary, isMixed: isMixed(sales, offer) };
  const cap = listExitCents(summary, otherAskSeenCents, rules);
  bestExits.list = exit("list", cap, deal);
  return { sold, bestExits };
}

interface Circumstances {
  readonly context: JudgeContext;
  readonly standing: Standing["state"];
  readonly lockDays: number;
}

function prove(search: CompetitionSearch, at: Circumstances): Proof {
  const { offer, evidence } = search;
  const { rules, nowMs, takenLots } = at.context;
  const sales = salesOf(evidence, offer.assetClass.phase, rules);
  const rivals = competition(search, rules);
  const worths = [offer.suggestedCents, sales.referenceCents].filter((cents) => cents !== null);
  const worthCents = worths.length === 0 ? null : Math.min(...worths);
  const { bids } = evidence;
  const bid = executableBid({ bids, asset: offer.assetClass, takenLots, worthCents }, rules);
  const listCents = listExitCents(sales, rivals.otherAskCents, rules);
  const days = listCents === null ? MAX_DAYS_TO_SELL : daysToSell(sales, rivals.below(listCents));
  const usual = usualCents(sales, rivals.otherAskCents);
  const money = { buyCents: offer.priceCents, schedule: evidence };
  return {
    standing: at.standing,
    sales,
    isMixed: isMixed(evidence.sales, offer),
    bid,
    otherAskCents: rivals.otherAskCents,
    resaleCents: listCents,
    usualCents: usual,
    liquidity: liquidity({
      sales7d: sales.sales7d,
      daysToSell: days,
      variation: sales.variation,
      offers: search.quote?.askCount ?? evidence.asks.length,
      volume7dCents: sales.sales7d * (sales.referenceCents ?? 0),
    }),
    evidenceAgeMs: nowMs - evidence.readAtMs,
    salesAgeMs: nowMs - (evidence.salesReadAtMs ?? evidence.readAtMs),
    exits: {
      quick: exit("quick", bid?.priceCents ?? null, {
        ...money,
        daysUntilSale: at.lockDays,
        nowMs,
      }),
      list: listExit(listCents, {
        ...money,
        daysUntilSale: at.lockDays + days,
        nowMs,
        minRoiBps: minRoiBps(LEVEL_RULES[at.context.level], "list", rules),
        usualCents: usual,
        namedExitBps: rules.namedExitBps,
      }),
    },
  };
}

/** The most it may be listed at; null when nobody bought a listing. */
function listExitCents(
  sales: SalesSummary,
  otherAskCents: number | null,
  rules: TradeRules,
): number | null {
  const { payableCents, nextBuyerCents } = sales;
  if (payableCents === null) return null;
  return nextBuyerCents !== null && isSliding(sales, rules)
    ? mostAskedAtOnceCents(nextBuyerCents, otherAskCents, rules)
    : mostAskedCents(payableCents, otherAskCents, rules);
}

/** What sells among others: no more than the last buyers paid, nor than a competitor asks. */
function usualCents(sales: SalesSummary, otherAskCents: number | null): number {
  const known = [sales.referenceCents, sales.worthCents, otherAskCents];
  return Math.min(...known.filter((cents) => cents !== null));
}

interface Deal {
  readonly buyCents: number;
  readonly schedule: FeeSchedule;
  readonly daysUntilSale: number;
  readonly nowMs: number;
}

function exit(kind: ExitKind, exitCents: number | null, deal: Deal): PricedExit | null {
  if (exitCents === null) return null;
  const { buyCents, schedule, nowMs } = deal;
  const saleAtMs = nowMs + deal.daysUntilSale * DAY_MS;
  return priceExit({ kind, buyCents, exitCents, schedule, saleAtMs });
}

interface Resale extends Deal {
  readonly minRoiBps: number;
  /** What it sells for without waiting. */
  readonly usualCents: number;
  readonly namedExitBps: number;
}

/**
 * The most it may be listed at decides whether it earns the minimum. What is named is a little less
 * than that and than the usual price, as long as it earns the minimum too: it has to be sold within
 * days, among others.
 */
function listExit(highestCents: number | null, resale: Resale): PricedExit | null {
  const highest = exit("list", highestCents, resale);
  if (highest === null || highestCents === null) return null;
  if (highest.plan.roiBps < resale.minRoiBps) return highest;
  const saleAtMs = resale.nowMs + resale.daysUntilSale * DAY_MS;
  const leastCents = requiredExitCents(resale.schedule, resale, saleAtMs) ?? highestCents;
  const namedCents = Math.max(leastCents, bpsFloor(resale.usualCents, resale.namedExitBps));
  const named = exit("list", Math.min(highestCents, namedCents), resale);
  return named !== null && named.plan.roiBps >= resale.minRoiBps ? named : highest;
}

/** True when the sales cannot be told apart by phase although this title has phases. */
function isMixed(sales: TitleEvidence["sales"], offer: Offer): boolean {
  const phases = sales.filter((sale) => sale.side === "offer").map((sale) => sale.phase);
  const isUnknown = (phase: string | null | undefined) => phase === undefined || phase === null;
  return offer.assetClass.phase === null
    ? !phases.every(isUnknown)
    : phases.some(isUnknown) && !phases.includes(offer.assetClass.phase);
}

function lockDaysOf(offer: Offer, nowMs: number): number {
  return offer.unlockAtMs === null ? 0 : Math.max(0, offer.unlockAtMs - nowMs) / DAY_MS;
}
