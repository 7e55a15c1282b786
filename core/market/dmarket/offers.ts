/** `GET /marketplace-api/v2/offers` into the domain's offers. */

import { z } from "zod";
import type { GameFilter } from "@/core/domain/filters/filter.ts";
import { matchFilter } from "@/core/domain/filters/match.ts";
import { joinTraits, traitsOfOffer } from "@/core/domain/filters/traits.ts";
import type { GameId, Offer } from "@/core/domain/market.ts";
import {
  assetAttributes,
  assetClassOf,
  ATTRIBUTES_SHAPE,
  resaleBlocks,
  unlockAtMs,
} from "./asset.ts";
import { readTraits } from "./traits.ts";
import {
  cursor,
  decimal,
  flag,
  id,
  lenient,
  MAX_CENTS,
  moment,
  optional,
  priceCents,
  readList,
  required,
  title,
  wholeNumber,
  type WireAudit,
} from "./wire.ts";

export interface OffersPage {
  readonly offers: readonly Offer[];
  /** Of the offers, in their order; null where the market did not say. */
  readonly assetIds: readonly (string | null)[];
  /** Rows that do not pass the filter. */
  readonly leftOut: number;
  /** Dearest price on the page, left out rows included; null when it has no rows. */
  readonly dearestCents: number | null;
  /** Rows that match over all pages; null when the market did not say. */
  readonly total: number | null;
  /** Null at the end. */
  readonly cursor: string | null;
  readonly malformed: readonly string[];
  /** Rows that could not be read, of this game as far as can be told. */
  readonly unread: readonly UnreadOffer[];
}

/** A listing of which no more is known: nobody buys it, and yet it may be the cheapest. */
export interface UnreadOffer {
  readonly title: string | null;
  readonly priceCents: number | null;
}

export interface OffersContext {
  readonly game: GameId;
  /** Wall clock when the page was read: locks that ended before it are none. */
  readonly readAtMs: number;
  /** What offers have to be; left out: anything. */
  readonly filter?: GameFilter | undefined;
}

/** Throws {@link ActorError} `rejected unexpected-shape`. */
export function readOffersPage(
  body: unknown,
  context: OffersContext,
  audit: WireAudit,
): OffersPage {
  const page = readList(body, SOURCE, audit);
  const malformed = [...page.malformed];
  const offers: Offer[] = [];
  const assetIds: (string | null)[] = [];
  let leftOut = 0;
  let dearestCents: number | null = null;
  for (const [index, row] of page.rows.entries()) {
    const { gameId } = row.attributes;
    if (gameId !== null && gameId !== context.game) {
      audit.countRefused("offers.attributes.gameId");
      malformed.push(`offers.attributes.gameId: Must be ${context.game}, is ${gameId}`);
      continue;
    }
    const offer = toOffer(row, context);
    dearestCents = Math.max(dearestCents ?? 0, offer.priceCents);
    if (!passes(context.filter, offer, page.raw[index])) {
      leftOut += 1;
      continue;
    }
    offers.push(offer);
    assetIds.push(row.attributes.id);
  }
  const unread = page.refused.map(unreadOffer);
  return { ...page.envelope, offers, assetIds, leftOut, dearestCents, malformed, unread };
}

function unreadOffer(raw: unknown): UnreadOffer {
  const { priceCents: price, attributes } = asFields(raw);
  return { title: title.read(asFields(attributes)["title"]), priceCents: priceCents.read(price) };
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function passes(filter: GameFilter | undefined, offer: Offer, raw: unknown): boolean {
  if (filter === undefined) return true;
  const told = readTraits(offer.game, (raw as { readonly attributes: unknown }).attributes);
  return matchFilter(filter, joinTraits(traitsOfOffer(offer), told)).passes;
}

const envelope = z.object({ total: lenient(wholeNumber), cursor: optional(cursor) });

const row = z.object({
  offerId: required(id),
  priceCents: required(priceCents),
  createdAt: lenient(moment),
  locked: flag(false),
  discountPercent: optional(decimal),
  attributes: assetAttributes.extend({ id: lenient(id) }),
});

type OfferRow = z.output<typeof row>;

function toOffer(offer: OfferRow, context: OffersContext): Offer {
  const { attributes } = offer;
  return {
    offerId: offer.offerId,
    game: context.game,
    title: attributes.title,
    priceCents: offer.priceCents,
    createdAtMs: offer.createdAt,
    reserved: offer.locked,
    unlockAtMs: unlockAtMs(attributes, context.readAtMs),
    resaleBlocks: resaleBlocks(attributes, context.readAtMs),
    suggestedCents: suggestedCents(offer.priceCents, offer.discountPercent),
    assetClass: assetClassOf(attributes),
  };
}

/**
 * The market's reference price, got back from its discount. The market cuts
 * `(1 - price / suggested) * 100` off towards zero, so that the true discount lies up to one
 * percent further from zero than the one shown; the middle is taken. For a discount d > 0 the
 * result is within `50 / (99.5 - d)` percent of the truth, for d < 0 within 0.5 %, for d = 0 within
 * 1 %, and half a cent more: a sanity bound, not a price. Null when the market gives no discount.
 */
export function suggestedCents(priceCents: number, discountPercent: number | null): number | null {
  if (discountPercent === null || discountPercent >= 100) return null;
  const middle = Math.trunc(discountPercent) === discountPercent
    ? discountPercent + Math.sign(discountPercent) / 2
    : discountPercent;
  const cents = Math.round(priceCents / (1 - middle / 100));
  return cents > 0 && cents <= MAX_CENTS ? cents : null;
}

const SOURCE = {
  name: "offers",
  list: "items",
  envelope: { shape: { total: true, cursor: true }, schema: envelope },
  row: {
    shape: {
      offerId: true,
      priceCents: true,
      createdAt: true,
      locked: true,
      discountPercent: true,
      attributes: ATTRIBUTES_SHAPE,
    },
    schema: z.compile(row),
  },
  maxRows: 100,
} as const;
