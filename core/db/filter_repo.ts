/** Game filters, one per person and game. */

import { z } from "zod";
import type { GameFilter } from "@/core/domain/filters/filter.ts";
import { parseFilter } from "@/core/domain/filters/filter.ts";
import { type GameId, GAMES } from "@/core/domain/market.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Sql } from "./connection.ts";
import { accountId, DEFAULT_ACCOUNT, lastByKey, momentMs, parseRows } from "./rows.ts";
import type { Db } from "./session.ts";

export interface FilterRow extends GameFilter {
  readonly accountId: string;
  readonly userId: number;
  readonly updatedAtMs: number;
}

const filterWrite = z.object({
  accountId,
  userId: z.int(),
  game: z.enum(GAMES),
  /** Empty: the person has no filter for this game any more. */
  wants: z.record(z.string().max(40), z.unknown()),
  updatedAtMs: momentMs,
});

/**
 * Domain write of `{ userId, game, wants, updatedAtMs, accountId? }` rows. Rejects a filter that
 * does not exist, naming it.
 */
export async function writeFilters(sql: Sql, rows: readonly unknown[]): Promise<void> {
  const parsed = parseRows(filterWrite, rows, "game_filters").map((row) => {
    const { wants } = checked(row.game, row.wants);
    return { ...row, wants };
  });
  const filters = lastByKey(parsed, (row) => JSON.stringify([row.accountId, row.userId, row.game]));
  await sql`
    with given as (
      select r."accountId" as account_id, r."userId" as user_id, r.game, r.wants,
        to_timestamp(r."updatedAtMs" / 1000.0) as updated_at
      from jsonb_to_recordset(${JSON.stringify(filters)}::text::jsonb) as r(
        "accountId" text, "userId" bigint, game text, wants jsonb, "updatedAtMs" bigint)),
    removed as (
      delete from game_filters f using given g
      where g.wants = '{}' and (f.account_id, f.user_id, f.game) = (g.account_id, g.user_id, g.game))
    insert into game_filters (account_id, user_id, game, wants, updated_at)
    select account_id, user_id, game, wants, updated_at from given where wants <> '{}'
    order by account_id, user_id, game
    on conflict (account_id, user_id, game) do update set
      wants = excluded.wants, updated_at = excluded.updated_at
  `;
}

/** The filters of one person, a game each. Rejects what an older version stored and none reads. */
export async function listFilters(
  db: Db,
  query: { readonly userId: number; readonly accountId?: string },
): Promise<readonly FilterRow[]> {
  const { userId, accountId = DEFAULT_ACCOUNT } = query;
  const rows = await db.read((sql) =>
    sql<(Omit<FilterRow, "wants"> & { wants: Record<string, unknown> })[]>`
      select account_id as "accountId", user_id as "userId", game, wants,
        (extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs"
      from v_game_filters
      where account_id = ${accountId} and user_id = ${userId}::bigint
      order by game
    `
  );
  return rows.map((row) => ({ ...row, wants: checked(row.game, row.wants).wants }));
}

function checked(game: GameId, wants: Readonly<Record<string, unknown>>): GameFilter {
  const read = parseFilter(game, wants);
  if (read.ok) return read.filter;
  const reasons = read.problems.map(({ message }) => message).join("; ");
  throw new ActorError("rejected", "game-filter", `Cannot keep the filter: ${reasons}`);
}
