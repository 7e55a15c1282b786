import assert from "node:assert/strict";
import type { Database } from "@/core/db/database.ts";
import { createStore, type Fence, MAX_STATE_SIZE, type WriteRows } from "@/core/db/store.ts";
import { ActorError, type WireError } from "@/core/kernel/errors.ts";
import {
  FencedError,
  type NewMessage,
  StaleError,
  type Store,
  type TurnRecord,
} from "@/core/kernel/store.ts";
import { type TestDatabase, testDatabase } from "@/tests/support/postgres.ts";
import { turnRecord } from "@/tests/support/turn_record.ts";
import { waitFor } from "@/tests/support/wait.ts";

class TestFence implements Fence {
  readonly name = "supervisor";
  readonly reported: string[] = [];
  held = true;
  over = false;
  readonly epoch: number;
  constructor(epoch: number) {
    this.epoch = epoch;
  }
  reportFenced(message: string): void {
    this.reported.push(message);
  }
}

/** Takes the lease over, as another supervisor would. */
async function takeOver(db: Database): Promise<TestFence> {
  const [row] = await db.write((sql) =>
    sql<{ epoch: number }[]>`
      insert into lease (name, epoch, holder, description, acquired_at, expires_at)
      values ('supervisor', 1, gen_random_uuid(), 'test', now(), now() + interval '1 hour')
      on conflict (name) do update set epoch = lease.epoch + 1
      returning epoch
    `
  );
  return new TestFence(row?.epoch ?? 0);
}

interface House {
  readonly db: Database;
  readonly fence: TestFence;
  readonly store: Store;
}

async function house(
  { db }: TestDatabase,
  writes: Readonly<Record<string, WriteRows>> = {},
): Promise<House> {
  const fence = await takeOver(db);
  return { db, fence, store: createStore({ db, lease: fence, writes }) };
}

function message(key: string, more: Partial<NewMessage> = {}): NewMessage {
  return {
    key,
    kind: "message",
    from: "scanner",
    target: "notifier",
    type: "Found",
    schemaVersion: 1,
    body: { key },
    trace: "t-1",
    ...more,
  };
}

function turn(more: Partial<TurnRecord> = {}): TurnRecord {
  return turnRecord("scanner", more);
}

const FAILURE: WireError = { kind: "transient", code: "boom", message: "It went wrong" };

async function count(db: Database, table: string): Promise<number> {
  const [row] = await db.read((sql) =>
    sql<{ n: number }[]>`select count(*) as n from ${sql(table)}`
  );
  return row?.n ?? -1;
}

Deno.test("load counts incarnations and gives back what was committed", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  assert.deepEqual(await store.load("scanner"), { incarnation: 1, version: 0, saved: null });
  const state = { schemaVersion: 3, value: { cursor: "abc", seen: [1, 2, 3] } };
  assert.deepEqual(await store.commit(turn({ state })), { outcome: "committed", version: 1 });
  assert.deepEqual(await store.load("scanner"), {
    incarnation: 2,
    version: 1,
    saved: { schemaVersion: 3, state: { cursor: "abc", seen: [1, 2, 3] } },
  });
});

Deno.test("a turn without a state keeps the stored one and counts all the same", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.load("scanner");
  await store.commit(turn({ state: { schemaVersion: 1, value: "kept" } }));
  assert.equal((await store.commit(turn({ expectVersion: 1 }))).version, 2);
  assert.equal((await store.load("scanner")).saved?.state, "kept");
});

Deno.test("a text that Postgres cannot hold is rejected for good, not retried", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.load("scanner");
  for (const value of ["a\u0000b", "\ud800"]) {
    await assert.rejects(store.commit(turn({ state: { schemaVersion: 1, value } })), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(error.kind, "rejected");
      return true;
    });
  }
});

Deno.test("a state that is too large is rejected before anything is sent", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.load("scanner");
  const state = { schemaVersion: 1, value: "x".repeat(MAX_STATE_SIZE) };
  await assert.rejects(store.commit(turn({ state })), /longer than 8000000/);
});

Deno.test("a redelivered message is a duplicate and changes nothing", async () => {
  await using database = await testDatabase();
  const { db, store } = await house(database);
  await store.load("notifier");
  await store.enqueue([message("m-1")]);
  const [first] = await store.pending("notifier", 0, 10);
  assert.ok(first !== undefined);
  const consume = (expectVersion: number) =>
    turn({
      actor: "notifier",
      consumes: first.id,
      expectVersion,
      state: { schemaVersion: 1, value: { at: expectVersion } },
      outbox: [message(`out-${expectVersion}`, { target: "telegram" })],
    });
  assert.deepEqual(await store.commit(consume(0)), { outcome: "committed", version: 1 });
  for (const expectVersion of [0, 1, 7]) {
    const again = await store.commit(consume(expectVersion));
    assert.deepEqual(again, { outcome: "duplicate", version: 1 });
  }
  assert.deepEqual((await store.load("notifier")).saved?.state, { at: 0 });
  assert.equal((await store.pending("telegram", 0, 10)).length, 1);
  assert.equal((await store.pending("notifier", 0, 10)).length, 0);
  assert.equal(await count(db, "inbox"), 1);
  await db.write((sql) => sql`delete from outbox where id = ${first.id}`);
  assert.equal((await store.commit({ ...consume(1), incarnation: 2 })).outcome, "duplicate");
});

