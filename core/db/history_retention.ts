/** Forgetting the oldest days of history, so that it never outgrows its share of the disk. */

import { removeInBatches } from "./batches.ts";
import { TITLE_BYTES } from "./history_repo.ts";
import type { Db } from "./session.ts";

/** Two weeks at the most that a day may add, or more days of less. */
export const MAX_HISTORY_BYTES = 600_000_000;
export const MAX_HISTORY_DAYS = 365;

export interface HistoryBounds {
  readonly nowMs: number;
  /** Of all days and titles together, as they are counted when they are written. */
  readonly maxBytes?: number;
  readonly maxDays?: number;
}

export interface Trimmed {
  /** Rows that went. */
  readonly rows: number;
  /** The newest day that went, such as `2026-11-21`; null: none. */
  readonly upTo: string | null;
}

/** What goes with its day. */
const TABLES = ["history_quotes", "history_cases", "history_looks"];

/**
 * Drops whole days, oldest first, until what stays is within both bounds, and titles that no day
 * that stays has recorded. Today stays whatever it holds: it has a budget of its own.
 */
export async function trimHistory(
  db: Db,
  { nowMs, maxBytes = MAX_HISTORY_BYTES, maxDays = MAX_HISTORY_DAYS }: HistoryBounds,
): Promise<Trimmed> {
  const old = await db.read((sql) =>
    sql<{ day: string }[]>`
      select day::text
      from (
        select day, sum(history_days.bytes) over (order by day desc) + titles.bytes as kept
        from history_days,
          (select count(*) * ${TITLE_BYTES}::bigint as bytes from history_titles) as titles) as sized,
        (select (to_timestamp(${nowMs}::bigint / 1000.0) at time zone 'utc')::date as today) as clock
      where day < today and (kept > ${maxBytes}::bigint or day <= today - ${maxDays}::integer)
      order by day
    `
  );
  let rows = 0;
  for (const { day } of old) {
    for (const table of TABLES) {
      rows += await removeInBatches(db, (sql, limit) =>
        sql`
          delete from ${sql(table)} where id in (
            select id from ${sql(table)}
            where at < (${day}::text::date + 1)::timestamp at time zone 'utc'
            limit ${limit})
        `);
    }
    await db.write((sql) => sql`delete from history_days where day = ${day}::text::date`);
  }
  rows += await removeInBatches(db, (sql, limit) =>
    sql`
      delete from history_titles where id in (
        select id from history_titles
        where recorded_day < (select min(day) from history_days)
        limit ${limit})
    `);
  return { rows, upTo: old.at(-1)?.day ?? null };
}
