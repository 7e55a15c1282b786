/**
 * What the account itself has in a game's market. It stands in every public book beside everybody
 * else's, and means nothing there: nobody sells to himself, buys from himself, or is his own
 * competitor.
 */

import type { AssetClass, Bid, Offer } from "./market.ts";

export interface OwnBook {
  /** Active buy orders by title. */
  readonly bids: ReadonlyMap<string, readonly Bid[]>;
  readonly offerIds: ReadonlySet<string>;
}

export function withoutOwnOffers(offers: readonly Offer[], own: OwnBook): readonly Offer[] {
  return own.offerIds.size === 0
    ? offers
    : offers.filter(({ offerId }) => !own.offerIds.has(offerId));
}

/**
 * The bids of others: each level less what we bid at that price for that class. More of ours than
 * the level holds takes the level away, never another one.
 */
export function withoutOwnBids(
  title: string,
  bids: readonly Bid[],
  own: OwnBook,
): readonly Bid[] {
  const ours = new Map<string, number>();
  for (const bid of own.bids.get(title) ?? []) {
    ours.set(levelOf(bid), (ours.get(levelOf(bid)) ?? 0) + bid.amount);
  }
  if (ours.size === 0) return bids;
  return bids.flatMap((bid) => {
    const taken = Math.min(bid.amount, ours.get(levelOf(bid)) ?? 0);
    ours.set(levelOf(bid), (ours.get(levelOf(bid)) ?? 0) - taken);
    return taken === bid.amount ? [] : [{ ...bid, amount: bid.amount - taken }];
  });
}

function levelOf({ priceCents, wants }: { priceCents: number; wants: AssetClass }): string {
  return [priceCents, wants.floatPart, wants.phase, wants.paintSeed].join("|");
}
