/**
 * Titles worth watching. From quotes alone it says where a target one cent over the best bid could
 * be resold one cent under the best ask; where the title was read, its sales confirm or veto it.
 * A reason to look, never a reason to buy: quotes may be stale or for special attributes.
 */

import { feeCents, roiBps } from "@/core/domain/fees.ts";
import type { FeeRule, Quote } from "@/core/domain/market.ts";
import { formatBps, formatUsd } from "@/core/domain/money.ts";
import type { TitleReport } from "./title_report.ts";

export interface FinderRules {
  /** Fewest listings and bids that make a market. */
  readonly minAsks: number;
  readonly minBids: number;
  /** Least and most return of the round trip; above it a quote is more likely wrong than good. */
  readonly minRoiBps: number;
  readonly maxRoiBps: number;
  readonly minAskCents: number;
  readonly maxAskCents: number;
  /** Fewest sales in seven days, where they are known. */
  readonly minSales7d: number;
}

export const FINDER_RULES: FinderRules = {
  minAsks: 5,
  minBids: 3,
  minRoiBps: 500,
  maxRoiBps: 10_000,
  minAskCents: 50,
  maxAskCents: 100_000,
  minSales7d: 10,
};

export interface WatchIdea {
  readonly title: string;
  /** 0 to 100; ranking only. */
  readonly score: number;
  /** Where the round trip would buy and sell, and what it would leave. */
  readonly bidCents: number;
  readonly sellCents: number;
  readonly profitCents: number;
  readonly roiBps: number;
  /** Known liquidity, 0 to 100; null when the title was not read. */
  readonly liquidity: number | null;
  readonly bidCount: number;
  readonly askCount: number;
  /** Null when the title was not read. */
  readonly sales7d: number | null;
  /** Why it is worth watching, one sentence each. */
  readonly reasons: readonly string[];
}

export interface FinderInput {
  readonly quotes: readonly Quote[];
  /** Reports of titles that were read lately, by title. */
  readonly reports: ReadonlyMap<string, TitleReport>;
  /** The fee a resale would pay. */
  readonly fee: FeeRule;
  readonly limit: number;
  readonly rules?: FinderRules;
}

/** The best ideas, best first; equal scores by title. */
export function findTitles(input: FinderInput): readonly WatchIdea[] {
  const { quotes, reports, fee, limit, rules = FINDER_RULES } = input;
  return quotes
    .map((quote) => ideaOf({ quote, report: reports.get(quote.title) ?? null, fee, rules }))
    .filter((idea) => idea !== null)
    .sort((a, b) => b.score - a.score || (a.title < b.title ? -1 : 1))
    .slice(0, limit);
}

interface Considered {
  readonly quote: Quote;
  readonly report: TitleReport | null;
  readonly fee: FeeRule;
  readonly rules: FinderRules;
}

function ideaOf({ quote, report, fee, rules }: Considered): WatchIdea | null {
  const { bestBidCents, bestAskCents, bidCount, askCount, title } = quote;
  if (bestBidCents === null || bestAskCents === null) return null;
  if (askCount < rules.minAsks || bidCount < rules.minBids) return null;
  if (bestAskCents < rules.minAskCents || bestAskCents > rules.maxAskCents) return null;
  const bidCents = bestBidCents + 1;
  const sales = report?.sales ?? null;
  // Buyers' own prices bound what a listing can hope for.
  const sellCents = Math.min(bestAskCents - 1, sales?.referenceCents ?? bestAskCents - 1);
  if (sellCents <= bidCents) return null;
  const profitCents = sellCents - feeCents(fee, sellCents) - bidCents;
  const roi = roiBps(profitCents, bidCents);
  if (roi < rules.minRoiBps || roi > rules.maxRoiBps) return null;
  if (report !== null && (report.manipulation.isPumped || report.sales.isFallen)) return null;
  if (sales !== null && sales.sales7d < rules.minSales7d) return null;
  const money = { bidCents, sellCents, profitCents, roiBps: roi };
  return {
    title,
    ...money,
    score: scoreOf({ roi, quote, report, rules }),
    liquidity: report?.liquidity.score ?? null,
    bidCount,
    askCount,
    sales7d: sales?.sales7d ?? null,
    reasons: reasonsOf(quote, report, money),
  };
}

interface Scored {
  readonly roi: number;
  readonly quote: Quote;
  readonly report: TitleReport | null;
  readonly rules: FinderRules;
}

/** Return 40, how well it sells 40 (half of it while unknown), interest of bidders 20. */
function scoreOf({ roi, quote, report, rules }: Scored): number {
  const byReturn = Math.min(1, roi / (4 * rules.minRoiBps));
  const bySales = (report?.liquidity.score ?? 50) / 100;
  const byBids = Math.min(1, quote.bidCount / Math.max(1, quote.askCount));
  return Math.round(40 * byReturn + 40 * bySales + 20 * byBids);
}

function reasonsOf(
  { bidCount, askCount }: Quote,
  report: TitleReport | null,
  money: Pick<WatchIdea, "bidCents" | "sellCents" | "profitCents" | "roiBps">,
): readonly string[] {
  const { bidCents, sellCents, profitCents, roiBps } = money;
  const trip = `A target at ${formatUsd(bidCents)} resold at ${formatUsd(sellCents)} leaves ` +
    `${formatUsd(profitCents)} after the fee, ${formatBps(roiBps)}`;
  const crowd = `${bidCount} bids stand against ${askCount} listings`;
  if (report === null) return [trip, crowd, "Its sales were not read yet"];
  const { sales7d } = report.sales;
  const liquid = `${sales7d} sales in 7 days, liquidity ${report.liquidity.score} of 100`;
  return [trip, crowd, liquid];
}
