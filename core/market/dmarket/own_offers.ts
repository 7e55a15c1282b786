/**
 * The account's listings: forms that create, reprice and take them back. Repricing gives a listing
 * a new id, and within about 15 minutes of the last change it is refused with the time left.
 */

import { z } from "zod";
import { type ItemFailure, itemFailure, requireBatch, requirePrice } from "./item_results.ts";
import {
  id,
  MAX_CENTS,
  optional,
  readList,
  readObject,
  required,
  type Shape,
  text,
  type WireAudit,
  word,
} from "./wire.ts";

export interface BatchResult {
  readonly done: readonly { readonly offerId: string; readonly assetId: string | null }[];
  /** By the id that was sent: the asset's for new listings, the offer's for the others. */
  readonly failed: readonly ({ readonly id: string | null } & ItemFailure)[];
  /** Rows that were not understood: what became of them has to be looked up. */
  readonly malformed: readonly string[];
}

const MAX_BATCH = 100;

/** `POST /marketplace-api/v2/offers:batchCreate`. */
export function createOffersBody(
  offers: readonly { readonly assetId: string; readonly priceCents: number }[],
): string {
  requireBatch("offers", offers.length, MAX_BATCH);
  for (const { priceCents } of offers) requirePrice(priceCents, MAX_CENTS);
  const requests = offers.map(({ assetId, priceCents }) => ({ assetId, priceCents }));
  return JSON.stringify({ requests });
}

/** `POST /marketplace-api/v2/offers:batchUpdate`. */
export function updateOffersBody(
  offers: readonly { readonly offerId: string; readonly priceCents: number }[],
): string {
  requireBatch("offers", offers.length, MAX_BATCH);
  for (const { priceCents } of offers) requirePrice(priceCents, MAX_CENTS);
  const requests = offers.map(({ offerId, priceCents }) => ({ offerId, priceCents }));
  return JSON.stringify({ requests });
}

/** `POST /marketplace-api/v2/offers:batchDelete`. */
export function deleteOffersBody(offerIds: readonly string[]): string {
  requireBatch("offers", offerIds.length, MAX_BATCH);
  return JSON.stringify({ requests: offerIds.map((offerId) => ({ offerId })) });
}

/** Answer of all three. Throws {@link ActorError} `rejected unexpected-shape`. */
export function readOffersBatch(body: unknown, audit: WireAudit): BatchResult {
  const { offers, failed } = readObject(body, BATCH, audit);
  const done = readList({ offers }, DONE, audit);
  const refused = readList({ failed }, FAILED, audit);
  return {
    done: done.rows.map((row) => ({ offerId: row.id, assetId: row.assetId })),
    failed: refused.rows.map(({ offerId, assetId, code, message }) => ({
      id: offerId ?? assetId,
      ...itemFailure(code, message ?? ""),
    })),
    malformed: [...done.malformed, ...refused.malformed],
  };
}

const doneShape: Shape = { id: true, assetId: true };
const failedShape: Shape = { assetId: true, offerId: true, code: true, message: true };

const BATCH = {
  name: "offers-batch",
  // Their rows are looked into one by one.
  shape: { offers: true, failed: true },
  schema: z.object({
    offers: z.array(z.unknown()).nullish().transform((rows) => rows ?? []),
    failed: z.array(z.unknown()).nullish().transform((rows) => rows ?? []),
  }),
} as const;

const PLAIN = { shape: {}, schema: z.object({}) };

const DONE = {
  name: "offers-batch.offers",
  list: "offers",
  envelope: PLAIN,
  row: { shape: doneShape, schema: z.object({ id: required(id), assetId: optional(id) }) },
  maxRows: MAX_BATCH,
} as const;

const FAILED = {
  name: "offers-batch.failed",
  list: "failed",
  envelope: PLAIN,
  row: {
    shape: failedShape,
    schema: z.object({
      assetId: optional(id),
      offerId: optional(id),
      code: required(word),
      message: optional(text(500)),
    }),
  },
  maxRows: MAX_BATCH,
} as const;
