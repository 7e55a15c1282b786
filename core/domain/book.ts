/** What a title's book says to one asset: which bid it could hit, which listing it competes with. */

import { comparable, isGeneric, satisfies } from "./asset_class.ts";
import type { Bid, Offer, Quote, TitleEvidence } from "./market.ts";
import { bpsFloor } from "./money.ts";
import type { TradeRules } from "./rules.ts";

/** A bid that an asset could be sold into. */
export interface ExecutableBid {
  readonly priceCents: number;
  /** Lots wanted at this price by bids that the asset satisfies. */
  readonly lots: number;
  /** False when nothing but this one lot says that the price is real. */
  readonly isSupported: boolean;
  /** It insists on a float bucket, a phase or a seed. */
  readonly isPicky: boolean;
}

export interface BidSearch {
  readonly bids: readonly Bid[];
  readonly asset: Offer["assetClass"];
  /** Lots at the top already promised to cheaper assets of the same scan. */
  readonly takenLots: number;
  /** The least that anything known says it is worth; without it no lone bid is believed for its price. */
  readonly worthCents?: number | null;
}

/**
 * The best bid this asset satisfies and that is still free. A lone best lot far above the next level
 * is passed over for that level: it may be a mistake, or gone on arrival. It is believed when its
 * premium has a reason, because it insists on something that this asset has, or when it offers no
 * more than the asset is worth. Null without such a bid.
 */
export function executableBid(search: BidSearch, rules: TradeRules): ExecutableBid | null {
  const levels = freeLevels(search);
  const [best, second] = levels;
  if (best === undefined) return null;
  const { priceCents, lots } = best;
  if (lots > 1 || second === undefined) return { ...best, isSupported: lots > 1 };
  const gapLimit = second.priceCents + bpsFloor(second.priceCents, rules.singleLotGapBps);
  if (priceCents <= gapLimit) return { ...best, isSupported: true };
  const { worthCents = null } = search;
  if (best.isPicky || (worthCents !== null && priceCents <= worthCents)) {
    return { ...best, isSupported: false };
  }
  return { ...second, isSupported: second.lots > 1 || levels.length > 2 };
}

interface Level {
  readonly priceCents: number;
  readonly lots: number;
  /** Every bid at this price insists on a float bucket, a phase or a seed. */
  readonly isPicky: boolean;
}

/** Matching bids by falling price, one level per price, without the lots that are taken. */
function freeLevels({ bids, asset, takenLots }: BidSearch): readonly Level[] {
  const byPrice = new Map<number, Level>();
  for (const { priceCents, amount, wants } of bids) {
    if (amount < 1 || priceCents < 1 || !satisfies(asset, wants)) continue;
    const { lots, isPicky } = byPrice.get(priceCents) ?? { lots: 0, isPicky: true };
    byPrice.set(priceCents, {
      priceCents,
      lots: lots + amount,
      isPicky: isPicky && !isGeneric(wants),
    });
  }
  const levels: Level[] = [];
  let taken = takenLots;
  for (const level of [...byPrice.values()].sort((a, b) => b.priceCents - a.priceCents)) {
    const lots = Math.max(0, level.lots - taken);
    taken = Math.max(0, taken - level.lots);
    if (lots > 0) levels.push({ ...level, lots });
  }
  return levels;
}

/** True when a buyer could have this listing now, free to trade. */
export function isFree(offer: Offer, nowMs: number): boolean {
  return !offer.reserved && (offer.unlockAtMs === null || offer.unlockAtMs <= nowMs);
}

/** The lowest listing that competes with a resale; `null` price: there is none. */
export interface Competition {
  readonly otherAskCents: number | null;
  /** Comparable listings, free or locked, below a price. */
  below(priceCents: number): number;
}

export interface CompetitionSearch {
  readonly offer: Offer;
  readonly evidence: TitleEvidence;
  readonly quote: Quote | null;
  readonly nowMs: number;
}

/**
 * Who else sells this. When the book was not read to its end and shows no competitor, the next one
 * could stand right above the last listing read, so that listing's price is taken for it.
 */
export function competition(search: CompetitionSearch, rules: TradeRules): Competition {
  const { offer, evidence, nowMs } = search;
  const others = evidence.asks.filter((ask) =>
    ask.offerId !== offer.offerId && comparable(ask.assetClass, offer.assetClass)
  );
  const free = others.filter((ask) => isFree(ask, nowMs)).map((ask) => ask.priceCents);
  const lowest = free.length === 0 ? null : Math.min(...free);
  const last = evidence.asks.at(-1)?.priceCents ?? null;
  return {
    otherAskCents: lowest ?? (isWholeBook(search, rules) ? null : last),
    below: (priceCents) => others.filter((ask) => ask.priceCents < priceCents).length,
  };
}

/** How a listing stands in a book read later. */
export type Standing =
  | { readonly state: "listed"; readonly offer: Offer }
  /** The book covers its price and does not show it. */
  | { readonly state: "gone" }
  /** The book ends below its price. */
  | { readonly state: "beyond" };

export function standing(search: CompetitionSearch, rules: TradeRules): Standing {
  const { offer, evidence } = search;
  const listed = evidence.asks.find((ask) => ask.offerId === offer.offerId);
  if (listed !== undefined) return { state: "listed", offer: listed };
  const last = evidence.asks.at(-1)?.priceCents ?? -1;
  const isCovered = last > offer.priceCents || isWholeBook(search, rules);
  return { state: isCovered ? "gone" : "beyond" };
}

function isWholeBook(search: CompetitionSearch, rules: TradeRules): boolean {
  const read = search.evidence.asks.length;
  return read < rules.fullBookAsks || (search.quote !== null && search.quote.askCount <= read);
}
