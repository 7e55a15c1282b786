/** `GET /marketplace-api/v2/user/inventory`: what the account holds, here and on Steam. */

import { z } from "zod";
import type { AssetClass, GameId } from "@/core/domain/market.ts";
import {
  assetAttributes,
  assetClassOf,
  ATTRIBUTES_SHAPE,
  resaleBlocks,
  unlockAtMs,
} from "./asset.ts";
import {
  cursor,
  flag,
  id,
  optional,
  readList,
  required,
  text,
  wholeNumber,
  type WireAudit,
} from "./wire.ts";
import { MONEY_SHAPE, usdDollarText } from "./wire_money.ts";

export interface InventoryItem {
  readonly assetId: string;
  /** Composite id by which the asset is deposited; null when the market did not say. */
  readonly inGameAssetId: string | null;
  readonly classId: string | null;
  readonly game: GameId;
  readonly title: string;
  /** False while the asset is still on Steam. */
  readonly inMarket: boolean;
  readonly unlockAtMs: number | null;
  readonly resaleBlocks: readonly string[];
  readonly suggestedCents: number | null;
  readonly recommendedCents: number | null;
  readonly assetClass: AssetClass;
}

export interface InventoryPage {
  readonly items: readonly InventoryItem[];
  readonly total: number | null;
  /** Null at the end. */
  readonly cursor: string | null;
  readonly malformed: readonly string[];
}

/** Throws {@link ActorError} `rejected unexpected-shape`. */
export function readInventoryPage(
  body: unknown,
  context: { readonly game: GameId; readonly readAtMs: number },
  audit: WireAudit,
): InventoryPage {
  const page = readList(body, SOURCE, audit);
  const items = page.rows.map(({ attributes, ...item }): InventoryItem => ({
    assetId: attributes.id,
    inGameAssetId: attributes.inGameAssetId,
    classId: attributes.classId,
    game: context.game,
    title: attributes.title,
    inMarket: item.inMarket,
    unlockAtMs: unlockAtMs(attributes, context.readAtMs),
    resaleBlocks: resaleBlocks(attributes, context.readAtMs),
    suggestedCents: item.suggestedPrice || null,
    recommendedCents: item.offerRecommendedPrice || null,
    assetClass: assetClassOf(attributes),
  }));
  return { ...page.envelope, items, malformed: page.malformed };
}

const LONG_ID = text(200);

const SOURCE = {
  name: "user-inventory",
  list: "items",
  envelope: {
    shape: { total: true, cursor: true },
    schema: z.object({ total: optional(wholeNumber), cursor: optional(cursor) }),
  },
  row: {
    shape: {
      attributes: ATTRIBUTES_SHAPE,
      suggestedPrice: MONEY_SHAPE,
      offerRecommendedPrice: MONEY_SHAPE,
      createdAt: true,
      updatedAt: true,
      inMarket: true,
    },
    schema: z.object({
      attributes: assetAttributes.extend({
        id: required(id),
        inGameAssetId: optional(LONG_ID),
        classId: optional(LONG_ID),
      }),
      suggestedPrice: optional(usdDollarText),
      offerRecommendedPrice: optional(usdDollarText),
      inMarket: flag(false),
    }),
  },
  maxRows: 100,
} as const;
