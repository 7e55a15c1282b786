/** The first half of a start: home, database, schema, lease; each given up when the end comes first. */

import type { Config } from "@/core/config/config.ts";
import { type Database, openDatabase } from "@/core/db/database.ts";
import { lockHome } from "@/core/db/embedded/home_lock.ts";
import { Lease } from "@/core/db/lease.ts";
import { migrate, readMigrations } from "@/core/db/migrate.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Shutdown } from "@/core/supervision/phases.ts";
import type { Logging } from "@/core/observability/logging.ts";
import { EXIT } from "@/core/process/exit_codes.ts";

/** What a start shares among its steps. */
export interface Opening {
  readonly logging: Logging;
  /** Resolves to the exit code once the process shall end. */
  readonly end: PromiseWithResolvers<number>;
  /** Takes what was opened, to be closed in its phase. */
  readonly down: Shutdown;
  readonly clock: Clock;
}

export interface Storage {
  readonly db: Database;
  readonly lease: Lease;
}

/** Rejects with a sentence for a person where one can mend it, and when the end comes first. */
export async function openStorage(config: Config, opening: Opening): Promise<Storage> {
  const { logging, end, down, clock } = opening;
  await makeHome(config.home);
  if (config.databaseUrl !== null) down.add("home", "lock", await ownHome(config.home, clock));
  const db = await unlessEnded(end, () =>
    openDatabase({
      url: config.databaseUrl?.reveal() ?? null,
      home: config.home,
      clock,
      log: logging.log("database"),
    }), (late) => late.stop());
  down.add("database", "database", () => db.stop());
  await unlessEnded(end, async () => await migrate(db, await readMigrations()));
  const lease = await unlessEnded(end, () =>
    Lease.acquire({
      db,
      holder: crypto.randomUUID(),
      description: `process ${Deno.pid} on ${Deno.hostname()}`,
      clock,
      log: logging.log("lease"),
    }), (late) => late.release());
  down.add("lease", "lease", () => lease.release());
  lease.lost.then(({ message }) => {
    const code = EXIT.leaseLost;
    const text = "{message}: somebody else leads, this process ends with {code}";
    logging.log("main").error(text, { message, code });
    end.resolve(code);
  });
  return { db, lease };
}

/** A signal came while something was being opened. */
class EndedDuringStart extends Error {}

/** Whether a start stopped because its end was asked for. */
export function isEnded(error: unknown): boolean {
  return error instanceof EndedDuringStart;
}

/**
 * Opens something that may take long, unless the end comes first; what is opened too late is closed
 * again behind our back, because the process is about to go.
 */
async function unlessEnded<T>(
  end: PromiseWithResolvers<number>,
  work: () => Promise<T>,
  close: (late: T) => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  const working = work();
  const first = await Promise.race([
    working.then((value) => ({ value })),
    end.promise.then(() => null),
  ]);
  if (first !== null) return first.value;
  working.then(close).catch(() => {});
  throw new EndedDuringStart();
}

async function makeHome(home: string): Promise<void> {
  try {
    await Deno.mkdir(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Cannot use ${home} as home (MARKETD_HOME): ${why}`;
    throw new ActorError("fatal", "home-unusable", message, { cause });
  }
}

/** The home holds run.json as well, so it belongs to one process whatever the database is. */
async function ownHome(home: string, clock: Clock): Promise<() => void> {
  const lock = await lockHome(await Deno.realPath(home), new Date(clock.now()).toISOString());
  return () => lock.release();
}
