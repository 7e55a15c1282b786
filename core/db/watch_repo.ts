/** Titles that are watched and what was read of them last, for lists; the watcher has its own state. */

import { z } from "zod";
import { type GameId, GAMES } from "@/core/domain/market.ts";
import type { Sql } from "./connection.ts";
import { accountId, cents, DEFAULT_ACCOUNT, lastByKey, momentMs, parseRows, text } from "./rows.ts";
import type { Db } from "./session.ts";

export interface WatchRow {
  readonly accountId: string;
  readonly game: GameId;
  readonly title: string;
  readonly priority: "high" | "normal" | "low";
  readonly note: string | null;
  /** Null before it was read, and while the book has no such side. */
  readonly askCents: number | null;
  readonly bidCents: number | null;
  readonly readAtMs: number | null;
  readonly addedAtMs: number;
}

const watchWrite = z.object({
  accountId,
  game: z.enum(GAMES),
  title: text(300),
  priority: z.enum(["high", "normal", "low"]),
  note: z.string().max(200).nullable(),
  askCents: cents.nullable(),
  bidCents: cents.nullable(),
  readAtMs: momentMs.nullable(),
  addedAtMs: momentMs,
});

const watchRemoved = z.object({ accountId, game: z.enum(GAMES), title: text(300) });

/** Domain write of {@link WatchRow} rows, `accountId` optional. */
export async function writeWatches(sql: Sql, rows: readonly unknown[]): Promise<void> {
  const watches = lastByKey(
    parseRows(watchWrite, rows, "watches"),
    (row) => JSON.stringify([row.accountId, row.game, row.title]),
  );
  await sql`
    insert into watches (account_id, game, title, priority, note, ask_cents, bid_cents, read_at,
      added_at)
    select r."accountId", r.game, r.title, r.priority, r.note, r."askCents", r."bidCents",
      to_timestamp(r."readAtMs" / 1000.0), to_timestamp(r."addedAtMs" / 1000.0)
    from jsonb_to_recordset(${JSON.stringify(watches)}::text::jsonb) as r(
      "accountId" text, game text, title text, priority text, note text, "askCents" bigint,
      "bidCents" bigint, "readAtMs" bigint, "addedAtMs" bigint)
    order by r."accountId", r.game, r.title
    on conflict (account_id, game, title) do update set
      priority = excluded.priority, note = excluded.note, ask_cents = excluded.ask_cents,
      bid_cents = excluded.bid_cents, read_at = excluded.read_at
  `;
}

/** Domain write of `{ game, title, accountId? }` rows. */
export async function removeWatches(sql: Sql, rows: readonly unknown[]): Promise<void> {
  const removed = parseRows(watchRemoved, rows, "removed watches");
  await sql`
    delete from watches w
    using jsonb_to_recordset(${JSON.stringify(removed)}::text::jsonb) as r(
      "accountId" text, game text, title text)
    where (w.account_id, w.game, w.title) = (r."accountId", r.game, r.title)
  `;
}

/** By game and title. */
export async function listWatches(
  db: Db,
  { accountId = DEFAULT_ACCOUNT }: { readonly accountId?: string } = {},
): Promise<readonly WatchRow[]> {
  return await db.read((sql) =>
    sql<WatchRow[]>`
      select account_id as "accountId", game, title, priority, note, ask_cents as "askCents",
        bid_cents as "bidCents", (extract(epoch from read_at) * 1000)::bigint as "readAtMs",
        (extract(epoch from added_at) * 1000)::bigint as "addedAtMs"
      from v_watches
      where account_id = ${accountId}
      order by game, title
      limit 500
    `
  );
}