Deno.test("a turn consumes a message to its own actor, and nothing else", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.load("scanner");
  await store.enqueue([
    message("theirs"),
    message("an effect", { kind: "effect", target: "scanner" }),
    message("its own", { target: "scanner" }),
  ]);
  const [theirs] = await store.pending("notifier", 0, 10);
  const [effect, own] = await store.pending("scanner", 0, 10);
  const outbox = [message("out", { target: "telegram" })];
  for (const id of [theirs?.id, effect?.id, 999]) {
    const refused = { kind: "fatal", code: "not-its-message" };
    await assert.rejects(store.commit(turn({ consumes: id ?? 0, outbox })), refused);
  }
  assert.equal((await store.commit(turn({ consumes: own?.id ?? 0 }))).version, 1);
  assert.equal((await store.pending("notifier", 0, 10)).length, 1);
  assert.equal((await store.pending("telegram", 0, 10)).length, 0);
});

Deno.test("a turn computed from an old version is stale and changes nothing", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.load("scanner");
  await store.commit(turn({ state: { schemaVersion: 1, value: "new" } }));
  const stale = turn({ state: { schemaVersion: 1, value: "old" }, outbox: [message("ghost")] });
  await assert.rejects(store.commit(stale), StaleError);
  await assert.rejects(store.commit(turn({ expectVersion: 9 })), StaleError);
  assert.equal((await store.load("scanner")).saved?.state, "new");
  assert.equal((await store.pending("notifier", 0, 10)).length, 0);
});

Deno.test("an old incarnation is fenced, without ending the lease", async () => {
  await using database = await testDatabase();
  const { store, fence } = await house(database);
  await store.load("scanner");
  await store.load("scanner");
  await assert.rejects(store.commit(turn({ incarnation: 1 })), FencedError);
  await assert.rejects(store.commit(turn({ actor: "nobody" })), FencedError);
  assert.deepEqual(fence.reported, []);
  assert.equal((await store.commit(turn({ incarnation: 2 }))).version, 1);
});

Deno.test("two stores: every write of the one that lost the lease is fenced", async () => {
  await using database = await testDatabase();
  const old = await house(database);
  await old.store.load("scanner");
  await old.store.enqueue([message("e", { kind: "effect" })]);
  const [effect] = await old.store.pending("notifier", 0, 1);
  const id = effect?.id ?? 0;
  const next = await house(database);
  const writes: readonly (() => Promise<unknown>)[] = [
    () => old.store.load("scanner"),
    () => old.store.commit(turn()),
    () => old.store.enqueue([message("late")]),
    () => old.store.claim(id),
    () => old.store.settle(id, { outcome: "done", result: 1 }),
    () => old.store.countCrash(id, FAILURE),
    () => old.store.bury(id, FAILURE),
    () => old.store.replay(id),
  ];
  for (const write of writes) await assert.rejects(write(), FencedError);
  assert.equal(old.fence.reported.length, writes.length);
  const rows = await next.store.pending("notifier", 0, 10);
  assert.deepEqual(rows.map(({ key, attempts, status }) => [key, attempts, status]), [
    ["e", 0, "pending"],
  ]);
  assert.equal((await next.store.load("scanner")).incarnation, 2);
});

Deno.test("a store whose lease lapsed refuses for the time being", async () => {
  await using database = await testDatabase();
  const fence = await takeOver(database.db);
  const store = createStore({ db: database.db, lease: fence, writes: {} });
  fence.held = false;
  await assert.rejects(store.load("scanner"), { kind: "transient", code: "lease-lapsed" });
  fence.held = true;
  assert.equal((await store.load("scanner")).incarnation, 1);
});

Deno.test("a store whose lease is over refuses without asking the database", async () => {
  await using database = await testDatabase();
  const { store, fence } = await house(database);
  fence.over = true;
  await assert.rejects(store.load("scanner"), FencedError);
  await assert.rejects(store.commit(turn()), FencedError);
});

/** Its write `slow` waits in the middle of the transaction until it is released. */
async function slowHouse(database: Parameters<typeof house>[0]) {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const opened = await house(database, {
    slow: async (sql) => {
      await sql`select 1`;
      started.resolve();
      await release.promise;
    },
  });
  return { ...opened, started, release };
}

