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
  "lone-ask",
  "own-listing",
  "own-target",
  "cosmetic-premium",
  "stale-row",
] as const;

/**
 * What a buyer meets. `slow-purchase`, `lost-purchase`: answered with `TxPending` and decided later,
 * it arrives, or another was faster. `gone-offer`, `moved-price`: `TxFailed`, because it was sold, or
 * became dearer, since it was read.
 */
export const PURCHASES = ["slow-purchase", "lost-purchase", "gone-offer", "moved-price"] as const;

/**
 * Drawn for each asset. `reverted-trade`: its next protected trade is reversed. `repeated-row`: as the
 * last of a page it is the first of the next one, too. `failed-deposit`: it stays on Steam. The rest say the same otherwise:
 * `negative-lock`, a lock that ended a second ago; `settled-lock`, dates and a mark of a protection
 * that is over; `spec-attributes`, the words and numbers of the document's example.
 */
export const ASSET_LABELS = [
  ...PURCHASES,
  "reverted-trade",
  "repeated-row",
  "negative-lock",
  "settled-lock",
  "spec-attributes",
  "failed-deposit",
] as const;
export type AssetLabel = typeof ASSET_LABELS[number];

/**
 * Of a title, beside its chance or trap. `order-sales`: sales into a bid are `Order`, not `Target`.
 * `blank-wishes`: a bid for anything says so by `""`, not by `any`. `no-suggestion`: the market
 * suggests no price. `prefix-title`: others begin with its name.
 */
export const TITLE_LABELS = [
  "order-sales",
  "blank-wishes",
  "no-suggestion",
  "prefix-title",
] as const;

/** Of a listing or a bid that the account has from the start. */
export const OURS = "ours";

/** Labels of a listing that its title's chance or trap gave it; the empty one stands for none. */
export const LABELS = ["", ...CHANCES, ...TRAPS, OURS] as const;
/** The name of something planted. */
export type Label = typeof LABELS[number];

/** The label as the column of the offer table keeps it; 0 means none. */
export function labelCode(label: Label): number {
  return LABELS.indexOf(label);
}
