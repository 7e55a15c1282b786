import assert from "node:assert/strict";
import { parseAddress } from "@/core/db/address.ts";
import { openDatabase } from "@/core/db/database.ts";
import { Pool } from "@/core/db/pool.ts";
import type { Db } from "@/core/db/session.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { waitFor } from "@/tests/support/wait.ts";

function failsWith(kind: string, code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ActorError, String(error));
    assert.deepEqual([error.kind, error.code], [kind, code]);
    return true;
  };
}

async function backendPid(db: Db): Promise<number> {
  const [row] = await db.read((sql) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
  return row?.pid ?? 0;
}

Deno.test("read and write answer with rows, and big numbers as numbers", async () => {
  await using database = await testDatabase({ migrated: false });
  const rows = await database.db.read((sql) =>
    sql<{ n: number; j: unknown }[]>`select 9007199254740991::bigint as n, '{"a":[1]}'::jsonb as j`
  );
  assert.deepEqual([...rows], [{ n: Number.MAX_SAFE_INTEGER, j: { a: [1] } }]);
});

Deno.test("a slow statement ends by its deadline and the connection stays usable", async () => {
  await using database = await testDatabase({ migrated: false, timeoutMs: 300, poolSize: 1 });
  const pid = await backendPid(database.db);
  await assert.rejects(
    database.db.read((sql) => sql`select pg_sleep(30)`),
    failsWith("transient", "database-deadline"),
  );
  assert.equal(await backendPid(database.db), pid);
  assert.equal(database.db.stats().deadlines, 1);
});

Deno.test("a frozen server ends by the deadline, and the pool goes on with a new connection", async () => {
  await using database = await testDatabase({ migrated: false, timeoutMs: 2_000, poolSize: 1 });
  const pid = await backendPid(database.db);
  Deno.kill(pid, "SIGSTOP");
  try {
    const startedAt = performance.now();
    await assert.rejects(
      database.db.read((sql) => sql`select 1`, { timeoutMs: 150 }),
      (error) => {
        assert.match(String(error), /No answer within 150 ms to a read of the database$/);
        return failsWith("transient", "database-deadline")(error);
      },
    );
    assert.ok(performance.now() - startedAt < 1_500);
    assert.notEqual(await backendPid(database.db), pid);
    assert.equal(database.db.stats().deadlines, 1);
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
});

Deno.test("a transaction has a deadline as a whole, and changes nothing when it passes", async () => {
  await using database = await testDatabase({ migrated: false });
  const { db } = database;
  await db.write((sql) => sql`create table t (x int)`);
  await assert.rejects(
    db.transaction(async (sql) => {
      await sql`insert into t values (1)`;
      for (;;) await sql`select pg_sleep(0.05)`;
    }, { timeoutMs: 200 }),
    failsWith("transient", "database-deadline"),
  );
  assert.equal((await db.read((sql) => sql`select from t`)).length, 0);
});

Deno.test("a transaction may be given longer than the default", async () => {
  await using database = await testDatabase({ migrated: false, timeoutMs: 200 });
  const rows = await database.db.transaction(
    (sql) => sql<{ x: number }[]>`select 1 as x from pg_sleep(0.4)`,
    { timeoutMs: 5_000 },
  );
  assert.equal(rows[0]?.x, 1);
});

Deno.test("callers wait for a connection in order, and no longer than their deadline", async () => {
  await using database = await testDatabase({ migrated: false, poolSize: 1 });
  const { db } = database;
  const release = Promise.withResolvers<void>();
  const holder = db.transaction(async (sql) => {
    await sql`select 1`;
    await release.promise;
  });
  const order: number[] = [];
  const first = db.read((sql) => sql`select 1`).then(() => order.push(1));
  const second = db.read((sql) => sql`select 2`).then(() => order.push(2));
  await assert.rejects(
    db.read((sql) => sql`select 3`, { timeoutMs: 30 }),
    failsWith("transient", "database-deadline"),
  );
  assert.deepEqual({ ...db.stats(), deadlines: 0 }, {
    size: 1,
    inUse: 1,
    waiting: 2,
    deadlines: 0,
    refused: 0,
  });
  release.resolve();
  await Promise.all([holder, first, second]);
  assert.deepEqual(order, [1, 2]);
  assert.equal(db.stats().inUse, 0);
});

Deno.test("a connection killed under a write is an unknown outcome, and the next call works", async () => {
  await using database = await testDatabase({ migrated: false, poolSize: 1 });
  const pid = await backendPid(database.db);
  const settled = assert.rejects(
    database.db.write((sql) => sql`select pg_sleep(30)`),
    failsWith("unknown", "database-outcome-unknown"),
  );
  const other = await database.open();
  await waitFor("the statement to run and be ended", async () => {
    const ended = await other.write((sql) =>
      sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where pid = ${pid} and state = 'active'
      `
    );
    return ended.length > 0;
  });
  await settled;
  await other.stop();
  assert.notEqual(await backendPid(database.db), pid);
});

Deno.test("a connection lost inside a transaction rejects it, and nothing of it stays", async () => {
  await using database = await testDatabase({ migrated: false });
  const { db } = database;
  await db.write((sql) => sql`create table t (x int)`);
  await assert.rejects(
    db.transaction(async (sql) => {
      const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
      await sql`insert into t values (1)`;
      await db.write((other) => other`select pg_terminate_backend(${row?.pid ?? 0})`);
      await sql`insert into t values (2)`;
      await sql`insert into t values (3)`;
    }),
    failsWith("unknown", "database-outcome-unknown"),
  );
  assert.equal((await db.read((sql) => sql`select from t`)).length, 0);
});

Deno.test("a transaction that fails is rolled back and its error is kept", async () => {
  await using database = await testDatabase({ migrated: false, poolSize: 1 });
  const { db } = database;
  await db.write((sql) => sql`create table t (x int primary key)`);
  await assert.rejects(
    db.transaction(async (sql) => {
      await sql`insert into t values (1)`;
      await sql`insert into t values (1)`;
    }),
    failsWith("rejected", "database-constraint"),
  );
  const own = new ActorError("rejected", "own", "Changed my mind");
  await assert.rejects(
    db.transaction(async (sql) => {
      await sql`insert into t values (2)`;
      throw own;
    }),
    (error) => error === own,
  );
  assert.equal((await db.read((sql) => sql`select from t`)).length, 0);
});

Deno.test("a failure that the work swallowed does not pass for a commit", async () => {
  await using database = await testDatabase({ migrated: false });
  const { db } = database;
  await db.write((sql) => sql`create table t (x int primary key)`);
  await assert.rejects(
    db.transaction(async (sql) => {
      await sql`insert into t values (1)`;
      await sql`insert into t values (1)`.catch(() => {});
    }),
    failsWith("fatal", "database-aborted"),
  );
});

Deno.test("a statement after the end of its transaction is refused", async () => {
  await using database = await testDatabase({ migrated: false });
  const { db } = database;
  let late: () => PromiseLike<unknown> = () => Promise.resolve();
  await db.transaction(async (sql) => {
    await sql`select 1`;
    late = () => sql`select 2`;
  });
  assert.throws(late, failsWith("fatal", "database-transaction-over"));
});

Deno.test("an idle connection is given back to the server", async () => {
  await using database = await testDatabase({ migrated: false });
  const pool = new Pool({
    connect: { address: parseAddress(database.url), rootCertificates: null },
    clock: systemClock,
    timeoutMs: 5_000,
    idleMs: 20,
  });
  const pid = await backendPid(pool);
  await waitFor("the server process to end", async () => {
    const rows = await database.db.read((sql) =>
      sql`select from pg_stat_activity where pid = ${pid}`
    );
    return rows.length === 0;
  });
  assert.notEqual(await backendPid(pool), pid);
  await pool.close();
});

Deno.test("more callers than may wait are refused at once", async () => {
  await using database = await testDatabase({ migrated: false });
  const pool = new Pool({
    connect: { address: parseAddress(database.url), rootCertificates: null },
    clock: systemClock,
    timeoutMs: 5_000,
    size: 1,
    maxWaiting: 2,
  });
  const calls = [1, 2, 3].map((n) => pool.read((sql) => sql`select ${n}::int`));
  await assert.rejects(
    pool.read((sql) => sql`select 4`),
    failsWith("overload", "database-overload"),
  );
  await Promise.all(calls);
  assert.equal(pool.stats().refused, 1);
  await pool.close();
});

Deno.test("a closing pool lets running work end, refuses new work and waiters", async () => {
  await using database = await testDatabase({ migrated: false });
  const db = await database.open({ poolSize: 1 });
  const running = db.read((sql) => sql<{ x: number }[]>`select 1 as x from pg_sleep(0.2)`);
  const waiting = assert.rejects(
    db.read((sql) => sql`select 2`),
    failsWith("transient", "database-closed"),
  );
  const stopped = db.stop();
  assert.equal((await running)[0]?.x, 1);
  await waiting;
  await assert.rejects(
    db.read((sql) => sql`select 3`),
    failsWith("transient", "database-closed"),
  );
  await stopped;
});

Deno.test("ping measures one round trip", async () => {
  await using database = await testDatabase({ migrated: false });
  const ms = await database.db.ping();
  assert.ok(ms > 0 && ms < 1_000, String(ms));
});

Deno.test("commits are synchronous even where the server's default says otherwise", async () => {
  await using database = await testDatabase({ migrated: false });
  const careless = `${database.url}${encodeURIComponent(" -csynchronous_commit=off")}`;
  const db = await openDatabase({ url: careless, home: "", clock: systemClock, log: quietLog });
  const [row] = await db.read((sql) =>
    sql<{ now: string; given: string }[]>`
      select current_setting('synchronous_commit') as now, reset_val as given
      from pg_settings where name = 'synchronous_commit'
    `
  );
  assert.deepEqual(row, { now: "on", given: "off" });
  await db.stop();
});
