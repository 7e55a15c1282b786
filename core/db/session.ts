/** One place at the database: work by work, on a connection that is reopened when it was lost. */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  Connection,
  type ConnectOptions,
  type Rows,
  type Sql,
  type Statement,
} from "./connection.ts";
import { DEADLINE, toDatabaseError } from "./errors.ts";

export interface WorkOptions {
  /**
   * From the call to its end. For `read` and `write` at most the default, because the server keeps
   * that limit too; longer work belongs into a transaction.
   */
  readonly timeoutMs?: number;
}

/**
 * What repositories work with. Everything rejects with an `ActorError` (see errors.ts) and nothing
 * outlives its deadline: the driver has none, so a frozen server would hang a call for ever.
 */
export interface Db {
  /** One statement that changes nothing. */
  read<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>>;
  /** One statement that may change something: a lost connection leaves its outcome `unknown`. */
  write<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>>;
  /** Commits when `work` resolves, rolls back when it rejects. `work` gets nothing but statements. */
  transaction<T>(work: (sql: Sql) => Promise<T>, options?: WorkOptions): Promise<T>;
}

export interface SessionOptions {
  readonly connect: Omit<ConnectOptions, "limits" | "onLost">;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

type Asked = "read" | "write" | "transaction";

/** The server gives up a little earlier, so that a slow statement costs no connection. */
const SERVER_SHARE = 0.9;
const COMMIT_ENDED_AS_ROLLBACK = "ROLLBACK";

/** Does one thing at a time; a second call while one is running is a mistake of the program. */
export class Session implements Db {
  readonly #options: SessionOptions;
  readonly #connect: ConnectOptions;
  #connection: Connection | null = null;
  /** Settles when every connection that was replaced is closed. */
  #replaced: Promise<void> = Promise.resolve();
  /** Rejects the call that is running; null while none is. */
  #cutOff: ((error: Error) => void) | null = null;
  #deadlines = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#connect = {
      ...options.connect,
      limits: {
        statementMs: serverLimit(options.timeoutMs),
        idleInTransactionMs: options.timeoutMs,
      },
      onLost: (connection, error) => {
        if (connection === this.#connection) this.#cutOff?.(error);
      },
    };
  }

  /** How many calls ended by their deadline. */
  get deadlines(): number {
    return this.#deadlines;
  }

  read<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>> {
    return this.#within(options, "read", statement);
  }

  write<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>> {
    return this.#within(options, "write", statement);
  }

  transaction<T>(work: (sql: Sql) => Promise<T>, options?: WorkOptions): Promise<T> {
    const timeoutMs = options?.timeoutMs ?? this.#options.timeoutMs;
    const longMs = timeoutMs > this.#options.timeoutMs ? serverLimit(timeoutMs) : null;
    return this.#within(
      options,
      "transaction",
      (_, connection) => runTransaction(connection, work, longMs),
    );
  }

  /** Cuts off whatever is running and closes the connection; the next call opens another. */
  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    await allSettled([this.#replaced, connection?.close()]);
  }

  async #within<T>(
    options: WorkOptions | undefined,
    asked: Asked,
    work: (sql: Sql, connection: Connection) => PromiseLike<T>,
  ): Promise<T> {
    if (this.#cutOff !== null) {
      throw new ActorError("fatal", "database-session-busy", "Cannot share a session");
    }
    const timeoutMs = options?.timeoutMs ?? this.#options.timeoutMs;
    const { promise: cutOff, reject } = Promise.withResolvers<never>();
    this.#cutOff = reject;
    const cancel = this.#options.clock.after(timeoutMs, () => {
      this.#connection?.destroy();
      const message = `No answer within ${Math.ceil(timeoutMs)} ms to a ${asked} of the database`;
      reject(new ActorError("transient", DEADLINE, message));
    });
    try {
      return await Promise.race([cutOff, this.#run(work)]);
    } catch (error) {
      const known = toDatabaseError(error, asked === "read" ? "read" : "write");
      if (known.code === DEADLINE) this.#deadlines += 1;
      throw known;
    } finally {
      cancel();
      this.#cutOff = null;
    }
  }

  async #run<T>(work: (sql: Sql, connection: Connection) => PromiseLike<T>): Promise<T> {
    const present = this.#connection;
    if (present?.alive === true) return await work(present.sql, present);
    this.#replaced = allSettled([this.#replaced, present?.close()]);
    const opened = new Connection(this.#connect);
    this.#connection = opened;
    await opened.open();
    return await work(opened.sql, opened);
  }
}

async function allSettled(promises: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  await Promise.allSettled(promises);
}

function serverLimit(timeoutMs: number): number {
  return Math.max(1, Math.floor(timeoutMs * SERVER_SHARE));
}

/** Everything up to the commit is sent without waiting for the answer to `begin`. */
async function runTransaction<T>(
  connection: Connection,
  work: (sql: Sql) => Promise<T>,
  statementMs: number | null,
): Promise<T> {
  const { sql } = connection;
  const opening: Promise<unknown>[] = [sql`begin`];
  if (statementMs !== null) {
    opening.push(sql`select set_config('statement_timeout', ${String(statementMs)}, true)`);
  }
  const opened = Promise.all(opening);
  opened.catch(() => {});
  const lent = lend(sql);
  let result: T;
  try {
    result = await work(lent.sql);
    await opened;
  } catch (error) {
    lent.takeBack();
    // A connection that cannot roll back must not be used again: its transaction is still open.
    if (connection.alive) await sql`rollback`.catch(() => connection.destroy());
    throw error;
  }
  lent.takeBack();
  const { command } = await sql`commit`;
  if (command === COMMIT_ENDED_AS_ROLLBACK) {
    throw new ActorError("fatal", "database-aborted", "Cannot commit as a statement had failed");
  }
  return result;
}

/** A statement made after the end would run outside of the transaction, and stay. */
function lend(sql: Sql): { readonly sql: Sql; readonly takeBack: () => void } {
  let over = false;
  const guarded = new Proxy(sql, {
    apply(target, self, parts) {
      if (over) {
        const message = "Cannot add a statement to a transaction that is over";
        throw new ActorError("fatal", "database-transaction-over", message);
      }
      return Reflect.apply(target, self, parts);
    },
  });
  return {
    sql: guarded,
    takeBack: () => {
      over = true;
    },
  };
}
