/** Request bodies of the writing routes. */

import { z } from "zod";
import { jsonObject } from "./params.ts";
import { badRequest } from "./replies.ts";
import { issuesText } from "./scenario.ts";

const MAX_BATCH = 100;

/** What a client may send as a whole number of cents. */
const cents = z.union([z.int(), z.string().regex(/^\d{1,15}$/)]).transform(Number);
const id = z.string().min(1).max(200);

/** `PATCH offers-buy`; the amount is cents in quotes. */
export const buyBody = z.looseObject({
  offers: z.array(z.looseObject({
    offerId: id,
    price: z.looseObject({
      amount: z.string().regex(/^\d{1,15}$/),
      currency: z.enum(["USD", "DMC"]),
    }),
    type: z.enum(["dmarket", "p2p"]),
  })).min(1).max(MAX_BATCH),
});

/** `offers:batchCreate` */
export const createOffersBody = z.looseObject({
  requests: z.array(z.looseObject({ assetId: id, priceCents: cents })).min(1).max(MAX_BATCH),
});

/** `offers:batchUpdate` */
export const updateOffersBody = z.looseObject({
  requests: z.array(z.looseObject({ offerId: id, priceCents: cents })).min(1).max(MAX_BATCH),
});

/** `offers:batchDelete` */
export const deleteOffersBody = z.looseObject({
  requests: z.array(z.looseObject({ offerId: id })).min(1).max(MAX_BATCH),
});

/** Rows stay as they came: each is judged, and echoed, by itself. */
export const createTargetsBody = z.looseObject({
  GameID: z.string(),
  Targets: z.array(z.looseObject({})).min(1).max(MAX_BATCH),
});

/** One row of `user-targets/create`. */
export const targetRow = z.looseObject({
  Amount: z.string().regex(/^\d{1,6}$/).transform(Number).pipe(z.int().min(1).max(100)),
  /** Dollars, as a number. */
  Price: z.looseObject({ Currency: z.literal("USD"), Amount: z.number().positive() }),
  Title: z.string().min(1),
  Attrs: z.looseObject({
    floatPartValue: z.string().regex(/^$|^(FN-[0-6]|(MW|FT|WW|BS)-[0-4])$/).nullish(),
    phase: z.enum([
      "",
      "phase-1",
      "phase-2",
      "phase-3",
      "phase-4",
      "ruby",
      "emerald",
      "sapphire",
      "black-pearl",
    ]).nullish(),
    paintSeed: z.int().min(0).nullish(),
  }).default({}),
});

/** `user-targets/delete` */
export const deleteTargetsBody = z.looseObject({
  Targets: z.array(z.looseObject({ TargetID: id })).min(1).max(MAX_BATCH),
});

/** `user-inventory/sync` */
export const syncBody = z.looseObject({
  Type: z.literal("Inventory"),
  GameID: z.enum(["CSGO", "Dota2", "TF2", "Rust"]),
});

/** `deposit-assets` */
export const depositBody = z.looseObject({ AssetID: z.array(id).min(1).max(MAX_BATCH) });

/** `withdraw-assets` */
export const withdrawBody = z.looseObject({
  assets: z.array(z.looseObject({ id, gameId: id, classId: z.string() })).min(1).max(MAX_BATCH),
  requestId: id,
});

/** The body, checked; a 400 names what is wrong with it. */
export function bodyAs<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  const parsed = schema.safeParse(jsonObject(text));
  if (parsed.success) return parsed.data;
  throw badRequest(issuesText(parsed.error.issues));
}
