/**
 * What scans saw, kept for backtests and analysis: quotes that changed, and every verified title as
 * it was judged. A day has a budget of bytes; what comes after it is counted and left out.
 */

import { z } from "zod";
import { GAMES } from "@/core/domain/market.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import type { CaseRecord, LooksRecord, QuotesRecord } from "@/core/domain/analysis/recording.ts";
import type { Sql } from "./connection.ts";
import { pack, packCase, packLooks, type QuoteTuple } from "./history_codec.ts";
import { cents, count, momentMs, parseRows, text } from "./rows.ts";

export interface HistoryLimits {
  /** Most bytes one UTC day may add, rows and indexes included. */
  readonly maxDayBytes: number;
}

export const HISTORY_LIMITS: HistoryLimits = { maxDayBytes: 40_000_000 };

type Write = (sql: Sql, rows: readonly unknown[]) => Promise<void>;

/** What a row costs beside its body: header, columns, page share and its index entries; measured. */
const ROW_BYTES = { quotes: 200, looks: 210, cases: 290 };
/** First looks give way to quotes and to titles that were verified. */
const LOOKS_SHARE = 0.75;
/** What a title's own row costs with its indexes and the room that its changes need; measured. */
export const TITLE_BYTES = 500;
const HOUR_MS = 3_600_000;

const seen = {
  scanId: text(100),
  game: z.enum(GAMES),
  level: z.enum(LEVELS),
  atMs: momentMs,
};
const assetClass = z.object({
  floatPart: z.string().max(8).nullable(),
  phase: z.string().max(40).nullable(),
  paintSeed: z.int().nullable(),
});
const offer = z.object({
  offerId: text(100),
  game: z.enum(GAMES),
  title: text(300),
  priceCents: cents,
  createdAtMs: z.number().nullable(),
  reserved: z.boolean(),
  unlockAtMs: z.number().nullable(),
  resaleBlocks: z.array(z.string().max(60)).max(20),
  suggestedCents: cents.nullable(),
  assetClass,
});
const quote = z.object({
  title: text(300),
  bestBidCents: cents.nullable(),
  bidCount: count,
  bestAskCents: cents.nullable(),
  askCount: count,
});
const fee = z.object({ feePpm: z.int().min(0).max(1_000_000), minFeeCents: cents });
const bids = z.array(z.object({ priceCents: cents, amount: count, wants: assetClass })).max(500);
const sales = z.array(z.object({
  priceCents: cents,
  soldAtMs: z.number().min(0),
  side: z.enum(["offer", "target"]),
  phase: z.string().max(40).nullable().optional(),
  isPremium: z.boolean().optional(),
})).max(100);
const read = {
  title: text(300),
  readAtMs: z.number().min(0),
  fee,
  reducedFees: z.array(fee.extend({
    title: text(300),
    minPriceCents: cents,
    maxPriceCents: cents,
    expiresAtMs: z.number(),
  })).max(100),
};
const evidence = z.object({
  ...read,
  salesReadAtMs: z.number().min(0).optional(),
  asks: z.array(offer).max(100),
  bids,
  sales,
});
const look = z.object({ ...read, bids: bids.nullable(), sales: sales.nullable() });

const quotesWrite = z.object({ ...seen, quotes: z.array(quote).max(100) });
const caseWrite = z.object({
  ...seen,
  quote: quote.nullable(),
  evidence,
  offers: z.array(offer).max(1_000),
  takenLots: count,
  marketSuggests: z.boolean(),
  pumpedUntilMs: momentMs.nullish(),
});

const looksWrite = z.object({
  ...seen,
  marketSuggests: z.boolean(),
  titles: z.array(z.object({
    quote: quote.nullable(),
    look,
    offers: z.array(z.object({ offer, otherAskSeenCents: cents.nullable() })).max(1_000),
    takenLots: count,
    pumpedUntilMs: momentMs.nullish(),
  })).max(400),
});

/** Domain write of {@link QuotesRecord} rows: what changed since it was recorded last is kept. */
export function quotesWriter(limits: HistoryLimits = HISTORY_LIMITS): Write {
  return async (sql: Sql, rows: readonly unknown[]): Promise<void> => {
    for (const row of parseRows(quotesWrite, rows, "history_quotes")) {
      if (await isSpent(sql, row.atMs, limits)) await skip(sql, row.atMs, row.quotes.length);
      else await recordQuotes(sql, row);
    }
  };
}

