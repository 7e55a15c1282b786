import assert from "node:assert/strict";
import { keep, recall } from "@/core/db/keepsakes_repo.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

Deno.test("what an actor kept last under a name is recalled, and nobody else's", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const lease = await leaseOn(db);
  const mine = { actor: "signer", name: "pace" };
  assert.equal(await recall(db, mine), null);
  await keep(db, lease, { ...mine, body: "older", keptAtMs: 1 });
  await keep(db, lease, { ...mine, body: "newer | 🔥 '\\", keptAtMs: 1_789_000_000_123 });
  await keep(db, lease, { actor: "market-fetcher", name: "pace", body: "theirs", keptAtMs: 2 });
  assert.deepEqual({ ...await recall(db, mine) }, {
    body: "newer | 🔥 '\\",
    keptAtMs: 1_789_000_000_123,
  });
  const rows = await db.read((sql) => sql<{ n: number }[]>`select count(*) as n from keepsakes`);
  assert.equal(rows[0]?.n, 2);
  // As the lease of a process that was frozen meanwhile.
  const lost = { name: lease.name, epoch: lease.epoch - 1 };
  const late = keep(db, lost, { ...mine, body: "of old", keptAtMs: 3 });
  await assert.rejects(late, /no longer held/);
  assert.notEqual((await recall(db, mine))?.body, "of old");
  await lease.release();
});

Deno.test("a fee list of 100,000 titles is kept whole", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const lease = await leaseOn(db);
  const body = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => [`Title ${i}`, i, i, i]));
  await keep(db, lease, { actor: "market-fetcher", name: "fees:a8db", body, keptAtMs: 1 });
  const kept = await recall(db, { actor: "market-fetcher", name: "fees:a8db" });
  assert.equal(kept?.body, body);
  await lease.release();
});
