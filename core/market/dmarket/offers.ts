/** `GET /marketplace-api/v2/offers` into the domain's offers. */

import { z } from "zod";
import type { AssetClass, GameId, Offer } from "@/core/domain/market.ts";
import { ANY_ASSET, floatPartName, floatPartOf, phaseName } from "./asset_class.ts";
import {
  cursor,
  decimal,
  type FieldRule,
  flag,
  id,
  moment,
  optional,
  priceCents,
  readList,
  required,
  type Shape,
  title,
  wholeNumber,
  type WireAudit,
  word,
} from "./wire.ts";

export interface OffersPage {
  readonly offers: readonly Offer[];
  /** Rows that match over all pages; null when the market did not say. */
  readonly total: number | null;
  /** Null at the end. */
  readonly cursor: string | null;
  readonly malformed: readonly string[];
}

export interface OffersContext {
  readonly game: GameId;
  /** Wall clock when the page was read: locks that ended before it are none. */
  readonly readAtMs: number;
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
  for (const row of page.rows) {
    const { gameId } = row.attributes;
    if (gameId !== null && gameId !== context.game) {
      audit.countRefused("offers.attributes.gameId");
      malformed.push(`offers.attributes.gameId: Must be ${context.game}, is ${gameId}`);
      continue;
    }
    offers.push(toOffer(row, context));
  }
  return { ...page.envelope, offers, malformed };
}

/** Told to people only; an unreadable one is no reason to lose what is around it. */
const forPeople = <T>(field: FieldRule<T>) => optional(field).catch(null);

const envelope = z.object({ total: forPeople(wholeNumber), cursor: optional(cursor) });

const duration: FieldRule<number> = {
  read: (value) => {
    const match = typeof value === "string" ? /^(-?\d+(?:\.\d+)?)s$/.exec(value) : null;
    return match === null ? null : Number(match[1]) * 1_000;
  },
  rule: "a duration such as 480923.14s",
};

const cs2 = z.object({
  floatPart: optional(word),
  float: optional(decimal),
  floatValue: optional(decimal),
  phase: optional(word),
  phaseTitle: optional(word),
  paintSeed: optional(wholeNumber),
}).nullish();

const row = z.object({
  offerId: required(id),
  priceCents: required(priceCents),
  createdAt: forPeople(moment),
  locked: flag(false),
  discountPercent: optional(decimal),
  attributes: z.object({
    title: required(title),
    gameId: optional(word),
    tradable: flag(true),
    unlockDate: optional(moment),
    tradeLockDuration: optional(duration),
    tradeLockDays: optional(decimal),
    withdrawOnlyEndTime: optional(moment),
    saleRestricted: flag(false),
    sellUnavailable: flag(false),
    overstocked: flag(false),
    cs2,
    cs2Attributes: cs2,
  }),
});

type OfferRow = z.output<typeof row>;
type Attributes = OfferRow["attributes"];
type Cs2 = NonNullable<z.output<typeof cs2>>;

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
    assetClass: assetClassOf(attributes.cs2 ?? attributes.cs2Attributes ?? null),
  };
}

const DAY_MS = 86_400_000;

/** End of the trade lock: `unlockDate`, or else the deprecated duration or days from now. */
function unlockAtMs(attributes: Attributes, readAtMs: number): number | null {
  const { unlockDate, tradeLockDuration, tradeLockDays } = attributes;
  const lockMs = tradeLockDuration ?? (tradeLockDays === null ? null : tradeLockDays * DAY_MS);
  const endMs = unlockDate ?? (lockMs === null ? null : readAtMs + Math.round(lockMs));
  return endMs !== null && endMs > readAtMs ? endMs : null;
}

/**
 * The market's flags that forbid listing the asset again. An asset that is not tradable although no
 * lock explains it is taken for blocked, because nothing says when it would be free.
 */
function resaleBlocks(attributes: Attributes, readAtMs: number): readonly string[] {
  const { withdrawOnlyEndTime } = attributes;
  const isUnexplained = !attributes.tradable && unlockAtMs(attributes, readAtMs) === null;
  return [
    ...(attributes.saleRestricted ? ["saleRestricted"] : []),
    ...(attributes.sellUnavailable ? ["sellUnavailable"] : []),
    ...(attributes.overstocked ? ["overstocked"] : []),
    ...(withdrawOnlyEndTime !== null && withdrawOnlyEndTime > readAtMs
      ? ["withdrawOnlyEndTime"]
      : []),
    ...(isUnexplained ? ["notTradable"] : []),
  ];
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
  return Number.isSafeInteger(cents) && cents > 0 ? cents : null;
}

function assetClassOf(asset: Cs2 | null): AssetClass {
  if (asset === null) return ANY_ASSET;
  const float = asset.float ?? asset.floatValue;
  const named = asset.floatPart === null ? null : floatPartName(asset.floatPart);
  const fromWord = asset.phase === null ? null : phaseName(asset.phase);
  const fromTitle = asset.phaseTitle === null ? null : phaseName(asset.phaseTitle);
  return {
    floatPart: named ?? (float === null ? null : floatPartOf(float)),
    phase: fromWord ?? fromTitle,
    paintSeed: asset.paintSeed,
  };
}

const CS2_SHAPE: Shape = {
  category: true,
  exterior: true,
  float: true,
  floatValue: true,
  floatPart: true,
  paintSeed: true,
  paintIndex: true,
  phase: true,
  phaseTitle: true,
  fadePercent: true,
  stickers: true,
  charms: true,
};

/** Fields of v2 asset attributes seen so far, read or not. */
export const ATTRIBUTES_SHAPE: Shape = {
  id: true,
  title: true,
  gameId: true,
  categoryPath: true,
  classId: true,
  inGameAssetId: true,
  imageUri: true,
  tradable: true,
  withdrawable: true,
  tradeLockDays: true,
  tradeLockDuration: true,
  unlockDate: true,
  settlementTime: true,
  withdrawOnlyEndTime: true,
  revertPendingUntil: true,
  tradeProtectionRemoved: true,
  overstocked: true,
  sellUnavailable: true,
  saleRestricted: true,
  cs2: CS2_SHAPE,
  cs2Attributes: CS2_SHAPE,
  dota2: { hero: true, rarity: true, quality: true, gems: true },
  tf2: true,
  rust: true,
};

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
    schema: row,
  },
  maxRows: 100,
} as const;
