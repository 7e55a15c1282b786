/** Forgetting what nobody needs any more. */

import { ActorError } from "@/core/kernel/errors.ts";
import { removeInBatches } from "./batches.ts";
import type { Sql } from "./connection.ts";
import type { Db } from "./session.ts";

/** How many rows each table lost, or emptied but for their keys. */
export interface Removed {
  readonly scans: number;
  readonly inbox: number;
  readonly outbox: number;
}

export const DEFAULT_RETENTION_MS = 7 * 24 * 3_600_000;

/**
 * Removes finished scans, and settled messages with the marks of who consumed them, once they are
 * older than `olderThanMs` by the database's clock. Never an actor's state, never what is under way,
 * never what waits for a person. Of an effect its key stays: it would be accepted, and done, again.
 */
export async function cleanUp(
  db: Db,
  { olderThanMs = DEFAULT_RETENTION_MS }: { readonly olderThanMs?: number } = {},
): Promise<Removed> {
  if (!Number.isFinite(olderThanMs) || olderThanMs <= 0) {
    throw new ActorError(
      "fatal",
      "retention",
      `Cannot clean up as olderThanMs must be above 0: current value is ${olderThanMs}`,
    );
  }
  const seconds = olderThanMs / 1_000;
  return {
    scans: await removeScans(db, seconds),
    outbox: await removeMessages(db, seconds) + await emptyEffects(db, seconds),
    inbox: await removeInbox(db, seconds),
  };
}

function removeScans(db: Db, seconds: number): Promise<number> {
  return removeInBatches(db, (sql, limit) =>
    sql`
      delete from scan_checkpoints where ctid in (
        select ctid from scan_checkpoints
        where status not in ('queued', 'running')
          and updated_at < now() - make_interval(secs => ${seconds})
        limit ${limit} for update skip locked)
    `);
}

function removeMessages(db: Db, seconds: number): Promise<number> {
  return removeInBatches(
    db,
    (sql, limit) =>
      sql`delete from outbox where id in (${settled(sql, "message", { seconds, limit })})`,
  );
}

/** Without a time of settlement it is not looked at again. */
function emptyEffects(db: Db, seconds: number): Promise<number> {
  return removeInBatches(db, (sql, limit) =>
    sql`
      update outbox set body = 'null', result = null, error = null, settled_at = null
      where id in (${settled(sql, "effect", { seconds, limit })})
    `);
}

function settled(
  sql: Sql,
  kind: "message" | "effect",
  { seconds, limit }: { readonly seconds: number; readonly limit: number },
) {
  return sql`
    select id from outbox
    where kind = ${kind} and status in ('done', 'failed')
      and settled_at < now() - make_interval(secs => ${seconds})
    limit ${limit} for update skip locked
  `;
}

/** A mark outlives its message, or a redelivery could not be told from a first delivery. */
function removeInbox(db: Db, seconds: number): Promise<number> {
  return removeInBatches(db, (sql, limit) =>
    sql`
      delete from inbox where (actor, message_id) in (
        select actor, message_id from inbox i
        where at < now() - make_interval(secs => ${seconds})
          and not exists (select from outbox where id = i.message_id)
        limit ${limit} for update skip locked)
    `);
}
