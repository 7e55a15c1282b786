/** What scans saw, read back: cases to judge again, and quotes as they were known at a moment. */

import type { CaseRecord, LooksRecord } from "@/core/domain/analysis/recording.ts";
import type { GameId, Quote } from "@/core/domain/market.ts";
import { type QuoteTuple, quoteTuples, unpack, unpackCase, unpackLooks } from "./history_codec.ts";
import type { Sql } from "./connection.ts";
import type { Db } from "./session.ts";

/** One quote as a scan recorded it. */
export interface RecordedQuote extends Quote {
  readonly atMs: number;
}

/** Cases of one scan in the order they were judged, `limit` after `afterId`. */
export async function listCases(
  db: Db,
  query: { readonly scanId: string; readonly afterId?: number; readonly limit: number },
): Promise<readonly (CaseRecord & { readonly id: number })[]> {
  const rows = await db.read((sql) =>
    sql<CaseRow[]>`
      select ${caseColumns(sql)} from history_cases
      where scan_id = ${query.scanId} and id > ${query.afterId ?? 0}::bigint
      order by id
      limit ${query.limit}
    `
  );
  return rows.map(caseOf);
}

/** First looks of one scan, round by round in their order, `limit` after `afterId`. */
export async function listLooks(
  db: Db,
  query: { readonly scanId: string; readonly afterId?: number; readonly limit: number },
): Promise<readonly (LooksRecord & { readonly id: number })[]> {
  const rows = await db.read((sql) =>
    sql<CaseRow[]>`
      select ${caseColumns(sql)} from history_looks
      where scan_id = ${query.scanId} and id > ${query.afterId ?? 0}::bigint
      order by id
      limit ${query.limit}
    `
  );
  return rows.map(({ body, ...row }) => ({ ...row, ...unpackLooks(body) }));
}

/** Newest first. */
export async function casesOfTitle(
  db: Db,
  query: {
    readonly game: GameId;
    readonly title: string;
    readonly sinceMs: number;
    readonly limit: number;
  },
): Promise<readonly (CaseRecord & { readonly id: number })[]> {
  const rows = await db.read((sql) =>
    sql<CaseRow[]>`
      select ${caseColumns(sql)} from history_cases
      where game = ${query.game} and title = ${query.title}
        and at >= to_timestamp(${query.sinceMs}::bigint / 1000.0)
      order by at desc, id desc
      limit ${query.limit}
    `
  );
  return rows.map(caseOf);
}

interface CaseRow {
  readonly id: number;
  readonly scanId: string;
  readonly game: CaseRecord["game"];
  readonly level: CaseRecord["level"];
  readonly atMs: number;
  readonly body: Uint8Array;
}

function caseColumns(sql: Sql) {
  return sql`id, scan_id as "scanId", game, level, body,
    (extract(epoch from at) * 1000)::bigint as "atMs"`;
}

function caseOf({ body, ...row }: CaseRow): CaseRecord & { readonly id: number } {
  return { ...row, ...unpackCase(body) };
}

/**
 * Quotes of a game as they were known at `atMs`: of each title the last one recorded within a day,
 * because each day repeats every quote it meets once.
 */
export async function quotesAt(
  db: Db,
  { game, atMs }: { readonly game: GameId; readonly atMs: number },
): Promise<readonly RecordedQuote[]> {
  const known = new Map<number, { readonly atMs: number; readonly tuple: QuoteTuple }>();
  const sinceMs = atMs - 86_400_000;
  for (let afterId = 0;;) {
    const rows = await db.read((sql) =>
      sql<{ id: number; atMs: number; body: Uint8Array }[]>`
        select id, body, (extract(epoch from at) * 1000)::bigint as "atMs"
        from history_quotes
        where game = ${game} and id > ${afterId}::bigint
          and at >= to_timestamp(${sinceMs}::bigint / 1000.0)
          and at <= to_timestamp(${atMs}::bigint / 1000.0)
        order by id
        limit 500
      `
    );
    for (const row of rows) {
      for (const tuple of unpack(quoteTuples, row.body)) {
        const earlier = known.get(tuple[0]);
        if (earlier === undefined || earlier.atMs <= row.atMs) {
          known.set(tuple[0], { atMs: row.atMs, tuple });
        }
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < 500) break;
    afterId = last.id;
  }
  const titles = await titlesOf(db, [...known.keys()]);
  return [...known].map((
    [id, { atMs, tuple: [, bestBidCents, bidCount, bestAskCents, askCount] }],
  ) => ({
    title: titles.get(id) ?? String(id),
    bestBidCents,
    bidCount,
    bestAskCents,
    askCount,
    atMs,
  }));
}

async function titlesOf(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const rows = await db.read((sql) =>
    sql<{ id: number; title: string }[]>`
      select t.id, t.title from history_titles t
      join jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb) as wanted(id)
        on t.id = wanted.id::integer
    `
  );
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/** The newest quotes of a game that are not older than `sinceMs`, by title. */
export async function latestQuotes(
  db: Db,
  { game, sinceMs }: { readonly game: GameId; readonly sinceMs: number },
): Promise<readonly RecordedQuote[]> {
  return await db.read((sql) =>
    sql<RecordedQuote[]>`
      select title, bid_cents as "bestBidCents", bid_count as "bidCount",
        ask_cents as "bestAskCents", ask_count as "askCount",
        (extract(epoch from quoted_at) * 1000)::bigint as "atMs"
      from history_titles
      where game = ${game} and quoted_at >= to_timestamp(${sinceMs}::bigint / 1000.0)
      order by title
    `
  );
}

export interface HistoryDay {
  /** Midnight UTC. */
  readonly dayMs: number;
  readonly bytes: number;
  readonly rows: number;
  /** Rows left out because the day's budget was spent. */
  readonly skipped: number;
}

/** How much each day holds, newest first. */
export async function listHistoryDays(
  db: Db,
): Promise<readonly HistoryDay[]> {
  return await db.read((sql) =>
    sql<HistoryDay[]>`
      select (extract(epoch from day) * 1000)::bigint as "dayMs", bytes, rows, skipped
      from v_history_days
      order by day desc
      limit 400
    `
  );
}
