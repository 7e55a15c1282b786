import assert from "node:assert/strict";
import type { Opportunity } from "@/core/domain/opportunity.ts";
import {
  closeOpportunities,
  listOpportunities,
  writeOpportunities,
} from "@/core/db/opportunities_repo.ts";
import type { Db } from "@/core/db/session.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

const FOUND_AT_MS = Date.UTC(2026, 0, 17, 13, 0, 0, 123);

function opportunity(more: Partial<Opportunity> = {}): Opportunity {
  return {
    kind: "list",
    exitCents: 1_599,
    feePpm: 70_000,
    feeCents: 112,
    netCents: 1_487,
    profitCents: 177,
    roiBps: 1_351,
    breakEvenCents: 1_409,
    scanId: "5f1c2c1e-0000-4000-8000-000000000001",
    game: "a8db",
    level: "medium",
    offerId: "offer-1",
    title: "AK-47 | Redline (Field-Tested)",
    assetClass: { floatPart: "FT-2", phase: null, paintSeed: 412 },
    buyCents: 1_310,
    lockDays: 0,
    confidence: "high",
    annualisedBps: 49_311,
    sales7d: 14,
    otherAskCents: 1_600,
    bestBidCents: null,
    fee: { feePpm: 70_000, minFeeCents: 1 },
    guards: [{ guard: "min-roi", outcome: "pass", reason: "13.51 % is at least 5 %" }],
    foundAtMs: FOUND_AT_MS,
    ...more,
  };
}

function write(db: Db, ...rows: readonly unknown[]): Promise<void> {
  return db.transaction((sql) => writeOpportunities(sql, rows));
}

function close(db: Db, ...rows: readonly unknown[]): Promise<void> {
  return db.transaction((sql) => closeOpportunities(sql, rows));
}

const FIRST_PAGE = { limit: 500, cursor: null };

Deno.test("an opportunity comes back exactly as it was found", async () => {
  await using database = await testDatabase();
  await write(database.db, opportunity());
  const { items: [row], next } = await listOpportunities(database.db, FIRST_PAGE);
  assert.ok(row !== undefined);
  const { id, accountId, status, closedReason, closedSaid, updatedAtMs, ...found } = row;
  assert.deepEqual(found, opportunity());
  assert.deepEqual([accountId, status, next], ["default", "open", null]);
  assert.deepEqual([closedReason, closedSaid], [null, null]);
  assert.ok(id > 0 && updatedAtMs > FOUND_AT_MS);
});

Deno.test("an offer found again is refreshed, never doubled; its ways out stay apart", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await write(db, opportunity(), opportunity({ kind: "quick" }));
  await write(db, opportunity({ profitCents: 200, foundAtMs: FOUND_AT_MS + 60_000 }));
  const { items } = await listOpportunities(db, FIRST_PAGE);
  assert.deepEqual(
    items.map(({ kind, profitCents, foundAtMs }) => [kind, profitCents, foundAtMs]),
    [["quick", 177, FOUND_AT_MS], ["list", 200, FOUND_AT_MS]],
  );
});

Deno.test("the same offer twice in one batch is written once, the later one", async () => {
  await using database = await testDatabase();
  await write(database.db, opportunity(), opportunity({ profitCents: 1 }));
  const { items } = await listOpportunities(database.db, FIRST_PAGE);
  assert.deepEqual(items.map(({ profitCents }) => profitCents), [1]);
});

Deno.test("accounts keep their own rows of the same offer", async () => {
  await using database = await testDatabase();
  await write(database.db, opportunity(), { ...opportunity(), accountId: "second" });
  const { items } = await listOpportunities(database.db, FIRST_PAGE, { accountId: "second" });
  assert.deepEqual(items.map(({ accountId }) => accountId), ["second"]);
});

Deno.test("a closed opportunity keeps its reason, and found again is new and open", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await write(db, opportunity(), opportunity({ kind: "quick" }), opportunity({ offerId: "other" }));
  await close(db, { offerId: "offer-1", kind: "quick", reason: "The bid is gone" });
  const closed = await listOpportunities(db, FIRST_PAGE, { status: "closed" });
  assert.deepEqual(closed.items.map((row) => [row.offerId, row.kind, row.closedReason]), [
    ["offer-1", "quick", "The bid is gone"],
  ]);
  const said = { code: "sold", values: { priceCents: 5 } };
  await close(db, { offerId: "offer-1", reason: "Sold", said });
  const reasons = (await listOpportunities(db, FIRST_PAGE, { status: "closed" })).items
    .map((row) => [row.kind, row.closedReason, row.closedSaid]).toSorted();
  assert.deepEqual(reasons, [["list", "Sold", said], ["quick", "The bid is gone", null]]);
  const laterMs = FOUND_AT_MS + 3_600_000;
  await write(db, opportunity({ foundAtMs: laterMs }));
  const open = await listOpportunities(db, FIRST_PAGE, { status: "open" });
  assert.deepEqual(open.items.map((row) => [row.offerId, row.foundAtMs, row.closedReason]), [
    ["offer-1", laterMs, null],
    ["other", FOUND_AT_MS, null],
  ]);
  assert.deepEqual(open.items.map(({ closedSaid }) => closedSaid), [null, null]);
});

Deno.test("pages go through every row once, newest first, while new ones arrive", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const rows = Array.from({ length: 25 }, (_, n) =>
    // Moments repeat, so that the id has to decide.
    opportunity({ offerId: `o-${n + 10}`, foundAtMs: FOUND_AT_MS + Math.floor(n / 3) * 1_000 }));
  await write(db, ...rows);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await listOpportunities(db, { limit: 7, cursor });
    seen.push(...page.items.map(({ offerId }) => offerId));
    cursor = page.next;
    await write(db, opportunity({ offerId: `new-${seen.length}`, foundAtMs: FOUND_AT_MS + 1e6 }));
  } while (cursor !== null);
  assert.deepEqual(seen, rows.map(({ offerId }) => offerId).reverse());
});

Deno.test("a list can be narrowed to one game", async () => {
  await using database = await testDatabase();
  await write(database.db, opportunity(), opportunity({ offerId: "r", game: "rust" }));
  const { items } = await listOpportunities(database.db, FIRST_PAGE, { game: "rust" });
  assert.deepEqual(items.map(({ offerId }) => offerId), ["r"]);
});

for (const limit of [0, -1, 1.5, 501, NaN]) {
  Deno.test(`a list refuses the limit ${limit}`, async () => {
    await using database = await testDatabase({ migrated: false });
    await assert.rejects(
      listOpportunities(database.db, { limit, cursor: null }),
      /limit must be from 1 to 500, not/,
    );
  });
}

Deno.test("a list refuses a cursor that no page gave out", async () => {
  await using database = await testDatabase({ migrated: false });
  for (const cursor of ["nonsense!", "", "bnVsbA", btoa('["x",1]')]) {
    await assert.rejects(listOpportunities(database.db, { limit: 1, cursor }), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(error.kind, "rejected");
      assert.match(error.message, /cursor must come from an earlier page/);
      return true;
    });
  }
});

Deno.test("a row that is not an opportunity is rejected with its place, and none is written", async () => {
  await using database = await testDatabase();
  const bad = { ...opportunity({ offerId: "bad" }), buyCents: 13.1 };
  await assert.rejects(
    write(database.db, opportunity(), bad),
    /Cannot write opportunities row 1\.buyCents: /,
  );
  assert.equal((await listOpportunities(database.db, FIRST_PAGE)).items.length, 0);
});
