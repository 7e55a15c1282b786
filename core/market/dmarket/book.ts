/** `GET /marketplace-api/v1/targets-by-title` into the domain's bids. */

import { z } from "zod";
import type { AssetClass, Bid } from "@/core/domain/market.ts";
import { ANY_ASSET, floatPartName, isAny, phaseName } from "./asset_class.ts";
import {
  type FieldRule,
  optional,
  priceCents,
  readList,
  required,
  title,
  wholeNumber,
  type WireAudit,
} from "./wire.ts";

export interface BidBook {
  /** Best first; our own targets are among them. */
  readonly bids: readonly Bid[];
  readonly malformed: readonly string[];
}

/** Throws {@link ActorError} `rejected unexpected-shape`. */
export function readBidBook(body: unknown, titleAsked: string, audit: WireAudit): BidBook {
  const { rows, malformed } = readList(body, SOURCE, audit);
  const foreign = rows.filter((row) => row.title !== null && row.title !== titleAsked);
  for (const _ of foreign) audit.countRefused("targets-by-title.title");
  const bids = rows.filter((row) => row.amount > 0 && !foreign.includes(row)).map((row): Bid => ({
    priceCents: row.price,
    amount: row.amount,
    wants: row.attributes,
  }));
  return {
    bids: bids.sort((a, b) => b.priceCents - a.priceCents),
    malformed: [
      ...malformed,
      ...foreign.map((row) => `targets-by-title.title: Must be the one asked for, is ${row.title}`),
    ],
  };
}

/**
 * What a bid asks for. A wish that is not understood makes the bid unreadable: it must not pass
 * for one that takes any asset.
 */
const wishes: FieldRule<AssetClass> = {
  read: (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const { floatPartValue, phase, paintSeed, ...others } = value as Record<string, unknown>;
    if (!Object.values(others).every(isAny)) return null;
    const wants = {
      floatPart: readWish(floatPartValue, floatPartName),
      phase: readWish(phase, phaseName),
      paintSeed: readWish(paintSeed, (seed) => wholeNumber.read(seed)),
    };
    const { floatPart, phase: phaseWanted, paintSeed: seed } = wants;
    if (floatPart === undefined || phaseWanted === undefined || seed === undefined) return null;
    return { floatPart, phase: phaseWanted, paintSeed: seed };
  },
  rule: "wishes for float part, phase and paint seed only, each readable or any",
};

const MAX_WISH_CHARS = 40;

/** Null for "any", undefined for what is not understood. */
function readWish<T>(wish: unknown, read: (text: string) => T | null): T | null | undefined {
  if (isAny(wish)) return null;
  const text = typeof wish === "number" ? String(wish) : wish;
  const isReadable = typeof text === "string" && text.length <= MAX_WISH_CHARS;
  return isReadable ? read(text) ?? undefined : undefined;
}

const row = z.object({
  price: required(priceCents),
  amount: required(wholeNumber),
  title: optional(title),
  attributes: optional(wishes).transform((wants) => wants ?? ANY_ASSET),
});

const SOURCE = {
  name: "targets-by-title",
  list: "orders",
  envelope: { shape: {}, schema: z.object({}) },
  row: {
    shape: {
      amount: true,
      price: true,
      title: true,
      attributes: { floatPartValue: true, phase: true, paintSeed: true },
    },
    schema: z.compile(row),
  },
  maxRows: 5_000,
} as const;