Deno.test("a takeover waits for a commit under way, and the commit is whole", async () => {
  await using database = await testDatabase();
  const { db, store, started, release } = await slowHouse(database);
  await store.load("scanner");
  const commit = store.commit(turn({ writes: [{ name: "slow", rows: [1] }] }));
  await started.promise;
  await assert.rejects(
    db.write((sql) => sql`update lease set epoch = epoch + 1`, { timeoutMs: 200 }),
    /No answer within/,
  );
  release.resolve();
  assert.deepEqual(await commit, { outcome: "committed", version: 1 });
  await takeOver(db);
  await assert.rejects(store.commit(turn({ expectVersion: 1 })), FencedError);
});

Deno.test("I2 while a turn commits, nothing overtakes it", async () => {
  await using database = await testDatabase();
  const { db, store, started, release } = await slowHouse(database);
  await store.load("scanner");
  await store.enqueue([message("m", { target: "scanner" })]);
  const writes = [{ name: "slow", rows: [1] }];
  const commit = store.commit(turn({ consumes: 1, outbox: [message("first")], writes }));
  await started.promise;
  const later = store.enqueue([message("later")]);
  const other = store.commit(turn({ state: { schemaVersion: 1, value: "lost" } }));
  const burial = store.bury(1, FAILURE, message("told"));
  await Promise.all([
    assert.rejects(other, StaleError),
    waitFor("all three to wait", async () => {
      const [row] = await db.read((sql) =>
        sql<{ n: number }[]>`
          select count(*) as n from pg_stat_activity
          where wait_event_type = 'Lock' and query ~ 'from commit_turn|bury_message|enqueue'
        `
      );
      return (row?.n ?? 0) >= 3;
    }).then(() => release.resolve()),
  ]);
  assert.equal((await commit).version, 1);
  await Promise.all([burial, later]);
  assert.deepEqual(await store.parked(10), []);
  const keys = (await store.pending("notifier", 0, 10)).map(({ key }) => key);
  assert.deepEqual(keys, ["first", "later"]);
});

Deno.test("domain writes live and die with their turn", async () => {
  await using database = await testDatabase();
  const { db, store } = await house(database, {
    notes: async (sql, rows) => {
      for (const row of rows) await sql`insert into notes values (${String(row)})`;
    },
  });
  await db.write((sql) => sql`create table notes (x text primary key)`);
  await store.load("scanner");
  const notes = (...rows: readonly string[]) => ({ writes: [{ name: "notes", rows }] });
  await store.commit(turn({ ...notes("a", "b"), outbox: [message("m-1", { target: "scanner" })] }));
  assert.equal(await count(db, "notes"), 2);
  // A stale turn, a failing write and a redelivery each take everything with them.
  await assert.rejects(store.commit(turn(notes("c"))), StaleError);
  const doubled = turn({ expectVersion: 1, ...notes("d", "a"), outbox: [message("m-2")] });
  await assert.rejects(store.commit(doubled), (error) => {
    assert.ok(error instanceof ActorError);
    assert.equal(error.code, "database-constraint");
    return true;
  });
  const [consumed] = await store.pending("scanner", 0, 1);
  const consumes = consumed?.id ?? 0;
  await store.commit(turn({ expectVersion: 1, consumes, ...notes("e") }));
  const again = await store.commit(turn({ expectVersion: 2, consumes, ...notes("f") }));
  assert.deepEqual(again, { outcome: "duplicate", version: 2 });
  const rows = await db.read((sql) => sql<{ x: string }[]>`select x from notes order by x`);
  assert.deepEqual(rows.map(({ x }) => x), ["a", "b", "e"]);
});

Deno.test("an unknown domain write is an error before anything is written", async () => {
  await using database = await testDatabase();
  const { store } = await house(database, { notes: () => Promise.resolve() });
  await store.load("scanner");
  const wrong = turn({ writes: [{ name: "nots", rows: [1] }], outbox: [message("m")] });
  await assert.rejects(store.commit(wrong), /Cannot write nots as the known .* are: notes/);
  assert.equal((await store.load("scanner")).version, 0);
});

Deno.test("a key is accepted once, by turns and by enqueue alike", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.load("scanner");
  assert.equal(await store.enqueue([message("a"), message("b"), message("a")]), 2);
  assert.equal(await store.enqueue([message("b"), message("c")]), 1);
  assert.equal(await store.enqueue([]), 0);
  await store.commit(turn({ outbox: [message("c"), message("d")] }));
  const rows = await store.pending("notifier", 0, 10);
  assert.deepEqual(rows.map(({ key }) => key), ["a", "b", "c", "d"]);
});

