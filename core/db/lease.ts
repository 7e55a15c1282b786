/**
 * Leadership: one row with an epoch that every write checks, and a session lock as a sign of life.
 *
 * The epoch is the fence. The lock only answers "does the holder still live?" at once: it goes with
 * the holder's connection, so a starter that gets it need not wait for the row to expire. Where the
 * lock cannot tell (a pooler in between, a holder that lost its lock) the row's expiry decides.
 */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { Database } from "./database.ts";
import type { Session } from "./session.ts";

export interface LeaseOptions {
  readonly db: Database;
  /** A fresh UUID for this process. */
  readonly holder: string;
  /** Who we are, for whoever is refused: process id, host, page. */
  readonly description: string;
  readonly clock: Clock;
  readonly log: Log;
  /** One lease per name; default `supervisor`. */
  readonly name?: string;
  /** Default 10 s; renewed three times as often. */
  readonly ttlMs?: number;
}

/** Another epoch is in the row: somebody else leads now. */
export interface LeaseLoss {
  readonly message: string;
}

const DEFAULT_NAME = "supervisor";
const DEFAULT_TTL_MS = 10_000;
/** A holder that was just killed may still be connected for a moment. */
const LOCK_GRACE_MS = 500;
const LOCK_POLL_MS = 50;
const EXPIRY_POLL_MS = 250;
const LAPSE_POLL_MS = 50;
/** Of the TTL: renewed every 30 %, given up 20 % before anybody else may start. */
const RENEW_SHARE = 0.3;
const RETRY_SHARE = 0.05;
const MARGIN_SHARE = 0.2;
const CALL_SHARE = 0.2;

export class Lease {
  readonly name: string;
  readonly epoch: number;
  /** Resolves when somebody else leads; never after a release. */
  readonly lost: Promise<LeaseLoss>;
  readonly #options: LeaseOptions;
  readonly #ttlMs: number;
  readonly #session: Session;
  readonly #lose: (loss: LeaseLoss) => void;
  readonly #ended = new AbortController();
  readonly #renewing: Promise<void>;
  readonly #watching: Promise<void>;
  #renewedAt: number;

  private constructor(options: LeaseOptions, session: Session, epoch: number, renewedAt: number) {
    const { promise, resolve } = Promise.withResolvers<LeaseLoss>();
    this.name = options.name ?? DEFAULT_NAME;
    this.epoch = epoch;
    this.lost = promise;
    this.#lose = resolve;
    this.#options = options;
    this.#ttlMs = options.ttlMs ?? DEFAULT_TTL_MS;
    this.#session = session;
    this.#renewedAt = renewedAt;
    this.#watching = this.#watchExpiry();
    this.#renewing = this.#keepRenewed();
  }

