/**
 * Gives the titles of a recording what was not recorded: sales and bids, drawn from a seed and
 * labelled by what was meant. The listings stay as they were recorded, traps and all.
 */

import type { Hidden, SaleRow, Wire } from "./books.ts";
import { drawSales } from "./history.ts";
import { hashText, Rng } from "./random.ts";
import type { Scenario, ScenarioOffer, ScenarioTitle } from "./scenario.ts";
import { type BandPromise, PROMISES } from "./truth.ts";
import { dollarsOf } from "./wire.ts";

/** What a synthetic book is meant to be. `bait`: as good as `good`, around listings that are not. */
export const BOOK_LABELS = ["good", "thin", "pumped", "none", "bait"] as const;
/** The name of a kind of synthetic book. */
export type BookLabel = typeof BOOK_LABELS[number];

const FEE = 0.07;
/** Nine times what the market suggests: no buyer, whatever the book says. */
const ABSURD_DISCOUNT = -800;
const SALES_KEPT = 40;
const ANY: Wire = { floatPartValue: "any", paintSeed: "any", phase: "any" };

interface Book {
  readonly targets: readonly Wire[];
  readonly sales: readonly Wire[];
  readonly truth: Wire;
}

/** The scenario with a book for every title; the same seed gives the same books. */
export function addSyntheticBooks(scenario: Scenario, seed: number): Wire {
  const nowS = scenario.now === undefined ? 0 : Math.floor(Date.parse(scenario.now) / 1_000);
  const games = Object.entries(scenario.games).map(([id, game]) => {
    const titles = game.titles.map((row) => ({ ...row, ...bookOf(row, seed, nowS) }));
    return [id, { ...game, titles }];
  });
  return { ...scenario, seed, games: Object.fromEntries(games) };
}

/** What a book is drawn around. */
interface Ground {
  readonly rng: Rng;
  readonly seed: number;
  readonly titleSeed: number;
  readonly nowS: number;
  /** The cheapest listing that anyone could buy, sell again, and has a price to go by. */
  readonly best: Stock | null;
  /** What the next one asks that anyone could buy; Infinity without one. */
  readonly nextCents: number;
  /** What the cheapest of all asks. */
  readonly lowestCents: number;
}

interface Stock {
  readonly priceCents: number;
  readonly suggestedCents: number;
  readonly promise: BandPromise;
}

function bookOf(row: ScenarioTitle, seed: number, nowS: number): Book {
  const titleSeed = hashText(row.title);
  const rng = new Rng(seed, titleSeed, 131);
  const drawn = rng.pick(["good", "good", "thin", "pumped", "none"] as const);
  const free = row.offers.filter((offer) => isFree(offer, nowS)).toSorted(byPrice);
  const bestOffer = free.find((offer) => discountOf(offer) >= 0 && discountOf(offer) < 100);
  const nextOffer = free.find((offer) => offer !== bestOffer);
  const ground = {
    rng,
    seed,
    titleSeed,
    nowS,
    best: bestOffer === undefined ? null : stockOf(bestOffer),
    nextCents: nextOffer === undefined ? Infinity : centsOf(nextOffer),
    lowestCents: Math.min(...row.offers.map(centsOf)),
  };
  const isHopeless = free.every((offer) => discountOf(offer) < ABSURD_DISCOUNT);
  switch (drawn) {
    case "thin":
      return thinBook(ground);
    case "pumped":
      return pumpedBook(ground);
    case "good":
      if (ground.best !== null) return goodBook(ground, ground.best);
      return isHopeless ? baitBook(ground) : noBook();
    case "none":
      return noBook();
  }
}

function noBook(): Book {
  return { targets: [], sales: [], truth: { quick: false, list: false, label: "none" } };
}

/** Anyone could buy it now and sell it again. */
function isFree({ locked, attributes }: ScenarioOffer, nowS: number): boolean {
  const { unlockDate, tradable, saleRestricted } = attributes;
  const isLocked = typeof unlockDate === "string" && Date.parse(unlockDate) / 1_000 > nowS;
  return !locked && !isLocked && tradable !== false && saleRestricted !== true;
}

/** Percent below what the market suggests; minus infinity where it suggests nothing. */
function discountOf({ discountPercent }: ScenarioOffer): number {
  return typeof discountPercent === "number" ? discountPercent : -Infinity;
}

function byPrice(a: ScenarioOffer, b: ScenarioOffer): number {
  return centsOf(a) - centsOf(b);
}

function centsOf({ priceCents }: ScenarioOffer): number {
  return Number(priceCents);
}

