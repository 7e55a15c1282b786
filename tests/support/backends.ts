/** The stores that keep what actors must not lose, each behind the same house. */

import { createStore } from "@/core/db/store.ts";
import { Lease } from "@/core/db/lease.ts";
import type { Database } from "@/core/db/database.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import type { Store, StoredMessage } from "@/core/kernel/store.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { testDatabase } from "./postgres.ts";
import { quietLog } from "./postgres_server.ts";

export type Status = StoredMessage["status"] | "done" | "failed" | "unknown" | "dead";

/** What a test may look at behind the store's back, and spoil. */
export interface Backend {
  readonly store: Store;
  saved(actor: string): Promise<{ readonly schemaVersion: number; readonly state: unknown } | null>;
  version(actor: string): Promise<number>;
  /** Statuses by key. */
  outbox(): Promise<ReadonlyMap<string, Status>>;
  spoil(actor: string, saved: { schemaVersion: number; state: unknown }): Promise<void>;
}

export const BACKENDS = ["memory", "Postgres"] as const;
export type BackendKind = typeof BACKENDS[number];

/** Runs `test` with a store of its own. */
export async function withBackend(
  kind: BackendKind,
  test: (backend: Backend) => Promise<void>,
): Promise<void> {
  if (kind === "memory") return await test(inMemory());
  await using database = await testDatabase();
  const lease = await leaseOn(database.db);
  try {
    await test(inPostgres(database.db, lease));
  } finally {
    await lease.release();
  }
}

export function leaseOn(db: Database): Promise<Lease> {
  return Lease.acquire({
    db,
    holder: crypto.randomUUID(),
    description: "test",
    clock: systemClock,
    log: quietLog,
  });
}

export function inMemory(store = new MemoryStore()): Backend {
  return {
    store,
    saved: (actor) => Promise.resolve(store.actors.get(actor)?.saved ?? null),
    version: (actor) => Promise.resolve(store.actors.get(actor)?.version ?? 0),
    outbox: () =>
      Promise.resolve(new Map(Array.from(store.outbox.values(), (row) => [row.key, row.status]))),
    spoil(actor, saved) {
      const row = store.actors.get(actor) ?? { incarnation: 0, version: 1, saved: null };
      store.actors.set(actor, { ...row, saved });
      return Promise.resolve();
    },
  };
}

export function inPostgres(db: Database, lease: Lease): Backend {
  return {
    store: createStore({ db, lease, writes: { counts: () => Promise.resolve() } }),
    async saved(actor) {
      const [row] = await db.read((sql) =>
        sql<{ schemaVersion: number | null; state: unknown }[]>`
          select schema_version as "schemaVersion", state from actor_state where actor = ${actor}
        `
      );
      const { schemaVersion = null, state = null } = row ?? {};
      return schemaVersion === null ? null : { schemaVersion, state };
    },
    async version(actor) {
      const [row] = await db.read((sql) =>
        sql<{ version: number }[]>`select version from actor_state where actor = ${actor}`
      );
      return row?.version ?? 0;
    },
    async outbox() {
      const rows = await db.read((sql) =>
        sql<{ key: string; status: Status }[]>`select key, status from outbox order by id`
      );
      return new Map(rows.map(({ key, status }) => [key, status]));
    },
    async spoil(actor, { schemaVersion, state }) {
      await db.write((sql) =>
        sql`
          insert into actor_state (actor, incarnation, epoch, version, schema_version, state)
          values (${actor}, 0, 1, 1, ${schemaVersion}, ${JSON.stringify(state)}::text::jsonb)
          on conflict (actor) do update
            set schema_version = excluded.schema_version, state = excluded.state
        `
      );
    },
  };
}
