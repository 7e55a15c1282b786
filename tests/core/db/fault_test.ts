/**
 * A server of its own under load, and then the worst happens to it. The promise: what was
 * acknowledged is there, what was not may be (its outcome is unknown), and nothing hangs.
 */

import assert from "node:assert/strict";
import { type Database, openDatabase } from "@/core/db/database.ts";
import { childrenOf } from "@/core/db/embedded/family.ts";
import { migrate, readMigrations } from "@/core/db/migrate.ts";
import { Lease } from "@/core/db/lease.ts";
import { createStore } from "@/core/db/store.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { FencedError, type NewMessage, type Store } from "@/core/kernel/store.ts";
import { preparedHome } from "@/tests/support/postgres_home.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { freeze, isAlive } from "@/tests/support/processes.ts";
import { waitFor } from "@/tests/support/wait.ts";

const WRITERS = 4;

interface Rig extends AsyncDisposable {
  readonly home: string;
  readonly db: Database;
  readonly lease: Lease;
  readonly store: Store;
}

async function rig(timeoutMs: number, silentMs = 30_000): Promise<Rig> {
  const home = await preparedHome();
  const db = await openDatabase({
    url: null,
    home: home.path,
    clock: systemClock,
    log: quietLog,
    timeoutMs,
    silentMs,
  });
  await migrate(db, await readMigrations());
  const lease = await Lease.acquire({
    db,
    holder: crypto.randomUUID(),
    description: "fault test",
    clock: systemClock,
    log: quietLog,
    ttlMs: 60_000,
  });
  return {
    home: home.path,
    db,
    lease,
    store: createStore({ db, lease, writes: {} }),
    [Symbol.asyncDispose]: async () => {
      await lease.release();
      await db.stop();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** Messages sent without pause by several writers, and what became of each. */
class Load {
  readonly acknowledged = new Set<string>();
  readonly failures: ActorError[] = [];
  #running = true;
  readonly #writers: Promise<unknown>;

  constructor(store: Store) {
    this.#writers = Promise.all(
      Array.from({ length: WRITERS }, (_, writer) => this.#write(store, writer)),
    );
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#writers;
  }

  /** Resolves when `more` further messages were acknowledged. */
  async progress(more: number): Promise<void> {
    const goal = this.acknowledged.size + more;
    await waitFor(`${more} more messages`, () => this.acknowledged.size >= goal, 30_000);
  }

  async #write(store: Store, writer: number): Promise<void> {
    for (let n = 0; this.#running; n++) {
      const key = `${writer}-${n}`;
      try {
        await store.enqueue([message(key)]);
        this.acknowledged.add(key);
      } catch (error) {
        // The lease was given back: the end of this house.
        if (error instanceof FencedError) return;
        assert.ok(error instanceof ActorError, String(error));
        this.failures.push(error);
        // Do not spin while the server is away.
        await new Promise<void>((resolve) => systemClock.after(5, resolve));
      }
    }
  }
}

function message(key: string): NewMessage {
  return {
    key,
    kind: "message",
    from: "load",
    target: "sink",
    type: "Row",
    schemaVersion: 1,
    body: { key },
    trace: "",
  };
}

async function assertNothingLost(db: Database, load: Load): Promise<void> {
  const rows = await waitFor(
    "the rows",
    () => db.read((sql) => sql<{ key: string }[]>`select key from outbox`),
  );
  const stored = new Set(rows.map(({ key }) => key));
  const lost = [...load.acknowledged].filter((key) => !stored.has(key));
  assert.deepEqual(lost, []);
  assert.equal(stored.size, rows.length);
  const ghosts = stored.size - load.acknowledged.size;
  const unknown = load.failures.filter(({ kind, code }) =>
    kind === "unknown" || code === "database-deadline"
  );
  assert.ok(ghosts <= unknown.length, `${ghosts} rows nobody heard of, ${unknown.length} unknown`);
}

Deno.test("kill -9 of the server under load, three times: nothing acknowledged is lost", async () => {
  await using house = await rig(5_000);
  const load = new Load(house.store);
  for (let round = 0; round < 3; round++) {
    await load.progress(150);
    const pid = house.db.serverPid;
    assert.ok(pid !== null);
    Deno.kill(pid, "SIGKILL");
    await waitFor("another server", () => house.db.serverPid !== pid);
  }
  await load.progress(150);
  await load.stop();
  assert.ok(load.failures.length > 0);
  await assertNothingLost(house.db, load);
  assert.ok(house.lease.held);
});

Deno.test("kill -9 of one server process under load: recovery, and nothing acknowledged is lost", async () => {
  await using house = await rig(5_000);
  const load = new Load(house.store);
  await load.progress(150);
  const pid = house.db.serverPid;
  const [row] = await house.db.read((sql) =>
    sql<{ pid: number }[]>`
      select pid from pg_stat_activity
      where query like '%enqueue%' and pid <> pg_backend_pid() limit 1
    `
  );
  assert.ok(row !== undefined);
  Deno.kill(row.pid, "SIGKILL");
  await waitFor("the loss to be noticed", () => load.failures.length > 0);
  await load.progress(150);
  await load.stop();
  assert.equal(house.db.serverPid, pid);
  await assertNothingLost(house.db, load);
});

Deno.test("a frozen server: every call ends by its deadline, and work goes on when it wakes", async () => {
  await using house = await rig(1_000);
  const load = new Load(house.store);
  await load.progress(100);
  const pid = house.db.serverPid;
  assert.ok(pid !== null);
  const wake = await freeze(pid);
  const before = load.failures.length;
  const startedAt = performance.now();
  try {
    await assert.rejects(house.db.ping(), (error) => {
      assert.ok(error instanceof ActorError);
      assert.deepEqual([error.kind, error.code], ["transient", "database-deadline"]);
      return true;
    });
    await waitFor("every writer's deadline", () => load.failures.length >= before + WRITERS);
    assert.ok(performance.now() - startedAt < 5_000);
    assert.ok(house.db.stats().deadlines >= WRITERS);
  } finally {
    wake();
  }
  await load.progress(100);
  await load.stop();
  await assertNothingLost(house.db, load);
});

Deno.test("a server frozen for ever is killed and started again: nothing acknowledged is lost", async () => {
  await using house = await rig(500, 600);
  const load = new Load(house.store);
  for (let round = 0; round < 2; round++) {
    await load.progress(100);
    const pid = house.db.serverPid;
    assert.ok(pid !== null);
    const family = [pid, ...await childrenOf(pid)];
    await freeze(pid);
    await waitFor("another server", () => house.db.serverPid !== pid, 30_000);
    assert.deepEqual(family.filter(isAlive), []);
  }
  await load.progress(100);
  await load.stop();
  assert.ok(load.failures.length > 0);
  await assertNothingLost(house.db, load);
  assert.ok(house.lease.held);
});

Deno.test("a server whose postmaster alone is frozen is killed too: it takes nobody in", async () => {
  await using house = await rig(500, 600);
  const pid = house.db.serverPid;
  assert.ok(pid !== null);
  await house.store.enqueue([message("before")]);
  Deno.kill(pid, "SIGSTOP");
  await waitFor("another server", () => house.db.serverPid !== pid, 30_000);
  await waitFor("the row", async () => {
    const rows = await house.db.read((sql) => sql`select from outbox where key = 'before'`);
    return rows.length === 1;
  });
});

Deno.test("somebody else's server is not asked and never killed, however long it is frozen", async () => {
  await using house = await rig(500, 30_000);
  const pid = house.db.serverPid;
  assert.ok(pid !== null);
  const folder = encodeURIComponent(`${house.home}/postgres`);
  const url = `postgres://marketd@localhost/marketd?host=${folder}`;
  const other = await openDatabase({
    url,
    home: "",
    clock: systemClock,
    log: quietLog,
    timeoutMs: 200,
    silentMs: 60,
  });
  const wake = await freeze(pid);
  try {
    for (let asked = 0; asked < 2; asked++) {
      await assert.rejects(other.ping(), { code: "database-deadline" });
    }
  } finally {
    wake();
  }
  await waitFor("an answer", () => other.ping());
  assert.equal(house.db.serverPid, pid);
  await other.stop();
});

Deno.test("a stop in the middle of a load ends in time and leaves no server behind", async () => {
  const house = await rig(5_000);
  const load = new Load(house.store);
  await load.progress(50);
  const pid = house.db.serverPid;
  await house[Symbol.asyncDispose]();
  await load.stop();
  assert.deepEqual(load.failures, []);
  await assert.rejects(Deno.stat(`/proc/${pid}/cmdline`));
});
