/**
 * What is planted in single titles and assets whatever else is there, each from a random stream of
 * its own: a bargain may be slow to arrive, too, and nothing else planted depends on it.
 */

import type { TitleBook } from "./books.ts";
import { ASSET_LABELS, type AssetLabel, LABELS, PURCHASES } from "./labels.ts";
import type { Market } from "./market.ts";
import { hashText, Rng } from "./random.ts";

/** What is planted for the buyer of an offer; empty: the answer is final. */
export type PurchaseLabel = "" | typeof PURCHASES[number];

const TITLE_DRAWS = ["order-sales", "blank-wishes"] as const;
type TitleDraw = typeof TITLE_DRAWS[number];

/** Share of all assets, or titles. */
const SHARES: Readonly<Record<AssetLabel | TitleDraw, number>> = {
  "slow-purchase": 0.01,
  "lost-purchase": 0.005,
  "gone-offer": 0.01,
  "moved-price": 0.01,
  "reverted-trade": 0.02,
  "repeated-row": 0.05,
  "negative-lock": 0.01,
  "settled-lock": 0.03,
  "spec-attributes": 0.03,
  "failed-deposit": 0.05,
  "order-sales": 0.05,
  "blank-wishes": 0.05,
};

/** Whether `label` is planted in the asset, or title, of this serial in a market grown from `seed`. */
export function isDrawn(label: keyof typeof SHARES, seed: number, serial: number): boolean {
  return ownStream(label, seed, serial).chance(SHARES[label]);
}

/** The random stream of a label in one title or asset. */
export function ownStream(label: string, seed: number, serial: number): Rng {
  return new Rng(seed, serial, hashText(label));
}

/** Whether `label` is planted in the asset of a listing; a scenario says so for itself. */
export function hasLabel(market: Market, row: number, label: AssetLabel): boolean {
  const recorded = market.recordedAt(row);
  if (recorded !== undefined) return recorded.labels.includes(label);
  return isDrawn(label, market.seed, market.table.assetSerial[row] ?? 0);
}

/** What the buyer of a listing meets; of several the first. */
export function purchaseLabelOf(market: Market, row: number): PurchaseLabel {
  return PURCHASES.find((label) => hasLabel(market, row, label)) ?? "";
}

/** All that is planted in a listing. */
export function labelsOfOffer(market: Market, row: number): readonly string[] {
  const recorded = market.recordedAt(row);
  if (recorded !== undefined) return recorded.labels;
  const label = LABELS[market.table.label[row] ?? 0] ?? "";
  const drawn = ASSET_LABELS.filter((name) => hasLabel(market, row, name));
  return label === "" ? drawn : [label, ...drawn];
}

/** All that is planted in a title beside its one chance or trap. */
export function labelsOfTitle(market: Market, book: TitleBook): readonly string[] {
  if (book.spec === null) return book.labels;
  return [
    ...(market.withPrefix(book.game, book.title).length > 1 ? ["prefix-title"] : []),
    ...(book.suggestedCents === null ? ["no-suggestion"] : []),
    ...TITLE_DRAWS.filter((label) => isDrawn(label, market.seed, book.id)),
  ];
}