/** Null where its price lies in no band. */
function stockOf(offer: ScenarioOffer): Stock | null {
  const priceCents = centsOf(offer);
  const promise = PROMISES.find(({ fromCents, toCents }) =>
    priceCents >= fromCents && priceCents < toCents
  );
  if (promise === undefined) return null;
  const suggestedCents = priceCents / (1 - discountOf(offer) / 100);
  return { priceCents, suggestedCents, promise };
}

/** Lively trade well above the best listing, or a bid above it where the next listing leaves no room. */
function goodBook(ground: Ground, { priceCents, suggestedCents, promise }: Stock): Book {
  const { rng, nextCents } = ground;
  const neededCents = priceCents * (1 + promise.minRoiBps / 10_000) / (1 - FEE);
  const fairCents = neededCents * rng.between(1.06, 1.35);
  const isBelievable = fairCents < suggestedCents * 1.3;
  if (isBelievable && nextCents > neededCents * 1.04 && rng.chance(0.7)) {
    const sales = salesAround(ground, livelyAt(rng, fairCents));
    const targets = bidsBelow(rng, fairCents, priceCents);
    return { targets, sales, truth: { quick: false, list: true, label: "good" } };
  }
  const rich = { amount: rng.int(2, 6), priceCents: neededCents * rng.between(1.02, 1.25) };
  const targets = [bidWire(rich), ...bidsBelow(rng, fairCents, priceCents)];
  return { targets, sales: [], truth: { quick: true, label: "good" } };
}

/** The book of a bargain around listings that cannot be bought, sold again, or believed. */
function baitBook(ground: Ground): Book {
  const { rng, lowestCents } = ground;
  const fairCents = lowestCents * rng.between(1.4, 1.8);
  const targets = [0, 1, 2].map((i) =>
    bidWire({ amount: rng.int(1, 6), priceCents: lowestCents * (1.4 - 0.02 * i) })
  );
  const sales = salesAround(ground, livelyAt(rng, fairCents));
  return { targets, sales, truth: { quick: false, list: false, label: "bait" } };
}

/** Sales far above what it costs, but hardly one in a month. */
function thinBook(ground: Ground): Book {
  const { rng, lowestCents } = ground;
  const fairCents = lowestCents * rng.between(1.4, 1.8);
  const perDay = rng.between(0.004, 0.03);
  const hidden = { ...livelyAt(rng, fairCents), buyersPerDay: perDay, dumpsPerDay: perDay / 3 };
  const targets = bidsBelow(rng, lowestCents, lowestCents);
  const sales = salesAround(ground, hidden);
  return { targets, sales, truth: { quick: false, list: false, label: "thin" } };
}

/** For some days now someone has been buying from himself, far above what it is worth. */
function pumpedBook(ground: Ground): Book {
  const { rng, lowestCents } = ground;
  const factor = rng.between(1.45, 2.6);
  const fairCents = lowestCents / rng.between(1.04, 1 + (factor - 1) * 0.4);
  const past = { kind: "pump", days: rng.between(2, 5), factor } as const;
  const sales = salesAround(ground, { ...livelyAt(rng, fairCents), past });
  const targets = bidsBelow(rng, fairCents, lowestCents);
  return { targets, sales, truth: { quick: false, list: false, label: "pumped" } };
}

function livelyAt(rng: Rng, fairCents: number): Hidden {
  const buyersPerDay = rng.between(1.8, 9);
  return {
    fairCents,
    buyersPerDay,
    dumpsPerDay: buyersPerDay * rng.between(0.15, 0.7),
    sellersPerDay: buyersPerDay,
    trendPerDay: 0,
    volatilityPerDay: rng.between(0.004, 0.012),
    past: null,
  };
}

function salesAround({ seed, titleSeed, nowS }: Ground, hidden: Hidden): readonly Wire[] {
  const rows = drawSales({ id: titleSeed, hidden, spec: null }, seed, nowS);
  return rows.slice(0, SALES_KEPT).map(saleWire);
}

function saleWire({ priceCents, atS, operation }: SaleRow): Wire {
  return { price: dollarsOf(priceCents), date: String(atS), txOperationType: operation };
}

/** Ordinary bids below worth; none covers a listing. */
function bidsBelow(rng: Rng, fairCents: number, listedCents: number): readonly Wire[] {
  const bids: Wire[] = [];
  let level = Math.min(fairCents * rng.between(0.78, 0.92), listedCents * 0.97);
  for (let i = rng.int(2, 8); i > 0 && level >= 1; i--) {
    bids.push(bidWire({ amount: rng.int(1, 6), priceCents: level }));
    level *= 1 - 0.004 - rng.wait(0.022);
  }
  return bids;
}

function bidWire(bid: { readonly amount: number; readonly priceCents: number }): Wire {
  const price = String(Math.max(1, Math.floor(bid.priceCents)));
  return { amount: String(bid.amount), price, attributes: ANY };
}
