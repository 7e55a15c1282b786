/** The kernel's store on Postgres: every write is one transaction, fenced by the lease's epoch. */

import { ActorError, type WireError } from "@/core/kernel/errors.ts";
import {
  type Checkpoint,
  type Committed,
  type DomainWrite,
  FencedError,
  type NewMessage,
  type ParkedMessage,
  type Settlement,
  StaleError,
  type Store,
  type StoredMessage,
  type TurnRecord,
} from "@/core/kernel/store.ts";
import type { Sql } from "./connection.ts";
import { errorCode, INCARNATION_LOST, LEASE_LOST, VERSION_STALE } from "./errors.ts";
import { parkedBefore } from "./outbox_repo.ts";
import { MAX_LIMIT } from "./page.ts";
import type { Db } from "./session.ts";

/** Writes the rows of one domain table inside the turn's transaction. */
export type WriteRows = (sql: Sql, rows: readonly unknown[]) => Promise<void>;

/** What the store needs to know of a lease. */
export interface Fence {
  readonly name: string;
  readonly epoch: number;
  readonly held: boolean;
  readonly over: boolean;
  reportFenced(message: string): void;
}

export interface StoreOptions {
  readonly db: Db;
  readonly lease: Fence;
  /** Which function writes the rows of which {@link DomainWrite}. */
  readonly writes: Readonly<Record<string, WriteRows>>;
}

/** Sizes as JSON text, in UTF-16 units; what is larger is a mistake in an actor. */
export const MAX_STATE_SIZE = 8_000_000;
export const MAX_OUTBOX_SIZE = 8_000_000;
const MAX_PENDING = 10_000;

export function createStore(options: StoreOptions): Store {
  return new PostgresStore(options);
}

class PostgresStore implements Store {
  readonly #db: Db;
  readonly #lease: Fence;
  readonly #writes: ReadonlyMap<string, WriteRows>;

  constructor({ db, lease, writes }: StoreOptions) {
    this.#db = db;
    this.#lease = lease;
    this.#writes = new Map(Object.entries(writes));
  }

  async load(actor: string): Promise<Checkpoint> {
    const [row] = await this.#fenced((name, epoch) =>
      this.#db.write((sql) =>
        sql<CheckpointRow[]>`select * from load_actor(${name}, ${epoch}, ${actor})`
      )
    );
    if (row === undefined) throw new Error("Cannot read the answer of load_actor");
    const { incarnation, version, schema_version: schemaVersion, state } = row;
    return {
      incarnation,
      version,
      saved: schemaVersion === null ? null : { schemaVersion, state },
    };
  }

  async commit(turn: TurnRecord): Promise<Committed> {
    const writers = turn.writes.filter(({ rows }) => rows.length > 0).map((write) => ({
      write,
      run: this.#writer(write),
    }));
    const texts = turnTexts(turn);
    if (writers.length === 0) {
      return await this.#fenced(async (name, epoch) => {
        const rows = await this.#db.write((sql) => commitTurn({ sql, name, epoch, turn, texts }));
        return committed(rows[0]);
      });
    }
    return await this.#fenced((name, epoch) =>
      withRollback(async (rollback) =>
        await this.#db.transaction(async (sql) => {
          // Sent together: what the turn's own statement refuses takes all the rest with it.
          const decided = commitTurn({ sql, name, epoch, turn, texts });
          await allDone([decided, ...writers.map(({ write, run }) => run(sql, write.rows))]);
          const result = committed((await decided)[0]);
          return result.outcome === "duplicate" ? rollback(result) : result;
        })
      )
    );
  }

  async enqueue(messages: readonly NewMessage[]): Promise<number> {
    if (messages.length === 0) return 0;
    const text = toJson(messages, MAX_OUTBOX_SIZE, "messages");
    const [row] = await this.#fenced((name, epoch) =>
      this.#db.write((sql) =>
        sql<{ added: number }[]>`
          select enqueue(${name}, ${epoch}, ${text}::text::jsonb) as added
        `
      )
    );
    return row?.added ?? 0;
  }

  async pending(
    target: string,
    afterId: number,
    limit: number,
  ): Promise<readonly StoredMessage[]> {
    const rows = await this.#db.read((sql) =>
      sql<StoredMessage[]>`
        select id, key, kind, sender as "from", target, type, schema_version as "schemaVersion",
          body, trace, settled, attempts, status
        from outbox
        where target = ${target} and id > ${afterId} and status in ('pending', 'attempting')
        order by id limit ${Math.min(limit, MAX_PENDING)}
      `
    );
    return [...rows];
  }

  async claim(id: number): Promise<void> {
    const [row] = await this.#fenced((name, epoch) =>
      this.#db.write((sql) =>
        sql<{ ok: boolean }[]>`select claim_effect(${name}, ${epoch}, ${id}) as ok`
      )
    );
    if (row?.ok !== true) throw settled(id, "claim");
  }

  async settle(id: number, settlement: Settlement, notice?: NewMessage): Promise<void> {
    const status = settlement.outcome === "retry" ? "pending" : settlement.outcome;
    const result = settlement.outcome === "done" ? jsonOrNull(settlement.result) : null;
    const error = settlement.outcome === "done" ? null : jsonOrNull(settlement.error);
    const [row] = await this.#fenced((name, epoch) =>
      this.#db.write((sql) =>
        sql<{ ok: boolean }[]>`
          select settle_effect(${name}, ${epoch}, ${id}, ${status}, ${result}::text::jsonb,
            ${error}::text::jsonb, ${jsonOrNull(notice)}::text::jsonb) as ok
        `
      )
    );
    if (row?.ok !== true) throw settled(id, "settle");
  }

  async countCrash(id: number, error: WireError): Promise<number> {
    const [row] = await this.#fenced((name, epoch) =>
      this.#db.write((sql) =>
        sql<{ crashes: number }[]>`
          select count_crash(${name}, ${epoch}, ${id}, ${jsonOrNull(error)}::text::jsonb) as crashes
        `
      )
    );
    return row?.crashes ?? 0;
  }

  async bury(id: number, error: WireError, notice?: NewMessage): Promise<void> {
    await this.#fenced((name, epoch) =>
      this.#db.write((sql) =>
        sql`
          select bury_message(${name}, ${epoch}, ${id}, ${jsonOrNull(error)}::text::jsonb,
            ${jsonOrNull(notice)}::text::jsonb)
        `
      )
    );
  }

  async parked(limit: number, beforeId?: number): Promise<readonly ParkedMessage[]> {
    const most = Math.min(limit, MAX_LIMIT);
    return await parkedBefore(this.#db, { limit: most, beforeId: beforeId ?? null });
  }

  async replay(id: number): Promise<string | null> {
    const [row] = await this.#fenced((name, epoch) =>
      this.#db.write((sql) =>
        sql<{ target: string }[]>`
          select replay_message(${name}, ${epoch}, ${id}) as target
        `
      )
    );
    return row?.target ?? null;
  }

  #writer(write: DomainWrite): WriteRows {
    const run = this.#writes.get(write.name);
    if (run !== undefined) return run;
    const known = [...this.#writes.keys()].join(", ") || "none";
    throw new ActorError(
      "fatal",
      "unknown-write",
      `Cannot write ${write.name} as the known domain writes are: ${known}`,
    );
  }

  /** Gives the database's refusals the names the kernel knows, and tells the lease. */
  async #fenced<T>(run: (name: string, epoch: number) => Promise<T>): Promise<T> {
    const { name, epoch } = this.#lease;
    if (this.#lease.over) throw new FencedError(`Lease ${name} at epoch ${epoch} is over`);
    if (!this.#lease.held) {
      const message = `Lease ${name} was not renewed in time and may be somebody else's`;
      throw new ActorError("transient", "lease-lapsed", message);
    }
    try {
      return await run(name, epoch);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      const message = cause instanceof Error ? cause.message : String(error);
      switch (errorCode(cause)) {
        case LEASE_LOST:
          this.#lease.reportFenced(message);
          throw new FencedError(message, { cause });
        case INCARNATION_LOST:
          throw new FencedError(message, { cause, by: "incarnation" });
        case VERSION_STALE:
          throw new StaleError(message, { cause });
        default:
          throw error;
      }
    }
  }
}

