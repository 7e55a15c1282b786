/** Where scans stand, for people and queries; the scanner itself resumes from its own state. */

import { z } from "zod";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import type { Sql } from "./connection.ts";
import { type Page, type PageRequest, pageStart, toPage } from "./page.ts";
import {
  accountId,
  count,
  DEFAULT_ACCOUNT,
  lastByKey,
  momentMs,
  parseRows,
  said,
  sentence,
  text,
} from "./rows.ts";
import type { Db } from "./session.ts";

export interface ScanRow extends ScanProgress {
  readonly accountId: string;
  /** The market's own place marker; null before the first page and at the end. */
  readonly cursor: string | null;
}

/** What a scan may lack is null in its row. */
type Lacking = "filter" | "reason" | "said";
type StoredScan =
  & Omit<ScanRow, Lacking>
  & { readonly [Name in Lacking]: NonNullable<ScanRow[Name]> | null };

const scanWrite = z.object({
  accountId,
  scanId: text(100),
  game: text(20),
  level: text(20),
  filter: z.record(z.string().max(40), z.unknown()).nullable().default(null),
  status: z.enum(["queued", "running", "completed", "stopped", "failed"]),
  cursor: z.string().max(1_000).nullable().default(null),
  processed: count,
  total: count.nullable(),
  accepted: count,
  refused: count,
  unverified: count,
  pages: count,
  guardFailures: z.record(z.string().max(60), count),
  etaMs: momentMs.nullable(),
  startedAtMs: momentMs,
  updatedAtMs: momentMs,
  reason: sentence.nullable().default(null),
  said,
});

/** Domain write of {@link ScanProgress} rows, `cursor` and `accountId` optional. */
export async function writeScans(sql: Sql, rows: readonly unknown[]): Promise<void> {
  const scans = lastByKey(
    parseRows(scanWrite, rows, "scan_checkpoints"),
    (row) => JSON.stringify([row.accountId, row.scanId]),
  );
  await sql`
    insert into scan_checkpoints (account_id, scan_id, game, level, filter, status, cursor,
      processed, total, accepted, refused, unverified, pages, counts, eta_ms, started_at, updated_at,
      reason, said)
    select r."accountId", r."scanId", r.game, r.level, r.filter, r.status, r.cursor,
      r.processed, r.total, r.accepted, r.refused, r.unverified, r.pages, r."guardFailures", r."etaMs",
      to_timestamp(r."startedAtMs" / 1000.0), to_timestamp(r."updatedAtMs" / 1000.0),
      r.reason, r.said
    from jsonb_to_recordset(${JSON.stringify(scans)}::text::jsonb) as r(
      "accountId" text, "scanId" text, game text, level text, filter jsonb, status text,
      cursor text, processed bigint, total bigint, accepted bigint, refused bigint, unverified bigint,
      pages bigint, "guardFailures" jsonb, "etaMs" bigint, "startedAtMs" bigint,
      "updatedAtMs" bigint, reason text, said jsonb)
    order by r."accountId", r."scanId"
    on conflict (account_id, scan_id) do update set
      status = excluded.status, cursor = excluded.cursor, processed = excluded.processed,
      total = excluded.total, accepted = excluded.accepted, refused = excluded.refused,
      unverified = excluded.unverified, pages = excluded.pages, counts = excluded.counts,
      eta_ms = excluded.eta_ms, updated_at = excluded.updated_at, reason = excluded.reason,
      said = excluded.said
  `;
}

/** Newest first. */
export async function listScans(
  db: Db,
  page: PageRequest,
  { accountId = DEFAULT_ACCOUNT }: { readonly accountId?: string } = {},
): Promise<Page<ScanRow>> {
  const after = pageStart(page);
  const rows = await db.read((sql) => {
    const beyond = after === null ? sql`` : sql`
      and (started_at, scan_id) < (to_timestamp(${after.atMs}::bigint / 1000.0), ${after.id})`;
    return sql<StoredScan[]>`
      select account_id as "accountId", scan_id as "scanId", game, level, filter, status, cursor,
        processed, total, accepted, refused, unverified, pages, counts as "guardFailures",
        eta_ms as "etaMs", (extract(epoch from started_at) * 1000)::bigint as "startedAtMs",
        (extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs", reason, said
      from v_scans
      where account_id = ${accountId} ${beyond}
      order by started_at desc, scan_id desc
      limit ${page.limit + 1}
    `;
  });
  const scans = rows.map(({ filter, reason, said, ...row }): ScanRow => ({
    ...row,
    ...(filter === null ? {} : { filter }),
    ...(reason === null ? {} : { reason }),
    ...(said === null ? {} : { said }),
  }));
  return toPage(scans, page.limit, (row) => ({ atMs: row.startedAtMs, id: row.scanId }));
}
