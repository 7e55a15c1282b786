/** The account's own listings and buy orders in a game. */

import type { Bid, GameId } from "@/core/domain/market.ts";
import type { OwnBook } from "@/core/domain/own_book.ts";
import type { OwnPageQuery } from "@/core/market/dmarket/account_queries.ts";
import type { AccountReads } from "@/core/market/dmarket/account_reads.ts";
import { walkPages } from "@/core/market/dmarket/pages.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";

export type OwnPort = Pick<AccountReads, "offersPage" | "targetsPage">;

const PAGE_ROWS = 100;
/** 10,000 listings, and as many targets. */
const MAX_PAGES = 100;

export async function readOwnBook(
  account: OwnPort,
  game: GameId,
  call: CallOptions,
): Promise<OwnBook> {
  const query = (cursor: string | null): OwnPageQuery => ({ game, cursor, limit: PAGE_ROWS });
  const [offerIds, bids] = await Promise.all([
    idsOf((cursor) => account.offersPage(query(cursor), call)),
    bidsOf((cursor) => account.targetsPage(query(cursor), call)),
  ]);
  return { offerIds, bids };
}

type Pages<Page> = (cursor: string | null) => Promise<Page>;

async function idsOf(
  fetchPage: Pages<Awaited<ReturnType<OwnPort["offersPage"]>>>,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { offers } of walkPages(fetchPage, MAX_PAGES)) {
    for (const { offerId } of offers) ids.add(offerId);
  }
  return ids;
}

async function bidsOf(
  fetchPage: Pages<Awaited<ReturnType<OwnPort["targetsPage"]>>>,
): Promise<ReadonlyMap<string, readonly Bid[]>> {
  const bids = new Map<string, Bid[]>();
  for await (const { targets } of walkPages(fetchPage, MAX_PAGES)) {
    for (const { title, priceCents, amount, wants, isActive } of targets) {
      if (!isActive) continue;
      bids.set(title, [...bids.get(title) ?? [], { priceCents, amount, wants }]);
    }
  }
  return bids;
}
