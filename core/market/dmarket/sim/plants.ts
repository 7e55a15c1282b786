/**
 * Plants one chance or trap in a drafted title. Each trap is what a hasty reader of prices would
 * take for a chance; why it is none is said beside it.
 */

import { assetDetail, floatPartsOf, hasFloat } from "./asset.ts";
import type { Hidden } from "./books.ts";
import type { Label } from "./labels.ts";
import { type AskDraft, type Draft, drawAsk, drawBid, genericOf, type Ground } from "./natural.ts";
import { FLAG } from "./offer_table.ts";

type Plant = (draft: Draft, ground: Ground) => void;

interface Rule {
  readonly label: Exclude<Label, "">;
  /** Share of the titles where it can be planted. */
  readonly share: number;
  readonly fits: (draft: Draft) => boolean;
  readonly plant: Plant;
}

const DAY_S = 86_400;

const always = () => true;

/** Tried in this order; a title takes the first one drawn. */
const RULES: readonly Rule[] = [
  { label: "rare-phase-sales", share: 0.3, fits: hasPhases, plant: rarePhaseSales },
  { label: "underpriced", share: 0.17, fits: lively, plant: underpriced },
  { label: "rich-bid", share: 0.05, fits: always, plant: richBid },
  { label: "reserved", share: 0.02, fits: lively, plant: reserved },
  { label: "trade-locked", share: 0.025, fits: lively, plant: tradeLocked },
  { label: "resale-blocked", share: 0.02, fits: lively, plant: resaleBlocked },
  { label: "joke-listing", share: 0.03, fits: quiet, plant: jokeListing },
  { label: "pumped", share: 0.03, fits: (draft) => draft.asks.length >= 3, plant: pumped },
  { label: "thin", share: 0.05, fits: quiet, plant: thin },
  { label: "dead", share: 0.04, fits: quiet, plant: dead },
  { label: "falling", share: 0.025, fits: lively, plant: falling },
  {
    label: "attribute-bid",
    share: 0.04,
    fits: ({ spec }) => hasFloat(spec.item),
    plant: attributeBid,
  },
  { label: "ghost-bid", share: 0.02, fits: always, plant: ghostBid },
  { label: "fleeting-bid", share: 0.002, fits: always, plant: fleetingBid },
  { label: "expiring-fee", share: 0.012, fits: lively, plant: expiringFee },
  { label: "fee-band", share: 0.012, fits: lively, plant: feeBand },
];

/** Plants at most one thing in `draft`. */
export function plant(draft: Draft, ground: Ground): void {
  for (const rule of RULES) {
    if (!rule.fits(draft) || !ground.rng.chance(rule.share)) continue;
    rule.plant(draft, ground);
    draft.label = rule.label;
    sorted(draft);
    return;
  }
}

/** Puts what was planted into its place. */
export function sorted(draft: Draft): void {
  draft.asks.sort((a, b) => a.priceCents - b.priceCents);
  draft.bids.sort((a, b) => b.priceCents - a.priceCents);
}

/** Whether it is bought daily, and from several. */
export function lively({ hidden, asks }: Draft): boolean {
  return hidden.buyersPerDay > 1.1 && asks.length >= 4;
}

/** Whether hardly a buyer comes in a day. */
export function quiet({ hidden }: Draft): boolean {
  return hidden.buyersPerDay < 1.1;
}

/** How far below its worth someone in a hurry lists, relative. */
function haste(ground: Ground): number {
  return ground.rng.between(0.13, 0.42);
}

/** A fresh, free listing at `priceCents`, cheaper than all others. */
export function bait(draft: Draft, ground: Ground, priceCents: number): AskDraft {
  const { rng, nowS } = ground;
  const ask = drawAsk(ground, draft.spec, draft.hidden.fairCents);
  ask.priceCents = Math.max(2, Math.round(priceCents));
  ask.createdAtS = nowS - rng.int(20, 5_400);
  ask.unlockAtS = 0;
  ask.flags = 0;
  draft.asks = draft.asks.filter((other) => other.priceCents > ask.priceCents);
  draft.asks.push(ask);
  return ask;
}

interface Temptation {
  readonly label: Label;
  /** Times the lowest price. */
  readonly atLeast: number;
  readonly atMost: number;
  readonly fleeting?: boolean;
  readonly own?: boolean;
}

