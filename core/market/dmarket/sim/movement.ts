/**
 * Lets the crowd loose on a market: listings come and go, bids are placed, hit and withdrawn, fair
 * prices drift. The same seed and the same moments asked for give the same events.
 */

import type { BidLevel, TitleBook } from "./books.ts";
import { type Act, drift, nextAct, visitsPerDay } from "./crowd.ts";
import { genericOf } from "./natural.ts";
import { uuidOf } from "./ids.ts";
import { labelCode } from "./labels.ts";
import type { Ledger } from "./ledger.ts";
import type { Market } from "./market.ts";
import { lotOf, phaseOf } from "./play.ts";
import { Rng } from "./random.ts";

const DAY_S = 86_400;
/** Visits caught up with at a time; a longer absence loses the rest. */
const MAX_VISITS = 20_000;
/** Listings and bids one title may gather. */
const MAX_LOTS = 5_000;
const MAX_BIDS = 200;
/** Days of market time per day: ten thousand makes a month of a few minutes. */
export const MAX_SPEED = 10_000;

/** How a market moves. */
export interface MovementOptions {
  /** Market time per real time: 0 stands still, 1 is life-like. */
  readonly speed: number;
  readonly nowMs: number;
  /** Told when the crowd takes our listings and fills our targets. */
  readonly ledger: Ledger;
}

/** Moves a market; titles without hidden state stand still. */
export class Movement {
  readonly #market: Market;
  readonly #ledger: Ledger;
  readonly #speed: number;
  readonly #rng: Rng;
  /** Titles that move, with the visits per day of all up to and including each. */
  readonly #moving: readonly TitleBook[];
  readonly #upTo: Float64Array;
  #nextMs: number;

  /** Throws RangeError on a speed out of range. */
  constructor(market: Market, options: MovementOptions) {
    const { speed, nowMs, ledger } = options;
    this.#ledger = ledger;
    if (!(speed >= 0 && speed <= MAX_SPEED)) {
      throw new RangeError(`Speed must be 0 to ${MAX_SPEED}: current value is ${speed}`);
    }
    this.#market = market;
    this.#speed = speed;
    this.#rng = new Rng(market.seed, 101);
    this.#moving = speed === 0 ? [] : market.titles.filter(({ hidden }) => hidden !== null);
    this.#upTo = new Float64Array(this.#moving.length);
    let sum = 0;
    for (const [i, { hidden }] of this.#moving.entries()) {
      sum += hidden === null ? 0 : visitsPerDay(hidden);
      this.#upTo[i] = sum;
    }
    this.#nextMs = nowMs + this.#gapMs();
  }

  /** Plays every visit due until `nowMs`. */
  advance(nowMs: number): void {
    for (let visit = 0; this.#nextMs <= nowMs; visit++) {
      if (visit === MAX_VISITS) {
        this.#nextMs = nowMs + this.#gapMs();
        return;
      }
      this.#visit(Math.floor(this.#nextMs / 1_000));
      this.#nextMs += this.#gapMs();
    }
  }

  #gapMs(): number {
    const perDay = (this.#upTo.at(-1) ?? 0) * this.#speed;
    return perDay === 0 ? Infinity : this.#rng.wait(DAY_S * 1_000 / perDay);
  }

  #visit(nowS: number): void {
    const book = this.#pick();
    const { hidden } = book;
    if (hidden === null) return;
    drift(hidden, 1 / visitsPerDay(hidden), this.#rng);
    const lots = book.rows.map((row) => ({ row, ...lotOf(this.#market, row, nowS) }));
    const bids = book.bids.filter((bid) => !bid.own || this.#ledger.targets.canPay(bid));
    this.#apply(book, nextAct({ hidden, lots, bids }, this.#rng), nowS);
  }

  #pick(): TitleBook {
    const roll = this.#rng.next() * (this.#upTo.at(-1) ?? 0);
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#upTo[middle] ?? 0) <= roll) low = middle + 1;
      else high = middle;
    }
    const book = this.#moving[low];
    if (book === undefined) throw new RangeError("A market without moving titles cannot move");
    return book;
  }

  #apply(book: TitleBook, act: Act<MovingLot>, nowS: number): void {
    switch (act.kind) {
      case "sold":
        return this.#sell(book, act.lot, nowS);
      case "listed":
        if (book.rows.length < MAX_LOTS) this.#list(book, act, nowS);
        return;
      case "delisted":
        if (!act.lot.own) this.#market.removeOffer(act.lot.row);
        return;
      case "repriced":
        if (!act.lot.own) this.#market.repriceOffer(act.lot.row, act.priceCents);
        return;
      case "hit":
        return this.#hit(book, act.bid, nowS);
      case "withdrawn":
        book.bids = book.bids.filter((bid) => bid !== act.bid);
        return;
      case "bid":
        return this.#bid(book, act.priceCents);
      case "nothing":
        return;
    }
  }

  #hit(book: TitleBook, bid: BidLevel, nowS: number): void {
    if (bid.own && !this.#ledger.filled(book, bid, nowS)) return;
    if (!bid.own) this.#market.takeBid(book, bid);
    this.#market.recordSale(book, {
      priceCents: bid.priceCents,
      atS: nowS,
      operation: "Target",
      phase: null,
      recorded: null,
    });
  }

  #sell(book: TitleBook, lot: MovingLot, nowS: number): void {
    if (lot.own) return this.#ledger.listings.sold(lot.row, nowS);
    this.#market.recordSale(book, {
      priceCents: lot.priceCents,
      atS: nowS,
      operation: "Offer",
      phase: phaseOf(this.#market, lot.row),
      recorded: null,
    });
    this.#market.removeOffer(lot.row);
  }

  #list(
    book: TitleBook,
    act: { readonly priceCents: number; readonly hasty: boolean },
    nowS: number,
  ): void {
    const serial = this.#market.takeSerial();
    this.#market.addOffer({
      titleId: book.id,
      priceCents: act.priceCents,
      createdAtS: nowS,
      unlockAtS: 0,
      flags: 0,
      label: labelCode(act.hasty ? "underpriced" : ""),
      serial,
      assetSerial: serial,
    });
  }

  #bid(book: TitleBook, priceCents: number): void {
    if (book.spec === null || book.bids.length >= MAX_BIDS) return;
    this.#market.addBid(book, {
      targetId: uuidOf(this.#market.seed, this.#market.takeSerial(), 51),
      priceCents,
      amount: this.#rng.int(1, 3),
      attributes: genericOf(book.spec.item),
      fleeting: false,
      own: false,
    });
  }
}

type MovingLot = ReturnType<typeof lotOf> & { readonly row: number };
