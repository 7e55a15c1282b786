/** Forgetting the oldest days of history, so that it never outgrows its share of the disk. */

import type { Db } from "./session.ts";

/** Two weeks at the most that a day may add, or more days of less. */
export const MAX_HISTORY_BYTES = 600_000_000;

/** Small enough that no statement holds its locks for long. */
const BATCH = 1_000;

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
    removed += await inBatches(() => removeQuotes(db, day));
    removed += await inBatches(() => removeCases(db, day));
    await db.write((sql) => sql`delete from history_days where day = ${day}::text::date`);
  }
  return removed;
}

async function inBatches(removeSome: () => Promise<number>): Promise<number> {
  for (let total = 0;;) {
    const removed = await removeSome();
    total += removed;
    if (removed < BATCH) return total;
  }
}

async function removeQuotes(db: Db, day: string): Promise<number> {
  const { count } = await db.write((sql) =>
    sql`
      delete from history_quotes where id in (
        select id from history_quotes
        where at < (${day}::text::date + 1)::timestamp at time zone 'utc'
        limit ${BATCH})
    `
  );
  return count;
}

async function removeCases(db: Db, day: string): Promise<number> {
  const { count } = await db.write((sql) =>
    sql`
      delete from history_cases where id in (
        select id from history_cases
        where at < (${day}::text::date + 1)::timestamp at time zone 'utc'
        limit ${BATCH})
    `
  );
  return count;
}