/** Adds a bid for one asset of any kind, well above the lowest listing, which gets the label. */
export function temptingBid(draft: Draft, ground: Ground, temptation: Temptation): void {
  const { label, atLeast, atMost, ...kind } = temptation;
  const lowest = draft.asks[0];
  if (lowest === undefined) return;
  lowest.label = label;
  draft.bids.push(drawBid(ground, {
    priceCents: lowest.priceCents * ground.rng.between(atLeast, atMost),
    attributes: genericOf(draft.spec.item),
    amount: 1,
    ...kind,
  }));
}

/** {@link bait} far below worth: what a chance and most traps have in common. */
export function cheap(draft: Draft, ground: Ground, label: Label): AskDraft {
  const ask = bait(draft, ground, draft.hidden.fairCents * (1 - haste(ground)));
  ask.label = label;
  draft.suggestedCents ??= Math.round(draft.hidden.fairCents);
  draft.bids = draft.bids.filter((bid) => bid.priceCents < ask.priceCents);
  return ask;
}

function underpriced(draft: Draft, ground: Ground): void {
  cheap(draft, ground, "underpriced");
}

/** Sometimes the bid is the only way out: nobody else ever buys the title. */
function richBid(draft: Draft, ground: Ground): void {
  if (ground.rng.chance(0.35)) {
    draft.hidden = slowed(draft.hidden, ground.rng.between(0.002, 0.012));
  }
  const { hidden, spec } = draft;
  const bidCents = hidden.fairCents * ground.rng.between(0.88, 0.97);
  const ask = bait(draft, ground, bidCents * ground.rng.between(0.62, 0.84));
  ask.label = "rich-bid";
  draft.suggestedCents ??= Math.round(hidden.fairCents);
  draft.bids.push(drawBid(ground, { priceCents: bidCents, attributes: genericOf(spec.item) }));
}

/** Someone else is buying it this minute. */
function reserved(draft: Draft, ground: Ground): void {
  cheap(draft, ground, "reserved").flags |= FLAG.reserved;
}

/** It cannot leave the account for days. */
function tradeLocked(draft: Draft, ground: Ground): void {
  const { rng, nowS } = ground;
  cheap(draft, ground, "trade-locked").unlockAtS = nowS + rng.int(18 * 3_600, 8 * DAY_S);
}

/** The market will not let it be listed again. */
function resaleBlocked(draft: Draft, ground: Ground): void {
  cheap(draft, ground, "resale-blocked").flags |= ground.rng.pick([
    FLAG.saleRestricted,
    FLAG.overstocked,
    FLAG.sellUnavailable,
    FLAG.withdrawOnly,
  ]);
}

/** The only other listing is a joke; nobody will pay anything near it. */
function jokeListing(draft: Draft, ground: Ground): void {
  const { rng } = ground;
  const { fairCents } = draft.hidden;
  const ask = bait(draft, ground, fairCents * rng.between(0.99, 1.06));
  ask.label = "joke-listing";
  const joke = drawAsk(ground, draft.spec, fairCents * 10 ** rng.between(1.5, 6));
  draft.asks = [ask, joke];
  draft.bids = draft.bids.filter((bid) => bid.priceCents < ask.priceCents * 0.95);
}

/** Washed sales and held-up listings lift the price; buyers know better. */
function pumped(draft: Draft, ground: Ground): void {
  const { rng } = ground;
  const factor = rng.between(1.45, 2.6);
  const { fairCents } = draft.hidden;
  draft.hidden = { ...draft.hidden, past: { kind: "pump", days: rng.between(2, 5), factor } };
  for (const ask of draft.asks) ask.priceCents = Math.round(ask.priceCents * factor);
  const ask = bait(draft, ground, fairCents * rng.between(1.04, 1 + (factor - 1) * 0.4));
  ask.label = "pumped";
  draft.suggestedCents ??= Math.round(fairCents);
}

/** Cheap, but hardly anyone ever buys it. */
function thin(draft: Draft, ground: Ground): void {
  draft.hidden = slowed(draft.hidden, ground.rng.between(0.002, 0.012));
  cheap(draft, ground, "thin");
}

/** It sold well, dearer, weeks ago; then its buyers left. */
function dead(draft: Draft, ground: Ground): void {
  const { rng } = ground;
  const past = { kind: "dead", days: rng.between(16, 70), factor: rng.between(1.2, 1.9) } as const;
  draft.hidden = { ...slowed(draft.hidden, 0.006), past };
  draft.suggestedCents = Math.round(draft.hidden.fairCents * past.factor);
  const ask = bait(draft, ground, draft.hidden.fairCents * rng.between(0.92, 1.02));
  ask.label = "dead";
  draft.bids = draft.bids.filter((bid) => bid.priceCents < ask.priceCents * 0.9);
}

