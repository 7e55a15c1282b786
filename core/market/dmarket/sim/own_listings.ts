/** The listings of the accounts: placed, changed, taken back, sold. */

import type { AccountBook, OwnedAsset } from "./account_book.ts";
import { takesAsset } from "./bid_match.ts";
import type { BidLevel } from "./books.ts";
import { uuidOf } from "./ids.ts";
import type { Market } from "./market.ts";
import { FLAG, RESALE_BLOCKS } from "./offer_table.ts";
import { CHANGE_LOCK_S, done, failed, type Result, timeLocked } from "./outcome.ts";
import { Rng } from "./random.ts";
import { feeCents, feeRule } from "./seller_fee.ts";
import { closeTrade } from "./trade_close.ts";
import { isoOf } from "./wire.ts";

/** Chance that a listing at a bid's price meets it at once. */
const INSTANT_MATCH = 0.6;

interface Owner {
  readonly account: AccountBook;
  readonly asset: OwnedAsset;
}

/** A wish to list an asset; cents and unix seconds. */
export interface ListOrder {
  readonly assetId: string;
  readonly priceCents: number;
  readonly nowS: number;
}

/** A wish to change the price of a listing. */
export interface RepriceOrder {
  readonly offerId: string;
  readonly priceCents: number;
  readonly nowS: number;
}

/** An offer id with the asset behind it. */
export interface ListedAsset {
  readonly offerId: string;
  readonly assetId: string;
}

interface Sale {
  readonly priceCents: number;
  readonly nowS: number;
  /** Empty when a buyer took the listing. */
  readonly targetId: string;
}

/** All listings of all accounts. */
export class OwnListings {
  readonly #market: Market;
  readonly #owners = new Map<number, Owner>();
  readonly #rng: Rng;

  constructor(market: Market) {
    this.#market = market;
    this.#rng = new Rng(market.seed, 111);
  }

