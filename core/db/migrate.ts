/** Brings the schema up: numbered SQL files, forward only, each applied once and never edited. */

import { ActorError } from "@/core/kernel/errors.ts";
import type { Sql } from "./connection.ts";
import type { Db } from "./session.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Lower-case hex SHA-256 of the file. */
  readonly checksum: string;
  readonly sql: string;
}

export interface MigrateOptions {
  /** How long another migrator is waited for; default 30 s. */
  readonly lockTimeoutMs?: number;
  /** Of one migration; default 2 minutes. */
  readonly timeoutMs?: number;
}

export interface MigrationReport {
  /** The schema's version now. */
  readonly version: number;
  /** Names of the migrations applied by this call. */
  readonly applied: readonly string[];
}

interface AppliedRow {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

const FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;
const DEFAULT_FOLDER = new URL("../../migrations/", import.meta.url);
const DEFAULT_LOCK_TIMEOUT_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 120_000;
const LOCK_CLASS = 730_101;

/** Reads `NNNN_name.sql` files, ascending; anything else in the folder is refused. */
export async function readMigrations(folder: URL = DEFAULT_FOLDER): Promise<readonly Migration[]> {
  const migrations: Migration[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const [, number, name] = FILE.exec(entry.name) ?? [];
    if (number === undefined || name === undefined) {
      throw refused(`migrations must be named NNNN_name.sql`, entry.name);
    }
    const sql = await Deno.readTextFile(new URL(entry.name, folder));
    migrations.push({ version: Number(number), name, checksum: await sha256(sql), sql });
  }
  migrations.sort((a, b) => a.version - b.version);
  migrations.forEach((migration, index) => {
    if (migration.version === index + 1) return;
    throw refused(`migration ${index + 1} must come next`, label(migration));
  });
  return migrations;
}

/**
 * Applies what is missing. Any number of migrators may run at once: each migration takes the lock,
 * looks again and inserts its row first, all in one transaction. Rejects (kind `fatal`) when an
 * applied file was edited, the database has a gap, or knows more than this program.
 */
export async function migrate(
  db: Db,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  const applied: string[] = [];
  for (;;) {
    const done = await applyNext(db, migrations, options);
    if (done === null) return { version: migrations.length, applied };
    applied.push(done);
  }
}

/** Resolves to the name of the migration it applied, or to null when there was none left. */
function applyNext(
  db: Db,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<string | null> {
  const { lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return db.transaction(async (sql) => {
    await takeLock(sql, lockTimeoutMs);
    const next = nextMigration(await readApplied(sql), migrations);
    if (next === null) return null;
    await sql`
      insert into schema_migrations (version, name, checksum)
      values (${next.version}, ${next.name}, ${next.checksum})
    `;
    await sql.unsafe(next.sql).simple();
    return label(next);
  }, { timeoutMs: lockTimeoutMs + timeoutMs });
}

async function takeLock(sql: Sql, lockTimeoutMs: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`;
  try {
    await sql`select pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(current_schema()))`;
  } catch (cause) {
    throw new ActorError(
      "transient",
      "migration-lock",
      `Cannot migrate as another migration did not end within ${lockTimeoutMs} ms`,
      { cause },
    );
  }
  await sql`select set_config('lock_timeout', '0', true)`;
}

async function readApplied(sql: Sql): Promise<readonly AppliedRow[]> {
  await sql`
    create table if not exists schema_migrations (
      version integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )
  `;
  return await sql<AppliedRow[]>`
    select version, name, checksum from schema_migrations order by version
  `;
}

/** What to apply next; null when the database is up to date. */
export function nextMigration(
  applied: readonly AppliedRow[],
  known: readonly Migration[],
): Migration | null {
  applied.forEach((row, index) => {
    const file = known[index];
    if (file === undefined) {
      throw refused(
        `this program knows ${known.length} migrations and must not run on a newer schema`,
        label(row),
      );
    }
    if (row.version !== file.version) {
      throw refused(`migration ${file.version} must have been applied before`, label(row));
    }
    if (row.checksum !== file.checksum) {
      throw refused(
        `an applied migration must never be edited (write a new one instead)`,
        `${label(file)}, whose checksum was ${short(row.checksum)} and is ${short(file.checksum)}`,
      );
    }
  });
  return known[applied.length] ?? null;
}

function label({ version, name }: { readonly version: number; readonly name: string }): string {
  return `${String(version).padStart(4, "0")}_${name}`;
}

function refused(rule: string, value: string): ActorError {
  return new ActorError(
    "fatal",
    "migration-refused",
    `Cannot migrate the database as ${rule}: current value is ${value}`,
  );
}

/** Enough to tell two files apart; the whole of it would look like a key, and be taken out of logs. */
function short(checksum: string): string {
  return checksum.slice(0, 12);
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
