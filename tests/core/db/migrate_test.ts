import assert from "node:assert/strict";
import { migrate, type Migration, nextMigration, readMigrations } from "@/core/db/migrate.ts";
import type { Db } from "@/core/db/session.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { waitFor } from "@/tests/support/wait.ts";

function made(version: number, sql: string): Migration {
  return { version, name: `step_${version}`, checksum: `sum-${version}`, sql };
}

const THREE = [
  made(1, "create table a (x int); insert into a values (1);"),
  made(2, "update a set x = x + 1"),
  made(3, "create table b as select x from a"),
];

async function appliedVersions(db: Db): Promise<readonly number[]> {
  const rows = await db.read((sql) =>
    sql<{ version: number }[]>`select version from schema_migrations order by version`
  );
  return rows.map(({ version }) => version);
}

function refusedWith(pattern: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ActorError, String(error));
    assert.deepEqual([error.kind, error.code], ["fatal", "migration-refused"]);
    assert.match(error.message, pattern);
    return true;
  };
}

Deno.test("the repository's migrations are numbered without a gap and apply to an empty schema", async () => {
  await using database = await testDatabase({ migrated: false });
  const migrations = await readMigrations();
  const report = await migrate(database.db, migrations);
  assert.equal(report.version, migrations.length);
  assert.equal(report.applied[0], "0001_actors");
  assert.deepEqual(await migrate(database.db, migrations), {
    version: migrations.length,
    applied: [],
  });
});

Deno.test("five migrators at once apply every migration exactly once", async () => {
  await using database = await testDatabase({ migrated: false });
  const others = await Promise.all([1, 2, 3, 4].map(() => database.open()));
  const reports = await Promise.all(
    [database.db, ...others].map((db) => migrate(db, THREE)),
  );
  const applied = reports.flatMap((report) => report.applied).toSorted();
  assert.deepEqual(applied, ["0001_step_1", "0002_step_2", "0003_step_3"]);
  const rows = await database.db.read((sql) => sql<{ x: number }[]>`select x from b`);
  assert.deepEqual([...rows], [{ x: 2 }]);
  await Promise.all(others.map((db) => db.stop()));
});

Deno.test("a migration that fails leaves nothing of itself, and those before it stay", async () => {
  await using database = await testDatabase({ migrated: false });
  const bad = made(2, "create table half (x int); select 1 / 0;");
  await assert.rejects(migrate(database.db, [THREE[0] ?? bad, bad]), /division by zero/);
  assert.deepEqual(await appliedVersions(database.db), [1]);
  await assert.rejects(database.db.read((sql) => sql`select from half`), /does not exist/);
  assert.deepEqual((await migrate(database.db, THREE)).applied, ["0002_step_2", "0003_step_3"]);
});

Deno.test("a migration that takes too long leaves no half, and the next migrator goes on", async () => {
  await using database = await testDatabase({ migrated: false });
  const slow = made(1, "create table a (x int); select pg_sleep(30);");
  const victim = await database.open();
  await assert.rejects(migrate(victim, [slow], { timeoutMs: 150, lockTimeoutMs: 50 }));
  await victim.stop();
  assert.deepEqual((await migrate(database.db, THREE)).applied.length, 3);
});

