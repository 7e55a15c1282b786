/**
 * Who owns what: accounts that buy, list, bid and sell in the simulated market. Every change of a
 * balance is an entry; nothing else moves money.
 */

import { AccountBook, type Deposit, type OwnedAsset, type Trade } from "./account_book.ts";
import type { BidLevel, TitleBook, Wire } from "./books.ts";
import { hasLabel, isDrawn, purchaseLabelOf } from "./drawn_labels.ts";
import type { Market } from "./market.ts";
import { FLAG, RESALE_BLOCKS } from "./offer_table.ts";
import { done, failed, type Result } from "./outcome.ts";
import { OwnListings } from "./own_listings.ts";
import { OwnTargets } from "./own_targets.ts";
import { PENDING_S, type PendingPurchase } from "./pending.ts";
import { hashText, Rng } from "./random.ts";
import { assetAt, assetIdOf } from "./wire.ts";

const DEPOSIT_S = 40;
/** Assets a new account has on Steam. */
const STEAM_ASSETS = 3;

/** A wish to buy one listing. */
export interface BuyOrder {
  readonly offerId: string;
  /** The dearest price that is still agreed to. */
  readonly agreedCents: number;
  readonly nowS: number;
}

/** The accounts of a market and what they do with each other's money. */
export class Ledger {
  readonly listings: OwnListings;
  readonly targets: OwnTargets;
  readonly #market: Market;
  readonly #openingCents: number;
  /** One per key that may sign: there are at most 64. */
  readonly #accounts = new Map<string, AccountBook>();
  /** Assets whose price has moved away from a buyer: at most as many as were asked for. */
  readonly #moved = new Set<number>();

  constructor(market: Market, openingCents: number) {
    this.#market = market;
    this.#openingCents = openingCents;
    this.listings = new OwnListings(market);
    this.targets = new OwnTargets(market);
  }