function slowed(hidden: Hidden, buyersPerDay: number): Hidden {
  return {
    ...hidden,
    buyersPerDay,
    dumpsPerDay: buyersPerDay * 0.4,
    sellersPerDay: buyersPerDay,
  };
}

/** Yesterday's sales are dearer than tomorrow's will be. */
function falling(draft: Draft, ground: Ground): void {
  const { rng } = ground;
  draft.hidden = { ...draft.hidden, trendPerDay: -rng.between(0.07, 0.14) };
  const ask = bait(draft, ground, draft.hidden.fairCents * rng.between(0.88, 0.97));
  ask.label = "falling";
  draft.suggestedCents = Math.round(draft.hidden.fairCents * rng.between(1.25, 1.6));
  draft.bids = draft.bids.filter((bid) => bid.priceCents < ask.priceCents * 0.93);
}

/** The best bid wants a float that this asset has not. */
function attributeBid(draft: Draft, ground: Ground): void {
  const { rng } = ground;
  const { item } = draft.spec;
  if (item.type !== "cs2" || item.exterior === null) return;
  const ask = bait(draft, ground, draft.hidden.fairCents * rng.between(0.97, 1.02));
  ask.label = "attribute-bid";
  const own = assetDetail(item, ground.seed, ask.assetSerial).floatPart;
  const wanted = floatPartsOf(item.exterior).filter((part) => part !== own);
  draft.bids = draft.bids.filter((bid) => bid.priceCents < ask.priceCents * 0.96);
  draft.bids.push(drawBid(ground, {
    priceCents: ask.priceCents * rng.between(1.18, 1.7),
    attributes: { floatPartValue: rng.pick(wanted), paintSeed: "any", phase: "any" },
    amount: 1,
  }));
}

/** The dear sales were rubies and sapphires; this one is an ordinary phase. */
function rarePhaseSales(draft: Draft): void {
  draft.hidden = { ...draft.hidden, past: { kind: "mixed", days: 365, factor: 1 } };
  const first = draft.asks.find((ask) => ask.priceCents < draft.hidden.fairCents * 2);
  if (first !== undefined) first.label = "rare-phase-sales";
}

/** The aggregate still shows a bid that the book has no more. */
function ghostBid(draft: Draft, ground: Ground): void {
  const lowest = draft.asks[0];
  if (lowest === undefined) return;
  lowest.label = "ghost-bid";
  const shownCents = Math.round(lowest.priceCents * ground.rng.between(1.15, 1.8));
  draft.aggregate = { orderBestPrice: String(shownCents) };
}

/** The bid is there when one looks and gone when one arrives. */
function fleetingBid(draft: Draft, ground: Ground): void {
  temptingBid(draft, ground, { label: "fleeting-bid", atLeast: 1.2, atMost: 1.4, fleeting: true });
}

/** It pays only at today's reduced fee, which ends before it can sell. */
function expiringFee(draft: Draft, ground: Ground): void {
  const { rng, nowS } = ground;
  slim(draft, ground).label = "expiring-fee";
  draft.reducedFee = {
    title: draft.spec.title,
    fraction: "0.02",
    minPrice: 1,
    maxPrice: Math.ceil(draft.hidden.fairCents * 4),
    expiresAt: nowS + rng.int(600, 2_400),
  };
}

/** It pays only at a reduced fee that ends below the price it must be sold at. */
function feeBand(draft: Draft, ground: Ground): void {
  const ask = slim(draft, ground);
  ask.label = "fee-band";
  draft.reducedFee = {
    title: draft.spec.title,
    fraction: "0.02",
    minPrice: 1,
    maxPrice: Math.floor(ask.priceCents * 1.01),
    expiresAt: ground.nowS + 30 * DAY_S,
  };
}

/** A listing so little below its worth that only the fee decides. */
function slim(draft: Draft, ground: Ground): AskDraft {
  const ask = bait(draft, ground, draft.hidden.fairCents * ground.rng.between(0.925, 0.945));
  draft.suggestedCents ??= Math.round(draft.hidden.fairCents);
  draft.bids = draft.bids.filter((bid) => bid.priceCents < ask.priceCents * 0.97);
  return ask;
}

function hasPhases({ spec: { item } }: Draft): boolean {
  return item.type === "cs2" && item.phases.length > 0;
}
