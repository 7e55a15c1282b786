/** `GET /trade-aggregator/v1/last-sales` into the domain's sales. */

import { z } from "zod";
import type { Sale } from "@/core/domain/market.ts";
import { floatPartOf, isBestPart, phaseName } from "./asset_class.ts";
import {
  dollarPrice,
  type FieldRule,
  readList,
  required,
  unixSeconds,
  type WireAudit,
} from "./wire.ts";

export interface LastSales {
  /** Newest first. */
  readonly sales: readonly Sale[];
  readonly malformed: readonly string[];
}

/** The most sales one answer holds. */
export const MAX_SALES = 20;

/** Throws {@link ActorError} `rejected unexpected-shape`. */
export function readLastSales(body: unknown, audit: WireAudit): LastSales {
  const { rows, malformed } = readList(body, SOURCE, audit);
  const sales = rows.map((row): Sale => ({
    priceCents: row.price,
    soldAtMs: row.date,
    side: row.txOperationType,
    phase: phaseOf(row.offerAttributes),
    ...(isPremium(row.offerAttributes) ? { isPremium: true } : {}),
  }));
  return { sales: sales.sort((a, b) => b.soldAtMs - a.soldAtMs), malformed };
}

/** The parameter says `Target` where the answer may say `Order`: both are a bid that was hit. */
const side: FieldRule<Sale["side"]> = {
  read: (value) => {
    if (value === "Offer") return "offer";
    return value === "Target" || value === "Order" ? "target" : null;
  },
  rule: "Offer, Target or Order",
};

/** Null for an asset without a phase, undefined when the market did not say. */
function phaseOf(asset: SoldAsset): string | null | undefined {
  const said = [asset?.phase, asset?.phaseTitle].filter((name) => typeof name === "string");
  const names = said.map(phaseName).filter((name) => name !== null);
  return names[0] ?? (said.length > 0 ? null : undefined);
}

function isPremium(asset: SoldAsset): boolean {
  const wears = [asset?.stickers, asset?.charms].some((worn) => worn?.length);
  const float = asset?.floatValue ?? null;
  return wears || (float !== null && isBestPart(floatPartOf(Number(float))));
}

const name = z.string().max(40).nullish();
const worn = z.array(z.unknown()).nullish().catch(null);
const soldAsset = z.object({
  phase: name,
  phaseTitle: name,
  floatValue: z.union([z.number(), z.string().min(1)]).nullish().catch(null),
  stickers: worn,
  charms: worn,
}).nullish();
type SoldAsset = z.output<typeof soldAsset>;

const row = z.object({
  offerAttributes: soldAsset,
  price: required(dollarPrice),
  date: required(unixSeconds),
  txOperationType: required(side),
});

const SOURCE = {
  name: "last-sales",
  list: "sales",
  envelope: { shape: {}, schema: z.object({}) },
  row: {
    shape: {
      price: true,
      date: true,
      txOperationType: true,
      offerAttributes: true,
      orderAttributes: true,
    },
    schema: z.compile(row),
  },
  // Some clients ask for 500 and get more than 20.
  maxRows: 500,
} as const;
