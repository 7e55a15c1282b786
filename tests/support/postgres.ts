/** A migrated schema of its own for every test, on a server that is already running. */

import { type Database, openDatabase } from "@/core/db/database.ts";
import { migrate, readMigrations } from "@/core/db/migrate.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import type { Log } from "@/core/kernel/log.ts";
import {
  quietLog,
  type SharedTestServer,
  startSharedTestServer,
  TEST_DATABASE_URL,
} from "./postgres_server.ts";
import { isAlive } from "./processes.ts";

export interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
  /** Leads to the same schema, also from a child process: for `DATABASE_URL`. */
  readonly url: string;
  readonly schema: string;
  /** Another pool on the same schema; the caller stops it. */
  open(options?: TestDatabaseOptions): Promise<Database>;
}

export interface TestDatabaseOptions {
  readonly timeoutMs?: number;
  readonly poolSize?: number;
  readonly log?: Log;
}

// Started here, before any test, so that no test is blamed for leaking it.
const server = await sharedServer();
const migrations = await readMigrations();

/** `await using database = await testDatabase()`. */
export async function testDatabase(
  options: TestDatabaseOptions & { readonly migrated?: boolean } = {},
): Promise<TestDatabase> {
  const schema = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  const url = `${server}&options=${encodeURIComponent(`-csearch_path=${schema}`)}`;
  const open = (options: TestDatabaseOptions = {}) =>
    openDatabase({ home: "", clock: systemClock, log: quietLog, ...options, url });
  const { migrated = true, ...rest } = options;
  const db = await open(rest);
  await db.write((sql) => sql`create schema ${sql(schema)}`);
  if (migrated) await migrate(db, migrations);
  return { db, url, schema, open, [Symbol.asyncDispose]: () => db.stop() };
}

async function sharedServer(): Promise<string> {
  const given = Deno.env.get(TEST_DATABASE_URL);
  if (given !== undefined) return given;
  const own = await startSharedTestServer();
  globalThis.addEventListener("unload", () => removeNow(own));
  return own.url;
}

/** At `unload` nothing can be awaited any more. */
function removeNow({ pid, home }: SharedTestServer): void {
  Deno.kill(pid, "SIGQUIT");
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 200 && isAlive(pid); tries++) Atomics.wait(pause, 0, 0, 5);
  Deno.removeSync(home, { recursive: true });
}
