/** The store in memory, for tests and examples: same promises, no disk. */

import { ActorError, type WireError } from "@/core/kernel/errors.ts";
import {
  type Checkpoint,
  type Committed,
  FencedError,
  type NewMessage,
  type ParkedMessage,
  type Settlement,
  StaleError,
  type Store,
  type StoredMessage,
  type TurnRecord,
} from "@/core/kernel/store.ts";

interface ActorRow {
  incarnation: number;
  version: number;
  saved: Checkpoint["saved"];
}
type RowStatus = StoredMessage["status"] | "done" | "failed" | "unknown" | "dead";
export interface OutboxRow extends Omit<StoredMessage, "status"> {
  readonly status: RowStatus;
  readonly crashes: number;
  readonly result?: unknown;
  readonly error?: WireError | undefined;
}

export class MemoryStore implements Store {
  readonly actors = new Map<string, ActorRow>();
  readonly outbox = new Map<number, OutboxRow>();
  readonly written: { readonly name: string; readonly rows: readonly unknown[] }[] = [];
  readonly #keys = new Set<string>();
  #nextId = 1;

  load(actor: string): Promise<Checkpoint> {
    const row = this.actors.get(actor) ?? { incarnation: 0, version: 0, saved: null };
    row.incarnation += 1;
    this.actors.set(actor, row);
    return Promise.resolve(asKept(row));
  }

  commit(turn: TurnRecord): Promise<Committed> {
    const row = this.actors.get(turn.actor);
    if (row === undefined || row.incarnation !== turn.incarnation) {
      const message = `${turn.actor} is not incarnation ${turn.incarnation}`;
      return Promise.reject(new FencedError(message, { by: "incarnation" }));
    }
    const { version } = row;
    const { target, kind, status } = this.outbox.get(turn.consumes ?? 0) ?? {};
    if (turn.consumes !== null && (target !== turn.actor || kind !== "message")) {
      const message = `${turn.actor} has no message ${turn.consumes} to consume`;
      return Promise.reject(new ActorError("fatal", "not-its-message", message));
    }
    if (turn.consumes !== null && !isOpen(status)) {
      return Promise.resolve({ outcome: "duplicate", version });
    }
    if (version !== turn.expectVersion) {
      const message = `${turn.actor} is at ${version}, not at ${turn.expectVersion}`;
      return Promise.reject(new StaleError(message));
    }
    if (turn.consumes !== null) this.#set(turn.consumes, { status: "done" });
    row.version += 1;
    if (turn.state !== null) {
      const { schemaVersion, value } = turn.state;
      row.saved = asKept({ schemaVersion, state: value });
    }
    this.#accept(turn.outbox);
    this.written.push(...asKept(turn.writes));
    return Promise.resolve({ outcome: "committed", version: row.version });
  }

  enqueue(messages: readonly NewMessage[]): Promise<number> {
    return Promise.resolve(this.#accept(messages));
  }

  pending(target: string, afterId: number, limit: number): Promise<readonly StoredMessage[]> {
    const rows = [...this.outbox.values()]
      .filter((row): row is OutboxRow & StoredMessage =>
        row.target === target && row.id > afterId && isOpen(row.status)
      )
      .slice(0, limit);
    return Promise.resolve(asKept(rows));
  }

  claim(id: number): Promise<void> {
    const row = this.outbox.get(id);
    if (row?.kind !== "effect" || !isOpen(row.status)) return Promise.reject(settled(id));
    this.#set(id, { status: "attempting", attempts: row.attempts + 1 });
    return Promise.resolve();
  }

  settle(id: number, settlement: Settlement, notice?: NewMessage): Promise<void> {
    const { outcome, ...end } = settlement;
    const { kind, status: now } = this.outbox.get(id) ?? {};
    const status = outcome === "retry" ? "pending" : outcome;
    const ends = outcome === "done" || outcome === "failed";
    if (kind !== "effect" || !isOpen(now) && !(ends && isParked(now))) {
      return now === status ? Promise.resolve() : Promise.reject(settled(id));
    }
    this.#set(id, { status, result: undefined, error: undefined, ...end });
    if (notice !== undefined) this.#accept([notice]);
    return Promise.resolve();
  }

  countCrash(id: number, error: WireError): Promise<number> {
    const crashes = (this.outbox.get(id)?.crashes ?? -1) + 1;
    this.#set(id, { crashes, error });
    return Promise.resolve(crashes);
  }

  bury(id: number, error: WireError, notice?: NewMessage): Promise<void> {
    if (!isOpen(this.outbox.get(id)?.status)) return Promise.resolve();
    this.#set(id, { status: "dead", error });
    if (notice !== undefined) this.#accept([notice]);
    return Promise.resolve();
  }

  parked(limit: number, beforeId = Infinity): Promise<readonly ParkedMessage[]> {
    const rows = [...this.outbox.values()]
      .filter((row): row is OutboxRow & { status: ParkedMessage["status"] } => isParked(row.status))
      .filter(({ id }) => id < beforeId)
      .map((row) => ({ ...row, error: row.error ?? null }));
    return Promise.resolve(asKept(rows.reverse().slice(0, limit)));
  }

  replay(id: number): Promise<string | null> {
    const row = this.outbox.get(id);
    if (row === undefined || !isParked(row.status)) return Promise.resolve(null);
    this.#set(id, { status: "pending", attempts: 0, crashes: 0, error: undefined });
    return Promise.resolve(row.target);
  }

  #accept(messages: readonly NewMessage[]): number {
    const before = this.outbox.size;
    for (const message of messages) {
      if (this.#keys.has(message.key)) continue;
      const id = this.#nextId++;
      this.#keys.add(message.key);
      const row = { ...asKept(message), id, attempts: 0, crashes: 0 };
      this.outbox.set(id, { ...row, status: "pending" });
    }
    return this.outbox.size - before;
  }

  #set(id: number, change: Partial<OutboxRow>): void {
    const row = this.outbox.get(id);
    if (row !== undefined) this.outbox.set(id, asKept({ ...row, ...change }));
  }
}

function settled(id: number): ActorError {
  return new ActorError("rejected", "settled", `Effect ${id} is settled`);
}
function isOpen(status: RowStatus | undefined): boolean {
  return status === "pending" || status === "attempting";
}
function isParked(status: RowStatus | undefined): boolean {
  return status === "dead" || status === "unknown";
}

/** A database keeps JSON: what does not survive that must not survive here. */
function asKept<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
