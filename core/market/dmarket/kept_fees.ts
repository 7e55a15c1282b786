/** A fee list as text, to be kept over a restart, and back. */

import { z } from "zod";
import type { ReducedFee } from "@/core/domain/market.ts";
import { type FeeList, MAX_REDUCED_FEES } from "./fees.ts";

const cents = z.int().min(0);
const ppm = z.int().min(0).max(999_999);

/** By title: fee, least and most price, end. */
const reducedTuple = z.tuple([z.string().min(1).max(300), ppm, cents, cents, z.number().min(0)]);
const form = z.tuple([
  /** The form of the rest. */
  z.literal(1),
  /** Origin of the market: another market has other fees. */
  z.string(),
  z.tuple([ppm, cents]),
  z.array(reducedTuple).max(MAX_REDUCED_FEES),
]);

export function packFees({ standard, reduced }: FeeList, origin: string): string {
  const rows = [...reduced.values()].flat().map((
    { title, feePpm, minPriceCents, maxPriceCents, expiresAtMs },
  ) => [title, feePpm, minPriceCents, maxPriceCents, expiresAtMs]);
  return JSON.stringify([1, origin, [standard.feePpm, standard.minFeeCents], rows]);
}

/** Null for a text that is not whole, of no known form, or of another market. */
export function unpackFees(text: string, origin: string): FeeList | null {
  const read = form.safeParse(parsed(text));
  if (!read.success || read.data[1] !== origin) return null;
  const [, , [feePpm, minFeeCents], rows] = read.data;
  const reduced = new Map<string, ReducedFee[]>();
  for (const [title, feePpm, minPriceCents, maxPriceCents, expiresAtMs] of rows) {
    const fee = { title, feePpm, minFeeCents, minPriceCents, maxPriceCents, expiresAtMs };
    const known = reduced.get(title);
    if (known === undefined) reduced.set(title, [fee]);
    else known.push(fee);
  }
  return { standard: { feePpm, minFeeCents }, reduced, malformed: [] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
