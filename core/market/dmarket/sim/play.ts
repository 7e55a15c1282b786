/**
 * Plays a title forward from where the market stands, on a copy: with one of our own listings in
 * it, or until we come to sell into a bid. What happens decides what was true: no formula does.
 */

import { assetDetail, phaseFactor } from "./asset.ts";
import type { BidLevel, Hidden, TitleBook } from "./books.ts";
import { type Act, drift, type Lot, nextAct, visitsPerDay } from "./crowd.ts";
import type { Market } from "./market.ts";
import { FLAG, RESALE_BLOCKS } from "./offer_table.ts";
import { Rng } from "./random.ts";
import type { Phase } from "./titles/spec.ts";

/** How long a listing is watched. */
export const PLAY_DAYS = 14;
/** From the reading of a book to our sale into it: the verdict, a person or a program, a purchase. */
export const ARRIVAL_S = 120;
const DAY_S = 86_400;
/** Visits played at most; the busiest title has far fewer in two weeks. */
const MAX_VISITS = 20_000;

/** A purchase listed again. */
export interface Listing {
  /** The row bought, which leaves the book. */
  readonly row: number;
  /** What it is listed at. */
  readonly exitCents: number;
  readonly nowS: number;
  /** Tells plays of the same listing apart; default 0. */
  readonly take?: number;
}

interface PlayLot extends Lot {
  readonly own: boolean;
}

/** A title while it is played. */
interface Scene {
  readonly hidden: Hidden;
  lots: readonly PlayLot[];
  bids: readonly BidLevel[];
}

/** The moment our listing sells within two weeks, unix seconds; null when it does not. */
export function playListing(market: Market, book: TitleBook, listing: Listing): number | null {
  if (book.hidden === null || market.table.has(listing.row, RESALE_BLOCKS)) return null;
  const { nowS, exitCents, row, take = 0 } = listing;
  const others = book.rows.filter((other) => other !== row);
  const ours = { priceCents: exitCents, factor: factorOf(market, row), buyable: true, own: true };
  const scene: Scene = {
    hidden: { ...book.hidden },
    lots: [...others.map((other) => lotOf(market, other, nowS)), ours],
    bids: book.bids,
  };
  const soldOn = play(scene, {
    days: PLAY_DAYS,
    rng: new Rng(market.seed, book.id, take, 91),
    isEnd: (act) => act.kind === "sold" && act.lot === ours,
  });
  return soldOn === null ? null : nowS + Math.ceil(soldOn * DAY_S);
}

/** The bids of others that are there when we come to sell; the fleeting ones are gone. */
export function bidsOnArrival(
  market: Market,
  book: TitleBook,
  nowS: number,
): readonly BidLevel[] {
  const standing = book.bids.filter((bid) => !bid.fleeting && !bid.own);
  if (book.hidden === null) return standing;
  const lots = book.rows.map((row) => lotOf(market, row, nowS));
  const scene: Scene = { hidden: { ...book.hidden }, lots, bids: standing };
  const rng = new Rng(market.seed, book.id, 92);
  play(scene, { days: ARRIVAL_S / DAY_S, rng, isEnd: () => false });
  return scene.bids;
}

interface Play {
  readonly days: number;
  readonly rng: Rng;
  readonly isEnd: (act: Act<PlayLot>) => boolean;
}

/** Lets the crowd come; the day on which what is waited for happens, or null. */
function play(scene: Scene, { days, rng, isEnd }: Play): number | null {
  const perDay = visitsPerDay(scene.hidden);
  let day = 0;
  for (let visit = 0; visit < MAX_VISITS; visit++) {
    const gap = rng.wait(1 / perDay);
    day += gap;
    if (day > days) return null;
    drift(scene.hidden, gap, rng);
    const act = nextAct(scene, rng);
    if (isEnd(act)) return day;
    scene.lots = lotsAfter(scene.lots, act);
    scene.bids = bidsAfter(scene.bids, act);
  }
  return null;
}

/** A row of the market as its buyers see it. */
export function lotOf(market: Market, row: number, nowS: number): PlayLot {
  const locked = (market.table.unlockAtS[row] ?? 0) > nowS;
  return {
    priceCents: market.table.price(row),
    factor: factorOf(market, row),
    buyable: !locked && !market.table.has(row, FLAG.reserved | FLAG.stale),
    own: market.table.has(row, FLAG.own),
  };
}

/** Buyers pay for phases, and for stickers where they ever did. */
function factorOf(market: Market, row: number): number {
  const { spec, hidden } = market.bookOf(row);
  if (hidden?.past?.kind !== "dressed" || spec === null) return phaseFactor(phaseOf(market, row));
  const { stickers } = assetDetail(spec.item, market.seed, market.table.assetSerial[row] ?? 0);
  return stickers.length > 0 ? hidden.past.factor : 1;
}

/** The phase of a listed asset; null where its title has none, or a scenario does not say. */
export function phaseOf(market: Market, row: number): Phase | null {
  const { spec } = market.bookOf(row);
  if (spec?.item.type !== "cs2" || spec.item.phases.length === 0) return null;
  return assetDetail(spec.item, market.seed, market.table.assetSerial[row] ?? 0).phase;
}

function lotsAfter(lots: readonly PlayLot[], act: Act<PlayLot>): readonly PlayLot[] {
  switch (act.kind) {
    case "sold":
      return lots.filter((lot) => lot !== act.lot);
    case "delisted":
      return lots.filter((lot) => lot !== act.lot || lot.own);
    case "listed":
      return [...lots, { priceCents: act.priceCents, factor: 1, buyable: true, own: false }];
    case "repriced":
      // Our own listing stays at its price, whatever the crowd would do with it.
      return act.lot.own
        ? lots
        : lots.map((lot) => lot === act.lot ? { ...lot, priceCents: act.priceCents } : lot);
    default:
      return lots;
  }
}

function bidsAfter(bids: readonly BidLevel[], act: Act<PlayLot>): readonly BidLevel[] {
  switch (act.kind) {
    case "hit":
      return bids.flatMap((bid) => {
        if (bid !== act.bid) return [bid];
        return bid.amount > 1 ? [{ ...bid, amount: bid.amount - 1 }] : [];
      });
    case "withdrawn":
      return bids.filter((bid) => bid !== act.bid);
    case "bid":
      return [...bids, {
        targetId: "",
        priceCents: act.priceCents,
        amount: 1,
        attributes: {},
        fleeting: false,
        own: false,
      }];
    default:
      return bids;
  }
}
