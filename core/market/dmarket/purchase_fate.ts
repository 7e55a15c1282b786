/**
 * What became of a purchase that got no readable answer, or `TxPending`. No route says so directly
 * and a second attempt could buy twice: the account and the listing are looked at instead, as they
 * were before and as they are now.
 */

import type { GameId } from "@/core/domain/market.ts";
import type { Balance } from "./account.ts";
import type { OwnPageQuery } from "./account_queries.ts";
import type { Purchase } from "./buying.ts";
import type { OffersQuery } from "./client.ts";
import type { InventoryPage } from "./inventory.ts";
import type { OffersPage } from "./offers.ts";
import { walkPages } from "./pages.ts";
import type { CallOptions } from "./transport.ts";

/**
 * `open`: not decided yet, or nothing proves what was decided. To be looked up again, and in the end
 * by a person; never a reason to buy again.
 */
export type PurchaseFate = "bought" | "not-bought" | "open";

export interface PurchaseWish extends Purchase {
  readonly game: GameId;
  readonly title: string;
}

/** What the market shows of a purchase at one moment. */
export interface PurchaseView {
  readonly usdCents: number;
  /** Assets of the title that the account has. */
  readonly assetIds: ReadonlySet<string>;
  /** At the price agreed to. */
  readonly listing: "free" | "reserved" | "gone";
  /** Null when it is gone, or the market did not say. */
  readonly listedAssetId: string | null;
}

/**
 * Bought is what the account has: the very asset that was listed, as targets and deposits bring
 * others of its title. Only a listing that still stands at the price agreed to proves that nothing
 * was bought. The balance proves neither, as sales and targets move it meanwhile, but money that may
 * have been paid keeps the question open. A request that may still be under way can change what this
 * says: it is asked after the write's deadline.
 */
export function fateOf(
  { priceCents }: PurchaseWish,
  before: PurchaseView,
  now: PurchaseView,
): PurchaseFate {
  const { listedAssetId } = before;
  if (listedAssetId !== null && now.assetIds.has(listedAssetId)) return "bought";
  const mayBePaid = before.usdCents - now.usdCents >= priceCents;
  return now.listing === "free" && !mayBePaid ? "not-bought" : "open";
}

/** The reads a look-up needs; {@link DmarketClient} has them. */
export interface PurchaseReads {
  offersPage(query: OffersQuery, call: CallOptions): Promise<OffersPage>;
  readonly account: {
    balance(call: CallOptions): Promise<Balance>;
    inventoryPage(query: OwnPageQuery, call: CallOptions): Promise<InventoryPage>;
  };
}

/** Pages of 100 that are read of either list. */
const MAX_PAGES = 100;
const PAGE_ROWS = 100;

/**
 * To be taken before the purchase is sent, and again to learn its fate. The listing is read first
 * and the balance last: what is decided between the reads is then seen as `open` at worst. Throws
 * as the client does.
 */
export async function viewOf(
  market: PurchaseReads,
  { game, title, offerId, priceCents }: PurchaseWish,
  call: CallOptions,
): Promise<PurchaseView> {
  const band = { fromCents: priceCents, toCents: priceCents + 1 };
  let listing: PurchaseView["listing"] = "gone";
  const offersFrom = (cursor: string | null) =>
    market.offersPage({ game, title, band, cursor, limit: PAGE_ROWS }, call);
  let listedAssetId: string | null = null;
  for await (const { offers, assetIds } of walkPages(offersFrom, MAX_PAGES)) {
    const found = offers.findIndex((offer) => offer.offerId === offerId);
    const offer = offers[found];
    if (offer === undefined) continue;
    listing = offer.reserved ? "reserved" : "free";
    listedAssetId = assetIds[found] ?? null;
  }
  const assetIds = new Set<string>();
  const assetsFrom = (cursor: string | null) =>
    market.account.inventoryPage({ game, cursor, limit: PAGE_ROWS }, call);
  for await (const { items } of walkPages(assetsFrom, MAX_PAGES)) {
    for (const item of items) if (item.title === title) assetIds.add(item.assetId);
  }
  const { usdCents } = await market.account.balance(call);
  return { usdCents, assetIds, listing, listedAssetId };
}

/** The fate of a purchase, `before` being the view taken before it was sent. */
export async function lookUp(
  market: PurchaseReads,
  { wish, before }: { readonly wish: PurchaseWish; readonly before: PurchaseView },
  call: CallOptions,
): Promise<PurchaseFate> {
  return fateOf(wish, before, await viewOf(market, wish, call));
}
