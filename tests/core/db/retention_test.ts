import assert from "node:assert/strict";
import { listParked, outboxSummary } from "@/core/db/outbox_repo.ts";
import { cleanUp } from "@/core/db/retention.ts";
import type { Db } from "@/core/db/session.ts";
import { createStore } from "@/core/db/store.ts";
import type { NewMessage } from "@/core/kernel/store.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { turnRecord } from "@/tests/support/turn_record.ts";

const STATUSES = ["pending", "attempting", "done", "failed", "unknown", "dead"] as const;

/** One outbox row per status, settled (where it is) so many days ago, each with an inbox mark. */
async function addMessages(db: Db, daysAgo: number): Promise<void> {
  for (const status of STATUSES) {
    const open = status === "pending" || status === "attempting";
    await db.write((sql) =>
      sql`
        with message as (
          insert into outbox (key, kind, sender, target, type, schema_version, body, trace, status,
            epoch, error, created_at, settled_at)
          values (${`${status}-${daysAgo}`}, 'message', 'a', 'b', 'T', 1, '{"n":1}', 't', ${status},
            1, '{"kind":"fatal","code":"boom","message":"Boom"}',
            now() - make_interval(days => ${daysAgo}),
            ${open ? null : sql`now() - make_interval(days => ${daysAgo})`})
          returning id, created_at)
        insert into inbox (actor, message_id, version, at) select 'b', id, 1, created_at from message
      `
    );
  }
}

async function addScan(db: Db, status: string, daysAgo: number): Promise<void> {
  await db.write((sql) =>
    sql`
      insert into scan_checkpoints (scan_id, game, level, status, started_at, updated_at)
      values (${`${status}-${daysAgo}`}, 'rust', 'boost', ${status}, now(),
        now() - make_interval(days => ${daysAgo}))
    `
  );
}

async function column(db: Db, table: string, name: string): Promise<readonly unknown[]> {
  const rows = await db.read((sql) =>
    sql<{ value: unknown }[]>`select ${sql(name)} as value from ${sql(table)} order by 1`
  );
  return rows.map(({ value }) => value);
}

Deno.test("cleanUp removes what is finished and older than a week, and nothing else", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await addMessages(db, 8);
  await addMessages(db, 6);
  for (const status of ["queued", "running", "completed", "stopped", "failed"]) {
    await addScan(db, status, 8);
    await addScan(db, status, 6);
  }
  await db.write((sql) =>
    sql`
      insert into actor_state (actor, incarnation, epoch, updated_at)
      values ('scanner', 1, 1, now() - interval '1 year')
    `
  );
  assert.deepEqual(await cleanUp(db), { scans: 3, outbox: 2, inbox: 2 });
  assert.deepEqual(await column(db, "outbox", "key"), [
    "attempting-6",
    "attempting-8",
    "dead-6",
    "dead-8",
    "done-6",
    "failed-6",
    "pending-6",
    "pending-8",
    "unknown-6",
    "unknown-8",
  ]);
  assert.deepEqual(await column(db, "scan_checkpoints", "scan_id"), [
    "completed-6",
    "failed-6",
    "queued-6",
    "queued-8",
    "running-6",
    "running-8",
    "stopped-6",
  ]);
  assert.deepEqual(await column(db, "actor_state", "actor"), ["scanner"]);
  assert.deepEqual(await cleanUp(db), { scans: 0, outbox: 0, inbox: 0 });
});

Deno.test("cleanUp goes on until nothing old is left, in batches", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.write((sql) =>
    sql`
      insert into outbox (key, kind, sender, target, type, schema_version, body, trace, status,
        epoch, settled_at)
      select n, 'message', 'a', 'b', 'T', 1, '{}', 't', 'done', 1, now() - interval '2 days'
      from generate_series(1, 4500) n
    `
  );
  const removed = await cleanUp(db, { olderThanMs: 24 * 3_600_000 });
  assert.equal(removed.outbox, 4_500);
});

Deno.test("I7 the key of an effect outlives all else that is known of it", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const lease = await leaseOn(db);
  const store = createStore({ db, lease, writes: {} });
  const buy: NewMessage = {
    key: "buy/1",
    kind: "effect",
    from: "a",
    target: "b",
    type: "Buy",
    schemaVersion: 1,
    body: { cents: 1 },
    trace: "t",
  };
  assert.equal(await store.enqueue([buy]), 1);
  await store.settle(1, { outcome: "done", result: { paid: 1 } });
  await store.load("b");
  await store.enqueue([{ ...buy, key: "said", kind: "message" }]);
  await store.commit(turnRecord("b", { consumes: 2 }));
  await db.write((sql) => sql`update outbox set settled_at = settled_at - interval '8 days'`);
  assert.equal((await cleanUp(db)).outbox, 2);
  assert.equal((await cleanUp(db)).outbox, 0);
  assert.equal(await store.enqueue([buy]), 0);
  await assert.rejects(store.claim(1), { code: "settled" });
  assert.deepEqual(await column(db, "outbox", "body"), [null]);
  assert.deepEqual(await column(db, "outbox", "result"), [null]);
  await lease.release();
});

for (const olderThanMs of [0, -1, NaN, Infinity]) {
  Deno.test(`cleanUp refuses an age of ${olderThanMs} ms`, async () => {
    await using database = await testDatabase({ migrated: false });
    await assert.rejects(cleanUp(database.db, { olderThanMs }), /must be above 0: current value/);
  });
}

Deno.test("the summary counts what is open and what waits for a person, and the oldest age", async () => {
  await using database = await testDatabase();
  const { db } = database;
  assert.deepEqual({ ...await outboxSummary(db) }, {
    pending: 0,
    attempting: 0,
    unknown: 0,
    dead: 0,
    oldestMs: null,
  });
  await addMessages(db, 2);
  await addMessages(db, 1);
  const { oldestMs, ...counts } = await outboxSummary(db);
  assert.deepEqual(counts, { pending: 2, attempting: 2, unknown: 2, dead: 2 });
  assert.ok(oldestMs !== null && Math.abs(oldestMs - 2 * 86_400_000) < 60_000);
});

Deno.test("parked messages are listed with body and error, newest first, page by page", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await addMessages(db, 2);
  await addMessages(db, 1);
  const first = await listParked(db, { limit: 3, cursor: null });
  const second = await listParked(db, { limit: 3, cursor: first.next });
  const rows = [...first.items, ...second.items];
  assert.deepEqual(rows.map(({ status }) => status), ["dead", "unknown", "dead", "unknown"]);
  assert.deepEqual(rows[0]?.body, { n: 1 });
  assert.equal(rows[0]?.error?.code, "boom");
  assert.equal(second.next, null);
});
