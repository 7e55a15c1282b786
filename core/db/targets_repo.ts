/** What the target manager would order. Recorded; nothing here reaches a market. */

import { z } from "zod";
import type { Explained, Reason } from "@/core/domain/reasons.ts";
import type { AssetClass, GameId } from "@/core/domain/market.ts";
import type { Sql } from "./connection.ts";
import { type Page, type PageRequest, pageStart, toPage } from "./page.ts";
import {
  accountId,
  cents,
  DEFAULT_ACCOUNT,
  lastByKey,
  momentMs,
  parseRows,
  said,
  sentence,
  text,
} from "./rows.ts";
import type { Db } from "./session.ts";

/** A buy order that is intended; `key` says what makes two intents the same one. */
export interface TargetIntent extends Explained {
  readonly key: string;
  readonly game: GameId;
  readonly title: string;
  /** What the order asks of the asset; a null attribute means "any". */
  readonly attributes: AssetClass;
  readonly priceCents: number;
  readonly amount: number;
  readonly mode: "dry" | "live";
  readonly scanId: string | null;
  readonly offerId: string | null;
  readonly createdAtMs: number;
}

export interface TargetRow extends TargetIntent {
  readonly id: number;
  readonly accountId: string;
  readonly status: "planned" | "withdrawn";
}

const intentWrite = z.object({
  accountId,
  key: text(600),
  game: text(20),
  title: text(300),
  attributes: z.looseObject({}),
  priceCents: cents.min(1),
  amount: z.int().min(1).max(100),
  reason: sentence,
  said,
  mode: z.enum(["dry", "live"]),
  scanId: z.string().max(100).nullable().default(null),
  offerId: z.string().max(100).nullable().default(null),
  createdAtMs: momentMs,
});

/** Domain write of {@link TargetIntent} rows, `accountId` optional. A key seen before is left alone. */
export async function writeTargets(sql: Sql, rows: readonly unknown[]): Promise<void> {
  const intents = lastByKey(
    parseRows(intentWrite, rows, "target_intents"),
    (row) => JSON.stringify([row.accountId, row.key]),
  );
  await sql`
    insert into target_intents (account_id, key, game, title, attributes, price_cents, amount,
      reason, said, mode, scan_id, offer_id, created_at)
    select r."accountId", r.key, r.game, r.title, r.attributes, r."priceCents", r.amount,
      r.reason, r.said, r.mode, r."scanId", r."offerId", to_timestamp(r."createdAtMs" / 1000.0)
    from jsonb_to_recordset(${JSON.stringify(intents)}::text::jsonb) as r(
      "accountId" text, key text, game text, title text, attributes jsonb, "priceCents" bigint,
      amount integer, reason text, said jsonb, mode text, "scanId" text, "offerId" text, "createdAtMs" bigint)
    order by r."createdAtMs", r.key
    on conflict (account_id, key) do nothing
  `;
}

/** Newest first. */
export async function listTargets(
  db: Db,
  page: PageRequest,
  { accountId = DEFAULT_ACCOUNT }: { readonly accountId?: string } = {},
): Promise<Page<TargetRow>> {
  const after = pageStart(page);
  const rows = await db.read((sql) => {
    const beyond = after === null ? sql`` : sql`
      and (created_at, id) < (to_timestamp(${after.atMs}::bigint / 1000.0), ${after.id}::bigint)`;
    return sql<(Omit<TargetRow, "said"> & { readonly said: Reason | null })[]>`
      select id, account_id as "accountId", key, game, title, attributes,
        price_cents as "priceCents", amount, reason, said, mode, status, scan_id as "scanId",
        offer_id as "offerId", (extract(epoch from created_at) * 1000)::bigint as "createdAtMs"
      from v_targets
      where account_id = ${accountId} ${beyond}
      order by created_at desc, id desc
      limit ${page.limit + 1}
    `;
  });
  const targets = rows.map(({ said, ...row }): TargetRow => said === null ? row : { ...row, said });
  return toPage(targets, page.limit, (row) => ({ atMs: row.createdAtMs, id: String(row.id) }));
}
