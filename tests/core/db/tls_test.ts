/** A remote database over TLS: a real server with a certificate made on the spot. */

import assert from "node:assert/strict";
import { type Database, openDatabase } from "@/core/db/database.ts";
import { EmbeddedPostgres } from "@/core/db/embedded.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { freePort } from "@/tests/support/free_port.ts";
import { preparedHome } from "@/tests/support/postgres_home.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { selfSigned } from "@/tests/support/x509.ts";

const PASSWORD = "cor-rect horse";

interface TlsServer extends AsyncDisposable {
  /** Connects over TCP with the given parameters. */
  connect(parameters: string, host?: string): Promise<Database>;
  readonly authority: string;
  readonly stranger: string;
}

async function startServer(ssl: "on" | "off", names: readonly string[]): Promise<TlsServer> {
  const folder = await preparedHome();
  const home = folder.path;
  const port = freePort();
  const own = await selfSigned(...names);
  const stranger = await selfSigned(...names);
  await Deno.writeTextFile(`${home}/authority.pem`, own.certificate);
  await Deno.writeTextFile(`${home}/stranger.pem`, stranger.certificate);
  await Deno.writeTextFile(`${home}/key.pem`, own.privateKey, { mode: 0o600 });
  // Postgres wants the key to belong to whom it runs as.
  if (Deno.uid() === 0) await Deno.chown(`${home}/key.pem`, 65534, 65534);
  const tcp = ssl === "on" ? "hostssl" : "host";
  await Deno.writeTextFile(
    `${home}/pg_hba.conf`,
    `local all marketd trust\n${tcp} all marketd 127.0.0.1/32 scram-sha-256\n`,
  );
  const server = await EmbeddedPostgres.start({
    home,
    port,
    clock: systemClock,
    log: quietLog,
    durable: false,
    settings: {
      listen_addresses: "127.0.0.1",
      hba_file: `${home}/pg_hba.conf`,
      ssl,
      ssl_cert_file: `${home}/authority.pem`,
      ssl_key_file: `${home}/key.pem`,
    },
  });
  const open = (url: string) =>
    openDatabase({ url, home: "", clock: systemClock, log: quietLog, patienceMs: 0 });
  const local = await open(
    `postgres://marketd@localhost:${port}/marketd?host=${encodeURIComponent(`${home}/postgres`)}`,
  );
  await local.write((sql) => sql`alter role marketd password 'cor-rect horse'`);
  await local.stop();
  return {
    authority: `${home}/authority.pem`,
    stranger: `${home}/stranger.pem`,
    connect: (parameters, host = "localhost") =>
      open(
        `postgres://marketd:${encodeURIComponent(PASSWORD)}@${host}:${port}/marketd?${parameters}`,
      ),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function shown(parameters: string): string {
  return parameters === "" ? "no parameters" : parameters.replace(/=\/.*\//, "=");
}

async function isEncrypted(db: Database): Promise<boolean> {
  const [row] = await db.read((sql) =>
    sql<{ ssl: boolean }[]>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`
  );
  return row?.ssl === true;
}

Deno.test("sslmode: from prefer to verify-full, on a server that demands TLS", async (t) => {
  await using server = await startServer("on", ["localhost"]);
  const accepted: readonly (readonly [string, string?])[] = [
    ["sslmode=require"],
    ["sslmode=prefer"],
    [""],
    [`sslmode=verify-full&sslrootcert=${server.authority}`],
    [`sslmode=verify-full&sslrootcert=${server.authority}`, "127.0.0.1"],
    [`sslmode=verify-ca&sslrootcert=${server.authority}`],
    [`sslmode=require&sslrootcert=${server.authority}`],
  ];
  for (const [parameters, host] of accepted) {
    await t.step(`encrypts with ${shown(parameters)}, host ${host ?? "localhost"}`, async () => {
      const db = await server.connect(parameters, host);
      assert.ok(await isEncrypted(db));
      await db.stop();
    });
  }
  const refused = [
    `sslmode=verify-full&sslrootcert=${server.stranger}`,
    `sslmode=verify-ca&sslrootcert=${server.stranger}`,
    `sslmode=require&sslrootcert=${server.stranger}`,
    "sslmode=verify-full",
    "sslmode=disable",
  ];
  for (const parameters of refused) {
    await t.step(`refuses with ${shown(parameters)}`, async () => {
      await assert.rejects(server.connect(parameters), (error) => {
        assert.ok(error instanceof ActorError);
        assert.doesNotMatch(`${error.message} ${error.stack}`, /cor-rect|horse/);
        return true;
      });
    });
  }
  await t.step(
    "works as over a socket: transactions, and a lost connection is noticed",
    async () => {
      const db = await server.connect("sslmode=require");
      const pid = await db.transaction(async (sql) => {
        const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
        return row?.pid ?? 0;
      });
      await db.write((sql) => sql`create table t (x text)`);
      const long = "x".repeat(200_000);
      await db.write((sql) => sql`insert into t values (${long})`);
      assert.equal((await db.read((sql) => sql<{ x: string }[]>`select x from t`))[0]?.x, long);
      const other = await server.connect("sslmode=require");
      await other.write((sql) => sql`select pg_terminate_backend(${pid})`);
      await other.stop();
      const next = await waitFor("another connection", async () => {
        const [row] = await db.read((sql) =>
          sql<{ pid: number }[]>`select pg_backend_pid() as pid`
        );
        return row?.pid;
      });
      assert.notEqual(next, pid);
      await db.stop();
    },
  );
});

Deno.test("sslmode verify-full refuses a certificate for another name, verify-ca takes it", async () => {
  await using server = await startServer("on", ["db.example.com"]);
  const rest = `sslrootcert=${server.authority}`;
  await assert.rejects(
    server.connect(`sslmode=verify-full&${rest}`),
    /does not match certificate's altnames/,
  );
  const db = await server.connect(`sslmode=verify-ca&${rest}`);
  assert.ok(await isEncrypted(db));
  await db.stop();
});

Deno.test("a server without TLS: require refuses and says so, prefer goes on in plain text", async () => {
  await using server = await startServer("off", ["localhost"]);
  await assert.rejects(
    server.connect("sslmode=require"),
    /the server offers no TLS, which sslmode demands \(marketd at localhost:\d+/,
  );
  const db = await server.connect("sslmode=prefer");
  assert.equal(await isEncrypted(db), false);
  await db.stop();
});
