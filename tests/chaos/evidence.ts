/** What the database holds at one moment, read by a connection of our own in one snapshot. */

import type { Address } from "@/core/db/address.ts";
import type { Sql } from "@/core/db/connection.ts";
import { Session } from "@/core/db/session.ts";
import { systemClock } from "@/core/kernel/clock.ts";

export interface ActorEvidence {
  readonly version: number;
  readonly incarnation: number;
}
export interface ScanEvidence {
  readonly scanId: string;
  /** Game and level. */
  readonly band: string;
  readonly status: string;
  readonly processed: number;
  readonly total: number | null;
  readonly accepted: number;
  readonly pages: number;
}
export interface OutboxEvidence {
  readonly id: number;
  readonly key: string;
  readonly kind: "message" | "effect";
  readonly target: string;
  readonly type: string;
  readonly status: string;
  /** The message it answers, for effects that do. */
  readonly replyTo: number | null;
}
/** One message of the scanner to the notifier: what a turn accepted. */
export interface FoundEvidence {
  readonly scanId: string;
  readonly batch: number;
  /** `offerId kind`. */
  readonly found: readonly string[];
}
export interface Evidence {
  readonly actors: ReadonlyMap<string, ActorEvidence>;
  readonly scans: readonly ScanEvidence[];
  /** `offerId kind` → status. */
  readonly opportunities: ReadonlyMap<string, string>;
  /** `offerId kind`, as the scanner's checkpoint has it. */
  readonly open: readonly string[];
  readonly activeScans: number;
  readonly outbox: readonly OutboxEvidence[];
  readonly found: readonly FoundEvidence[];
  /** `actor message` → how often it was consumed. */
  readonly consumed: readonly string[];
}

interface ScannerState {
  readonly open?: readonly { readonly offerId: string; readonly kinds: readonly string[] }[];
  readonly active?: readonly unknown[];
}

/** Rejects where the database does not answer. */
export function readEvidence(home: string): Promise<Evidence> {
  return once(home, (session) =>
    session.transaction(async (sql) => {
      await sql`set transaction isolation level repeatable read, read only`;
      return await read(sql);
    }));
}

/** Whether the turn on the command `messageId` is stored; rejects where the database does not answer. */
export async function isHandled(home: string, messageId: number): Promise<boolean> {
  const rows = await once(home, (session) =>
    session.read((sql) =>
      sql`
        select 1 from outbox
        where type = 'Command' and (body ->> 'messageId')::bigint = ${messageId} and status = 'done'
      `
    ));
  return rows.length > 0;
}

/** Process id of one session of the daemon. */
export async function sessionPid(home: string): Promise<number> {
  const [row] = await once(home, (session) =>
    session.read((sql) =>
      sql<{ pid: number }[]>`
        select pid from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()
        order by query_start desc nulls last limit 1
      `
    ));
  if (row === undefined) throw new Error("The daemon has no session");
  return row.pid;
}

/** A connection each, because servers die here. */
async function once<T>(home: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Session({
    connect: { address: addressIn(home), rootCertificates: null },
    clock: systemClock,
    timeoutMs: TIMEOUT_MS,
  });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const TIMEOUT_MS = 5_000;

function addressIn(home: string): Address {
  return {
    socketPath: `${home}/postgres/.s.PGSQL.5432`,
    host: "localhost",
    port: 5432,
    user: "marketd",
    password: "",
    database: "marketd",
    tls: "disable",
    rootCertificates: null,
    serverOptions: null,
    applicationName: "chaos",
  };
}

async function read(sql: Sql): Promise<Evidence> {
  const actors = await sql<(ActorEvidence & { actor: string })[]>`
    select actor, version, incarnation from actor_state
  `;
  const [scanner] = await sql<{ state: ScannerState | null }[]>`
    select jsonb_build_object('open', state -> 'open', 'active', state -> 'active') as state
    from actor_state where actor = 'scanner'
  `;
  const scans = await sql<ScanEvidence[]>`
    select scan_id as "scanId", game || ' ' || level as band, status, processed, total, accepted,
      pages
    from scan_checkpoints
  `;
  const opportunities = await sql<{ key: string; status: string }[]>`
    select offer_id || ' ' || kind as key, status from opportunities
  `;
  const outbox = await sql<OutboxEvidence[]>`
    select id, key, kind, target, type, status,
      (body ->> 'replyToMessageId')::bigint as "replyTo"
    from outbox order by id
  `;
  const found = await sql<FoundEvidence[]>`
    select split_part(key, ':', 2) as "scanId", split_part(key, ':', 3)::bigint as batch,
      (select coalesce(jsonb_agg((o ->> 'offerId') || ' ' || (o ->> 'kind')), '[]')
        from jsonb_array_elements(body -> 'opportunities') o) as found
    from outbox where type = 'OpportunitiesFound' and target = 'notifier'
  `;
  const consumed = await sql<{ key: string }[]>`
    select actor || ' ' || message_id as key from inbox
  `;
  const open = scanner?.state?.open ?? [];
  return {
    actors: new Map(actors.map(({ actor, ...rest }) => [actor, rest])),
    scans,
    opportunities: new Map(opportunities.map(({ key, status }) => [key, status])),
    open: open.flatMap(({ offerId, kinds }) => kinds.map((kind) => `${offerId} ${kind}`)),
    activeScans: scanner?.state?.active?.length ?? 0,
    outbox,
    found,
    consumed: consumed.map(({ key }) => key),
  };
}
