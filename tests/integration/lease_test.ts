/** One database, one leader: two real daemons, and one whose lease is taken from it. */

import assert from "node:assert/strict";
import { withApp, withHome } from "@/tests/support/app.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

Deno.test("I5 a second daemon on the same database is refused, and leads once the first is dead", () =>
  withHome((home) =>
    withHome(async (otherHome) => {
      await using database = await testDatabase();
      const env = { DATABASE_URL: database.url };
      await withApp({ home, env }, async (first) => {
        await first.ready();
        await withApp({ home: otherHome, env }, async (second) => {
          assert.equal((await second.exited).code, 2);
          assert.match(second.output, new RegExp(`process ${first.pid}`), "it says who leads");
        });
        assert.equal((await first.get("/ready")).status, 200, "the first one is not disturbed");
        Deno.kill(first.pid, "SIGKILL");
        await first.exited;
      });
      await withApp({ home: otherHome, env }, async (second) => {
        await second.ready();
        assert.equal(await second.stop(), 0);
      });
    })
  ));

Deno.test("I5 a daemon whose lease was taken ends with 76 and writes nothing more", () =>
  withHome(async (home) => {
    await using database = await testDatabase();
    const { db } = database;
    await withApp({ home, env: { DATABASE_URL: database.url } }, async (app) => {
      await app.ready();
      const [taken] = await db.write((sql) =>
        sql`update lease set epoch = epoch + 1, holder = gen_random_uuid(),
              description = 'somebody else', expires_at = now() + interval '1 hour'
            returning epoch`
      );
      const committed = () =>
        db.write((sql) => sql`select actor, version from actor_state order by actor`);
      const before = JSON.stringify(await committed());
      assert.equal((await app.exited).code, 76);
      assert.match(app.output, /somebody else leads/);
      assert.equal(JSON.stringify(await committed()), before);
      const [left] = await db.write((sql) => sql`select epoch, description from lease`);
      assert.deepEqual([left?.["epoch"], left?.["description"]], [
        taken?.["epoch"],
        "somebody else",
      ]);
    });
  }));
