/** What the account has of one title, and what of it has closed: the ground of every look-up. */

import type { GameId } from "@/core/domain/market.ts";
import type { OwnPageQuery } from "./account_queries.ts";
import {
  type ClosedTrade,
  type ClosedTradesPage,
  type ClosedTradesQuery,
  walkClosedTrades,
} from "./closed_trades.ts";
import { type CursorPage, walkPages } from "./pages.ts";

/** Which title, and since when; `sinceMs` is the market's time before the write. */
export interface OwnTitle {
  readonly game: GameId;
  readonly title: string;
  readonly sinceMs: number;
}

export interface OwnView<Row> {
  readonly standing: readonly Row[];
  /** Since the moment asked about. */
  readonly closed: readonly ClosedTrade[];
}

/** The two lists, a page at a time. */
export interface OwnLists<Page, Row> {
  readonly standing: (query: OwnPageQuery) => Promise<Page>;
  readonly rowsOf: (page: Page) => readonly Row[];
  readonly closed: (query: ClosedTradesQuery) => Promise<ClosedTradesPage>;
}

/** Pages of 100 that are read of either list. */
const MAX_PAGES = 100;
const PAGE_ROWS = 100;

/**
 * What stands is read before what has closed: a row that closes between the reads is seen to stand,
 * and never to be missing. Throws as the client does.
 */
export async function viewOwn<Page extends CursorPage, Row extends { readonly title: string }>(
  lists: OwnLists<Page, Row>,
  { game, title, sinceMs }: OwnTitle,
): Promise<OwnView<Row>> {
  const standing: Row[] = [];
  const pageFrom = (cursor: string | null) => lists.standing({ game, cursor, limit: PAGE_ROWS });
  for await (const page of walkPages(pageFrom, MAX_PAGES)) {
    standing.push(...lists.rowsOf(page).filter((row) => row.title === title));
  }
  const closed: ClosedTrade[] = [];
  for await (const trades of walkClosedTrades(lists.closed, { sinceMs, maxPages: MAX_PAGES })) {
    closed.push(...trades.filter((trade) => trade.title === title));
  }
  return { standing, closed };
}
