/** Quotes of whole games: one page of 1,000 titles per request. */

import type { GameId, Quote } from "@/core/domain/market.ts";
import type { QuotesQuery } from "@/core/market/dmarket/client.ts";
import { walkPages } from "@/core/market/dmarket/pages.ts";
import { MAX_QUOTES, type QuotesPage } from "@/core/market/dmarket/quotes.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";

/** Titles by name. */
export type QuoteBook = ReadonlyMap<string, Quote>;

export interface QuotesPort {
  quotesPage(query: QuotesQuery, call: CallOptions): Promise<QuotesPage>;
}

/** 100,000 titles. */
const MAX_PAGES = 100;

export async function readQuoteBook(
  client: QuotesPort,
  game: GameId,
  call: CallOptions,
): Promise<QuoteBook> {
  const fetchPage = (cursor: string | null) =>
    client.quotesPage({ game, cursor, limit: MAX_QUOTES }, call);
  const book = new Map<string, Quote>();
  for await (const page of walkPages(fetchPage, MAX_PAGES)) {
    for (const quote of page.quotes) book.set(quote.title, quote);
  }
  return book;
}
