import assert from "node:assert/strict";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { listScans, type ScanRow, writeScans } from "@/core/db/scans_repo.ts";
import { listTargets, type TargetIntent, writeTargets } from "@/core/db/targets_repo.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

const AT_MS = Date.UTC(2026, 0, 17, 13);
const FIRST_PAGE = { limit: 500, cursor: null };

function scan(more: Partial<ScanProgress> = {}): ScanProgress {
  return {
    scanId: "5f1c2c1e-0000-4000-8000-000000000001",
    game: "rust",
    level: "boost",
    status: "running",
    processed: 100,
    total: null,
    accepted: 3,
    refused: 90,
    unverified: 7,
    pages: 1,
    startedAtMs: AT_MS,
    updatedAtMs: AT_MS + 900,
    etaMs: null,
    guardFailures: { "min-roi": 80, "joke-price": 10 },
    ...more,
  };
}

function intent(more: Partial<TargetIntent> = {}): TargetIntent {
  return {
    key: "target:rust:Door",
    game: "rust",
    title: "Door",
    attributes: { floatPart: null, phase: null, paintSeed: null },
    priceCents: 120,
    amount: 1,
    reason: "Nobody else bids; at most $1.30",
    said: { code: "target-alone", values: { mostCents: 130 } },
    mode: "dry",
    scanId: null,
    offerId: "offer-1",
    createdAtMs: AT_MS,
    ...more,
  };
}

Deno.test("a scan has one row that moves on, with its cursor", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.transaction((sql) => writeScans(sql, [{ ...scan(), cursor: "page-2" }]));
  const later = scan({
    status: "completed",
    processed: 250,
    total: 250,
    etaMs: AT_MS + 5_000,
    updatedAtMs: AT_MS + 2_000,
  });
  await db.transaction((sql) => writeScans(sql, [scan(), later]));
  const { items } = await listScans(db, FIRST_PAGE);
  assert.deepEqual(items.map((row) => ({ ...row })), [
    { ...later, accountId: "default", cursor: null },
  ]);
});

Deno.test("a scan of a filter is listed with it, another without", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const filter = { type: ["Door"] };
  const filtered = scan({ scanId: "s-1", filter });
  await db.transaction((sql) => writeScans(sql, [filtered, scan({ scanId: "s-0" })]));
  await db.transaction((sql) => writeScans(sql, [{ ...filtered, pages: 2 }]));
  const { items } = await listScans(db, FIRST_PAGE);
  assert.deepEqual(items.map(({ scanId, pages, filter }) => ({ scanId, pages, filter })), [
    { scanId: "s-1", pages: 2, filter },
    { scanId: "s-0", pages: 1, filter: undefined },
  ]);
  assert.equal(Object.hasOwn(items[1] ?? {}, "filter"), false);
});

Deno.test("a scan that ended early keeps why, another nothing", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const said = { code: "stopped-by", values: { who: "page" } };
  const ended = scan({ scanId: "s-2", status: "stopped", reason: "Stopped by page", said });
  const older = scan({ scanId: "s-1", status: "failed", reason: "No key" });
  await db.transaction((sql) => writeScans(sql, [scan({ scanId: "s-2" }), older, scan()]));
  await db.transaction((sql) => writeScans(sql, [ended]));
  const { items } = await listScans(db, FIRST_PAGE);
  const byId = (a: ScanRow, b: ScanRow) => b.scanId < a.scanId ? -1 : 1;
  const [newest, second, third] = items.toSorted(byId);
  assert.deepEqual([newest?.reason, newest?.said], ["Stopped by page", said]);
  assert.deepEqual([second?.reason, second?.said], ["No key", undefined]);
  assert.equal(Object.hasOwn(third ?? {}, "reason") || Object.hasOwn(third ?? {}, "said"), false);
});

Deno.test("a target of an older version comes back without data of its reason", async () => {
  await using database = await testDatabase();
  const { said: _none, ...older } = intent();
  await database.db.transaction((sql) => writeTargets(sql, [older]));
  const { items: [row] } = await listTargets(database.db, FIRST_PAGE);
  assert.equal(row?.reason, older.reason);
  assert.equal(Object.hasOwn(row ?? {}, "said"), false);
});

Deno.test("scans are listed newest first, page by page", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const scans = [1, 2, 3].map((n) => scan({ scanId: `s-${n}`, startedAtMs: AT_MS + n }));
  await db.transaction((sql) => writeScans(sql, scans));
  const first = await listScans(db, { limit: 2, cursor: null });
  const second = await listScans(db, { limit: 2, cursor: first.next });
  const ids = [first, second].map(({ items }) => items.map(({ scanId }) => scanId));
  assert.deepEqual(ids, [["s-3", "s-2"], ["s-1"]]);
  assert.equal(second.next, null);
});

Deno.test("a target intent is recorded once per key and comes back as it was", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await db.transaction((sql) => writeTargets(sql, [intent()]));
  await db.transaction((sql) => writeTargets(sql, [intent({ priceCents: 999 })]));
  const { items: [row, ...others] } = await listTargets(db, FIRST_PAGE);
  assert.ok(row !== undefined && others.length === 0);
  const { id, accountId, status, ...recorded } = row;
  assert.deepEqual(recorded, intent());
  assert.deepEqual([accountId, status], ["default", "planned"]);
  assert.ok(id > 0);
});

Deno.test("target intents are listed newest first, page by page", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const intents = [1, 2, 3].map((n) => intent({ key: `k-${n}` }));
  await db.transaction((sql) => writeTargets(sql, intents));
  const first = await listTargets(db, { limit: 2, cursor: null });
  const second = await listTargets(db, { limit: 2, cursor: first.next });
  const keys = [first, second].map(({ items }) => items.map(({ key }) => key));
  assert.deepEqual(keys, [["k-3", "k-2"], ["k-1"]]);
});

Deno.test("a sentence that is too long is cut, and a moment between two is rounded", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const long = intent({ reason: "r".repeat(5_000), createdAtMs: AT_MS + 0.6 });
  await db.transaction((sql) => writeTargets(sql, [long]));
  const { items: [row] } = await listTargets(db, FIRST_PAGE);
  assert.deepEqual([row?.reason.length, row?.createdAtMs], [1_000, AT_MS + 1]);
});

Deno.test("wrong rows are rejected with their place", async () => {
  await using database = await testDatabase();
  const { db } = database;
  await assert.rejects(
    db.transaction((sql) => writeTargets(sql, [intent({ priceCents: 0 })])),
    /Cannot write target_intents row 0\.priceCents/,
  );
  await assert.rejects(
    db.transaction((sql) => writeScans(sql, [scan(), { ...scan(), status: "lost" }])),
    /Cannot write scan_checkpoints row 1\.status/,
  );
});
