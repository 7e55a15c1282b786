/** What v2 bodies say about an asset: its locks, what forbids its resale, and its class. */

import { z } from "zod";
import type { AssetClass } from "@/core/domain/market.ts";
import { ANY_ASSET, floatPartName, floatPartOf, phaseName } from "./asset_class.ts";
import {
  decimal,
  type FieldRule,
  flag,
  moment,
  optional,
  required,
  type Shape,
  title,
  wholeNumber,
  word,
} from "./wire.ts";

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

export const assetAttributes = z.object({
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
});

export type Attributes = z.output<typeof assetAttributes>;
type Cs2 = NonNullable<z.output<typeof cs2>>;

const DAY_MS = 86_400_000;

/** End of the trade lock: `unlockDate`, or else the deprecated duration or days from now. */
export function unlockAtMs(attributes: Attributes, readAtMs: number): number | null {
  const { unlockDate, tradeLockDuration, tradeLockDays } = attributes;
  const lockMs = tradeLockDuration ?? (tradeLockDays === null ? null : tradeLockDays * DAY_MS);
  const endMs = unlockDate ?? (lockMs === null ? null : readAtMs + Math.round(lockMs));
  return endMs !== null && endMs > readAtMs ? endMs : null;
}

/**
 * The market's flags that forbid listing the asset again. An asset that is not tradable although no
 * lock explains it is taken for blocked, because nothing says when it would be free.
 */
export function resaleBlocks(attributes: Attributes, readAtMs: number): readonly string[] {
  const { withdrawOnlyEndTime } = attributes;
  const blocks: string[] = [];
  if (attributes.saleRestricted) blocks.push("saleRestricted");
  if (attributes.sellUnavailable) blocks.push("sellUnavailable");
  if (attributes.overstocked) blocks.push("overstocked");
  if (withdrawOnlyEndTime !== null && withdrawOnlyEndTime > readAtMs) {
    blocks.push("withdrawOnlyEndTime");
  }
  if (!attributes.tradable && unlockAtMs(attributes, readAtMs) === null) blocks.push("notTradable");
  return blocks;
}

/** Float bucket, phase and seed of a CS2 asset; other games price no such classes apart. */
export function assetClassOf(attributes: Attributes): AssetClass {
  const asset: Cs2 | null = attributes.cs2 ?? attributes.cs2Attributes ?? null;
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
