/** The targets of the accounts: they stand in the book among all other bids. */

import type { AccountBook, OwnedAsset, OwnTarget } from "./account_book.ts";
import type { BidLevel, TitleBook, Wire } from "./books.ts";
import { uuidOf } from "./ids.ts";
import type { Market } from "./market.ts";
import { CHANGE_LOCK_S } from "./outcome.ts";
import { closeTrade } from "./trade_close.ts";

/** A target before it has an id; attributes in the wire form of bids. */
export interface NewTarget {
  readonly book: TitleBook;
  readonly priceCents: number;
  readonly amount: number;
  readonly attributes: Wire;
  readonly nowS: number;
}

/** A sale into one of our targets. */
export interface Fill {
  readonly bid: BidLevel;
  readonly asset: OwnedAsset;
  readonly nowS: number;
}

/** More than any account can withdraw within the time of a lock, at the limits of its requests. */
const MAX_WITHDRAWN = 10_000;

/** What a target wants, whatever it pays. */
function wishOf({ book, attributes }: Pick<OwnTarget, "book" | "attributes">): string {
  return JSON.stringify([book.id, attributes]);
}

/** All targets of all accounts. */
export class OwnTargets {
  readonly #market: Market;
  readonly #owners = new Map<string, AccountBook>();

  constructor(market: Market) {
    this.#market = market;
  }

  add(account: AccountBook, target: NewTarget): OwnTarget {
    const { book, priceCents, amount, attributes, nowS } = target;
    const targetId = uuidOf(this.#market.seed, this.#market.takeSerial(), 51);
    const own = { targetId, book, priceCents, amount, attributes, createdAtS: nowS };
    account.targets.set(targetId, own);
    this.#owners.set(targetId, account);
    this.#market.addBid(book, {
      targetId,
      priceCents,
      amount,
      attributes,
      fleeting: false,
      own: true,
    });
    return own;
  }

  remove(account: AccountBook, targetId: string): boolean {
    const target = account.targets.get(targetId);
    if (target === undefined) return false;
    account.targets.delete(targetId);
    this.#owners.delete(targetId);
    target.book.bids = target.book.bids.filter((bid) => bid.targetId !== targetId);
    return true;
  }

  /** Takes a bid that is there for the account's. */
  adopt(
    account: AccountBook,
    book: TitleBook,
    { bid, nowS }: { readonly bid: BidLevel; readonly nowS: number },
  ): void {
    const { targetId, priceCents, amount, attributes } = bid;
    const own = { targetId, book, priceCents, amount, attributes, createdAtS: nowS };
    account.targets.set(targetId, own);
    this.#owners.set(targetId, account);
  }

  /** Takes a target back; for a while the same may not be wanted at another price. */
  withdraw(account: AccountBook, targetId: string, nowS: number): boolean {
    const target = account.targets.get(targetId);
    if (target === undefined || !this.remove(account, targetId)) return false;
    for (const [key, { untilS }] of account.withdrawn) {
      if (untilS <= nowS) account.withdrawn.delete(key);
    }
    const untilS = target.createdAtS + CHANGE_LOCK_S;
    if (untilS > nowS && account.withdrawn.size < MAX_WITHDRAWN) {
      account.withdrawn.set(wishOf(target), { untilS, priceCents: target.priceCents });
    }
    return true;
  }

  /** Seconds until a target is no longer a withdrawn one at another price; 0 or less: it is none. */
  lockedS(account: AccountBook, target: NewTarget): number {
    const last = account.withdrawn.get(wishOf(target));
    return last === undefined || last.priceCents === target.priceCents
      ? 0
      : last.untilS - target.nowS;
  }

  /** Whether the account behind one of our bids could pay for one more. */
  canPay(bid: BidLevel): boolean {
    return (this.#owners.get(bid.targetId)?.balanceCents ?? 0) >= bid.priceCents;
  }

  /** Someone sells into our target; false when its account cannot pay. */
  fill({ bid, asset, nowS }: Fill): boolean {
    const account = this.#owners.get(bid.targetId);
    const target = account?.targets.get(bid.targetId);
    if (account === undefined || target === undefined) return false;
    if (account.balanceCents < bid.priceCents) return false;
    account.assets.set(asset.assetId, asset);
    account.enter({ atS: nowS, kind: "bought", cents: -bid.priceCents, about: bid.targetId });
    target.amount--;
    this.#market.takeBid(asset.book, bid);
    if (target.amount === 0) this.remove(account, target.targetId);
    closeTrade(account, {
      side: "target",
      offerId: uuidOf(this.#market.seed, asset.assetSerial, 122),
      targetId: bid.targetId,
      asset,
      priceCents: bid.priceCents,
      feeCents: 0,
      feePercent: "0",
      isReducedFee: false,
      createdAtS: target.createdAtS,
      closedAtS: nowS,
    });
    return true;
  }
}
