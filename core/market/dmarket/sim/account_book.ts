/** What one account holds: money, assets, targets and the trades that are over. */

import type { TitleBook, Wire } from "./books.ts";
import type { PendingPurchase } from "./pending.ts";

/** An asset of the account, on the market or still on Steam. */
export interface OwnedAsset {
  readonly assetId: string;
  readonly book: TitleBook;
  readonly assetSerial: number;
  /** Attributes as a scenario gave them; null when they are derived. */
  readonly recorded: Wire | null;
  readonly unlockAtS: number;
  /** Flags that forbid listing it, as in the offer table. */
  readonly flags: number;
  /** Its next protected trade is planted to be reversed. */
  readonly reverts: boolean;
  readonly acquiredAtS: number;
  updatedAtS: number;
  /** False while it is still on Steam. */
  inMarket: boolean;
  /** Its listing; null when it is not listed. */
  listing: { readonly row: number; readonly listedAtS: number } | null;
}

/** A buy order of the account; one unit is bought at a time. */
export interface OwnTarget {
  readonly targetId: string;
  readonly book: TitleBook;
  readonly priceCents: number;
  amount: number;
  readonly attributes: Wire;
  readonly createdAtS: number;
}

/** Provisional while Steam lets the trade be reversed, then final. */
export type TradeStatus = "successful" | "reverted" | "trade_protected";

/** A sale of ours, or a purchase through a target of ours. */
export interface Trade {
  readonly side: "offer" | "target";
  readonly offerId: string;
  /** Empty when no target took part. */
  readonly targetId: string;
  readonly asset: OwnedAsset;
  readonly priceCents: number;
  /** 0 for purchases. */
  readonly feeCents: number;
  readonly feePercent: string;
  readonly isReducedFee: boolean;
  readonly createdAtS: number;
  readonly closedAtS: number;
  readonly finalAtS: number;
  status: TradeStatus;
}

/** One movement of money; the balance is the sum of all. */
export interface Entry {
  readonly atS: number;
  readonly kind: "opening" | "bought" | "returned" | "sold" | "reverted";
  /** Signed. */
  readonly cents: number;
  /** The offer, target or asset it is about. */
  readonly about: string;
}

/** Assets on their way from Steam; arrived, or failed, some time after `startedAtS`. */
export interface Deposit {
  readonly depositId: string;
  readonly assetIds: readonly string[];
  readonly startedAtS: number;
  /** Planted: they stay on Steam. */
  readonly fails: boolean;
}

const MAX_TRADES = 10_000;
const MAX_ENTRIES = 100_000;

/** The holdings of one account, with every movement of its money. */
export class AccountBook {
  readonly assets = new Map<string, OwnedAsset>();
  readonly targets = new Map<string, OwnTarget>();
  /** Prices of targets withdrawn a short while after they were made, by what they wanted. */
  readonly withdrawn = new Map<string, { readonly untilS: number; readonly priceCents: number }>();
  readonly deposits = new Map<string, Deposit>();
  /** By offer id; each is over within seconds. */
  readonly pending = new Map<string, PendingPurchase>();
  /** Transfers by the request id of a withdrawal: asking twice changes nothing. */
  readonly withdrawals = new Map<string, string>();
  #trades: Trade[] = [];
  #entries: Entry[] = [];
  #balanceCents = 0;

  constructor(openingCents: number, nowS: number) {
    this.enter({ atS: nowS, kind: "opening", cents: openingCents, about: "" });
  }

  get balanceCents(): number {
    return this.#balanceCents;
  }

  /** Without the proceeds of sales that may still be reversed. */
  get withdrawableCents(): number {
    const held = this.#trades.filter(({ side, status }) =>
      side === "offer" && status === "trade_protected"
    ).reduce((sum, { priceCents, feeCents }) => sum + priceCents - feeCents, 0);
    return Math.max(0, this.#balanceCents - held);
  }

  /** Oldest first; the newest 100,000. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Newest first; the newest 10,000. */
  get trades(): readonly Trade[] {
    return this.#trades;
  }

  enter(entry: Entry): void {
    this.#balanceCents += entry.cents;
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries = this.#entries.slice(-MAX_ENTRIES);
  }

  close(trade: Trade): void {
    this.#trades = [trade, ...this.#trades].slice(0, MAX_TRADES);
  }
}
