/** `POST /marketplace-api/v1/aggregated-prices` into the domain's quotes. */

import { z } from "zod";
import type { Quote } from "@/core/domain/market.ts";
import {
  cursor,
  optional,
  readList,
  required,
  title,
  wholeNumber,
  type WireAudit,
} from "./wire.ts";
import { MONEY_SHAPE, usdCents } from "./wire_money.ts";

export interface QuotesPage {
  readonly quotes: readonly Quote[];
  /** Null at the end. */
  readonly cursor: string | null;
  readonly malformed: readonly string[];
}

/** The most rows one answer may hold; pages of 1,000 are what live clients ask for. */
export const MAX_QUOTES = 1_000;

/** Throws {@link ActorError} `rejected unexpected-shape`. */
export function readQuotesPage(body: unknown, audit: WireAudit): QuotesPage {
  const page = readList(body, SOURCE, audit);
  const quotes = page.rows.map((quote): Quote => ({
    title: quote.title,
    bestBidCents: quote.orderBestPrice || null,
    bidCount: quote.orderCount ?? 0,
    bestAskCents: quote.offerBestPrice || null,
    askCount: quote.offerCount ?? 0,
  }));
  return { quotes, cursor: page.envelope.nextCursor, malformed: page.malformed };
}

const envelope = z.object({ nextCursor: optional(cursor) });

const row = z.object({
  title: required(title),
  orderBestPrice: optional(usdCents),
  orderCount: optional(wholeNumber),
  offerBestPrice: optional(usdCents),
  offerCount: optional(wholeNumber),
});

const SOURCE = {
  name: "aggregated-prices",
  list: "aggregatedPrices",
  envelope: { shape: { nextCursor: true }, schema: envelope },
  row: {
    shape: {
      title: true,
      orderBestPrice: MONEY_SHAPE,
      orderCount: true,
      offerBestPrice: MONEY_SHAPE,
      offerCount: true,
    },
    schema: row,
  },
  maxRows: MAX_QUOTES,
} as const;