Deno.test("pending gives the messages of one target, ascending, after an id, up to a limit", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.enqueue([
    message("n-1"),
    message("t-1", { target: "telegram" }),
    message("n-2"),
    message("n-3"),
  ]);
  const [first, second] = await store.pending("notifier", 0, 2);
  assert.deepEqual([first?.key, second?.key], ["n-1", "n-2"]);
  const rest = await store.pending("notifier", second?.id ?? 0, 10);
  assert.deepEqual(rest.map(({ key }) => key), ["n-3"]);
  assert.deepEqual(first, {
    ...message("n-1"),
    id: first?.id,
    attempts: 0,
    status: "pending",
    settled: null,
  });
});

Deno.test("a reader that goes on from the last id misses nothing while many write", async () => {
  await using database = await testDatabase({ poolSize: 8 });
  const { store } = await house(database);
  const writers = 6;
  const each = 80;
  let writing = true;
  const written = Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let n = 0; n < each; n++) {
        await store.enqueue([message(`${writer}-${n}`), message(`${writer}-${n}-b`)]);
      }
    }),
  ).then(() => writing = false);
  const seen: string[] = [];
  let last = 0;
  for (let more = true; more;) {
    more = writing;
    const rows = await store.pending("notifier", last, 50);
    seen.push(...rows.map(({ key }) => key));
    last = rows.at(-1)?.id ?? last;
    more ||= rows.length > 0;
  }
  await written;
  assert.equal(seen.length, writers * each * 2);
  assert.equal(new Set(seen).size, seen.length);
});

Deno.test("an effect is claimed, retried, and settled once", async () => {
  await using database = await testDatabase();
  const { store } = await house(database);
  await store.enqueue([message("buy", { kind: "effect" }), message("plain")]);
  const [effect, plain] = await store.pending("notifier", 0, 10);
  const id = effect?.id ?? 0;
  const state = async () => {
    const [row] = await store.pending("notifier", id - 1, 1);
    return row?.id === id ? [row.status, row.attempts] : "settled";
  };
  await store.claim(id);
  assert.deepEqual(await state(), ["attempting", 1]);
  await store.settle(id, { outcome: "retry", error: FAILURE });
  assert.deepEqual(await state(), ["pending", 1]);
  await store.claim(id);
  await store.claim(id);
  assert.deepEqual(await state(), ["attempting", 3]);
  await store.settle(id, { outcome: "done", result: { txId: "x" } });
  assert.equal(await state(), "settled");
  // The same outcome again is no news: its caller may not know that it was recorded.
  await store.settle(id, { outcome: "done", result: { txId: "x" } });
  for (
    const late of [
      () => store.settle(id, { outcome: "failed", error: FAILURE }),
      () => store.claim(id),
      () => store.claim(plain?.id ?? 0),
      () => store.claim(999_999),
    ]
  ) {
    await assert.rejects(late(), (error) => {
      assert.ok(error instanceof ActorError);
      assert.deepEqual([error.kind, error.code], ["rejected", "settled"]);
      return true;
    });
  }
});

Deno.test("an unknown outcome is parked, with its error, for a person", async () => {
  await using database = await testDatabase();
  const { db, store } = await house(database);
  await store.enqueue([message("buy", { kind: "effect" })]);
  const [effect] = await store.pending("notifier", 0, 1);
  await store.claim(effect?.id ?? 0);
  await store.settle(effect?.id ?? 0, { outcome: "unknown", error: FAILURE });
  assert.deepEqual(await store.pending("notifier", 0, 10), []);
  const [row] = await db.read((sql) =>
    sql<{ status: string; error: WireError }[]>`select status, error from outbox`
  );
  assert.deepEqual(row, { status: "unknown", error: FAILURE });
});

Deno.test("crashes are counted, and a buried message stays out of delivery with its reason", async () => {
  await using database = await testDatabase();
  const { db, store } = await house(database);
  await store.load("notifier");
  await store.enqueue([message("poison"), message("fine")]);
  const [poison, fine] = await store.pending("notifier", 0, 10);
  assert.ok(poison !== undefined && fine !== undefined);
  assert.equal(await store.countCrash(poison.id, FAILURE), 1);
  assert.equal(await store.countCrash(poison.id, FAILURE), 2);
  await store.bury(poison.id, FAILURE);
  assert.deepEqual((await store.pending("notifier", 0, 10)).map(({ id }) => id), [fine.id]);
  // A late turn of the crashed receiver must not count as handled, and what is done stays done.
  const late = await store.commit(turn({ actor: "notifier", consumes: poison.id }));
  assert.equal(late.outcome, "duplicate");
  await store.commit(turn({ actor: "notifier", consumes: fine.id }));
  await store.bury(fine.id, FAILURE);
  const rows = await db.read((sql) =>
    sql<{ status: string }[]>`select status from outbox order by id`
  );
  assert.deepEqual(rows.map(({ status }) => status), ["dead", "done"]);
});
