/** Phrases that are put together the same way in every language. */

import { isKnown, type Reason } from "@/core/domain/reasons.ts";
import type { Catalogue } from "./catalogue.ts";

/** A sentence is one that an older version kept; what a newer one says is named by its code. */
export function reasonText(reason: Reason | string, texts: Catalogue): string {
  if (typeof reason === "string") return reason;
  return isKnown(reason) ? texts.worded(texts.reasons[reason.code], reason.values) : reason.code;
}

/** What a liquidity score was made from. */
export interface LiquidityInputs {
  readonly daysToSell: number;
  readonly variation: number | null;
  readonly offers: number;
  readonly volume7dCents: number;
}

export function liquidityInputs(inputs: LiquidityInputs, texts: Catalogue): string {
  const { daysToSell, variation, offers, volume7dCents } = inputs;
  const { market: words } = texts;
  return [
    words.sellsIn(texts.decimal(daysToSell)),
    ...(variation === null ? [] : [words.pricesVary(texts.share(variation))]),
    texts.offers(offers),
    words.volume7d(texts.money(volume7dCents)),
  ].join(" · ");
}
