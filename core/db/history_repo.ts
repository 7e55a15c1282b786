/**
 * What scans saw, kept for backtests and analysis: quotes that changed, and every verified title as
 * it was judged. A day has a budget of bytes; what comes after it is counted and left out.
 */

import { z } from "zod";
import { GAMES } from "@/core/domain/market.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import type { CaseRecord, QuotesRecord } from "@/core/domain/analysis/recording.ts";
import type { Sql } from "./connection.ts";
import { pack, packCase, type QuoteTuple } from "./history_codec.ts";
import { cents, count, momentMs, parseRows, text } from "./rows.ts";

export interface HistoryLimits {
  /** Most bytes one UTC day may add, rows and indexes included. */
  readonly maxDayBytes: number;
}

export const HISTORY_LIMITS: HistoryLimits = { maxDayBytes: 40_000_000 };

type Write = (sql: Sql, rows: readonly unknown[]) => Promise<void>;

/** What a row costs beside its body: header, columns, page share and its index entries; measured. */
const ROW_BYTES = 350;
const CHANGED_TITLE_BYTES = 20;
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
const evidence = z.object({
  title: text(300),
  readAtMs: z.number().min(0),
  salesReadAtMs: z.number().min(0).optional(),
  asks: z.array(offer).max(100),
  bids: z.array(z.object({ priceCents: cents, amount: count, wants: assetClass })).max(500),
  sales: z.array(z.object({
    priceCents: cents,
    soldAtMs: z.number().min(0),
    side: z.enum(["offer", "target"]),
    phase: z.string().max(40).nullable().optional(),
  })).max(100),
  fee,
  reducedFees: z.array(fee.extend({
    title: text(300),
    minPriceCents: cents,
    maxPriceCents: cents,
    expiresAtMs: z.number(),
  })).max(100),
});

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

/** Domain write of {@link QuotesRecord} rows: what changed since it was recorded last is kept. */
export function quotesWriter(limits: HistoryLimits = HISTORY_LIMITS): Write {
  return async (sql: Sql, rows: readonly unknown[]): Promise<void> => {
    for (const row of parseRows(quotesWrite, rows, "history_quotes")) {
      if (await isSpent(sql, row.atMs, limits)) await skip(sql, row.atMs, row.quotes.length);
      else await recordQuotes(sql, row);
    }
  };
}

async function recordQuotes(sql: Sql, row: QuotesRecord): Promise<void> {
  const byTitle = [...new Map(row.quotes.map((one) => [one.title, one])).values()];
  const changed = await sql<
    { id: number; bid: number | null; bids: number; ask: number | null; asks: number }[]
  >`
    insert into history_titles as t (game, title, bid_cents, bid_count, ask_cents, ask_count,
      quoted_at, recorded_day)
    select ${row.game}, r.title, r."bestBidCents", r."bidCount", r."bestAskCents", r."askCount",
      to_timestamp(${row.atMs}::bigint / 1000.0),
      (to_timestamp(${row.atMs}::bigint / 1000.0) at time zone 'utc')::date
    from jsonb_to_recordset(${JSON.stringify(byTitle)}::text::jsonb) as r(
      title text, "bestBidCents" bigint, "bidCount" bigint, "bestAskCents" bigint,
      "askCount" bigint)
    order by r.title
    on conflict (game, title) do update set
      bid_cents = excluded.bid_cents, bid_count = excluded.bid_count,
      ask_cents = excluded.ask_cents, ask_count = excluded.ask_count,
      quoted_at = excluded.quoted_at, recorded_day = excluded.recorded_day
    where (t.bid_cents, t.bid_count, t.ask_cents, t.ask_count, t.recorded_day) is distinct from
      (excluded.bid_cents, excluded.bid_count, excluded.ask_cents, excluded.ask_count,
        excluded.recorded_day)
    returning t.id, t.bid_cents as bid, t.bid_count as bids, t.ask_cents as ask,
      t.ask_count as asks
  `;
  if (changed.length === 0) return;
  const tuples = changed.map((
    { id, bid, bids, ask, asks },
  ): QuoteTuple => [id, bid, bids, ask, asks])
    .sort(([a], [b]) => a - b);
  const body = pack(tuples);
  await sql`
    insert into history_quotes (at, scan_id, game, level, titles, body)
    values (to_timestamp(${row.atMs}::bigint / 1000.0), ${row.scanId}, ${row.game}, ${row.level},
      ${tuples.length}, ${body})
  `;
  const bytes = body.length + ROW_BYTES + CHANGED_TITLE_BYTES * tuples.length;
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
  await addToDay(sql, row.atMs, { bytes: body.length + ROW_BYTES, rows: 1, skipped: 0 });
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
