/**
 * What became of a listing whose creation, repricing or withdrawal got no readable answer: the
 * account's listings and its sales are looked at, as they were before and as they are now.
 */

import type { Offer } from "@/core/domain/market.ts";
import type { OwnPageQuery } from "./account_queries.ts";
import type { ClosedTrade, ClosedTradesPage, ClosedTradesQuery } from "./closed_trades.ts";
import type { OffersPage } from "./offers.ts";
import { type OwnTitle, viewOwn } from "./own_view.ts";
import type { CallOptions } from "./transport.ts";

/** What the market shows of the account's listings of one title. */
export interface ListingsView {
  readonly standing: readonly Offer[];
  /** Sales since the moment asked about. */
  readonly sold: readonly ClosedTrade[];
}

/** A listing that was to be made; `priceCents` is what it was to cost. */
export interface ListingWish {
  readonly assetId: string;
  readonly priceCents: number;
}

/** `sold`: it was made, and has been taken already. */
export type Listing =
  | { readonly fate: "listed"; readonly offerId: string }
  | { readonly fate: "sold" | "not-listed" };

/**
 * Right while the account lists or reprices one asset of a title at a time. A request that may still
 * be under way can change what this says: it is asked after the write's deadline.
 */
export function listingOf(wish: ListingWish, before: ListingsView, now: ListingsView): Listing {
  if (isSold(wish, now)) return { fate: "sold" };
  const offerId = newcomer(wish, before, now);
  return offerId === null ? { fate: "not-listed" } : { fate: "listed", offerId };
}

/** The new price of a listing; it gets a new id. */
export interface RepricingWish extends ListingWish {
  readonly offerId: string;
}

/** `gone`: neither listed nor sold, so that the inventory has to be looked at. */
export type Repricing =
  | { readonly fate: "repriced"; readonly offerId: string }
  | { readonly fate: "sold" | "not-repriced" | "gone" };

/** As {@link listingOf}. */
export function repricingOf(
  wish: RepricingWish,
  before: ListingsView,
  now: ListingsView,
): Repricing {
  const old = now.standing.find(({ offerId }) => offerId === wish.offerId);
  if (old?.priceCents === wish.priceCents) return { fate: "repriced", offerId: wish.offerId };
  if (old !== undefined) return { fate: "not-repriced" };
  if (isSold(wish, now)) return { fate: "sold" };
  const offerId = newcomer(wish, before, now);
  return offerId === null ? { fate: "gone" } : { fate: "repriced", offerId };
}

export type Withdrawal = "withdrawn" | "sold" | "standing";

/** To be asked after the write's deadline, as {@link listingOf}. */
export function withdrawalOf(
  listing: { readonly offerId: string; readonly assetId: string },
  now: ListingsView,
): Withdrawal {
  if (now.standing.some(({ offerId }) => offerId === listing.offerId)) return "standing";
  return isSold(listing, now) ? "sold" : "withdrawn";
}

function isSold(
  { assetId, offerId }: { readonly assetId: string; readonly offerId?: string },
  { sold }: ListingsView,
): boolean {
  return sold.some((trade) =>
    trade.assetId === assetId || (offerId !== undefined && trade.offerId === offerId)
  );
}

function newcomer(wish: ListingWish, before: ListingsView, now: ListingsView): string | null {
  const known = new Set(before.standing.map(({ offerId }) => offerId));
  const found = now.standing.find(({ offerId, priceCents }) =>
    !known.has(offerId) && priceCents === wish.priceCents
  );
  return found?.offerId ?? null;
}

/** The reads a look-up needs; {@link AccountReads} has them. */
export interface ListingReads {
  offersPage(query: OwnPageQuery, call: CallOptions): Promise<OffersPage>;
  closedOffers(query: ClosedTradesQuery, call: CallOptions): Promise<ClosedTradesPage>;
}

/** To be taken before the write and again to learn its fate, about the same title and moment. */
export async function viewListings(
  account: ListingReads,
  about: OwnTitle,
  call: CallOptions,
): Promise<ListingsView> {
  const { standing, closed } = await viewOwn({
    standing: (query) => account.offersPage(query, call),
    rowsOf: ({ offers }) => offers,
    closed: (query) => account.closedOffers(query, call),
  }, about);
  return { standing, sold: closed };
}
