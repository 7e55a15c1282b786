/** `deno task migrate`: brings the schema up and says what it did. */

import type { Config } from "@/core/config/config.ts";
import { openDatabase } from "@/core/db/database.ts";
import { migrate, readMigrations } from "@/core/db/migrate.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import type { Log } from "@/core/kernel/log.ts";

/** Resolves to one sentence; rejects when the database or a migration refuses. */
export async function migrateOnce(config: Config, log: Log): Promise<string> {
  await Deno.mkdir(config.home, { recursive: true, mode: 0o700 });
  const url = config.databaseUrl?.reveal() ?? null;
  const db = await openDatabase({ url, home: config.home, clock: systemClock, log });
  try {
    const { version, applied } = await migrate(db, await readMigrations());
    const done = applied.length === 0 ? "nothing to do" : `applied ${applied.join(", ")}`;
    return `Schema of ${db.describe} is at version ${version}: ${done}`;
  } finally {
    await db.stop();
  }
}
