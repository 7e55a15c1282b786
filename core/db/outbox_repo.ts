/** The outbox as people see it: what waits, and what needs somebody. */

import type { ParkedMessage as Parked } from "@/core/kernel/store.ts";
import { type Page, type PageRequest, pageStart, toPage } from "./page.ts";
import type { Db } from "./session.ts";

/** For /health. */
export interface OutboxSummary {
  readonly pending: number;
  readonly attempting: number;
  readonly unknown: number;
  readonly dead: number;
  /** Age of the oldest message or effect that is still under way; null when none is. */
  readonly oldestMs: number | null;
}

/** A message that was taken out of delivery, or an effect whose outcome nobody knows. */
export interface ParkedMessage extends Parked {
  readonly createdAtMs: number;
}

/** Reads only the two partial indexes, however long the outbox's past is. */
export async function outboxSummary(db: Db): Promise<OutboxSummary> {
  const [row] = await db.read((sql) =>
    sql<OutboxSummary[]>`
      select pending, attempting, unknown, dead,
        (extract(epoch from clock_timestamp() - oldest) * 1000)::bigint as "oldestMs"
      from (
        select count(*) filter (where status = 'pending') as pending,
          count(*) filter (where status = 'attempting') as attempting, min(created_at) as oldest
        from outbox where status in ('pending', 'attempting')
      ) open, (
        select count(*) filter (where status = 'unknown') as unknown,
          count(*) filter (where status = 'dead') as dead
        from outbox where status in ('unknown', 'dead')
      ) parked
    `
  );
  if (row === undefined) throw new Error("Cannot read the outbox summary");
  return row;
}

/** Dead letters and unknown outcomes, newest first. */
export async function listParked(db: Db, page: PageRequest): Promise<Page<ParkedMessage>> {
  const after = pageStart(page);
  const beforeId = after === null ? null : Number(after.id);
  const rows = await parkedBefore(db, { beforeId, limit: page.limit + 1 });
  return toPage(rows, page.limit, (row) => ({ atMs: row.createdAtMs, id: String(row.id) }));
}

/** Newest first, with ids below `beforeId`; null stands for no bound. */
export async function parkedBefore(
  db: Db,
  { beforeId, limit }: { readonly beforeId: number | null; readonly limit: number },
): Promise<readonly ParkedMessage[]> {
  const rows = await db.read((sql) =>
    sql<ParkedMessage[]>`
      select id, key, status, kind, sender as "from", target, type,
        schema_version as "schemaVersion", body, trace, settled, attempts, crashes, error,
        (extract(epoch from created_at) * 1000)::bigint as "createdAtMs"
      from outbox
      where status in ('unknown', 'dead')
        ${beforeId === null ? sql`` : sql`and id < ${beforeId}::bigint`}
      order by id desc
      limit ${limit}
    `
  );
  return [...rows];
}