  /** Lists an asset; a bid at or above the price may take it before anyone sees it. */
  list(account: AccountBook, order: ListOrder): Result<ListedAsset> {
    const asset = account.assets.get(order.assetId);
    if (asset === undefined || !asset.inMarket) {
      return failed("InventoryItemsNotFound", "Asset is not in the inventory");
    }
    if (asset.listing !== null) return failed("DuplicatedAssets", "Asset is listed already");
    if ((asset.flags & RESALE_BLOCKS) !== 0) return failed("BadRequest", "Asset cannot be sold");
    if (!isPrice(order.priceCents)) return failed("InvalidAmount", "Price must be above zero");
    return done(this.#place({ account, asset }, order));
  }

  /** Takes a listing that is there for the account's. */
  adopt(account: AccountBook, asset: OwnedAsset, row: number): void {
    asset.listing = { row, listedAtS: this.#market.table.createdAtS[row] ?? 0 };
    account.assets.set(asset.assetId, asset);
    this.#owners.set(row, { account, asset });
  }

  /** Changes a price, which makes a new offer id; refused within 15 minutes of the last change. */
  reprice(account: AccountBook, order: RepriceOrder): Result<ListedAsset> {
    const listed = this.#changeable(account, order);
    if (listed.failure !== null) return listed;
    if (!isPrice(order.priceCents)) return failed("InvalidAmount", "Price must be above zero");
    this.withdraw(listed.done.asset);
    return done(this.#place(listed.done, order));
  }

  /** Takes a listing back, under the same lock as {@link reprice}. */
  delist(
    account: AccountBook,
    order: { readonly offerId: string; readonly nowS: number },
  ): Result<ListedAsset> {
    const listed = this.#changeable(account, order);
    if (listed.failure !== null) return listed;
    const { asset } = listed.done;
    this.withdraw(asset);
    asset.updatedAtS = order.nowS;
    return done({ offerId: order.offerId, assetId: asset.assetId });
  }

  /** Takes a listing back without asking; nothing happens when the asset is not listed. */
  withdraw(asset: OwnedAsset): void {
    if (asset.listing === null) return;
    const { row } = asset.listing;
    asset.listing = null;
    this.#owners.delete(row);
    this.#market.removeOffer(row);
  }

  /** Someone took our listing. */
  sold(row: number, nowS: number): void {
    this.#sell(row, { priceCents: this.#market.table.price(row), nowS, targetId: "" });
  }

  #changeable(
    account: AccountBook,
    { offerId, nowS }: { readonly offerId: string; readonly nowS: number },
  ): Result<Owner> {
    const row = this.#market.rowOf(offerId);
    const owner = row === null ? undefined : this.#owners.get(row);
    if (owner?.account !== account || owner.asset.listing === null) {
      return failed("OfferNotFound", "Offer not found");
    }
    const leftS = owner.asset.listing.listedAtS + CHANGE_LOCK_S - nowS;
    return leftS > 0 ? timeLocked(leftS) : done(owner);
  }

  #place(
    owner: Owner,
    { priceCents, nowS }: { readonly priceCents: number; readonly nowS: number },
  ): ListedAsset {
    const { asset } = owner;
    const serial = this.#market.takeSerial();
    const recorded = asset.recorded === null ? undefined : {
      offerId: uuidOf(this.#market.seed, serial, 121),
      wire: { createdAt: isoOf(nowS), attributes: asset.recorded },
      labels: asset.reverts ? ["reverted-trade"] : [],
    };
    const row = this.#market.addOffer({
      titleId: asset.book.id,
      priceCents,
      createdAtS: nowS,
      unlockAtS: asset.unlockAtS,
      flags: FLAG.own,
      label: 0,
      serial,
      assetSerial: asset.assetSerial,
    }, recorded);
    asset.listing = { row, listedAtS: nowS };
    asset.updatedAtS = nowS;
    this.#owners.set(row, owner);
    const offerId = this.#market.offerId(row);
    const bid = this.#bidFor(asset, priceCents);
    if (bid !== null && this.#rng.chance(INSTANT_MATCH)) {
      this.#market.takeBid(asset.book, bid);
      this.#sell(row, { priceCents: bid.priceCents, nowS, targetId: bid.targetId });
    }
    return { offerId, assetId: asset.assetId };
  }

  #bidFor(asset: OwnedAsset, priceCents: number): BidLevel | null {
    const takers = asset.book.bids.filter((bid) =>
      !bid.own && !bid.fleeting && bid.priceCents >= priceCents &&
      takesAsset(bid, asset, this.#market.seed)
    );
    return takers.reduce<BidLevel | null>(
      (best, bid) => best === null || bid.priceCents > best.priceCents ? bid : best,
      null,
    );
  }

  #sell(row: number, sale: Sale): void {
    const owner = this.#owners.get(row);
    if (owner === undefined) throw new RangeError(`Row ${row} is nobody's`);
    const { account, asset } = owner;
    const { priceCents, nowS, targetId } = sale;
    const { fees } = this.#market.game(asset.book.game);
    const sold = { title: asset.book.title, priceCents, atS: nowS };
    const { ppm } = feeRule(fees, sold);
    const fee = feeCents(fees, sold);
    const offerId = this.#market.offerId(row);
    const createdAtS = asset.listing?.listedAtS ?? nowS;
    this.withdraw(asset);
    account.assets.delete(asset.assetId);
    account.enter({ atS: nowS, kind: "sold", cents: priceCents - fee, about: offerId });
    this.#market.recordSale(asset.book, {
      priceCents,
      atS: nowS,
      operation: targetId === "" ? "Offer" : "Target",
      phase: null,
      recorded: null,
    });
    closeTrade(account, {
      side: "offer",
      offerId,
      targetId,
      asset,
      priceCents,
      feeCents: fee,
      feePercent: String(ppm / 10_000),
      isReducedFee: ppm !== feeRule({ ...fees, reducedFees: [] }, sold).ppm,
      createdAtS,
      closedAtS: nowS,
    });
  }
}

function isPrice(cents: number): boolean {
  return Number.isSafeInteger(cents) && cents >= 1;
}
