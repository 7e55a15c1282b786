/** The account's own listings and buy orders, a game at a time, kept for a minute. */

import { type Bid, type GameId, GAMES } from "@/core/domain/market.ts";
import type { OwnBook } from "@/core/domain/own_book.ts";
import { type CacheReading, ReadCache } from "@/core/http/read_cache.ts";
import type { Clock } from "@/core/kernel/mod.ts";
import type { AccountReads, OwnPageQuery } from "@/core/market/dmarket/account_reads.ts";
import { walkPages } from "@/core/market/dmarket/pages.ts";

export type OwnPort = Pick<AccountReads, "offersPage" | "targetsPage">;

const TTL_MS = 60_000;
/** What we have is not known any more: better no verdict than one on our own bid. */
const STALE_MS = 180_000;
const LOAD_MS = 60_000;
const PAGE_ROWS = 100;
/** 10,000 listings, and as many targets, in a game. */
const MAX_PAGES = 100;

export class OwnBooks {
  readonly #account: OwnPort;
  readonly #clock: Clock;
  readonly #books: ReadCache<OwnBook>;

  constructor(account: OwnPort, clock: Clock) {
    this.#account = account;
    this.#clock = clock;
    this.#books = new ReadCache({
      clock,
      maxEntries: GAMES.length,
      ttlMs: TTL_MS,
      staleMs: STALE_MS,
    });
  }

  /** Throws {@link ActorError} when it cannot be read. */
  of(game: GameId, signal: AbortSignal): Promise<OwnBook> {
    return this.#books.get(game, signal, async (reading) => {
      const call = { signal: reading, deadlineAtMs: this.#clock.monotonic() + LOAD_MS };
      const query = (cursor: string | null): OwnPageQuery => ({ game, cursor, limit: PAGE_ROWS });
      const [offerIds, bids] = await Promise.all([
        idsOf((cursor) => this.#account.offersPage(query(cursor), call)),
        bidsOf((cursor) => this.#account.targetsPage(query(cursor), call)),
      ]);
      return { offerIds, bids };
    });
  }

  reading(): CacheReading {
    return this.#books.reading();
  }
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
