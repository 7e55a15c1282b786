/** Removing many rows in small steps, so that no statement holds its locks for long. */

import type { Sql, Statement } from "./connection.ts";
import type { Db } from "./session.ts";

const BATCH = 1_000;

/** `removeSome` deletes at most `limit` rows at a time; resolves to how many rows went. */
export async function removeInBatches(
  db: Db,
  removeSome: (sql: Sql, limit: number) => Statement<readonly object[]>,
): Promise<number> {
  for (let total = 0;;) {
    const { count } = await db.write((sql) => removeSome(sql, BATCH));
    total += count;
    if (count < BATCH) return total;
  }
}
