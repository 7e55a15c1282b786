/**
 * Traps for titles in which nothing else was planted, each from a random stream of its own: one more
 * of them leaves the rest of a seed's market as it was.
 */

import { assetDetail, hasFloat } from "./asset.ts";
import { ownStream } from "./drawn_labels.ts";
import type { Label } from "./labels.ts";
import { type AskDraft, type Draft, drawAsk, type Ground } from "./natural.ts";
import { FLAG } from "./offer_table.ts";
import { bait, cheap, lively, quiet, sorted, temptingBid } from "./plants.ts";

interface Rule {
  readonly label: Exclude<Label, "">;
  readonly share: number;
  readonly fits: (draft: Draft) => boolean;
  readonly plant: (draft: Draft, ground: Ground) => void;
}

/** What an account with $1,000 can pay for several of. */
const affordable = ({ hidden }: Draft) => hidden.fairCents < 20_000;

/** Tried in this order; a title takes the first one drawn. */
const RULES: readonly Rule[] = [
  { label: "lone-ask", share: 0.04, fits: quiet, plant: loneAsk },
  { label: "cosmetic-premium", share: 0.04, fits: takesStickers, plant: cosmeticPremium },
  { label: "own-listing", share: 0.01, fits: quiet, plant: ownListing },
  { label: "stale-row", share: 0.02, fits: lively, plant: staleRow },
  { label: "own-target", share: 0.004, fits: affordable, plant: ownTarget },
];

/** Plants at most one thing in the `index`th title, which must have no label yet. */
export function plantApart(draft: Draft, ground: Omit<Ground, "rng">, index: number): void {
  for (const { label, share, fits, plant } of RULES) {
    const rng = ownStream(label, ground.seed, index);
    if (!fits(draft) || !rng.chance(share)) continue;
    plant(draft, { ...ground, rng });
    draft.label = label;
    sorted(draft);
    return;
  }
}

/** The only listing, at what it is worth; all there is beside it is a suggestion that flatters. */
function loneAsk(draft: Draft, ground: Ground): void {
  fairBait(draft, ground, "lone-ask");
  draft.suggestedCents = Math.round(draft.hidden.fairCents * ground.rng.between(1.2, 1.7));
}

/** The only other listing, far dearer, is our own: nobody competes with himself. */
function ownListing(draft: Draft, ground: Ground): void {
  fairBait(draft, ground, "own-listing");
  const ours = drawAsk(ground, draft.spec, draft.hidden.fairCents * ground.rng.between(1.4, 2));
  draft.asks.push({ ...ours, unlockAtS: 0, flags: FLAG.own, label: "ours" });
}

/** Sold already, and still shown among others. */
function staleRow(draft: Draft, ground: Ground): void {
  cheap(draft, ground, "stale-row").flags |= FLAG.stale;
}

/** The best bid is our own: nobody sells to himself. */
function ownTarget(draft: Draft, ground: Ground): void {
  temptingBid(draft, ground, { label: "own-target", atLeast: 1.12, atMost: 1.3, own: true });
}

/** The dear sales, and the dear listings, wear stickers that this one has not. */
function cosmeticPremium(draft: Draft, ground: Ground): void {
  const { rng } = ground;
  const { fairCents } = draft.hidden;
  const factor = rng.between(1.3, 2);
  const others = draft.asks.length;
  fairBait(draft, { ...ground, takeSerial: serialWith(draft, ground, false) }, "cosmetic-premium");
  const dressing = { ...ground, takeSerial: serialWith(draft, ground, true) };
  for (let i = 0; i < others; i++) {
    draft.asks.push(drawAsk(dressing, draft.spec, fairCents * factor * rng.between(1.02, 1.12)));
  }
  draft.hidden = { ...draft.hidden, past: { kind: "dressed", days: 365, factor } };
  draft.suggestedCents = Math.round(fairCents * rng.between(1, factor));
}

/** The serial of an asset that wears stickers, or of one that does not. */
function serialWith({ spec }: Draft, { seed, takeSerial }: Ground, stickers: boolean) {
  return () => {
    for (;;) {
      const serial = takeSerial();
      if (assetDetail(spec.item, seed, serial).stickers.length > 0 === stickers) return serial;
    }
  };
}

/** All that is listed: one, at what it is worth or a little more, and no bid near it. */
function fairBait(draft: Draft, ground: Ground, label: Label): AskDraft {
  const ask = bait(draft, ground, draft.hidden.fairCents * ground.rng.between(1, 1.07));
  ask.label = label;
  draft.asks = [ask];
  draft.bids = draft.bids.filter((bid) => bid.priceCents < ask.priceCents * 0.95);
  return ask;
}

function takesStickers({ spec: { item }, asks }: Draft): boolean {
  return hasFloat(item) && item.category !== "★" && asks.length >= 3;
}