/** New titles are inserted apart: an upsert would spend an id on every title it only updates. */
async function recordQuotes(sql: Sql, row: QuotesRecord): Promise<void> {
  const byTitle = [...new Map(row.quotes.map((one) => [one.title, one])).values()];
  const changed = await sql<
    {
      id: number;
      bid: number | null;
      bids: number;
      ask: number | null;
      asks: number;
      isNew: boolean;
    }[]
  >`
    with given as (
      select ${row.game}::text as game, r.title, r."bestBidCents" as bid_cents,
        r."bidCount" as bid_count, r."bestAskCents" as ask_cents, r."askCount" as ask_count,
        moment as quoted_at, (moment at time zone 'utc')::date as recorded_day
      from jsonb_to_recordset(${JSON.stringify(byTitle)}::text::jsonb) as r(
        title text, "bestBidCents" bigint, "bidCount" bigint, "bestAskCents" bigint,
        "askCount" bigint), to_timestamp(${row.atMs}::bigint / 1000.0) as moment),
    changed as (
      update history_titles t set
        bid_cents = g.bid_cents, bid_count = g.bid_count,
        ask_cents = g.ask_cents, ask_count = g.ask_count,
        quoted_at = g.quoted_at, recorded_day = g.recorded_day
      from given g
      where (t.game, t.title) = (g.game, g.title)
        and (t.bid_cents, t.bid_count, t.ask_cents, t.ask_count, t.recorded_day) is distinct from
          (g.bid_cents, g.bid_count, g.ask_cents, g.ask_count, g.recorded_day)
      returning t.id, t.bid_cents, t.bid_count, t.ask_cents, t.ask_count),
    added as (
      insert into history_titles (game, title, bid_cents, bid_count, ask_cents, ask_count,
        quoted_at, recorded_day)
      select g.* from given g
      where not exists (
        select from history_titles t where (t.game, t.title) = (g.game, g.title))
      order by g.title
      on conflict (game, title) do nothing
      returning id, bid_cents, bid_count, ask_cents, ask_count)
    select id, bid_cents as bid, bid_count as bids, ask_cents as ask, ask_count as asks, "isNew"
    from (select *, false as "isNew" from changed union all select *, true from added) as recorded
    order by id
  `;
  if (changed.length === 0) return;
  const tuples = changed.map(({ id, bid, bids, ask, asks }): QuoteTuple => [
    id,
    bid,
    bids,
    ask,
    asks,
  ]);
  const body = pack(tuples);
  await sql`
    insert into history_quotes (at, scan_id, game, level, titles, body)
    values (to_timestamp(${row.atMs}::bigint / 1000.0), ${row.scanId}, ${row.game}, ${row.level},
      ${tuples.length}, ${body})
  `;
  const added = changed.filter(({ isNew }) => isNew).length;
  const bytes = body.length + ROW_BYTES.quotes + TITLE_BYTES * added;
  await addToDay(sql, row.atMs, { bytes, rows: 1, skipped: 0 });
}

/** Domain write of {@link CaseRecord} rows. */
export function casesWriter(limits: HistoryLimits = HISTORY_LIMITS): Write {
  return async (sql: Sql, rows: readonly unknown[]): Promise<void> => {
    for (const row of parseRows(caseWrite, rows, "history_cases")) {
      if (await isSpent(sql, row.atMs, limits)) await skip(sql, row.atMs, 1);
      else await recordCase(sql, row);
    }
  };
}

async function recordCase(sql: Sql, row: CaseRecord): Promise<void> {
  const body = packCase(row);
  await sql`
    insert into history_cases (at, scan_id, game, level, title, body)
    values (to_timestamp(${row.atMs}::bigint / 1000.0), ${row.scanId}, ${row.game}, ${row.level},
      ${row.evidence.title}, ${body})
  `;
  await addToDay(sql, row.atMs, { bytes: body.length + ROW_BYTES.cases, rows: 1, skipped: 0 });
}

/** Domain write of {@link LooksRecord} rows. */
export function looksWriter(limits: HistoryLimits = HISTORY_LIMITS): Write {
  return async (sql: Sql, rows: readonly unknown[]): Promise<void> => {
    for (const row of parseRows(looksWrite, rows, "history_looks")) {
      const share = { maxDayBytes: limits.maxDayBytes * LOOKS_SHARE };
      if (await isSpent(sql, row.atMs, share)) await skip(sql, row.atMs, row.titles.length);
      else await recordLooks(sql, row);
    }
  };
}

async function recordLooks(sql: Sql, row: LooksRecord): Promise<void> {
  const body = packLooks(row);
  await sql`
    insert into history_looks (at, scan_id, game, level, titles, body)
    values (to_timestamp(${row.atMs}::bigint / 1000.0), ${row.scanId}, ${row.game}, ${row.level},
      ${row.titles.length}, ${body})
  `;
  await addToDay(sql, row.atMs, { bytes: body.length + ROW_BYTES.looks, rows: 1, skipped: 0 });
}

/**
 * The budget grows through the day, an hour ahead of the clock: a busy market is thinned out rather
 * than blank in the evening.
 */
async function isSpent(sql: Sql, atMs: number, { maxDayBytes }: HistoryLimits): Promise<boolean> {
  const [day] = await sql<{ bytes: number }[]>`
    select bytes from history_days
    where day = (to_timestamp(${atMs}::bigint / 1000.0) at time zone 'utc')::date
  `;
  const share = Math.min(1, (atMs % DAY_MS + HOUR_MS) / DAY_MS);
  return day !== undefined && day.bytes >= maxDayBytes * share;
}

interface Added {
  readonly bytes: number;
  readonly rows: number;
  readonly skipped: number;
}

async function addToDay(sql: Sql, atMs: number, { bytes, rows, skipped }: Added): Promise<void> {
  await sql`
    insert into history_days as d (day, bytes, rows, skipped)
    values ((to_timestamp(${atMs}::bigint / 1000.0) at time zone 'utc')::date,
      ${bytes}::bigint, ${rows}::bigint, ${skipped}::bigint)
    on conflict (day) do update set bytes = d.bytes + excluded.bytes,
      rows = d.rows + excluded.rows, skipped = d.skipped + excluded.skipped
  `;
}

async function skip(sql: Sql, atMs: number, rows: number): Promise<void> {
  await addToDay(sql, atMs, { bytes: 0, rows: 0, skipped: rows });
}
