import { z } from "zod";
import { protocol, request } from "@/core/kernel/mod.ts";
import { cents, filterWants, gameId, offer, quote, titleEvidence, titleLook } from "./schemas.ts";

/** The market-fetcher: reads DMarket for the others. */
export const marketFetcher = protocol("market-fetcher", {
  /** One page of a half-open price band, cheapest first, with the quotes of its titles. */
  OffersPage: request({
    body: z.object({
      game: gameId,
      fromCents: cents,
      toCents: cents,
      cursor: z.string().max(500).nullable(),
      limit: z.int().min(1).max(100),
      /** What the offers have to be; left out: anything. Stays the same along a cursor. */
      filter: filterWants.optional(),
    }),
    reply: z.object({
      offers: z.array(offer).max(100),
      /** Rows that do not pass the filter, or are ours, and are not among the offers. */
      leftOut: z.int().min(0),
      /** Dearest price on the page, left out rows included; null when it has no rows. */
      dearestCents: cents.nullable(),
      /** Null at the end. */
      cursor: z.string().max(500).nullable(),
      /** Rows that match over all pages; the market pages about 10,000 of them. */
      total: z.int().min(0),
      quotes: z.array(quote).max(100),
      /** Rows the schema refused, with the reason; never guessed. */
      malformed: z.array(z.string().max(400)).max(100),
    }),
    deadlineMs: 90_000,
  }),
  /** Book, sales and fees of some titles, read now or within the cache's age. */
  Evidence: request({
    body: z.object({
      game: gameId,
      titles: z.array(z.string().min(1).max(300)).min(1).max(40),
      /** Listings and bids no older than this; left out: as old as the cache allows. */
      maxBookAgeMs: z.number().min(0).optional(),
    }),
    reply: z.object({
      evidence: z.array(titleEvidence).max(40),
      missing: z.array(z.object({ title: z.string(), reason: z.string() })).max(40),
    }),
    deadlineMs: 180_000,
  }),
  /**
   * Bids or sales alone, read now or within the cache's age: what may refuse a title before all of
   * its evidence is read, which then does not cost them again.
   */
  Look: request({
    body: z.object({
      game: gameId,
      titles: z.array(z.object({
        title: z.string().min(1).max(300),
        bids: z.boolean(),
        sales: z.boolean(),
      })).min(1).max(40),
    }),
    reply: z.object({
      looks: z.array(titleLook).max(40),
      missing: z.array(z.object({ title: z.string(), reason: z.string() })).max(40),
    }),
    deadlineMs: 180_000,
  }),
  Status: request({
    body: z.object({}),
    reply: z.object({
      breakers: z.record(z.string(), z.enum(["closed", "open", "half-open"])),
      requests: z.record(z.string(), z.int()),
      /** Fields that no schema names, by operation and path: `offers.items.new`. */
      unknownFields: z.record(z.string(), z.int()),
      /** Rows left out, by operation and the field that could not be read. */
      refusedRows: z.record(z.string(), z.int()),
      caches: z.array(z.object({
        name: z.enum(["quotes", "asks", "bids", "sales", "fees", "own"]),
        /** Answered from the cache, or by a read already under way. */
        hits: z.int(),
        misses: z.int(),
        /** Answered by a value past its time because the read failed. */
        stale: z.int(),
      })),
      skewMs: z.number().nullable(),
    }),
  }),
});
