/**
 * The other people of the market: what one of them does next on the floor of one title. Decisions
 * only; `movement.ts` applies them to the market, `play.ts` to a copy of it.
 */

import { isGeneric } from "./bid_match.ts";
import type { BidLevel, Hidden } from "./books.ts";
import type { Rng } from "./random.ts";

/** A listing as its buyers see it. */
export interface Lot {
  readonly priceCents: number;
  /** Worth relative to the title's fair price. */
  readonly factor: number;
  readonly buyable: boolean;
}

/** One title at one moment. */
export interface Floor<L extends Lot = Lot> {
  readonly hidden: Hidden;
  readonly lots: readonly L[];
  readonly bids: readonly BidLevel[];
}

/** What a visitor does; the applier decides what that changes. */
export type Act<L extends Lot = Lot> =
  | { readonly kind: "sold"; readonly lot: L }
  | { readonly kind: "listed"; readonly priceCents: number; readonly hasty: boolean }
  | { readonly kind: "repriced"; readonly lot: L; readonly priceCents: number }
  | { readonly kind: "delisted"; readonly lot: L }
  | { readonly kind: "hit"; readonly bid: BidLevel }
  | { readonly kind: "bid"; readonly priceCents: number }
  | { readonly kind: "withdrawn"; readonly bid: BidLevel }
  | { readonly kind: "nothing" };

const NOTHING = { kind: "nothing" } as const;

/** Bargain hunters, per buyer; they watch what is traded. */
const SNIPERS_PER_BUYER = 0.4;
/** Share of new listings made in a hurry, far below worth. */
const HASTY_SHARE = 0.035;
const TREND_HALF_LIFE_DAYS = 4;
/** Days of demand on the shelf that keep another owner from listing. */
const GLUT_DAYS = 4;

/** Visits per day to a title, of all kinds of people. */
export function visitsPerDay(hidden: Hidden): number {
  return visitors(hidden).reduce((sum, [rate]) => sum + rate, 0);
}

type Decide = <L extends Lot>(floor: Floor<L>, rng: Rng) => Act<L>;

function visitors(hidden: Hidden): readonly (readonly [number, Decide])[] {
  const { buyersPerDay, dumpsPerDay, sellersPerDay } = hidden;
  return [
    [buyersPerDay, buy],
    [sellersPerDay, list],
    [dumpsPerDay, dump],
    [0.45 * dumpsPerDay + 0.15, bid],
    [0.1 * dumpsPerDay + 0.15, withdraw],
    [0.25 * sellersPerDay, reprice],
    [0.25 * sellersPerDay, giveUp],
    [SNIPERS_PER_BUYER * buyersPerDay, snipe],
  ];
}

/** What the next visitor does. */
export function nextAct<L extends Lot>(floor: Floor<L>, rng: Rng): Act<L> {
  let roll = rng.next() * visitsPerDay(floor.hidden);
  for (const [rate, decide] of visitors(floor.hidden)) {
    if (roll < rate) return decide(floor, rng);
    roll -= rate;
  }
  return NOTHING;
}

/** Moves the fair price on by `days`; no trend lasts. */
export function drift(hidden: Hidden, days: number, rng: Rng): void {
  const change = hidden.trendPerDay * days +
    hidden.volatilityPerDay * Math.sqrt(days) * rng.normal();
  hidden.fairCents = Math.max(4, hidden.fairCents * Math.exp(change));
  hidden.trendPerDay *= 0.5 ** (days / TREND_HALF_LIFE_DAYS);
}

function cheapest<L extends Lot>(lots: readonly L[]): L | undefined {
  return lots.filter((lot) => lot.buyable).reduce<L | undefined>(
    (best, lot) => best === undefined || relative(lot) < relative(best) ? lot : best,
    undefined,
  );
}

function relative(lot: Lot): number {
  return lot.priceCents / lot.factor;
}

/** Takes the best value, if it is worth it to this buyer. */
function buy<L extends Lot>({ hidden, lots }: Floor<L>, rng: Rng): Act<L> {
  const lot = cheapest(lots);
  const worth = hidden.fairCents * Math.exp(0.012 + 0.025 * rng.normal());
  return lot !== undefined && relative(lot) <= worth ? { kind: "sold", lot } : NOTHING;
}

/** Takes only what is far too cheap. */
function snipe<L extends Lot>({ hidden, lots }: Floor<L>): Act<L> {
  const lot = cheapest(lots);
  const worth = hidden.fairCents * 0.84;
  return lot !== undefined && relative(lot) < worth ? { kind: "sold", lot } : NOTHING;
}

function list<L extends Lot>({ hidden, lots }: Floor<L>, rng: Rng): Act<L> {
  const { fairCents } = hidden;
  if (lots.length > 6 + GLUT_DAYS * hidden.buyersPerDay) return NOTHING;
  if (rng.chance(HASTY_SHARE)) {
    const priceCents = fairCents * (1 - rng.between(0.13, 0.42));
    return { kind: "listed", priceCents: rounded(priceCents), hasty: true };
  }
  const wished = fairCents * Math.exp(0.03 + 0.03 * rng.normal());
  const first = cheapest(lots);
  const undercut = first === undefined ? wished : relative(first) * (1 - rng.between(0, 0.015));
  const priceCents = Math.max(fairCents * 0.965, Math.min(wished, undercut));
  return { kind: "listed", priceCents: rounded(priceCents), hasty: false };
}

/** Someone who asks too much comes down towards what the item is worth. */
function reprice<L extends Lot>({ hidden, lots }: Floor<L>, rng: Rng): Act<L> {
  const dear = lots.filter((lot) => lot.buyable && relative(lot) > hidden.fairCents * 1.03);
  if (dear.length === 0) return NOTHING;
  const lot = rng.pick(dear);
  const priceCents = hidden.fairCents * lot.factor * Math.exp(0.015 + 0.02 * rng.normal());
  return { kind: "repriced", lot, priceCents: rounded(priceCents) };
}

/** One of several who ask too much takes the item home. */
function giveUp<L extends Lot>({ hidden, lots }: Floor<L>, rng: Rng): Act<L> {
  const dear = lots.filter((lot) => relative(lot) > hidden.fairCents * 1.02);
  return dear.length < 2 ? NOTHING : { kind: "delisted", lot: rng.pick(dear) };
}

/** Sells into the best bid that takes anything, unless it is an insult. */
function dump<L extends Lot>({ hidden, bids }: Floor<L>): Act<L> {
  const best = bids.filter((level) => isGeneric(level) && !level.fleeting)
    .reduce<BidLevel | undefined>(
      (top, level) => top === undefined || level.priceCents > top.priceCents ? level : top,
      undefined,
    );
  const insult = hidden.fairCents * 0.7;
  return best !== undefined && best.priceCents > insult ? { kind: "hit", bid: best } : NOTHING;
}

function bid<L extends Lot>({ hidden, bids }: Floor<L>, rng: Rng): Act<L> {
  const top = bids.filter(isGeneric).reduce((best, level) => Math.max(best, level.priceCents), 0);
  const limit = hidden.fairCents * rng.between(0.78, 0.93);
  const priceCents = Math.floor(Math.min(limit, Math.max(top + 1, limit * 0.97)));
  return priceCents >= 1 ? { kind: "bid", priceCents } : NOTHING;
}

function withdraw<L extends Lot>({ bids }: Floor<L>, rng: Rng): Act<L> {
  const others = bids.filter((level) => !level.own);
  return others.length === 0 ? NOTHING : { kind: "withdrawn", bid: rng.pick(others) };
}

function rounded(priceCents: number): number {
  return Math.max(2, Math.round(priceCents));
}