Deno.test("a migrator cut off in the middle leaves no half, and the next one goes on", async () => {
  await using database = await testDatabase({ migrated: false });
  const mark = `create table a (x int); select pg_sleep(30) as ${database.schema}`;
  const victim = await database.open();
  const failed = assert.rejects(migrate(victim, [made(1, mark)]));
  await waitFor("it to be in the middle", async () => {
    const cut = await database.db.write((sql) =>
      sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where query = ${mark} and wait_event = 'PgSleep'
      `
    );
    return cut.length === 1;
  });
  await failed;
  await victim.stop();
  await assert.rejects(database.db.read((sql) => sql`select from a`), /does not exist/);
  assert.deepEqual((await migrate(database.db, THREE)).applied.length, 3);
});

Deno.test("a migrator that cannot get the lock says that another one is at work", async () => {
  await using database = await testDatabase({ migrated: false });
  const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>();
  const { promise: enough, resolve: release } = Promise.withResolvers<void>();
  const holder = database.db.transaction(async (sql) => {
    await sql`select pg_advisory_xact_lock(730101, hashtext(current_schema()))`;
    isLocked();
    await enough;
  });
  await locked;
  await assert.rejects(
    migrate(database.db, THREE, { lockTimeoutMs: 50 }),
    /another migration did not end within 50 ms/,
  );
  release();
  await holder;
});

Deno.test("an applied migration that was edited is refused by name", async () => {
  await using database = await testDatabase({ migrated: false });
  await migrate(database.db, THREE);
  const edited = THREE.map((one) => one.version === 2 ? { ...one, checksum: "other" } : one);
  await assert.rejects(
    migrate(database.db, edited),
    refusedWith(/never be edited.*0002_step_2, whose checksum was sum-2 and is other/),
  );
  const real = THREE.map((one) => one.version === 2 ? { ...one, checksum: "ab".repeat(32) } : one);
  await assert.rejects(migrate(database.db, real), refusedWith(/and is (?:ab){6}$/));
});

Deno.test("a database that is newer than the program is refused", async () => {
  await using database = await testDatabase({ migrated: false });
  await migrate(database.db, THREE);
  await assert.rejects(
    migrate(database.db, THREE.slice(0, 2)),
    refusedWith(/knows 2 migrations and must not run on a newer schema.*0003_step_3/),
  );
});

Deno.test("a gap among the applied migrations is refused", () => {
  const applied = [1, 3].map((version) => made(version, ""));
  assert.throws(
    () => nextMigration(applied, THREE),
    refusedWith(/migration 2 must have been applied before: current value is 0003_step_3/),
  );
});

async function folderWith(names: readonly string[]): Promise<AsyncDisposable & { url: URL }> {
  const path = await Deno.makeTempDir();
  for (const name of names) await Deno.writeTextFile(`${path}/${name}`, "select 1");
  return {
    url: new URL(`file://${path}/`),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("a folder with a gap or a stray file is refused", async () => {
  await using gap = await folderWith(["0001_one.sql", "0003_three.sql"]);
  await assert.rejects(
    readMigrations(gap.url),
    refusedWith(/migration 2 must come next: .*0003_three/),
  );
  await using twice = await folderWith(["0001_one.sql", "0001_uno.sql"]);
  await assert.rejects(readMigrations(twice.url), refusedWith(/migration 2 must come next/));
  await using stray = await folderWith(["0001_one.sql", "notes.txt"]);
  await assert.rejects(readMigrations(stray.url), refusedWith(/must be named.*notes.txt/));
});

Deno.test("the checksum of a migration is the SHA-256 of its file", async () => {
  await using folder = await folderWith(["0001_one.sql"]);
  const [migration] = await readMigrations(folder.url);
  const expected = "822ae07d4783158bc1912bb623e5107cc9002d519e1143a9c200ed6ee18b6d0f";
  assert.equal(migration?.checksum, expected);
});

Deno.test("reading roles exist where they may be made, and see the views alone", async () => {
  await using database = await testDatabase();
  const rows = await database.db.read((sql) =>
    sql<{ what: string; granted: boolean }[]>`
      select 'view' as what, has_table_privilege('marketd_read', 'v_opportunities', 'select') as granted
      union all select 'table', has_table_privilege('marketd_read', 'opportunities', 'select')
      union all select 'append', has_table_privilege('marketd_append', 'v_opportunities', 'select')
    `
  );
  assert.deepEqual(Object.fromEntries(rows.map((row) => [row.what, row.granted])), {
    view: true,
    table: false,
    append: false,
  });
});

Deno.test("an owner that may not create roles is migrated all the same", async () => {
  await using database = await testDatabase({ migrated: false });
  const roles = (await readMigrations()).find(({ name }) => name === "roles");
  assert.ok(roles !== undefined);
  const name = `poor_${database.schema.slice(2, 14)}`;
  const sql = roles.sql.replaceAll("marketd_read", `${name}_r`).replaceAll(
    "marketd_append",
    `${name}_a`,
  );
  const known = (await readMigrations()).map((one) => one.name === "roles" ? { ...one, sql } : one);
  await database.db.write((sql) => sql`create role ${sql(name)}`);
  await database.db.write((sql) => sql`grant ${sql(name)} to current_user`);
  await database.db.write((sql) => sql`alter schema ${sql(database.schema)} owner to ${sql(name)}`);
  const warnings: unknown[] = [];
  const poor = await database.open({
    poolSize: 1,
    log: { ...quietLog, warn: (_, props) => warnings.push(props?.["notice"]) },
  });
  await poor.write((sql) => sql`set role ${sql(name)}`);
  const report = await migrate(poor, known);
  assert.equal(report.version, known.length);
  const made = await poor.read((sql) =>
    sql`select from pg_roles where rolname in (${`${name}_r`}, ${`${name}_a`})`
  );
  assert.equal(made.length, 0);
  assert.equal(warnings.length, 2);
  assert.match(String(warnings[0]), /left out as poor_\w+ may not create roles/);
  await poor.stop();
});
