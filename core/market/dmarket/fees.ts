/** `GET /exchange/v1/customized-fees` into the domain's fee rules. */

import { z } from "zod";
import type { FeeRule, ReducedFee } from "@/core/domain/market.ts";
import { ppmFromFraction } from "./money.ts";
import {
  ceilingCents,
  type FieldRule,
  optional,
  readList,
  required,
  title,
  unixSeconds,
  wholeCents,
  type WireAudit,
} from "./wire.ts";

export interface FeeList {
  readonly standard: FeeRule;
  /** Lower fees by title; "the new list of items every day". */
  readonly reduced: ReadonlyMap<string, readonly ReducedFee[]>;
  readonly malformed: readonly string[];
}

/** One answer carries the whole list: about 12,500 rows. */
export const MAX_REDUCED_FEES = 100_000;

/** Throws {@link ActorError} `rejected unexpected-shape`, also when there is no default fee. */
export function readFees(body: unknown, audit: WireAudit): FeeList {
  const { rows, malformed, envelope: { defaultFee } } = readList(body, SOURCE, audit);
  const minFeeCents = defaultFee.minAmount ?? 0;
  const reduced = new Map<string, ReducedFee[]>();
  for (const row of rows) {
    const fee: ReducedFee = {
      title: row.title,
      feePpm: row.fraction,
      minFeeCents,
      minPriceCents: row.minPrice,
      maxPriceCents: row.maxPrice,
      expiresAtMs: row.expiresAt,
    };
    const known = reduced.get(row.title);
    if (known === undefined) reduced.set(row.title, [fee]);
    else known.push(fee);
  }
  return { standard: { feePpm: defaultFee.fraction, minFeeCents }, reduced, malformed };
}

const fraction: FieldRule<number> = {
  read: (value) => {
    const ppm = ppmFromFraction(value);
    return ppm === null || ppm >= 1_000_000 ? null : ppm;
  },
  rule: 'a fraction below 1 such as "0.07"',
};

const reducedFee = z.object({
  title: required(title),
  fraction: required(fraction),
  minPrice: required(wholeCents),
  maxPrice: required(ceilingCents),
  expiresAt: required(unixSeconds),
});

/** The unit of `minAmount` is not documented; cents are assumed. */
const defaultFee = z.object({ fraction: required(fraction), minAmount: optional(wholeCents) });

const SOURCE = {
  name: "customized-fees",
  list: "reducedFees",
  envelope: {
    shape: { defaultFee: { fraction: true, minAmount: true } },
    schema: z.object({ defaultFee }),
  },
  row: {
    shape: { title: true, fraction: true, minPrice: true, maxPrice: true, expiresAt: true },
    schema: reducedFee,
  },
  maxRows: MAX_REDUCED_FEES,
} as const;
