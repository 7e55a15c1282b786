/** Phrases that are put together the same way in every language. */

import type { Depth } from "@/core/domain/analysis/depth.ts";
import { SALES_PAGE, type SalesVolume } from "@/core/domain/analysis/volume.ts";
import { isKnown, type Reason } from "@/core/domain/reasons.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import type { Catalogue } from "./catalogue.ts";

const HOUR_MS = 3_600_000;

/** A sentence is one that an older version kept; what a newer one says is named by its code. */
export function reasonText(reason: Reason | string, texts: Catalogue): string {
  if (typeof reason === "string") return reason;
  const { state } = reason.values;
  if (typeof state !== "string") return texts.worded(reason, texts.reasons);
  const values = { ...reason.values, state: stateText(state, texts) };
  return texts.worded({ ...reason, values }, texts.reasons);
}

/** The name of a state; one that this version does not know stays as it is. */
export function stateText(state: string, { states }: Catalogue): string {
  return Object.hasOwn(states, state) ? states[state as keyof typeof states] : state;
}

/** What is said in the reader's language where it can be, or else in English. */
export function sentenceOf(
  said: Reason | null | undefined,
  english: string,
  texts: Catalogue,
): string {
  return said !== null && said !== undefined && isKnown(said) ? reasonText(said, texts) : english;
}

/**
 * Sales of seven days. The market shows the newest twenty: what is more was reckoned from their
 * pace, and is said to be.
 */
export function soldIn7d(
  count: number,
  texts: Catalogue,
  isReckoned: boolean = count > SALES_PAGE,
): string {
  return `${isReckoned ? "≈\u00a0" : ""}${texts.sales7d(count)}`;
}

/** How much is listed and bid for near the best prices. */
export function depthText({ bandBps, asks, bids }: Depth, texts: Catalogue): string {
  return texts.market.depth({
    band: texts.share(bandBps / 10_000),
    offers: asks.bandLots,
    offersSum: texts.money(asks.bandCents),
    bids: bids.bandLots,
    bidsSum: texts.money(bids.bandCents),
  });
}

/** What was sold in a week and in a month. */
export function soldLines(
  { volume7d, volume30d }: { readonly volume7d: SalesVolume; readonly volume30d: SalesVolume },
  texts: Catalogue,
): readonly string[] {
  // A page of sales that ends within the week says nothing more of the month.
  const volumes = volume7d.isComplete ? [volume7d, volume30d] : [volume7d];
  return volumes.map(({ days, offer, target, isComplete }) =>
    texts.market.sold({
      days,
      sales: texts.count(offer.count + target.count),
      offers: texts.count(offer.count),
      targets: texts.count(target.count),
      sum: texts.money(offer.cents + target.cents),
      complete: isComplete,
    })
  );
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
    words.sellsIn(texts.duration(roundMs(daysToSell * DAY_MS))),
    ...(variation === null ? [] : [words.pricesVary(texts.share(variation))]),
    texts.offers(offers),
    // Reckoned from the number of sales and the fair price.
    words.volume7d(`≈\u00a0${texts.money(volume7dCents)}`),
  ].join(" · ");
}

/** An expectation has no minutes where it has hours. */
function roundMs(ms: number): number {
  return ms < HOUR_MS ? ms : Math.round(ms / HOUR_MS) * HOUR_MS;
}
