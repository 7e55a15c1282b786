/**
 * Listings that wait, as the state keeps them: it is written with every page, and they are most of
 * it. What their title's entry says already is left out, and so is what they never are: a listing
 * that is reserved or may not be sold again is refused on sight.
 */

import { z } from "zod";
import type { GameId, Offer } from "@/core/domain/market.ts";
import { cents, timestampMs } from "@/core/protocol/schemas.ts";

export const waitingOffer = z.tuple([
  /** Its id. */
  z.string().min(1).max(100),
  /** Price. */
  cents,
  /** Created. */
  timestampMs.nullable(),
  /** End of its trade lock. */
  timestampMs.nullable(),
  /** Suggested price, cents. */
  cents.nullable(),
  /** Float bucket. */
  z.string().max(8).nullable(),
  /** Paint seed. */
  z.int().nullable(),
]);
export type WaitingOffer = z.output<typeof waitingOffer>;

/** What waiting listings of one entry have in common. */
export interface Shared {
  readonly game: GameId;
  readonly title: string;
  readonly phase: string | null;
}

export function packOffer(offer: Omit<Offer, "reserved" | "resaleBlocks">): WaitingOffer {
  const { offerId, priceCents, createdAtMs, unlockAtMs, suggestedCents, assetClass } = offer;
  const { floatPart, paintSeed } = assetClass;
  return [offerId, priceCents, createdAtMs, unlockAtMs, suggestedCents, floatPart, paintSeed];
}

export function unpackOffer({ game, title, phase }: Shared, packed: WaitingOffer): Offer {
  const [offerId, priceCents, createdAtMs, unlockAtMs, suggestedCents, floatPart, paintSeed] =
    packed;
  return {
    offerId,
    game,
    title,
    priceCents,
    createdAtMs,
    reserved: false,
    unlockAtMs,
    resaleBlocks: [],
    suggestedCents,
    assetClass: { floatPart, phase, paintSeed },
  };
}
