import assert from "node:assert/strict";
import { openDatabase } from "@/core/db/database.ts";
import { EmbeddedPostgres } from "@/core/db/embedded.ts";
import { linkBinaries } from "@/core/db/embedded/binaries.ts";
import { prepareCluster } from "@/core/db/embedded/cluster.ts";
import { spawn } from "@/core/db/embedded/command.ts";
import { childrenOf } from "@/core/db/embedded/family.ts";
import { launchers } from "@/core/db/embedded/launcher.ts";
import { layOut } from "@/core/db/embedded/layout.ts";
import { type Clock, systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { emptyHome, preparedHome } from "@/tests/support/postgres_home.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { freeze, isAlive } from "@/tests/support/processes.ts";
import { waitFor } from "@/tests/support/wait.ts";

function start(
  home: string,
  settings: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
) {
  const silentMs = null;
  return EmbeddedPostgres.start({ home, clock, log: quietLog, durable: false, settings, silentMs });
}

/** Loses patience fifty times as fast. */
const hasty: Clock = {
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic() * 50,
  after: (delayMs, run) => systemClock.after(delayMs / 50, run),
};

function open(home: string) {
  return openDatabase({ url: null, home, clock: systemClock, log: quietLog });
}

Deno.test("the first start makes the database, and what was committed is there at the next", async () => {
  await using home = await emptyHome();
  const first = await open(home.path);
  assert.equal(first.kind, "embedded");
  await first.write((sql) => sql`create table t as select 'kept' as x`);
  await first.stop();
  const second = await open(home.path);
  const rows = await second.read((sql) => sql<{ x: string }[]>`select x from t`);
  await second.stop();
  assert.equal(rows[0]?.x, "kept");
});

Deno.test("the application owns its database and is no superuser, and nobody else may log in", async () => {
  await using home = await preparedHome();
  const db = await open(home.path);
  const [row] = await db.read((sql) =>
    sql<{ name: string; super: boolean; owner: string; listens: string }[]>`
      select current_user as name, rolsuper as super, pg_get_userbyid(datdba) as owner,
        current_setting('listen_addresses') as listens
      from pg_roles, pg_database where rolname = current_user and datname = current_database()
    `
  );
  assert.deepEqual(row, { name: "marketd", super: false, owner: "marketd", listens: "" });
  const asPostgres = `postgres://postgres@localhost/marketd?host=${
    encodeURIComponent(`${home.path}/postgres`)
  }`;
  await assert.rejects(
    openDatabase({ url: asPostgres, home: "", clock: systemClock, log: quietLog, patienceMs: 0 }),
    /no pg_hba.conf entry/,
  );
  await db.stop();
});

Deno.test("the server has a session of its own, so that Ctrl-C does not reach it", async () => {
  await using home = await preparedHome();
  const server = await start(home.path);
  const session = (stat: string) => stat.replace(/^\d+ \(.*\) /s, "").split(" ")[3];
  const ours = session(await Deno.readTextFile("/proc/self/stat"));
  const its = session(await Deno.readTextFile(`/proc/${server.pid}/stat`));
  assert.equal(its, String(server.pid));
  assert.notEqual(its, ours);
  await server.stop();
});

Deno.test("a home with a long path gets its socket in a short folder of its own", async () => {
  await using home = await preparedHome("x".repeat(120));
  const server = await start(home.path);
  const { socketPath } = server.address;
  assert.ok(socketPath !== null && !socketPath.startsWith(home.path) && socketPath.length < 100);
  const folder = socketPath.replace(/\/[^/]*$/, "");
  assert.equal(((await Deno.stat(folder)).mode ?? 0) & 0o777, 0o700);
  await server.stop();
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("a socket folder that others may enter is refused", async () => {
  await using home = await emptyHome("x".repeat(120));
  await using temporary = await emptyHome();
  await Deno.mkdir(`${home.path}/postgres`, { recursive: true });
  const { ino } = await Deno.stat(`${home.path}/postgres`);
  await Deno.mkdir(`${temporary.outside}/marketd-${Deno.uid()}-${ino}`, { mode: 0o755 });
  await assert.rejects(layOut(home.path, temporary.outside), /not a folder of ours alone/);
});

Deno.test("a home whose path contains a colon is refused with the reason", async () => {
  await using home = await emptyHome("a:b");
  await assert.rejects(start(home.path), /library paths may not contain a colon/);
});

Deno.test("a second start on the same home is refused and says who holds it", async () => {
  await using home = await preparedHome();
  const first = await start(home.path);
  await Deno.writeTextFile(
    `${home.path}/run.json`,
    JSON.stringify({ pid: Deno.pid, http: "http://127.0.0.1:9999" }),
  );
  await assert.rejects(start(home.path), (error) => {
    assert.ok(error instanceof ActorError);
    assert.deepEqual([error.kind, error.code], ["fatal", "home-in-use"]);
    assert.match(
      error.message,
      new RegExp(`home ${home.path} as process ${Deno.pid} holds it, started 20.*Z, serving http`),
    );
    return true;
  });
  await first.stop();
  await (await start(home.path)).stop();
});

Deno.test("a server that cannot start is reported with its own last words", async () => {
  await using home = await preparedHome();
  await assert.rejects(
    start(home.path, { shared_buffers: "nonsense" }),
    /database: it ended: exit code 1.*invalid value for parameter "shared_buffers"/,
  );
  await (await start(home.path)).stop();
});

Deno.test("data of another major version is refused untouched", async () => {
  await using home = await preparedHome();
  await Deno.writeTextFile(`${home.path}/postgres/data/PG_VERSION`, "17\n");
  await assert.rejects(start(home.path), /with Postgres 18: its version is 17/);
});

Deno.test("pid files that name a stranger are no obstacle, and the stranger is left alone", async () => {
  await using home = await preparedHome();
  const stranger = new Deno.Command("sleep", { args: ["60"] }).spawn();
  const pidFile = [stranger.pid, `${home.path}/postgres/data`, 1, 5432, "", "", "", ""].join("\n");
  await Deno.writeTextFile(`${home.path}/postgres/data/postmaster.pid`, pidFile);
  await Deno.writeTextFile(`${home.path}/postgres/.s.PGSQL.5432.lock`, pidFile);
  const server = await start(home.path);
  await server.stop();
  assert.ok(isAlive(stranger.pid));
  stranger.kill("SIGKILL");
  await stranger.status;
});

/** A server that nobody waits for, so it stays a zombie once it is stopped. */
async function orphanOf(home: string): Promise<Deno.ChildProcess> {
  const layout = await layOut(await Deno.realPath(home), "/tmp");
  const binaries = await linkBinaries(layout);
  const owner = (await Deno.stat(layout.data)).uid;
  const [launcher] = launchers({ uid: Deno.uid() ?? 0, dataOwner: owner });
  assert.ok(launcher !== undefined);
  const orphan = spawn({
    binaries,
    launcher,
    words: [binaries.postgres, "-D", layout.data, "-k", layout.socketFolder, "-p", "5432"],
  }, { stderr: "null" });
  await waitFor("the orphan to be ready", async () => {
    const lines = (await Deno.readTextFile(`${layout.data}/postmaster.pid`)).split("\n");
    return lines[7]?.trim() === "ready";
  });
  return orphan;
}

Deno.test("an orphaned server of this home is stopped, and its zombie is no obstacle", async () => {
  await using home = await preparedHome();
  const orphan = await orphanOf(home.path);
  const server = await start(home.path);
  assert.ok(!isAlive(orphan.pid));
  assert.notEqual(server.pid, orphan.pid);
  await server.stop();
  await orphan.status;
});

Deno.test("an orphaned server that is frozen is killed with its children", async () => {
  await using home = await preparedHome();
  const orphan = await orphanOf(home.path);
  const family = [orphan.pid, ...await childrenOf(orphan.pid)];
  await freeze(orphan.pid);
  const server = await start(home.path, {}, hasty);
  assert.deepEqual(family.filter(isAlive), []);
  await server.stop();
  await orphan.status;
});

Deno.test("a server that dies is started again, and its sessions find it", async () => {
  await using home = await preparedHome();
  const db = await open(home.path);
  await db.write((sql) => sql`create table t as select 1 as x`);
  const before = db.serverPid;
  assert.ok(before !== null);
  Deno.kill(before, "SIGKILL");
  await waitFor("another server", () => db.serverPid !== before);
  const rows = await waitFor(
    "the database to be back",
    () => db.read((sql) => sql<{ x: number }[]>`select x from t`),
  );
  assert.equal(rows[0]?.x, 1);
  await db.stop();
});

Deno.test("a server that is frozen is stopped by force, and its home can be used again", async () => {
  await using home = await preparedHome();
  const server = await start(home.path, {}, hasty);
  const family = [server.pid, ...await childrenOf(server.pid)];
  await freeze(server.pid);
  await server.stop();
  await waitFor("the end of its children", () => !family.some(isAlive));
  await (await start(home.path)).stop();
});

Deno.test({
  name: "as root, data made in a user namespace is opened in one again",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await using home = await emptyHome();
    await Deno.mkdir(home.path);
    const layout = await layOut(await Deno.realPath(home.path), "/tmp");
    const ways = launchers({ uid: 0, dataOwner: 0 });
    const binaries = await linkBinaries(layout);
    await prepareCluster({ layout, binaries, launchers: ways, durable: false });
    const db = await open(home.path);
    assert.equal((await Deno.stat(layout.data)).uid, 0);
    assert.ok(await db.ping() > 0);
    await db.stop();
  },
});
