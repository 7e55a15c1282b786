/**
 * The whole kernel under load while the worst happens to its database: killed, frozen, out of
 * reach. The promise: nothing that was accepted is lost, nothing is done twice, no actor is blamed,
 * and work goes on by itself.
 */

import assert from "node:assert/strict";
import { openDatabase } from "@/core/db/database.ts";
import { migrate, readMigrations } from "@/core/db/migrate.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { counter } from "@/tests/support/actors/counter.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { house } from "@/tests/support/house.ts";
import { preparedHome } from "@/tests/support/postgres_home.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { freeze } from "@/tests/support/processes.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { assertExact, countingStore, Load, PATIENT, tallyOf } from "./load.ts";
import { proxyTo } from "./proxy.ts";

/** Calls to the database end by then. */
const TIMEOUT_MS = 1_000;

interface Faults {
  readonly load: Load;
  /** The embedded server's process; a new one after it was killed. */
  serverPid(): number;
  /** The network between the house and its server. */
  become(mode: "pass" | "hang" | "refuse"): void;
  /** Waits until writes have waited, and then until the load goes on. */
  survived(): Promise<void>;
}

/** A server of its own behind a proxy, a house on it, and a load; judged when `hurt` is over. */
async function underLoad(hurt: (faults: Faults) => Promise<void>): Promise<void> {
  await using home = await preparedHome();
  const server = await openDatabase({
    url: null,
    home: home.path,
    clock: systemClock,
    log: quietLog,
    timeoutMs: TIMEOUT_MS,
  });
  await migrate(server, await readMigrations());
  const folder = `${home.path}/postgres`;
  await using proxy = proxyTo(`${folder}/.s.PGSQL.5432`);
  const url = `postgres://marketd@127.0.0.1:${proxy.port}/marketd?sslmode=disable`;
  const db = await openDatabase({
    url,
    home: "",
    clock: systemClock,
    log: quietLog,
    timeoutMs: TIMEOUT_MS,
  });
  // The lease has its own, undisturbed way: this is about the database, not about leadership.
  const lease = await leaseOn(server);
  const store = await countingStore(db, lease);
  const { supervisor, fenced } = house({ root: PATIENT, wrap: () => store });
  await supervisor.start();
  const load = new Load(supervisor, "load");
  try {
    await load.progress(100);
    await hurt({
      load,
      serverPid: () => server.serverPid ?? 0,
      become: (mode) => proxy.become(mode),
      async survived() {
        await waitFor("writes to fail", () => load.failures > 0, 30_000);
        await load.progress(100);
      },
    });
    await load.stop();
    const rows = async () => await tallyOf(server);
    await waitFor("all to be handled", async () => {
      const { stored, handled } = await rows();
      return stored === load.posted && handled === stored;
    }, 60_000);
    const { count } = await supervisor.ask(counter, "Count", {});
    assert.equal(count, load.posted);
    assertExact(await rows(), load.posted);
    assert.deepEqual(supervisor.children.map(({ restarts }) => restarts), [0, 0]);
    assert.deepEqual(fenced, []);
    assert.equal(supervisor.snapshot().waitingSinceMs, null);
  } finally {
    await load.stop();
    await supervisor.stop(10_000);
    await lease.release();
    await db.stop();
    await server.stop();
  }
}

Deno.test("I1 the database is killed three times under load: nothing lost, nothing doubled", () =>
  underLoad(async ({ load, serverPid, survived }) => {
    for (let round = 0; round < 3; round++) {
      const pid = serverPid();
      load.failures = 0;
      Deno.kill(pid, "SIGKILL");
      await waitFor("another server", () => serverPid() !== pid);
      await survived();
    }
  }));

Deno.test("I1 the database is frozen under load: nothing lost, nothing doubled", () =>
  underLoad(async ({ load, serverPid, survived }) => {
    load.failures = 0;
    const wake = await freeze(serverPid());
    try {
      await waitFor("every writer to give up", () => load.failures >= 8, 30_000);
    } finally {
      wake();
    }
    await survived();
  }));

for (const mode of ["hang", "refuse"] as const) {
  Deno.test(`I1 the database is out of reach (${mode}) under load: nothing lost, nothing doubled`, () =>
    underLoad(async ({ load, become, survived }) => {
      load.failures = 0;
      become(mode);
      await waitFor("every writer to fail", () => load.failures >= 8, 30_000);
      become("pass");
      await survived();
    }));
}
