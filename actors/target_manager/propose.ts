/** From accepted opportunities to dry intents: one proposal per title, phase and day. */

import { genericClass } from "@/core/domain/asset_class.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import type { AssetClass, GameId } from "@/core/domain/market.ts";
import type { Opportunity } from "@/core/domain/opportunity.ts";
import type { Explained } from "@/core/domain/reasons.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { targetPrice, type TargetProposal } from "@/core/domain/target_price.ts";

/** A row of the write `target_intents`. */
export interface TargetIntentRow extends Explained {
  readonly key: string;
  readonly game: GameId;
  readonly title: string;
  /** What the order asks of the asset; a null attribute means "any". */
  readonly attributes: AssetClass;
  readonly priceCents: number;
  readonly amount: number;
  readonly mode: "dry";
  readonly scanId: string;
  readonly offerId: string;
  readonly createdAtMs: number;
}

/** What is bid for: a title and, where it has phases, its phase; on one day of the UTC calendar. */
export function subjectOf({ game, title, assetClass }: Opportunity, nowMs: number): string {
  return [game, title, assetClass.phase ?? "", Math.floor(nowMs / DAY_MS)].join("\n");
}

/**
 * One opportunity for each subject: the resale if there is one, because a sale into a bid leaves no
 * room to outbid that same bid; of several, the cheapest offer.
 */
export function bestBySubject(
  opportunities: readonly Opportunity[],
  nowMs: number,
): ReadonlyMap<string, Opportunity> {
  const best = new Map<string, Opportunity>();
  for (const one of opportunities) {
    const subject = subjectOf(one, nowMs);
    const earlier = best.get(subject);
    if (earlier === undefined || isBetter(one, earlier)) best.set(subject, one);
  }
  return best;
}

function isBetter(a: Opportunity, b: Opportunity): boolean {
  return a.kind === b.kind ? a.buyCents < b.buyCents : a.kind === "list";
}

/** The price to bid, on what is known of the market through the opportunity. */
export function propose(found: Opportunity, whenOutbid: "skip" | "upper"): TargetProposal {
  return targetPrice({
    offerBestCents: Math.min(found.buyCents, found.otherAskCents ?? found.buyCents),
    exitNetCents: found.netCents,
    minRoiBps: LEVEL_RULES[found.level].minRoiBps,
    competingBidCents: found.bestBidCents,
    whenOutbid,
  });
}

export function intentRow(
  found: Opportunity,
  { priceCents, reason, said }: Explained & { readonly priceCents: number },
  nowMs: number,
): TargetIntentRow {
  return {
    key: `dry:${found.scanId}:${found.offerId}`,
    game: found.game,
    title: found.title,
    attributes: genericClass(found.assetClass),
    priceCents,
    amount: 1,
    reason,
    said,
    mode: "dry",
    scanId: found.scanId,
    offerId: found.offerId,
    createdAtMs: nowMs,
  };
}
