/** Opportunities, one row per offer and way out. */

import { z } from "zod";
import type { GameId } from "@/core/domain/market.ts";
import type { Opportunity } from "@/core/domain/opportunity.ts";
import type { Reason } from "@/core/domain/reasons.ts";
import type { Sql } from "./connection.ts";
import { type Page, type PageRequest, pageStart, toPage } from "./page.ts";
import {
  accountId,
  cents,
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

/** An opportunity as it is stored and shown. */
export interface OpportunityRow extends Opportunity {
  readonly id: number;
  readonly accountId: string;
  readonly status: "open" | "closed";
  readonly closedReason: string | null;
  /** The same as data; null where an older version closed it. */
  readonly closedSaid: Reason | null;
  readonly updatedAtMs: number;
}

export interface OpportunityFilter {
  readonly accountId?: string;
  readonly status?: OpportunityRow["status"];
  readonly game?: GameId;
}

const opportunityWrite = z.object({
  accountId,
  scanId: text(100),
  game: text(20),
  level: text(20),
  title: text(300),
  offerId: text(100),
  kind: z.enum(["quick", "list"]),
  assetClass: z.looseObject({}),
  buyCents: cents,
  exitCents: cents,
  feePpm: z.int().min(0).max(1_000_000),
  feeCents: cents,
  netCents: cents,
  profitCents: cents,
  breakEvenCents: cents,
  roiBps: z.int(),
  annualisedBps: z.int(),
  lockDays: z.number().min(0),
  confidence: text(20),
  sales7d: count,
  otherAskCents: cents.nullable(),
  bestBidCents: cents.nullable(),
  fee: z.looseObject({}),
  guards: z.array(z.looseObject({})).max(100),
  foundAtMs: momentMs,
});

const opportunityClosed = z.object({
  accountId,
  offerId: text(100),
  /** Null closes both ways out. */
  kind: z.enum(["quick", "list"]).nullable().default(null),
  reason: sentence,
  said,
});

/** Domain write of {@link Opportunity} rows, `accountId` optional. Found again: refreshed and open. */
export async function writeOpportunities(sql: Sql, rows: readonly unknown[]): Promise<void> {
  const found = lastByKey(
    parseRows(opportunityWrite, rows, "opportunities"),
    (row) => JSON.stringify([row.accountId, row.offerId, row.kind]),
  );
  await sql`
    insert into opportunities as o (account_id, scan_id, game, level, title, offer_id, kind,
      asset_class, buy_cents, exit_cents, fee_ppm, fee_cents, net_cents, profit_cents,
      break_even_cents, roi_bps, annualised_bps, lock_days, confidence, sales_7d, other_ask_cents,
      best_bid_cents, fee, guards, found_at, updated_at)
    select r."accountId", r."scanId", r.game, r.level, r.title, r."offerId", r.kind,
      r."assetClass", r."buyCents", r."exitCents", r."feePpm", r."feeCents", r."netCents",
      r."profitCents", r."breakEvenCents", r."roiBps", r."annualisedBps", r."lockDays",
      r.confidence, r."sales7d", r."otherAskCents", r."bestBidCents", r.fee, r.guards,
      to_timestamp(r."foundAtMs" / 1000.0), now()
    from jsonb_to_recordset(${JSON.stringify(found)}::text::jsonb) as r(
      "accountId" text, "scanId" text, game text, level text, title text, "offerId" text, kind text,
      "assetClass" jsonb, "buyCents" bigint, "exitCents" bigint, "feePpm" integer,
      "feeCents" bigint, "netCents" bigint, "profitCents" bigint, "breakEvenCents" bigint,
      "roiBps" bigint, "annualisedBps" bigint, "lockDays" double precision, confidence text,
      "sales7d" integer, "otherAskCents" bigint, "bestBidCents" bigint, fee jsonb, guards jsonb,
      "foundAtMs" bigint)
    order by r."foundAtMs", r."offerId", r.kind
    on conflict (account_id, offer_id, kind) do update set
      scan_id = excluded.scan_id, game = excluded.game, level = excluded.level,
      title = excluded.title, asset_class = excluded.asset_class, buy_cents = excluded.buy_cents,
      exit_cents = excluded.exit_cents, fee_ppm = excluded.fee_ppm,
      fee_cents = excluded.fee_cents, net_cents = excluded.net_cents,
      profit_cents = excluded.profit_cents, break_even_cents = excluded.break_even_cents,
      roi_bps = excluded.roi_bps, annualised_bps = excluded.annualised_bps,
      lock_days = excluded.lock_days, confidence = excluded.confidence,
      sales_7d = excluded.sales_7d, other_ask_cents = excluded.other_ask_cents,
      best_bid_cents = excluded.best_bid_cents, fee = excluded.fee, guards = excluded.guards,
      updated_at = excluded.updated_at, status = 'open', closed_reason = null, closed_said = null,
      found_at = case when o.status = 'closed' then excluded.found_at else o.found_at end
  `;
}

/** Domain write of `{ offerId, kind?, reason, said?, accountId? }` rows: open ones close with the reason. */
export async function closeOpportunities(sql: Sql, rows: readonly unknown[]): Promise<void> {
  const closed = parseRows(opportunityClosed, rows, "closed opportunities");
  await sql`
    update opportunities o set status = 'closed', closed_reason = r.reason, closed_said = r.said,
      updated_at = now()
    from jsonb_to_recordset(${JSON.stringify(closed)}::text::jsonb) as r(
      "accountId" text, "offerId" text, kind text, reason text, said jsonb)
    where o.account_id = r."accountId" and o.offer_id = r."offerId"
      and o.kind = coalesce(r.kind, o.kind) and o.status = 'open'
  `;
}

/** Newest first. */
export async function listOpportunities(
  db: Db,
  page: PageRequest,
  filter: OpportunityFilter = {},
): Promise<Page<OpportunityRow>> {
  const after = pageStart(page);
  const { accountId = DEFAULT_ACCOUNT, status, game } = filter;
  const rows = await db.read((sql) => {
    // Literals, so that the index on open rows can serve them.
    const ofStatus = status === undefined
      ? sql``
      : status === "open"
      ? sql`and status = 'open'`
      : sql`and status = 'closed'`;
    const ofGame = game === undefined ? sql`` : sql`and game = ${game}`;
    const beyond = after === null ? sql`` : sql`
      and (found_at, id) < (to_timestamp(${after.atMs}::bigint / 1000.0), ${after.id}::bigint)`;
    return sql<OpportunityRow[]>`
      select id, account_id as "accountId", scan_id as "scanId", game, level, title,
        offer_id as "offerId", kind, asset_class as "assetClass", buy_cents as "buyCents",
        exit_cents as "exitCents", fee_ppm as "feePpm", fee_cents as "feeCents",
        net_cents as "netCents", profit_cents as "profitCents",
        break_even_cents as "breakEvenCents", roi_bps as "roiBps",
        annualised_bps as "annualisedBps", lock_days as "lockDays", confidence,
        sales_7d as "sales7d", other_ask_cents as "otherAskCents",
        best_bid_cents as "bestBidCents", fee, guards, status, closed_reason as "closedReason",
        closed_said as "closedSaid",
        (extract(epoch from found_at) * 1000)::bigint as "foundAtMs",
        (extract(epoch from updated_at) * 1000)::bigint as "updatedAtMs"
      from v_opportunities
      where account_id = ${accountId} ${ofStatus} ${ofGame} ${beyond}
      order by found_at desc, id desc
      limit ${page.limit + 1}
    `;
  });
  return toPage(rows, page.limit, (row) => ({ atMs: row.foundAtMs, id: String(row.id) }));
}
