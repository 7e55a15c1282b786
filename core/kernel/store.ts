/**
 * What the kernel needs from a database, in ten verbs. `core/db` implements it on Postgres;
 * `store_memory.ts` in memory, for tests. Every write is fenced: by the supervisor's lease epoch
 * (held by the implementation) and by the actor's incarnation.
 */

import type { WireError } from "./errors.ts";

/** What an actor resumes from. */
export interface Checkpoint {
  /** Counts the starts of this actor over all time; raised by the load itself. */
  readonly incarnation: number;
  /** Counts durable turns; 0 before the first. */
  readonly version: number;
  /** Null before the first commit. */
  readonly saved: { readonly schemaVersion: number; readonly state: unknown } | null;
}

/** A durable message or an effect on its way into the outbox. */
export interface NewMessage {
  /**
   * A second message with the same key is the same message and is dropped; an effect's key is known
   * for ever, a message's for a week after it was consumed.
   */
  readonly key: string;
  readonly kind: "message" | "effect";
  readonly from: string;
  readonly target: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly body: unknown;
  readonly trace: string;
  /** Effects only: the durable message that tells how it ended, and to whom. */
  readonly settled?: { readonly target: string; readonly type: string } | null;
}

/** A message as it lies in the outbox. Ids rise in the order in which one sender commits. */
export interface StoredMessage extends NewMessage {
  readonly id: number;
  /** Deliveries that ended without a settlement, so far. */
  readonly attempts: number;
  /** Effects only: `attempting` means an earlier attempt ended without a known outcome. */
  readonly status: "pending" | "attempting";
}

/** A message nobody could handle (`dead`), or an effect whose outcome nobody knows (`unknown`). */
export interface ParkedMessage extends NewMessage {
  readonly id: number;
  readonly status: "dead" | "unknown";
  readonly attempts: number;
  readonly crashes: number;
  readonly error: WireError | null;
}

/** Rows for a domain table, written in the same transaction as the turn. */
export interface DomainWrite {
  readonly name: string;
  readonly rows: readonly unknown[];
}

/** Everything one durable turn changes: one transaction, all or nothing. */
export interface TurnRecord {
  readonly actor: string;
  readonly incarnation: number;
  /** The version the turn was computed from; the commit makes it `expectVersion + 1`. */
  readonly expectVersion: number;
  /** Outbox id of the durable message this turn consumed, or null. */
  readonly consumes: number | null;
  /** Null keeps the stored state. */
  readonly state: { readonly schemaVersion: number; readonly value: unknown } | null;
  readonly outbox: readonly NewMessage[];
  readonly writes: readonly DomainWrite[];
}

/** `duplicate`: the consumed message had been consumed before; nothing was changed. */
export type Committed =
  | { readonly outcome: "committed"; readonly version: number }
  | { readonly outcome: "duplicate"; readonly version: number };

/** How an effect attempt ended. `unknown` parks it for a person. */
export type Settlement =
  | { readonly outcome: "done"; readonly result: unknown }
  | { readonly outcome: "retry"; readonly error: WireError }
  | { readonly outcome: "failed"; readonly error: WireError }
  | { readonly outcome: "unknown"; readonly error: WireError };

/**
 * Throws {@link FencedError} when the lease is lost or the incarnation is not the newest, and
 * {@link StaleError} when `expectVersion` is not the stored version. Any other rejection means the
 * outcome of the write is unknown or the database is away, unless its kind is `rejected` or `fatal`.
 */
export interface Store {
  load(actor: string): Promise<Checkpoint>;
  commit(turn: TurnRecord): Promise<Committed>;
  /** Accepts messages outside a turn; resolves to how many were new. */
  enqueue(messages: readonly NewMessage[]): Promise<number>;
  /** Undelivered messages and effects for `target` with `id > afterId`, ascending. */
  pending(target: string, afterId: number, limit: number): Promise<readonly StoredMessage[]>;
  /**
   * Marks an effect `attempting` and counts the attempt, before the outside world is touched.
   * Rejects when the effect is settled already.
   */
  claim(id: number): Promise<void>;
  /**
   * Records how an effect ended, also of one that is parked, and accepts `notice` with it. Rejects
   * when it ended otherwise before.
   */
  settle(id: number, settlement: Settlement, notice?: NewMessage): Promise<void>;
  /** Counts a delivery of a durable message during which its receiver died; resolves to the count. */
  countCrash(id: number, error: WireError): Promise<number>;
  /** Takes a message out of delivery and keeps it, with the reason, for a person. */
  bury(id: number, error: WireError, notice?: NewMessage): Promise<void>;
  /** What waits for a person, newest first, at most 500, with ids below `beforeId`. */
  parked(limit: number, beforeId?: number): Promise<readonly ParkedMessage[]>;
  /**
   * Puts a parked message back into delivery, in its old place and as if it had never been tried;
   * resolves to its target, or null where nothing is parked under this id.
   */
  replay(id: number): Promise<string | null>;
}

/** Another supervisor (`lease`), or a newer incarnation, owns what this one tried to write. */
export class FencedError extends Error {
  override readonly name = "FencedError";
  readonly by: "lease" | "incarnation";

  constructor(message: string, options?: ErrorOptions & { readonly by?: "lease" | "incarnation" }) {
    super(message, options);
    this.by = options?.by ?? "lease";
  }
}

/** The turn was computed from a version that is no longer the newest. */
export class StaleError extends Error {
  override readonly name = "StaleError";
}
