/** The store in memory, for tests and examples: same promises, no disk. */

import { ActorError } from "./errors.ts";
import {
  type Checkpoint,
  type Committed,
  FencedError,
  type NewMessage,
  type Settlement,
  StaleError,
  type Store,
  type StoredMessage,
  type TurnRecord,
} from "./store.ts";
import type { WireError } from "./errors.ts";

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
  readonly error?: WireError;
}

export class MemoryStore implements Store {
  readonly actors = new Map<string, ActorRow>();
  readonly outbox = new Map<number, OutboxRow>();
  readonly written: { readonly name: string; readonly rows: readonly unknown[] }[] = [];
  readonly #keys = new Set<string>();
  readonly #inbox = new Set<string>();
  #nextId = 1;

  load(actor: string): Promise<Checkpoint> {
    const row = this.actors.get(actor) ?? { incarnation: 0, version: 0, saved: null };
    row.incarnation += 1;
    this.actors.set(actor, row);
    return Promise.resolve(structuredClone(row));
  }

  commit(turn: TurnRecord): Promise<Committed> {
    const row = this.actors.get(turn.actor);
    if (row === undefined || row.incarnation !== turn.incarnation) {
      return Promise.reject(
        new FencedError(`${turn.actor} is not incarnation ${turn.incarnation}`),
      );
    }
    const { version } = row;
    const seen = `${turn.actor}:${turn.consumes}`;
    if (turn.consumes !== null && this.#inbox.has(seen)) {
      return Promise.resolve({ outcome: "duplicate", version });
    }
    if (version !== turn.expectVersion) {
      const message = `${turn.actor} is at ${version}, not at ${turn.expectVersion}`;
      return Promise.reject(new StaleError(message));
    }
    if (turn.consumes !== null) {
      this.#inbox.add(seen);
      this.#set(turn.consumes, { status: "done" });
    }
    row.version += 1;
    if (turn.state !== null) {
      const { schemaVersion, value } = turn.state;
      row.saved = structuredClone({ schemaVersion, state: value });
    }
    this.#accept(turn.outbox);
    this.written.push(...structuredClone(turn.writes));
    return Promise.resolve({ outcome: "committed", version: row.version });
  }

  enqueue(messages: readonly NewMessage[]): Promise<number> {
    return Promise.resolve(this.#accept(messages));
  }

  pending(target: string, afterId: number, limit: number): Promise<readonly StoredMessage[]> {
    const rows = [...this.outbox.values()]
      .filter((row): row is OutboxRow & StoredMessage =>
        row.target === target && row.id > afterId &&
        (row.status === "pending" || row.status === "attempting")
      )
      .slice(0, limit);
    return Promise.resolve(structuredClone(rows));
  }

  claim(id: number): Promise<void> {
    const row = this.outbox.get(id);
    if (row === undefined || (row.status !== "pending" && row.status !== "attempting")) {
      return Promise.reject(new ActorError("rejected", "settled", `Effect ${id} is settled`));
    }
    this.#set(id, { status: "attempting", attempts: row.attempts + 1 });
    return Promise.resolve();
  }

  settle(id: number, settlement: Settlement): Promise<void> {
    const { outcome } = settlement;
    if (outcome === "done") this.#set(id, { status: "done", result: settlement.result });
    else {
      const status = outcome === "retry" ? "pending" : outcome;
      this.#set(id, { status, error: settlement.error });
    }
    return Promise.resolve();
  }

  countCrash(id: number, error: WireError): Promise<number> {
    const crashes = (this.outbox.get(id)?.crashes ?? 0) + 1;
    this.#set(id, { crashes, error });
    return Promise.resolve(crashes);
  }

  bury(id: number, error: WireError): Promise<void> {
    this.#set(id, { status: "dead", error });
    return Promise.resolve();
  }

  #accept(messages: readonly NewMessage[]): number {
    const fresh = messages.filter((message) => !this.#keys.has(message.key));
    for (const message of fresh) {
      const id = this.#nextId++;
      this.#keys.add(message.key);
      this.outbox.set(id, {
        ...structuredClone(message),
        id,
        attempts: 0,
        crashes: 0,
        status: "pending",
      });
    }
    return fresh.length;
  }

  #set(id: number, change: Partial<OutboxRow>): void {
    const row = this.outbox.get(id);
    if (row !== undefined) this.outbox.set(id, { ...row, ...change });
  }
}
