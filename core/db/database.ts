/** The one door to Postgres: somebody's server by URL, or the embedded one under a home. */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Log } from "@/core/kernel/log.ts";
import { type Address, describeAddress, parseAddress } from "./address.ts";
import type { Rows, ServerNotice, Sql, Statement } from "./connection.ts";
import { EmbeddedPostgres } from "./embedded.ts";
import { isAway } from "./errors.ts";
import { Pool, type PoolStats } from "./pool.ts";
import { type Db, Session, type SessionOptions, type WorkOptions } from "./session.ts";

export interface DatabaseOptions {
  /** A connection URL (see address.ts), or null for the embedded server. */
  readonly url: string | null;
  /** Folder of the embedded server. */
  readonly home: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of every call that names no other; default 5 s. */
  readonly timeoutMs?: number;
  readonly poolSize?: number;
  /** How long a server that is not there yet is waited for; default 15 s. */
  readonly patienceMs?: number;
  /** Of the embedded server, see there; somebody else's server is never touched. */
  readonly silentMs?: number | null;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_PATIENCE_MS = 15_000;
const RETRY_MS = 200;
const PING_MS = 1_000;
const OLDEST_VERSION = 150_000;

export class Database implements Db {
  readonly kind: "embedded" | "external";
  /** Where it is, without a password. */
  readonly describe: string;
  readonly #session: SessionOptions;
  readonly #pool: Pool;
  readonly #embedded: EmbeddedPostgres | null;

  constructor(session: SessionOptions, embedded: EmbeddedPostgres | null, poolSize?: number) {
    this.kind = embedded === null ? "external" : "embedded";
    this.describe = describeAddress(session.connect.address);
    this.#session = session;
    this.#embedded = embedded;
    this.#pool = new Pool({ ...session, ...(poolSize === undefined ? {} : { size: poolSize }) });
  }

  read<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>> {
    return this.#pool.read(statement, options);
  }

  write<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>> {
    return this.#pool.write(statement, options);
  }

  transaction<T>(work: (sql: Sql) => Promise<T>, options?: WorkOptions): Promise<T> {
    return this.#pool.transaction(work, options);
  }

  /**
   * A session outside the pool, for what belongs to one connection such as a session lock. The
   * caller closes it.
   */
  dedicated(timeoutMs: number): Session {
    return new Session({ ...this.#session, timeoutMs });
  }

  /** Milliseconds of one round trip; rejects within a second. */
  async ping(): Promise<number> {
    const { clock } = this.#session;
    const startedAt = clock.monotonic();
    await this.#pool.read((sql) => sql`select 1`, { timeoutMs: PING_MS });
    return clock.monotonic() - startedAt;
  }

  stats(): PoolStats {
    return this.#pool.stats();
  }

  /** Process id of the embedded server; null for an external one. */
  get serverPid(): number | null {
    return this.#embedded?.pid ?? null;
  }

  async stop(): Promise<void> {
    await this.#pool.close();
    await this.#embedded?.stop();
  }
}

/** Resolves when a first statement was answered by a server that is new enough. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const external = options.url === null ? null : parseAddress(options.url);
  const embedded = external === null ? await EmbeddedPostgres.start(options) : null;
  const address = external ?? embedded?.address;
  if (address === undefined) throw new Error("Cannot open a database without an address");
  const database = new Database(await sessionOptions(address, options), embedded, options.poolSize);
  try {
    await firstAnswer(database, options);
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function sessionOptions(
  address: Address,
  { clock, log, timeoutMs = DEFAULT_TIMEOUT_MS }: DatabaseOptions,
): Promise<SessionOptions> {
  const { rootCertificates: path } = address;
  const rootCertificates = path === null ? null : await readCertificates(path);
  const onNotice = ({ severity, message: notice }: ServerNotice) => {
    const level = severity === "WARNING" ? "warn" : "debug";
    log[level]("Database says", { notice });
  };
  return { connect: { address, rootCertificates, onNotice }, clock, timeoutMs };
}

async function readCertificates(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const message = `Cannot read the certificates in ${path}`;
    throw new ActorError("fatal", "database-certificates", message, { cause });
  }
}

/** A server started beside us may need a moment; one that refuses us will go on refusing. */
async function firstAnswer(database: Database, options: DatabaseOptions): Promise<void> {
  const { clock, log, patienceMs = DEFAULT_PATIENCE_MS } = options;
  const until = clock.monotonic() + patienceMs;
  for (let tries = 0;; tries++) {
    try {
      return await checkVersion(database);
    } catch (error) {
      if (!isAway(error) || clock.monotonic() + RETRY_MS > until) throw error;
      if (tries === 0) log.warn("Waiting for the database", { database: database.describe, error });
      await sleep(clock, RETRY_MS);
    }
  }
}

async function checkVersion(database: Database): Promise<void> {
  const [row] = await database.read((sql) =>
    sql<{ version: number; name: string }[]>`
      select current_setting('server_version_num')::int as version,
        current_setting('server_version') as name
    `
  );
  if (row !== undefined && row.version >= OLDEST_VERSION) return;
  throw new ActorError(
    "fatal",
    "database-version",
    `Cannot use ${database.describe} as Postgres 15 or newer is needed: its version is ${row?.name}`,
  );
}
