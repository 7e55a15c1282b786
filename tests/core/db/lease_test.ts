import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Database } from "@/core/db/database.ts";
import { Lease } from "@/core/db/lease.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { waitFor } from "@/tests/support/wait.ts";

function acquire(db: Database, ttlMs = 10_000, description = "the test"): Promise<Lease> {
  return Lease.acquire({
    db,
    holder: crypto.randomUUID(),
    description,
    clock: systemClock,
    log: quietLog,
    ttlMs,
  });
}

function isRefusal(pattern: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ActorError, String(error));
    assert.deepEqual([error.kind, error.code], ["fatal", "lease-held"]);
    assert.match(error.message, pattern);
    return true;
  };
}

interface Program {
  readonly child: Deno.ChildProcess;
  readonly lines: AsyncIterator<{ readonly epoch?: number; readonly lost?: string }>;
}

function startProgram(url: string, ttlMs: number): Program {
  const program = fileURLToPath(new URL("./lease_program.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "--no-check", program, url, String(ttlMs)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  return { child, lines: jsonLines(child.stdout) };
}

async function* jsonLines(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
}

Deno.test("a lease is held by one, renewed without end, and its epoch stays", async () => {
  await using database = await testDatabase();
  const lease = await acquire(database.db, 1_000);
  assert.equal(lease.epoch, 1);
  const before = lease.expiresInMs;
  await waitFor("more than two renewals", async () => {
    const [row] = await database.db.read((sql) =>
      sql<{ ms: number }[]>`
        select extract(epoch from expires_at - acquired_at)::double precision * 1000 as ms from lease
      `
    );
    return (row?.ms ?? 0) > 1_000 + 2 * 300;
  });
  assert.ok(lease.held && lease.expiresInMs > 0 && before <= 1_000);
  await lease.release();
  assert.equal(lease.held, false);
});

Deno.test("a second supervisor is refused and told who leads, and may lead after the release", async () => {
  await using database = await testDatabase();
  const other = await database.open();
  const first = await acquire(database.db, 10_000, "process 42 on host home");
  await assert.rejects(
    acquire(other),
    isRefusal(/^Cannot lead as process 42 on host home holds lease supervisor at epoch 1: /),
  );
  await first.release();
  const second = await acquire(other);
  assert.equal(second.epoch, 2);
  await second.release();
  await other.stop();
});

Deno.test("after kill -9 of the leader the next one leads at once, with a higher epoch", async () => {
  await using database = await testDatabase();
  const { child, lines } = startProgram(database.url, 60_000);
  assert.deepEqual((await lines.next()).value, { epoch: 1 });
  child.kill("SIGKILL");
  const startedAt = performance.now();
  const lease = await acquire(database.db, 60_000);
  assert.ok(performance.now() - startedAt < 2_000);
  assert.equal(lease.epoch, 2);
  await lease.release();
  await child.status;
  await lines.return?.();
});

Deno.test("a frozen leader is replaced when its lease has expired, and finds itself fenced", async () => {
  await using database = await testDatabase();
  const ttlMs = 1_000;
  const { child, lines } = startProgram(database.url, ttlMs);
  await lines.next();
  child.kill("SIGSTOP");
  await waitFor("the lease to expire", async () => {
    const rows = await database.db.read((sql) =>
      sql`select from lease where expires_at <= clock_timestamp()`
    );
    return rows.length === 1;
  });
  const lease = await acquire(database.db, 60_000);
  assert.equal(lease.epoch, 2);
  child.kill("SIGCONT");
  const { value } = await lines.next();
  assert.match(value?.lost ?? "", /was taken over/);
  await child.status;
  await lines.return?.();
  await lease.release();
});

Deno.test("a leader whose epoch was taken over is told so by its next renewal", async () => {
  await using database = await testDatabase();
  const lease = await acquire(database.db, 1_000);
  await database.db.write((sql) => sql`update lease set epoch = epoch + 1`);
  assert.match((await lease.lost).message, /was taken over/);
  assert.equal(lease.held, false);
  await lease.release();
});

Deno.test("a leader that cannot renew stops writing before anybody else may start, and goes on", async () => {
  await using database = await testDatabase();
  const lease = await acquire(database.db, 1_500);
  const release = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const blocker = database.db.transaction(async (sql) => {
    await sql`select from lease for update`;
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  await waitFor("the lease to lapse", () => !lease.held);
  assert.equal(lease.over, false);
  const [row] = await database.db.read((sql) =>
    sql<{ free: boolean }[]>`select expires_at < clock_timestamp() as free from lease`
  );
  assert.equal(row?.free, false);
  release.resolve();
  await blocker;
  await waitFor("the lease to be held again", () => lease.held);
  await lease.release();
});

Deno.test("a leader that loses its connection takes the lock again and goes on leading", async () => {
  await using database = await testDatabase();
  const other = await database.open();
  const lease = await acquire(database.db, 2_000);
  const lockPid = async () => {
    const [row] = await other.read((sql) =>
      sql<{ pid: number | null }[]>`select lock_pid as pid from lease`
    );
    return row?.pid ?? null;
  };
  const before = await lockPid();
  await other.write((sql) => sql`select pg_terminate_backend(${before})`);
  await waitFor("the lock on another connection", async () => {
    const now = await lockPid();
    return now !== null && now !== before;
  });
  assert.ok(lease.held);
  await assert.rejects(acquire(other), isRefusal(/epoch 1/));
  await lease.release();
  await other.stop();
});

Deno.test("where the lock says nothing, a starter waits for the expiry and then leads", async () => {
  await using database = await testDatabase();
  await database.db.write((sql) =>
    sql`
      insert into lease (name, epoch, holder, description, lock_pid, acquired_at, expires_at)
      values ('supervisor', 7, gen_random_uuid(), 'behind a pooler', null, now(),
        clock_timestamp() + interval '600 ms')
    `
  );
  const lease = await acquire(database.db);
  assert.equal(lease.epoch, 8);
  const [row] = await database.db.read((sql) =>
    sql<{ waited: boolean }[]>`select acquired_at - now() < '1 minute' as waited from lease`
  );
  assert.ok(row?.waited);
  await lease.release();
});

Deno.test("where the lock says nothing, a leader that renews its row is not disturbed", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.write((sql) =>
    sql`
      insert into lease (name, epoch, holder, description, lock_pid, acquired_at, expires_at)
      values ('supervisor', 7, gen_random_uuid(), 'behind a pooler', null, now(),
        clock_timestamp() + interval '1 second')
    `
  );
  const refused = assert.rejects(acquire(db), isRefusal(/behind a pooler/));
  let over = false;
  refused.finally(() => over = true);
  while (!over) {
    await db.write((sql) => sql`update lease set expires_at = clock_timestamp() + interval '1 s'`);
  }
  await refused;
});

Deno.test("renewing never waits for a commit, taking over does", async () => {
  await using database = await testDatabase();
  const lease = await acquire(database.db);
  const locked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const commit = database.db.transaction(async (sql) => {
    await sql`select check_lease('supervisor', 1)`;
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  const quick = { timeoutMs: 300 };
  await database.db.write(
    (sql) => sql`update lease set expires_at = expires_at + interval '1 s'`,
    quick,
  );
  await assert.rejects(
    database.db.write((sql) => sql`update lease set epoch = epoch + 1`, quick),
    /No answer within/,
  );
  release.resolve();
  await commit;
  await lease.release();
});

Deno.test("I5 a lock that says nothing makes no holder dead, and an old one gives nothing back", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const [one, two] = [db.dedicated(5_000), db.dedicated(5_000)];
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
  const ask = async (session: typeof one, holder: string) => {
    const [row] = await session.write((sql) =>
      sql<{ acquired: boolean; epoch: number }[]>`
        select acquired, epoch from acquire_lease('supervisor', ${holder}, 'the test', 60000)
      `
    );
    return [row?.acquired, row?.epoch];
  };
  assert.deepEqual(await ask(one, first), [true, 1]);
  // As through a pooler: both on one connection of the server.
  assert.deepEqual(await ask(one, second), [false, 1]);
  // The holder's own connection never had the lock.
  await db.write((sql) => sql`update lease set lock_pid = null`);
  await one.close();
  assert.deepEqual(await ask(two, second), [false, 1]);
  // Whoever is refused leaves the lock to the holder.
  const [lock] = await db.read((sql) =>
    sql<{ free: boolean }[]>`
      select pg_try_advisory_xact_lock(730102, lock_key('supervisor')) as free
    `
  );
  assert.equal(lock?.free, true);
  await db.write((sql) => sql`update lease set expires_at = now()`);
  assert.deepEqual(await ask(two, second), [true, 2]);
  await db.write((sql) => sql`select release_lease('supervisor', 1, ${first})`);
  const [row] = await db.read((sql) =>
    sql<{ held: boolean }[]>`select expires_at > now() as held from lease`
  );
  assert.equal(row?.held, true);
  await two.close();
});