  /** Rejects (kind `fatal`, code `lease-held`) with a sentence that says who leads. */
  static async acquire(options: LeaseOptions): Promise<Lease> {
    const ttlMs = options.ttlMs ?? DEFAULT_TTL_MS;
    const session = options.db.dedicated(Math.ceil(ttlMs * CALL_SHARE));
    try {
      const { epoch, askedAt } = await untilAcquired(options, session, ttlMs);
      return new Lease(options, session, epoch, askedAt);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /**
   * False while nothing may be written: it is over, or it was not renewed in time (the database is
   * away, the machine slept) and somebody else may have started. Where nobody has, the next renewal
   * brings it back.
   */
  get held(): boolean {
    return !this.over && this.expiresInMs > 0;
  }

  /** True once it is lost or released, which is for good. */
  get over(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Milliseconds until it is no longer held, unless it is renewed. */
  get expiresInMs(): number {
    const untilMs = this.#renewedAt + this.#ttlMs * (1 - MARGIN_SHARE);
    return untilMs - this.#options.clock.monotonic();
  }

  /** For the store: a write was refused because of the epoch. */
  reportFenced(message: string): void {
    this.#end({ message });
  }

  /** Lets the next one start at once. */
  async release(): Promise<void> {
    const wasOver = this.over;
    this.#ended.abort();
    await Promise.all([this.#renewing, this.#watching]);
    try {
      if (!wasOver) await this.#giveBack();
    } finally {
      await this.#session.close();
    }
  }

  async #giveBack(): Promise<void> {
    const { holder, log } = this.#options;
    try {
      await this.#session.write((sql) =>
        sql`select release_lease(${this.name}, ${this.epoch}, ${holder})`
      );
    } catch (error) {
      // The database is away: the closing connection gives the lock back, or the row expires.
      log.warn("Lease could not be given back", { lease: this.name, error });
    }
  }

  async #keepRenewed(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#ended;
    let pauseMs = this.#ttlMs * RENEW_SHARE;
    for (;;) {
      await sleep(clock, pauseMs, signal);
      if (signal.aborted) return;
      try {
        if (!await this.#renew()) {
          return this.#end({ message: `Lease ${this.name} was taken over` });
        }
        pauseMs = this.#ttlMs * RENEW_SHARE;
      } catch (error) {
        log.warn("Lease was not renewed", { lease: this.name, error });
        pauseMs = this.#ttlMs * RETRY_SHARE;
      }
    }
  }

  /** On its own, because a renewal that hangs must not delay it. */
  async #watchExpiry(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      if (this.expiresInMs > 0) {
        await sleep(clock, this.expiresInMs, signal);
        continue;
      }
      log.error("The lease was not renewed in time: nothing is written until it is", {
        lease: this.name,
      });
      while (this.expiresInMs <= 0 && !signal.aborted) await sleep(clock, LAPSE_POLL_MS, signal);
      if (!signal.aborted) log.info("The lease is held again", { lease: this.name });
    }
  }

  /** The database counts from when it renews, which is never before we asked. */
  async #renew(): Promise<boolean> {
    const askedAt = this.#options.clock.monotonic();
    const rows = await this.#session.write((sql) =>
      sql`select renew_lease(${this.name}, ${this.epoch}, ${this.#options.holder}, ${this.#ttlMs})`
    );
    if (rows.length === 0) return false;
    this.#renewedAt = askedAt;
    return true;
  }

  #end(loss: LeaseLoss): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#lose(loss);
  }
}

interface Answer {
  readonly acquired: boolean;
  /** Whether the session lock was free; then the row alone kept us out. */
  readonly locked: boolean;
  readonly epoch: number;
  readonly holder_description: string;
  readonly expires_in_ms: number;
}

/**
 * A holder whose lock is taken lives: it is refused, after the moment that a killed one's connection
 * may need to go. Where the lock is free and the row still stands, the row is watched until it
 * expires, or is renewed by somebody who must then be alive.
 */
async function untilAcquired(
  options: LeaseOptions,
  session: Session,
  ttlMs: number,
): Promise<{ readonly epoch: number; readonly askedAt: number }> {
  const { clock } = options;
  const startedAt = clock.monotonic();
  let lowestMs = Infinity;
  for (;;) {
    const askedAt = clock.monotonic();
    const answer = await ask(options, session, ttlMs);
    if (answer.acquired) return { epoch: answer.epoch, askedAt };
    const renewed = answer.expires_in_ms > lowestMs;
    const lockIsTaken = !answer.locked && askedAt - startedAt > LOCK_GRACE_MS;
    if (renewed || lockIsTaken) throw refusal(options, answer);
    lowestMs = answer.expires_in_ms;
    await sleep(clock, answer.locked ? EXPIRY_POLL_MS : LOCK_POLL_MS);
  }
}

async function ask(options: LeaseOptions, session: Session, ttlMs: number): Promise<Answer> {
  const { name = DEFAULT_NAME, holder, description } = options;
  const [answer] = await session.write((sql) =>
    sql<Answer[]>`select * from acquire_lease(${name}, ${holder}, ${description}, ${ttlMs})`
  );
  if (answer === undefined) throw new Error("Cannot read the answer of acquire_lease");
  return answer;
}

function refusal({ name = DEFAULT_NAME }: LeaseOptions, answer: Answer): ActorError {
  return new ActorError(
    "fatal",
    "lease-held",
    `Cannot lead as ${answer.holder_description} holds lease ${name} at epoch ${answer.epoch}: ` +
      "stop that one first",
  );
}
