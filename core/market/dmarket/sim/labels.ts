/** What the generator plants, so that a scan can be judged against what was meant. */

/** The cheapest free offer earns money: by relisting, or by selling into a real bid. */
export const CHANCES = ["underpriced", "rich-bid"] as const;

/** The cheapest offer only looks as if it would, each for a reason of its own. */
export const TRAPS = [
  "reserved",
  "trade-locked",
  "resale-blocked",
  "joke-listing",
  "pumped",
  "thin",
  "dead",
  "falling",
  "attribute-bid",
  "rare-phase-sales",
  "ghost-bid",
  "fleeting-bid",
  "expiring-fee",
  "fee-band",
] as const;

/** The purchase is answered with `TxPending` and decided later: it arrives, or another was faster. */
export const PURCHASES = ["slow-purchase", "lost-purchase"] as const;

/**
 * The same said otherwise. `order-sales`: sales into a bid are `Order`, not `Target`.
 * `negative-lock`: a lock that ended a second ago.
 */
export const SPELLINGS = ["order-sales", "negative-lock"] as const;

/** All labels of an offer's book; the empty one stands for nothing planted. */
export const LABELS = ["", ...CHANCES, ...TRAPS] as const;
/** The name of something planted. */
export type Label = typeof LABELS[number];

/** The label as the column of the offer table keeps it; 0 means none. */
export function labelCode(label: Label): number {
  return LABELS.indexOf(label);
}