  /**
   * The account of a key; opened with its balance and a few assets on Steam when first seen, the
   * first one with what is planted as ours, too.
   */
  account(publicKey: string, nowS: number): AccountBook {
    const known = this.#accounts.get(publicKey);
    if (known !== undefined) return known;
    const account = new AccountBook(this.#openingCents, nowS);
    this.#accounts.set(publicKey, account);
    if (this.#accounts.size === 1) this.#adopt(account, nowS);
    const books = this.#market.game("a8db").titles.filter(({ spec }) => spec !== null);
    for (let i = 0; i < STEAM_ASSETS && books.length > 0; i++) {
      const book = books[hashText(`${i} ${publicKey}`) % books.length];
      if (book === undefined) continue;
      const asset = { ...this.#newAsset(book, nowS), inMarket: false };
      account.assets.set(asset.assetId, asset);
    }
    return account;
  }

  /** The first account has what is planted as ours. */
  #adopt(account: AccountBook, nowS: number): void {
    const { table, titles } = this.#market;
    for (let row = 0; row < table.used; row++) {
      if (!table.has(row, FLAG.own)) continue;
      this.listings.adopt(account, this.#assetIn(row, nowS), row);
    }
    for (const book of titles) {
      for (const bid of book.bids) if (bid.own) this.targets.adopt(account, book, { bid, nowS });
    }
  }

  #newAsset(book: TitleBook, nowS: number): OwnedAsset {
    const assetSerial = this.#market.takeSerial();
    return {
      assetId: assetIdOf(this.#market.seed, assetSerial),
      book,
      assetSerial,
      recorded: null,
      unlockAtS: 0,
      flags: 0,
      reverts: isDrawn("reverted-trade", this.#market.seed, assetSerial),
      acquiredAtS: nowS,
      updatedAtS: nowS,
      inMarket: true,
      listing: null,
    };
  }

  /**
   * Buys a listing at its price, if that is still agreed to. The asset arrives at once, unless the
   * purchase is planted to be decided later; the money is gone either way.
   */
  buy(
    account: AccountBook,
    { offerId, agreedCents, nowS }: BuyOrder,
  ): Result<"bought" | "pending"> {
    const { table } = this.#market;
    const row = this.#market.rowOf(offerId);
    if (row === null || table.has(row, FLAG.reserved | FLAG.own | FLAG.stale)) {
      return failed("OfferNotFound", "Offer not found");
    }
    const priceCents = table.price(row);
    if (priceCents > agreedCents) return failed("OfferNotFound", "Offer price has changed");
    if (priceCents > account.balanceCents) {
      return failed("BalanceInsufficientFunds", "Insufficient funds");
    }
    const label = purchaseLabelOf(this.#market, row);
    const isLate = label === "gone-offer" || label === "moved-price";
    if (isLate && this.#comesLate(row, label, nowS)) {
      return failed("OfferNotFound", "Offer not found");
    }
    const asset = this.#assetIn(row, nowS);
    const purchase = { offerId, asset, priceCents, dueAtS: nowS, wins: label !== "lost-purchase" };
    account.enter({ atS: nowS, kind: "bought", cents: -priceCents, about: offerId });
    if (label === "" || isLate) {
      this.#decide(account, purchase);
      return done("bought");
    }
    this.#market.setFlag(row, FLAG.reserved, true);
    account.pending.set(offerId, { ...purchase, dueAtS: nowS + PENDING_S });
    return done("pending");
  }

  /** Since it was read, another buyer took it, or its owner asks more, who does so once. */
  #comesLate(row: number, label: "gone-offer" | "moved-price", nowS: number): boolean {
    const { book, assetSerial } = assetAt(this.#market, row);
    const priceCents = this.#market.table.price(row);
    if (label === "gone-offer") {
      this.#market.removeOffer(row);
      this.#sell(book, priceCents, nowS);
      return true;
    }
    if (this.#moved.has(assetSerial)) return false;
    this.#moved.add(assetSerial);
    const rng = new Rng(this.#market.seed, assetSerial, 132);
    this.#market.repriceOffer(row, Math.ceil(priceCents * rng.between(1.03, 1.15)));
    return true;
  }

  /** Whoever got it: the listing is gone, and the sale stands. */
  #decide(account: AccountBook, purchase: PendingPurchase): void {
    const { offerId, asset, priceCents, dueAtS, wins } = purchase;
    const row = this.#market.rowOf(offerId);
    if (row !== null) this.#market.removeOffer(row);
    this.#sell(asset.book, priceCents, dueAtS);
    if (wins) {
      account.assets.set(asset.assetId, { ...asset, acquiredAtS: dueAtS, updatedAtS: dueAtS });
      return;
    }
    account.enter({ atS: dueAtS, kind: "returned", cents: priceCents, about: offerId });
  }

  #sell(book: TitleBook, priceCents: number, atS: number): void {
    const sale = { priceCents, atS, operation: "Offer", phase: null, recorded: null } as const;
    this.#market.recordSale(book, sale);
  }

  #assetIn(row: number, nowS: number): OwnedAsset {
    const { book, assetSerial, unlockAtS, flags } = assetAt(this.#market, row);
    const recorded = (this.#market.recordedAt(row)?.wire.attributes ?? null) as Wire | null;
    const derivedId = assetIdOf(this.#market.seed, assetSerial);
    return {
      assetId: typeof recorded?.id === "string" ? recorded.id : derivedId,
      book,
      assetSerial,
      recorded,
      unlockAtS,
      flags: flags & RESALE_BLOCKS,
      reverts: hasLabel(this.#market, row, "reverted-trade"),
      acquiredAtS: nowS,
      updatedAtS: nowS,
      inMarket: true,
      listing: null,
    };
  }

  /** Someone sells an asset into one of our bids; false when its account cannot pay. */
  filled(book: TitleBook, bid: BidLevel, nowS: number): boolean {
    return this.targets.fill({ bid, asset: this.#newAsset(book, nowS), nowS });
  }

  /** Decides what is pending, ends protections that are over, and deposits that have arrived. */
  settle(nowS: number): void {
    for (const account of this.#accounts.values()) {
      for (const purchase of account.pending.values()) {
        if (purchase.dueAtS > nowS) continue;
        account.pending.delete(purchase.offerId);
        this.#decide(account, purchase);
      }
      for (const trade of account.trades) {
        const isOver = trade.status === "trade_protected" && trade.finalAtS <= nowS;
        if (isOver) this.#finalize(account, trade);
      }
      for (const deposit of account.deposits.values()) {
        if (isDecided(deposit, nowS) && !deposit.fails) arrive(account, deposit, nowS);
      }
    }
  }

  /** A purchase that has been sold on is past reversing. */
  #finalize(account: AccountBook, trade: Trade): void {
    const { asset, side } = trade;
    const canReturn = side === "offer" || account.assets.get(asset.assetId) === asset;
    if (!asset.reverts || !canReturn) {
      trade.status = "successful";
      return;
    }
    trade.status = "reverted";
    const cents = side === "offer" ? trade.feeCents - trade.priceCents : trade.priceCents;
    account.enter({ atS: trade.finalAtS, kind: "reverted", cents, about: asset.assetId });
    if (side === "offer") {
      account.assets.set(asset.assetId, asset);
      return;
    }
    this.listings.withdraw(asset);
    account.assets.delete(asset.assetId);
  }
}

/** Whether a deposit started long enough ago to have arrived, or failed. */
export function isDecided(deposit: Deposit, nowS: number): boolean {
  return nowS - deposit.startedAtS >= DEPOSIT_S;
}

function arrive(account: AccountBook, deposit: Deposit, nowS: number): void {
  for (const assetId of deposit.assetIds) {
    const asset = account.assets.get(assetId);
    if (asset === undefined || asset.inMarket) continue;
    asset.inMarket = true;
    asset.updatedAtS = nowS;
  }
}
