/** What to bid for a title: under the best offer, over the competing bid, never at a loss. */

import { maxBidCents } from "./fees.ts";
import { bpsCeil, bpsFloor } from "./money.ts";
import { type Explained, explained, reason } from "./reasons.ts";

/** A target lies 10 to 20 % under the best offer, 15 % where nobody else bids. */
const UPPER_BPS = 9_000;
const LOWER_BPS = 8_000;
const ALONE_BPS = 8_500;

export interface TargetMarket {
  readonly offerBestCents: number;
  /** What the resale leaves after its fee. */
  readonly exitNetCents: number;
  readonly minRoiBps: number;
  /** Best bid of others for the same class of assets; null when nobody bids. */
  readonly competingBidCents: number | null;
  /** When outbidding would cost more than allowed: leave it, or bid the most allowed. */
  readonly whenOutbid: "skip" | "upper";
}

export interface TargetProposal extends Explained {
  /** Null: no target, and the reason says why. */
  readonly priceCents: number | null;
  readonly upperCents: number;
  readonly lowerCents: number;
}

/**
 * upper = min(90 % of the best offer, most that still earns the minimum); lower = min(80 %, upper);
 * one cent over the competing bid, held between them, or 85 % where there is none.
 */
export function targetPrice(market: TargetMarket): TargetProposal {
  const { offerBestCents, competingBidCents: rival } = market;
  const affordable = maxBidCents(market.exitNetCents, market.minRoiBps);
  const upperCents = Math.min(bpsFloor(offerBestCents, UPPER_BPS), affordable);
  const lowerCents = Math.min(bpsCeil(offerBestCents, LOWER_BPS), upperCents);
  const bounds = { upperCents, lowerCents };
  if (upperCents < 1) {
    return { ...bounds, priceCents: null, ...explained(reason("target-no-room", {})) };
  }
  if (rival === null) {
    const priceCents = Math.min(bpsFloor(offerBestCents, ALONE_BPS), upperCents);
    const why = reason("target-alone", { mostCents: upperCents });
    return { ...bounds, priceCents, ...explained(why) };
  }
  if (rival + 1 > upperCents) return outbid(market, bounds, rival);
  const priceCents = Math.max(rival + 1, lowerCents);
  return { ...bounds, priceCents, ...explained(reason("target-over", { bidCents: rival })) };
}

type Bounds = Pick<TargetProposal, "upperCents" | "lowerCents">;

function outbid(market: TargetMarket, bounds: Bounds, rival: number): TargetProposal {
  const limit = { bidCents: rival, mostCents: bounds.upperCents };
  return market.whenOutbid === "upper"
    ? {
      ...bounds,
      priceCents: bounds.upperCents,
      ...explained(reason("target-at-limit", limit)),
    }
    : { ...bounds, priceCents: null, ...explained(reason("target-not-chased", limit)) };
}
