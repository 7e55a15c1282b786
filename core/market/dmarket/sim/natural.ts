/** An ordinary title: what its owners ask, what its buyers bid, before anything is planted. */

import { assetDetail, floatPartsOf, phaseFactor } from "./asset.ts";
import type { AggregateOverride, BidLevel, Hidden, ReducedFeeRow, Wire } from "./books.ts";
import { uuidOf } from "./ids.ts";
import type { Label } from "./labels.ts";
import type { Rng } from "./random.ts";
import type { Item, TitleSpec } from "./titles/spec.ts";
import { FLAG } from "./offer_table.ts";

/** A listing on the drawing board; cents and unix seconds. */
export interface AskDraft {
  priceCents: number;
  createdAtS: number;
  unlockAtS: number;
  flags: number;
  label: Label;
  readonly assetSerial: number;
}

/** A title on the drawing board; planting changes it in place. */
export interface Draft {
  readonly spec: TitleSpec;
  hidden: Hidden;
  /** Cheapest first. */
  asks: AskDraft[];
  bids: BidLevel[];
  suggestedCents: number | null;
  aggregate: AggregateOverride | null;
  reducedFee: ReducedFeeRow | null;
  label: Label;
}

/** What drawing a title may use. */
export interface Ground {
  readonly seed: number;
  readonly nowS: number;
  readonly rng: Rng;
  /** Listings per title, relative to the default. */
  readonly depth: number;
  readonly takeSerial: () => number;
}

const DAY_S = 86_400;
const MAX_ASKS = 2_000;
const ANY: Wire = { floatPartValue: "any", paintSeed: "any", phase: "any" };

/** Draws an ordinary title: fair price, demand, listings, bids. */
export function naturalDraft(ground: Ground, spec: TitleSpec): Draft {
  const { rng } = ground;
  const hidden = drawHidden(rng, spec);
  const suggested = Math.max(2, Math.round(hidden.fairCents * Math.exp(0.045 * rng.normal())));
  const asks = drawAsks(ground, spec, hidden);
  return {
    spec,
    hidden,
    asks,
    bids: drawBids(ground, spec, { hidden, lowestAsk: asks[0]?.priceCents ?? Infinity }),
    suggestedCents: rng.chance(0.09) ? null : suggested,
    aggregate: null,
    reducedFee: rng.chance(0.05) ? drawReducedFee(ground, spec, hidden) : null,
    label: "",
  };
}

function drawHidden(rng: Rng, spec: TitleSpec): Hidden {
  const dear = Math.log(Math.max(1, spec.basePriceCents / 800));
  const buyersPerDay = Math.min(30, Math.exp(0.75 - 0.1 * dear + 1.15 * rng.normal()));
  const dumpsPerDay = buyersPerDay * rng.between(0.15, 0.7);
  return {
    fairCents: Math.max(4, spec.basePriceCents * Math.exp(0.1 * rng.normal())),
    buyersPerDay,
    dumpsPerDay,
    sellersPerDay: buyersPerDay * rng.between(0.85, 1.1),
    trendPerDay: 0.002 * rng.normal(),
    volatilityPerDay: rng.between(0.004, 0.018),
    past: null,
  };
}

function drawAsks(ground: Ground, spec: TitleSpec, hidden: Hidden): AskDraft[] {
  const { rng, depth } = ground;
  const stockDays = rng.between(0.9, 2.4);
  const count = Math.round((hidden.buyersPerDay * stockDays + rng.int(0, 2)) * depth);
  const asks: AskDraft[] = [];
  let level = hidden.fairCents * Math.exp(0.012 + 0.018 * rng.normal());
  for (let i = 0; i < Math.min(MAX_ASKS, Math.max(1, count)); i++) {
    const joke = rng.chance(0.004);
    asks.push(drawAsk(ground, spec, joke ? level * 10 ** rng.between(1.2, 6) : level));
    level *= 1 + rng.wait(0.016 / Math.max(1, depth / 2));
  }
  return asks.sort((a, b) => a.priceCents - b.priceCents);
}

