/** What becomes of values on their way into the database and back. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { createStore } from "@/core/db/store.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { turnRecord } from "@/tests/support/turn_record.ts";

const MESSAGE = {
  kind: "message",
  from: "scanner",
  target: "mirror",
  type: "Found",
  schemaVersion: 1,
  trace: "t-1",
} as const;

Deno.test("states and bodies come back exactly as they were, whatever JSON they are", async () => {
  await using database = await testDatabase();
  const lease = await leaseOn(database.db);
  const store = createStore({ db: database.db, lease, writes: {} });
  await store.load("scanner");
  const plain = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
    const text = JSON.stringify(value);
    return !text.includes("\\u0000") && text.isWellFormed() && !/\\ud[89a-f]/i.test(text);
  });
  let version = 0;
  await fc.assert(
    fc.asyncProperty(plain, async (value) => {
      const body = { ...MESSAGE, key: `k-${version}`, body: value };
      const state = { schemaVersion: 1, value };
      const result = await store.commit(
        turnRecord("scanner", { expectVersion: version, state, outbox: [body] }),
      );
      version = result.version;
      const [row] = await database.db.read((sql) =>
        sql<{ state: unknown }[]>`select state from actor_state`
      );
      const [stored] = (await store.pending("mirror", 0, 10_000)).slice(-1);
      assert.equal(JSON.stringify(normal(row?.state)), JSON.stringify(normal(value)));
      assert.equal(JSON.stringify(normal(stored?.body)), JSON.stringify(normal(value)));
    }),
    { numRuns: 100 },
  );
  await lease.release();
});

/** jsonb keeps no order of keys, and minus zero is not JSON. */
function normal(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1);
  return entries.map(([key, inner]) => [key, normal(inner)]);
}
