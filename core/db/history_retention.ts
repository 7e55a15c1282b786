/** Forgetting the oldest days of history, so that it never outgrows its share of the disk. */

import { removeInBatches } from "./batches.ts";
import type { Db } from "./session.ts";

/** Two weeks at the most that a day may add, or more days of less. */
export const MAX_HISTORY_BYTES = 600_000_000;

/** What goes with its day. */
const TABLES = ["history_quotes", "history_cases"];

/**
 * Drops whole days, oldest first, until the rest is at most `maxBytes`; the newest day stays
 * whatever it holds. Resolves to how many rows went.
 */
export async function trimHistory(
  db: Db,
  { maxBytes = MAX_HISTORY_BYTES }: { readonly maxBytes?: number } = {},
): Promise<number> {
  const old = await db.read((sql) =>
    sql<{ day: string }[]>`
      select day::text from (
        select day, sum(bytes) over (order by day desc) as kept,
          row_number() over (order by day desc) as age
        from history_days) as sized
      where kept > ${maxBytes}::bigint and age > 1
      order by day
    `
  );
  let removed = 0;
  for (const { day } of old) {
    for (const table of TABLES) {
      removed += await removeInBatches(db, (sql, limit) =>
        sql`
          delete from ${sql(table)} where id in (
            select id from ${sql(table)}
            where at < (${day}::text::date + 1)::timestamp at time zone 'utc'
            limit ${limit})
        `);
    }
    await db.write((sql) => sql`delete from history_days where day = ${day}::text::date`);
  }
  return removed;
}
