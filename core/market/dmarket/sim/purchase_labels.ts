/** Which purchases are not decided at once. */

import type { PURCHASES } from "./labels.ts";
import type { Market } from "./market.ts";
import { Rng } from "./random.ts";

/** What is planted for the buyer of an offer; empty: the answer is final. */
export type PurchaseLabel = "" | typeof PURCHASES[number];

const SLOW_SHARE = 0.01;
const LOST_SHARE = 0.005;

/** Drawn from the asset alone: a bargain may be slow, too, and nothing else planted depends on it. */
export function purchaseLabelOf(market: Market, row: number): PurchaseLabel {
  const recorded = market.recordedAt(row);
  if (recorded !== undefined) return recorded.purchase ?? "";
  const roll = new Rng(market.seed, market.table.assetSerial[row] ?? 0, 181).next();
  if (roll < SLOW_SHARE) return "slow-purchase";
  return roll < SLOW_SHARE + LOST_SHARE ? "lost-purchase" : "";
}