/** One ordinary listing around `levelCents`, dearer or cheaper by what the asset itself is. */
export function drawAsk(ground: Ground, spec: TitleSpec, levelCents: number): AskDraft {
  const { rng, nowS } = ground;
  const assetSerial = ground.takeSerial();
  const factor = hasPhases(spec.item)
    ? phaseFactor(assetDetail(spec.item, ground.seed, assetSerial).phase)
    : 1;
  const lockChance = spec.game === "a8db" ? 0.22 : 0.05;
  return {
    priceCents: Math.min(999_999_900, Math.max(2, Math.round(levelCents * factor))),
    createdAtS: nowS - Math.round(60 + rng.wait(4 * DAY_S)),
    unlockAtS: rng.chance(lockChance) ? nowS + rng.int(3_600, 7 * DAY_S) : 0,
    flags: rng.chance(0.012) ? FLAG.reserved : 0,
    label: "",
    assetSerial,
  };
}

function drawBids(
  ground: Ground,
  spec: TitleSpec,
  book: { readonly hidden: Hidden; readonly lowestAsk: number },
): BidLevel[] {
  const { rng } = ground;
  const { fairCents, dumpsPerDay } = book.hidden;
  const count = Math.min(24, Math.round(1.5 + 2.5 * Math.sqrt(dumpsPerDay) + rng.wait(1.5)));
  let level = Math.min(fairCents * rng.between(0.78, 0.92), book.lowestAsk * 0.97);
  const bids: BidLevel[] = [];
  for (let i = 0; i < count && level >= 1; i++) {
    bids.push(drawBid(ground, { priceCents: level, attributes: genericOf(spec.item) }));
    level *= 1 - 0.004 - rng.wait(0.022);
  }
  const picky = pickyAttributes(spec.item, rng);
  if (picky !== null && rng.chance(0.4)) {
    bids.push(drawBid(ground, {
      priceCents: fairCents * rng.between(0.9, 1.06),
      attributes: picky,
      amount: 1,
    }));
  }
  return bids.sort((a, b) => b.priceCents - a.priceCents);
}

/** A bid before it has an id; the amount is drawn unless given. */
export interface BidFields {
  readonly priceCents: number;
  readonly attributes: Wire;
  readonly amount?: number;
  readonly fleeting?: boolean;
  readonly own?: boolean;
}

/** A bid of someone else unless said otherwise; prices are cut to whole cents. */
export function drawBid(ground: Ground, fields: BidFields): BidLevel {
  return {
    targetId: uuidOf(ground.seed, ground.takeSerial(), 51),
    priceCents: Math.max(1, Math.floor(fields.priceCents)),
    amount: fields.amount ?? ground.rng.int(1, 6),
    attributes: fields.attributes,
    fleeting: fields.fleeting ?? false,
    own: fields.own ?? false,
  };
}

/** Attributes of a bid that takes any asset of the title. */
export function genericOf(item: Item): Wire {
  return item.type === "cs2" ? ANY : {};
}

/** Attributes of a bid that wants a float bucket, a pattern or a phase; null where it cannot. */
function pickyAttributes(item: Item, rng: Rng): Wire | null {
  if (item.type !== "cs2" || item.exterior === null) return null;
  const roll = rng.next();
  if (item.phases.length > 0) return { ...ANY, phase: rng.pick(item.phases) };
  if (roll < 0.85) return { ...ANY, floatPartValue: rng.pick(floatPartsOf(item.exterior)) };
  return { ...ANY, paintSeed: String(rng.int(0, 999)) };
}

/** A reduced fee as the daily list grants it: until the next midnight, over a wide price range. */
function drawReducedFee(ground: Ground, spec: TitleSpec, hidden: Hidden): ReducedFeeRow {
  return {
    title: spec.title,
    fraction: ground.rng.pick(["0.02", "0.03", "0.03", "0.05"]),
    minPrice: Math.max(1, Math.floor(hidden.fairCents * 0.4)),
    maxPrice: Math.ceil(hidden.fairCents * 3),
    expiresAt: (Math.floor(ground.nowS / DAY_S) + 1) * DAY_S,
  };
}

function hasPhases(item: Item): boolean {
  return item.type === "cs2" && item.phases.length > 0;
}
