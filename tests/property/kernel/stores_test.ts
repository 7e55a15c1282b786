/** The store in memory is the oracle of the one on Postgres, and the other way round. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Database } from "@/core/db/database.ts";
import { createStore } from "@/core/db/store.ts";
import type { WireError } from "@/core/kernel/errors.ts";
import type { NewMessage, Settlement, Store } from "@/core/kernel/store.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { turnRecord } from "@/tests/support/turn_record.ts";

const ACTORS = ["a", "b", "c"];
const LEASE = { name: "supervisor", epoch: 1, held: true, over: false, reportFenced() {} };

/** One step of a history; the same numbers mean the same rows to both stores. */
const step = fc.record({
  verb: fc.constantFrom(
    ...["load", "commit", "commit", "commit", "enqueue", "enqueue", "claim", "claim", "settle"],
    ...["settle", "settle", "countCrash", "bury", "replay", "replay", "pending", "parked"],
  ),
  row: fc.nat(6),
  actor: fc.constantFrom(...ACTORS),
  target: fc.constantFrom(...ACTORS),
  keys: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
  isEffect: fc.boolean(),
  tells: fc.boolean(),
  outcome: fc.constantFrom("done", "retry", "failed", "unknown"),
  off: fc.constantFrom(0, 0, 0, 1, -1),
  consumes: fc.boolean(),
  body: fc.constantFrom({ b: 1, a: [undefined, NaN, new Date(0)] }, null, [0], "s"),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class History {
  readonly #store: Store;
  readonly #idOf: (key: string) => Promise<number>;
  /** Incarnation and version of each actor as the memory has them. */
  readonly #known: MemoryStore["actors"];

  constructor(store: Store, known: MemoryStore["actors"], idOf: (key: string) => Promise<number>) {
    this.#store = store;
    this.#known = known;
    this.#idOf = idOf;
  }

  /** What the caller sees, but ids. */
  async take(step: Step): Promise<unknown> {
    try {
      const seen = await this.#run(step);
      return JSON.parse(JSON.stringify(seen ?? null, (name, value) => {
        return ["id", "createdAtMs", "crashes", "error", "result"].includes(name)
          ? undefined
          : value;
      }));
    } catch (error) {
      const { name, kind, code, by } = error as Error & Record<string, unknown>;
      return [name, kind, code, by];
    }
  }

  async #run({ verb, actor, off, ...step }: Step): Promise<unknown> {
    const store = this.#store;
    const id = await this.#idOf(`${step.row}`);
    const messages = step.keys.map((key) => message(`${key}`, step));
    const notice = step.tells ? message(`notice-${step.row}`, step) : undefined;
    const error: WireError = { kind: "transient", code: "boom", message: step.outcome };
    switch (verb) {
      case "load":
        return await store.load(actor);
      case "commit": {
        const { incarnation, version } = this.#known.get(actor) ?? { incarnation: 0, version: 0 };
        return await store.commit(turnRecord(actor, {
          incarnation: incarnation + Math.min(off, 0),
          expectVersion: version + Math.max(off, 0),
          consumes: step.consumes ? id : null,
          state: step.tells ? { schemaVersion: 1, value: step.body } : null,
          outbox: messages.slice(1),
        }));
      }
      case "enqueue":
        return await store.enqueue(messages);
      case "claim":
        return await store.claim(id);
      case "settle":
        return await store.settle(id, settlement(step, error), notice);
      case "countCrash":
        return await store.countCrash(id, error);
      case "bury":
        return await store.bury(id, error, notice);
      case "replay":
        return await store.replay(id);
      case "pending":
        return await store.pending(actor, 0, step.row);
      default:
        return await store.parked(step.row);
    }
  }
}

function settlement({ outcome, body }: Pick<Step, "outcome" | "body">, error: WireError) {
  return (outcome === "done" ? { outcome, result: body } : { outcome, error }) as Settlement;
}

function message(key: string, { target, isEffect, tells, body }: Partial<Step>): NewMessage {
  const settled = isEffect && tells ? { target: "a", type: "Ended" } : null;
  const kind = isEffect ? "effect" : "message";
  const row = { key, kind, from: "x", target, type: "T", schemaVersion: 1, body, trace: "t" };
  return { ...row, settled } as NewMessage;
}

async function rowsIn(db: Database): Promise<unknown> {
  const outbox = await db.read((sql) =>
    sql`
      select key, kind, sender as "from", target, type, schema_version as "schemaVersion", body,
        trace, settled, attempts, crashes, status, error, result from outbox order by id
    `
  );
  const actors = await db.read((sql) =>
    sql`select actor, incarnation, version, state from actor_state order by actor`
  );
  return JSON.parse(JSON.stringify({ outbox, actors }));
}

function rowsOf({ outbox, actors }: MemoryStore): unknown {
  return {
    outbox: [...outbox.values()].map(({ id: _, error = null, result = null, ...row }) => {
      return { ...row, error, result };
    }),
    actors: [...actors].map(([actor, { incarnation, version, saved }]) => {
      return { actor, incarnation, version, state: saved?.state ?? null };
    }).toSorted((a, b) => a.actor < b.actor ? -1 : 1),
  };
}

Deno.test("I1 I2 I7 both stores answer and keep the same in every history of the ten verbs (property)", async () => {
  await using database = await testDatabase({ poolSize: 1 });
  const { db } = database;
  await db.write((sql) =>
    sql`
      insert into lease (name, epoch, holder, description, acquired_at, expires_at)
      values ('supervisor', 1, gen_random_uuid(), 'test', now(), now() + interval '1 hour')
    `
  );
  const histories = fc.array(step, { maxLength: 80, size: "max" });
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      await db.write((sql) => sql`truncate outbox, inbox, actor_state`);
      const memory = new MemoryStore();
      const idIn = async (key: string) => {
        const [row] = await db.read((sql) =>
          sql<{ id: number }[]>`select id from outbox where key = ${key}`
        );
        return row?.id ?? 0;
      };
      const idOf = (key: string) => {
        return Promise.resolve([...memory.outbox.values()].find((row) => row.key === key)?.id ?? 0);
      };
      const known = structuredClone(memory.actors);
      const inDatabase = new History(createStore({ db, lease: LEASE, writes: {} }), known, idIn);
      const inMemory = new History(memory, known, idOf);
      for (const step of steps) {
        for (const [actor, row] of memory.actors) known.set(actor, { ...row });
        assert.deepEqual(await inDatabase.take(step), await inMemory.take(step));
      }
      assert.deepEqual(await rowsIn(db), rowsOf(memory));
    }),
    { numRuns: 200 },
  );
});