interface CheckpointRow {
  readonly incarnation: number;
  readonly version: number;
  readonly schema_version: number | null;
  readonly state: unknown;
}

interface TurnTexts {
  readonly state: string | null;
  readonly outbox: string;
}

/** Made before anything is sent, so that a value that cannot be stored costs no transaction. */
function turnTexts({ state, outbox }: TurnRecord): TurnTexts {
  return {
    state: state === null ? null : toJson(state.value, MAX_STATE_SIZE, "state"),
    outbox: toJson(outbox, MAX_OUTBOX_SIZE, "messages"),
  };
}

interface TurnCall {
  readonly sql: Sql;
  readonly name: string;
  readonly epoch: number;
  readonly turn: TurnRecord;
  readonly texts: TurnTexts;
}

/** Texts, because the driver would encode what is JSON already once more. */
function commitTurn({ sql, name, epoch, turn, texts }: TurnCall) {
  return sql<Committed[]>`
    select * from commit_turn(${name}, ${epoch}, ${turn.actor}, ${turn.incarnation},
      ${turn.expectVersion}, ${turn.consumes}, ${turn.state?.schemaVersion ?? null},
      ${texts.state}::text::jsonb, ${texts.outbox}::text::jsonb)
  `;
}

/** Waits for every one before it rejects with the first failure: none may outlive the transaction. */
async function allDone(work: readonly PromiseLike<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function committed(row: Committed | undefined): Committed {
  if (row === undefined) throw new Error("Cannot read the answer of commit_turn");
  return { outcome: row.outcome, version: row.version };
}

/** Lets a transaction end without a trace and with a result all the same. */
async function withRollback<T>(
  work: (rollback: (result: T) => never) => Promise<T>,
): Promise<T> {
  const undone: { readonly result: T }[] = [];
  const signal = new ActorError("rejected", "rolled-back", "The transaction is rolled back");
  try {
    return await work((result) => {
      undone.push({ result });
      throw signal;
    });
  } catch (error) {
    const [first] = undone;
    if (error !== signal || first === undefined) throw error;
    return first.result;
  }
}

function settled(id: number, verb: string): ActorError {
  return new ActorError("rejected", "settled", `Cannot ${verb} effect ${id} as it is settled`);
}

function jsonOrNull(value: unknown): string | null {
  return JSON.stringify(value) ?? null;
}

function toJson(value: unknown, maxSize: number, what: string): string {
  const text = JSON.stringify(value) ?? "null";
  if (text.length <= maxSize) return text;
  throw new ActorError(
    "rejected",
    "too-large",
    `Cannot store ${what} as JSON text longer than ${maxSize}: current length is ${text.length}`,
  );
}
