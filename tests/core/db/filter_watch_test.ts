import assert from "node:assert/strict";
import { listFilters, writeFilters } from "@/core/db/filter_repo.ts";
import { listWatches, removeWatches, writeWatches } from "@/core/db/watch_repo.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

const AT_MS = Date.UTC(2026, 0, 17, 13);

function filter(more: Record<string, unknown> = {}) {
  return {
    userId: 7_000_000_001,
    game: "a8db",
    wants: { exterior: ["factory-new"], statTrak: false, pattern: [661] },
    updatedAtMs: AT_MS,
    ...more,
  };
}

Deno.test("a person has one filter per game, and the last one counts", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const rust = { game: "rust", wants: { type: "weapon" } };
  await db.transaction((sql) => writeFilters(sql, [filter(), filter(rust), filter({ userId: 2 })]));
  const changed = filter({ wants: { phase: "ruby" }, updatedAtMs: AT_MS + 1 });
  await db.transaction((sql) => writeFilters(sql, [filter(), changed]));
  const rows = await listFilters(db, { userId: 7_000_000_001 });
  assert.deepEqual(rows.map(({ game, wants, updatedAtMs }) => ({ game, wants, updatedAtMs })), [
    { game: "a8db", wants: { phase: ["ruby"] }, updatedAtMs: AT_MS + 1 },
    { game: "rust", wants: { type: ["weapon"] }, updatedAtMs: AT_MS },
  ]);
  assert.equal((await listFilters(db, { userId: 2 })).length, 1);
  assert.deepEqual(await listFilters(db, { userId: 2, accountId: "other" }), []);
});

Deno.test("an empty filter takes the old one away", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.transaction((sql) => writeFilters(sql, [filter(), filter({ game: "tf2", wants: {} })]));
  await db.transaction((sql) => writeFilters(sql, [filter({ wants: {} })]));
  assert.deepEqual(await listFilters(db, { userId: 7_000_000_001 }), []);
});

Deno.test("a filter that does not exist is not kept, on the way in and on the way out", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await assert.rejects(
    db.transaction((sql) => writeFilters(sql, [filter(), filter({ wants: { hero: "lina" } })])),
    /Cannot keep the filter: Filter "hero" is no filter of CS2: one of category, exterior/,
  );
  assert.deepEqual(await listFilters(db, { userId: 7_000_000_001 }), [], "All or nothing");
  await db.write((sql) =>
    sql`insert into game_filters (user_id, game, wants, updated_at)
        values (1, 'rust', '{"wear": 1}', now())`
  );
  await assert.rejects(listFilters(db, { userId: 1 }), /"wear" is no filter of Rust/);
});

function watch(more: Record<string, unknown> = {}) {
  return {
    game: "a8db",
    title: "AK-47 | Redline (Field-Tested)",
    priority: "high",
    note: null,
    askCents: 1_000,
    bidCents: null,
    readAtMs: AT_MS + 5,
    addedAtMs: AT_MS,
    ...more,
  };
}

Deno.test("a watch has one row that follows the market until it is taken away", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const door = { game: "rust", title: "Door", askCents: null, readAtMs: null, note: "Cheap" };
  await db.transaction((sql) => writeWatches(sql, [watch(), watch(door)]));
  const moved = watch({ bidCents: 900, priority: "low", addedAtMs: AT_MS + 9 });
  await db.transaction((sql) => writeWatches(sql, [moved]));
  const rows = await listWatches(db);
  assert.deepEqual(rows.map((row) => ({ ...row })), [
    { accountId: "default", ...moved, addedAtMs: AT_MS },
    { accountId: "default", ...watch(door) },
  ]);
  await db.transaction((sql) => removeWatches(sql, [{ game: "rust", title: "Door" }]));
  assert.deepEqual((await listWatches(db)).map(({ title }) => title), [moved.title]);
});
