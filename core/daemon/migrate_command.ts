/** `deno task migrate`: brings the schema up and says what it did. */

import type { Config } from "@/core/config/config.ts";
import { openDatabase } from "@/core/db/database.ts";
import { migrate, readMigrations } from "@/core/db/migrate.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { EXIT } from "@/core/process/exit_codes.ts";
import { logFailure, openLog } from "./daemon.ts";

/** Resolves to the exit code. */
export async function migrateCommand(config: Config): Promise<number> {
  const logging = openLog(config);
  const log = logging.log("migrate");
  try {
    await Deno.mkdir(config.home, { recursive: true, mode: 0o700 });
    const url = config.databaseUrl?.reveal() ?? null;
    const db = await openDatabase({ url, home: config.home, clock: systemClock, log });
    try {
      const { version, applied } = await migrate(db, await readMigrations());
      const done = applied.length === 0 ? "nothing to do" : `applied ${applied.join(", ")}`;
      log.info("{database} is at version {version}: {done}", {
        database: db.describe,
        version,
        done,
      });
    } finally {
      await db.stop();
    }
    return EXIT.clean;
  } catch (error) {
    return logFailure(log, "Migration failed: {reason}", error);
  } finally {
    await logging.close();
  }
}
