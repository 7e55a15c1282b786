/** Starts that must not happen: bad settings, a home in use, a port that is taken. */

import assert from "node:assert/strict";
import { App, withApp, withHome } from "@/tests/support/app.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

const SECRET = "5ec12e7".repeat(10).slice(0, 63) + "x";
const TOKEN = "not-a-token-0123456789012345678901234567";

Deno.test("every bad setting is named at once, with value, rule and example; secrets are masked", () =>
  withHome(async (home) => {
    const env = {
      MARKETD_HTTP: "127.0.0.1:99999",
      MARKETD_MODE: "live",
      MARKETD_LOG: "loud",
      MARKETD_CHAOS: "perhaps",
      MARKETD_HOEM: "/tmp/typo",
      DATABASE_URL: "mysql://user:hunter2hunter2@host/db",
      DMARKET_API_URL: "api.dmarket.com",
      DMARKET_PUBLIC_KEY: "abc",
      DMARKET_SECRET_KEY: SECRET,
      TELEGRAM_BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: "ftp://telegram",
      TELEGRAM_ALLOWED_USER_IDS: "12, bob",
    };
    await withApp({ home, env }, async (app) => {
      assert.equal((await app.exited).code, 2);
      for (const name of Object.keys(env)) assert.match(app.stderr, new RegExp(name), name);
      assert.match(app.stderr, /MARKETD_HOME/, "the nearest name is suggested");
      assert.match(app.stderr, /example/);
      for (const secret of [SECRET, TOKEN, "hunter2hunter2"]) {
        assert.ok(!app.output.includes(secret), "a secret was printed");
      }
    });
  }));

Deno.test("a second start on the same home is refused with a sentence that says who holds it", () =>
  withHome((home) =>
    withApp({ home }, async (first) => {
      await first.ready();
      await withApp({ home }, async (second) => {
        assert.equal((await second.exited).code, 2);
        assert.match(second.output, new RegExp(`process ${first.pid} holds it`));
        assert.ok(second.output.includes(first.url), "it says where the other one's page is");
      });
      assert.equal((await first.get("/ready")).status, 200, "the first one is not disturbed");
      assert.equal(await first.stop(), 0);
    })
  ));

Deno.test("a port that is taken stops the start and leaves nothing behind", () =>
  withHome(async (home) => {
    const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr;
    try {
      const app = new App({ home, env: { MARKETD_HTTP: `127.0.0.1:${port}` } });
      assert.equal((await app.exited).code, 2);
      assert.match(app.output, new RegExp(`Cannot listen on 127.0.0.1:${port} \\(MARKETD_HTTP\\)`));
    } finally {
      taken.close();
    }
    // The home is free again, the database is down: another start works at once.
    await withApp({ home }, async (app) => {
      await app.ready();
      assert.equal(await app.stop(), 0);
    });
  }));

Deno.test("a home belongs to one process, also when the database is somebody else's", () =>
  withHome(async (home) => {
    await using ours = await testDatabase();
    await using theirs = await testDatabase();
    await withApp({ home, env: { DATABASE_URL: ours.url } }, async (first) => {
      await first.ready();
      await withApp({ home, env: { DATABASE_URL: theirs.url } }, async (second) => {
        assert.equal((await second.exited).code, 2);
        assert.match(second.output, new RegExp(`process ${first.pid} holds it`));
      });
      const run = JSON.parse(await Deno.readTextFile(`${home}/run.json`));
      assert.equal(run.pid, first.pid, "run.json is still the first one's");
      assert.equal(await first.stop(), 0);
    });
  }));

Deno.test("a home that cannot be one is refused in a sentence", () =>
  withHome(async (home) => {
    await Deno.writeTextFile(`${home}/file`, "");
    await withApp({ home: `${home}/file` }, async (app) => {
      assert.equal((await app.exited).code, 2);
      assert.match(app.output, /Cannot use .*file as home \(MARKETD_HOME\)/);
    });
  }));

Deno.test("a signal while the database is waited for ends the start at once", () =>
  withHome(async (home) => {
    const env = { DATABASE_URL: "postgres://u:p@127.0.0.1:1/x", MARKETD_LOG: "json" };
    await withApp({ home, env }, async (app) => {
      await app.until("the wait", () => app.stdout.includes("Waiting for the database"));
      const signalledAt = performance.now();
      Deno.kill(app.child.pid, "SIGTERM");
      assert.equal((await app.exited).code, 0);
      assert.ok(performance.now() - signalledAt < 3_000);
    });
  }));

Deno.test("an unknown command is refused and the known ones are named", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "main.ts", "strat"],
    cwd: new URL("../../", import.meta.url),
    stdout: "null",
    stderr: "piped",
  }).output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /"strat".*start.*migrate/s);
});
