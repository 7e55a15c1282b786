/** A few sessions shared by many callers: bounded, in order of arrival, each with a deadline. */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Rows, Sql, Statement } from "./connection.ts";
import { DEADLINE } from "./errors.ts";
import { type Db, Session, type SessionOptions, type WorkOptions } from "./session.ts";

export interface PoolOptions extends SessionOptions {
  readonly size?: number;
  /** Callers that may wait for a session; one more is refused. */
  readonly maxWaiting?: number;
  /** A session unused for so long gives its connection, and the server's memory for it, back. */
  readonly idleMs?: number;
}

/** For /health and /metrics. */
export interface PoolStats {
  readonly size: number;
  readonly inUse: number;
  readonly waiting: number;
  /** Calls that ended by their deadline since the start. */
  readonly deadlines: number;
  /** Calls refused because too many were waiting. */
  readonly refused: number;
}

interface Idle {
  readonly session: Session;
  /** Cancels the giving back of the connection. */
  readonly keep: () => void;
}

const DEFAULT_SIZE = 5;
const DEFAULT_MAX_WAITING = 500;
const DEFAULT_IDLE_MS = 10_000;
const CLOSE_GRACE_MS = 2_000;

export class Pool implements Db {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #maxWaiting: number;
  readonly #idleMs: number;
  readonly #sessions: readonly Session[];
  /** Used last, taken first: what is not needed stays idle and closes. */
  readonly #idle: Idle[] = [];
  readonly #waiting = new Set<(session: Session | ActorError) => void>();
  #expiredWaiting = 0;
  #refused = 0;
  #closing = false;
  #allIdle: (() => void) | null = null;

  constructor(options: PoolOptions) {
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs;
    this.#maxWaiting = options.maxWaiting ?? DEFAULT_MAX_WAITING;
    this.#idleMs = options.idleMs ?? DEFAULT_IDLE_MS;
    const size = options.size ?? DEFAULT_SIZE;
    this.#sessions = Array.from({ length: size }, () => new Session(options));
    for (const session of this.#sessions) this.#idle.push({ session, keep: () => {} });
  }

  read<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>> {
    return this.#with(options, (session, left) => session.read(statement, left));
  }

  write<R extends readonly object[]>(
    statement: (sql: Sql) => Statement<R>,
    options?: WorkOptions,
  ): Promise<Rows<R>> {
    return this.#with(options, (session, left) => session.write(statement, left));
  }

  transaction<T>(work: (sql: Sql) => Promise<T>, options?: WorkOptions): Promise<T> {
    return this.#with(options, (session, left) => session.transaction(work, left));
  }

  stats(): PoolStats {
    return {
      size: this.#sessions.length,
      inUse: this.#sessions.length - this.#idle.length,
      waiting: this.#waiting.size,
      deadlines: this.#sessions.reduce((sum, one) => sum + one.deadlines, this.#expiredWaiting),
      refused: this.#refused,
    };
  }

  /** Refuses new work, lets running work end for two seconds, then cuts it off. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const tell of this.#waiting) tell(closed());
    this.#waiting.clear();
    await this.#untilAllIdle();
    for (const { keep } of this.#idle) keep();
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #with<T>(
    options: WorkOptions | undefined,
    use: (session: Session, left: { readonly timeoutMs: number }) => Promise<T>,
  ): Promise<T> {
    const timeoutMs = options?.timeoutMs ?? this.#timeoutMs;
    const startedAt = this.#clock.monotonic();
    const session = this.#takeIdle() ?? await this.#wait(timeoutMs);
    const leftMs = Math.max(1, timeoutMs - (this.#clock.monotonic() - startedAt));
    try {
      return await use(session, { timeoutMs: leftMs });
    } finally {
      this.#release(session);
    }
  }

  #takeIdle(): Session | null {
    if (this.#closing) throw closed();
    const idle = this.#idle.pop();
    idle?.keep();
    return idle?.session ?? null;
  }

  #wait(timeoutMs: number): Promise<Session> {
    if (this.#waiting.size >= this.#maxWaiting) {
      this.#refused += 1;
      throw new ActorError(
        "overload",
        "database-overload",
        `Cannot queue for the database as at most ${this.#maxWaiting} calls may wait`,
      );
    }
    return new Promise((resolve, reject) => {
      const settle = (outcome: Session | ActorError) => {
        cancel();
        this.#waiting.delete(settle);
        outcome instanceof Session ? resolve(outcome) : reject(outcome);
      };
      const cancel = this.#clock.after(timeoutMs, () => {
        this.#expiredWaiting += 1;
        settle(
          new ActorError(
            "transient",
            DEADLINE,
            `No connection became free within ${Math.ceil(timeoutMs)} ms`,
          ),
        );
      });
      this.#waiting.add(settle);
    });
  }

  #release(session: Session): void {
    const [next] = this.#waiting;
    if (next !== undefined) return next(session);
    const keep = this.#closing ? () => {} : this.#clock.after(this.#idleMs, () => {
      this.#retire(session);
    });
    this.#idle.push({ session, keep });
    if (this.#idle.length === this.#sessions.length) this.#allIdle?.();
  }

  /** Closes the connection of a session nobody uses; meanwhile nobody can take it. */
  #retire(session: Session): void {
    const at = this.#idle.findIndex((idle) => idle.session === session);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    session.close().finally(() => {
      this.#idle.unshift({ session, keep: () => {} });
      if (this.#idle.length === this.#sessions.length) this.#allIdle?.();
    });
  }

  async #untilAllIdle(): Promise<void> {
    if (this.#idle.length === this.#sessions.length) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(CLOSE_GRACE_MS, resolve);
      this.#allIdle = () => {
        cancel();
        resolve();
      };
    });
  }
}

function closed(): ActorError {
  return new ActorError("transient", "database-closed", "Cannot use the database as it is closed");
}
