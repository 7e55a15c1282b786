/**
 * What became of a purchase that got no readable answer, or `TxPending`. No route says so directly
 * and a second attempt could buy twice: the account and the listing are looked at instead, as they
 * were before and as they are now.
 */

import type { GameId } from "@/core/domain/market.ts";
import type { Balance } from "./account.ts";
import type { OwnPageQuery } from "./account_reads.ts";
import type { Purchase } from "./buying.ts";
import type { OffersQuery } from "./client.ts";
import type { InventoryPage } from "./inventory.ts";
import type { OffersPage } from "./offers.ts";
import { walkPages } from "./pages.ts";
import type { CallOptions } from "./transport.ts";

/** `open`: not decided yet, to be looked up again. */
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
  readonly listing: "free" | "reserved" | "gone";
}

/**
 * Right while the account buys one listing of a title at a time: any new asset of the title is then
 * the one bought. Money that is gone without it is on its way. A request that may still be under way can
 * change what this says: it is asked after the write's deadline.
 */
export function fateOf(
  { priceCents }: PurchaseWish,
  before: PurchaseView,
  now: PurchaseView,
): PurchaseFate {
  if ([...now.assetIds].some((id) => !before.assetIds.has(id))) return "bought";
  const isPaid = before.usdCents - now.usdCents >= priceCents;
  return isPaid || now.listing === "reserved" ? "open" : "not-bought";
}

/** The reads a look-up needs; {@link DmarketClient} has them. */
export interface PurchaseReads {
  offersPage(query: OffersQuery, call: CallOptions): Promise<OffersPage>;
  readonly account: {
    balance(call: CallOptions): Promise<Balance>;
    inventoryPage(query: OwnPageQuery, call: CallOptions): Promise<InventoryPage>;
  };
}

/** Pages of an inventory that are read, 100 assets each. */
const MAX_INVENTORY_PAGES = 100;
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
  for await (const { offers } of walkPages(offersFrom, MAX_INVENTORY_PAGES)) {
    const found = offers.find((offer) => offer.offerId === offerId);
    if (found !== undefined) listing = found.reserved ? "reserved" : "free";
  }
  const assetIds = new Set<string>();
  const assetsFrom = (cursor: string | null) =>
    market.account.inventoryPage({ game, cursor, limit: PAGE_ROWS }, call);
  for await (const { items } of walkPages(assetsFrom, MAX_INVENTORY_PAGES)) {
    for (const item of items) if (item.title === title) assetIds.add(item.assetId);
  }
  const { usdCents } = await market.account.balance(call);
  return { usdCents, assetIds, listing };
}

/** The fate of a purchase, `before` being the view taken before it was sent. */
export async function lookUp(
  market: PurchaseReads,
  { wish, before }: { readonly wish: PurchaseWish; readonly before: PurchaseView },
  call: CallOptions,
): Promise<PurchaseFate> {
  return fateOf(wish, before, await viewOf(market, wish, call));
}
