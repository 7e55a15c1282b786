/** Recorded scans give back exactly what was known, within a budget of bytes. */

import assert from "node:assert/strict";
import {
  casesWriter,
  HISTORY_LIMITS,
  looksWriter,
  quotesWriter,
  TITLE_BYTES,
} from "@/core/db/history_repo.ts";
import {
  casesOfTitle,
  latestQuotes,
  listCases,
  listHistoryDays,
  listLooks,
  quotesAt,
} from "@/core/db/history_reads_repo.ts";
import { trimHistory } from "@/core/db/history_retention.ts";
import {
  type CaseRecord,
  judgeCase,
  type LooksRecord,
  type QuotesRecord,
} from "@/core/domain/analysis/recording.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";
import {
  ANY,
  bid,
  evidence,
  NOW_MS,
  offer,
  quote,
  SCAN_ID,
  steadySales,
  TITLE,
} from "@/tests/core/domain/builders.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

function caseRecord(change: Partial<CaseRecord> = {}): CaseRecord {
  return {
    scanId: SCAN_ID,
    game: "a8db",
    level: "medium",
    atMs: NOW_MS,
    quote: quote(),
    evidence: evidence({
      bids: [bid(1_150, { amount: 1 }), bid(1_120), bid(990, { wants: { ...ANY, phase: "ruby" } })],
      sales: steadySales(1_180).map((sale, i) => ({
        ...sale,
        ...([3, 5].includes(i) ? { phase: null } : i === 6 ? { phase: "ruby" } : {}),
        ...(i > 3 && i < 8 ? { isPremium: true } : {}),
      })),
      reducedFees: [{
        title: TITLE,
        feePpm: 30_000,
        minFeeCents: 1,
        minPriceCents: 100,
        maxPriceCents: 5_000,
        expiresAtMs: NOW_MS + DAY_MS,
      }],
    }),
    offers: [
      offer(),
      offer({ offerId: "elsewhere", priceCents: 1_010, unlockAtMs: NOW_MS + DAY_MS }),
    ],
    takenLots: 0,
    marketSuggests: true,
    ...change,
  };
}

function page(quotes: QuotesRecord["quotes"], atMs = NOW_MS): QuotesRecord {
  return { scanId: SCAN_ID, game: "a8db", level: "medium", atMs, quotes };
}

/** A title refused by its bids, and one by its sales while it was banned. */
function looksRecord(change: Partial<LooksRecord> = {}): LooksRecord {
  const { asks: _, readAtMs, salesReadAtMs: __, ...read } = evidence({
    bids: [bid(990, { wants: { ...ANY, phase: "ruby" } })],
    sales: steadySales(900),
  });
  const offers = [
    { offer: offer(), otherAskSeenCents: null },
    { offer: offer({ offerId: "dearer", priceCents: 1_010 }), otherAskSeenCents: 1_000 },
  ];
  return {
    scanId: SCAN_ID,
    game: "a8db",
    level: "medium",
    atMs: NOW_MS,
    marketSuggests: true,
    titles: [
      { quote: quote(), look: { ...read, readAtMs, sales: null }, offers, takenLots: 1 },
      {
        quote: null,
        look: { ...read, readAtMs: readAtMs - 1, bids: null },
        offers,
        takenLots: 0,
        pumpedUntilMs: NOW_MS + DAY_MS,
      },
    ],
    ...change,
  };
}

const recordCases = casesWriter();
const recordQuotes = quotesWriter();

Deno.test("a recorded scan is judged again from the same inputs to the same verdicts", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const told = [
    caseRecord(),
    caseRecord({ quote: null, takenLots: 2, atMs: NOW_MS + 500, marketSuggests: false }),
    caseRecord({ scanId: "another" }),
  ];
  const { evidence: read } = told[0] ?? assert.fail();
  told[0] = caseRecord({
    pumpedUntilMs: NOW_MS + DAY_MS,
    evidence: { ...read, salesReadAtMs: read.readAtMs - DAY_MS },
  });
  await db.transaction((sql) => recordCases(sql, told));
  const replayed = await listCases(db, { scanId: SCAN_ID, limit: 10 });
  assert.deepEqual(replayed.map(({ id: _, ...record }) => record), told.slice(0, 2));
  for (const [i, record] of replayed.entries()) {
    const { id: _, ...again } = record;
    const original = told[i] ?? assert.fail();
    const verdicts = judgeCase(again, DEFAULT_RULES);
    assert.deepEqual(verdicts, judgeCase(original, DEFAULT_RULES));
    assert.equal(verdicts.length, 2);
  }
  assert.ok(judgeCase(caseRecord(), DEFAULT_RULES)[0]?.opportunities.length);
});

Deno.test("cases are read on after an id, and by title from the newest", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const records = [0, 1, 2].map((i) => caseRecord({ atMs: NOW_MS + i * 1_000 }));
  await db.transaction((sql) => recordCases(sql, records));
  const [first] = await listCases(db, { scanId: SCAN_ID, limit: 1 });
  const rest = await listCases(db, { scanId: SCAN_ID, afterId: first?.id ?? 0, limit: 10 });
  assert.deepEqual(rest.map(({ atMs }) => atMs), [NOW_MS + 1_000, NOW_MS + 2_000]);
  const query = { game: "a8db" as const, title: TITLE, sinceMs: NOW_MS + 1_000, limit: 10 };
  const ofTitle = await casesOfTitle(db, query);
  assert.deepEqual(ofTitle.map(({ atMs }) => atMs), [NOW_MS + 2_000, NOW_MS + 1_000]);
  assert.deepEqual(await casesOfTitle(db, { ...query, game: "rust" }), []);
});

Deno.test("only quotes that changed are kept, and every moment is known as it was", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const b = quote({ title: "b | 50%20off 🔥", bestBidCents: null, bidCount: 0 });
  await db.transaction((sql) => recordQuotes(sql, [page([quote(), b])]));
  await db.transaction((sql) => recordQuotes(sql, [page([quote(), b], NOW_MS + 1_000)]));
  const dearer = quote({ bestAskCents: 1_100 });
  await db.transaction((sql) => recordQuotes(sql, [page([dearer, b], NOW_MS + 2_000)]));
  const rows = await db.read((sql) =>
    sql<{ titles: number }[]>`select titles from history_quotes order by id`
  );
  assert.deepEqual(rows.map(({ titles }) => titles), [2, 1]);
  const known = async (atMs: number) =>
    (await quotesAt(db, { game: "a8db", atMs })).map(({ atMs: _, ...one }) => one);
  assert.deepEqual(await known(NOW_MS - 1), []);
  assert.deepEqual(await known(NOW_MS + 1_999), [quote(), b]);
  assert.deepEqual(await known(NOW_MS + 2_000), [dearer, b]);
  const latest = await latestQuotes(db, { game: "a8db", sinceMs: NOW_MS + 1 });
  assert.deepEqual(latest.map((one) => ({ ...one })), [{ ...dearer, atMs: NOW_MS + 2_000 }]);
});

Deno.test("each day repeats a quote once, so that older days can go", async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const day of [0, 1, 1.1]) {
    await db.transaction((sql) => recordQuotes(sql, [page([quote()], NOW_MS + day * DAY_MS)]));
  }
  assert.deepEqual((await listHistoryDays(db)).map(({ rows }) => rows), [1, 1]);
  const nowMs = NOW_MS + 1.1 * DAY_MS;
  assert.deepEqual(await trimHistory(db, { nowMs, maxBytes: 1 }), {
    rows: 1,
    upTo: new Date(NOW_MS).toISOString().slice(0, 10),
  });
  const atMs = NOW_MS + 1.5 * DAY_MS;
  assert.equal((await quotesAt(db, { game: "a8db", atMs: atMs - DAY_MS / 4 })).length, 1);
  assert.equal((await listHistoryDays(db)).length, 1, "Today stays");
});

Deno.test("a quote is known over midnight, and for a day", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const lateMs = Math.floor(NOW_MS / DAY_MS) * DAY_MS - 60_000;
  await db.transaction((sql) => recordQuotes(sql, [page([quote()], lateMs)]));
  const known = async (afterMs: number) =>
    (await quotesAt(db, { game: "a8db", atMs: lateMs + afterMs })).length;
  assert.equal(await known(120_000), 1);
  assert.equal(await known(DAY_MS - 1), 1);
  assert.equal(await known(DAY_MS + 1), 0);
});

Deno.test("a day whose budget is spent takes no more and counts what it left out", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const limits = { maxDayBytes: 1 };
  const [cases, quotes] = [casesWriter(limits), quotesWriter(limits)];
  await db.transaction((sql) => cases(sql, [caseRecord(), caseRecord()]));
  await db.transaction((sql) => quotes(sql, [page([quote()])]));
  const [day] = await listHistoryDays(db);
  assert.equal(day?.rows, 1);
  assert.equal(day?.skipped, 2);
  await db.transaction((sql) => cases(sql, [caseRecord({ atMs: NOW_MS + DAY_MS })]));
  assert.equal((await listHistoryDays(db))[0]?.skipped, 0, "The next day has its own budget");
});

Deno.test("a budget is not spent in the morning", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const cases = casesWriter({ maxDayBytes: 24 * 600 });
  const midnightMs = Math.floor(NOW_MS / DAY_MS) * DAY_MS;
  const hours = async (hour: number) => {
    const atMs = midnightMs + hour * 3_600_000;
    await db.transaction((sql) => cases(sql, Array(30).fill(caseRecord({ atMs }))));
    return (await listHistoryDays(db))[0]?.rows ?? 0;
  };
  const early = await hours(0);
  const noon = await hours(12);
  const night = await hours(23);
  assert.ok(0 < early && early < noon && noon < night && night < 30, `${early} ${noon} ${night}`);
});

Deno.test("when the budget runs short, first looks give way to verified titles and quotes", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const limits = { maxDayBytes: 24_000 };
  const [cases, looks, quotes] = [casesWriter(limits), looksWriter(limits), quotesWriter(limits)];
  const atMs = Math.floor(NOW_MS / DAY_MS) * DAY_MS + 23 * 3_600_000;
  const used = async () => (await listHistoryDays(db))[0]?.bytes ?? 0;
  while (await used() < 0.8 * limits.maxDayBytes) {
    await db.transaction((sql) => cases(sql, [caseRecord({ atMs })]));
  }
  await db.transaction(async (sql) => {
    await looks(sql, [looksRecord({ atMs })]);
    await quotes(sql, [page([quote()], atMs)]);
    await cases(sql, [caseRecord({ atMs, scanId: "late" })]);
  });
  assert.deepEqual(await listLooks(db, { scanId: SCAN_ID, limit: 10 }), []);
  assert.equal((await listHistoryDays(db))[0]?.skipped, 2);
  assert.equal((await listCases(db, { scanId: "late", limit: 10 })).length, 1);
  assert.equal((await quotesAt(db, { game: "a8db", atMs })).length, 1);
});

Deno.test("the oldest days go first until the rest fits", async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const day of [0, 1, 2]) {
    await db.transaction((sql) => recordCases(sql, [caseRecord({ atMs: NOW_MS + day * DAY_MS })]));
  }
  const days = await listHistoryDays(db);
  const bytes = days[0]?.bytes ?? 0;
  const nowMs = NOW_MS + 2 * DAY_MS;
  assert.equal((await trimHistory(db, { nowMs, maxBytes: bytes * 2 })).rows, 1);
  const left = await listCases(db, { scanId: SCAN_ID, limit: 10 });
  assert.deepEqual(left.map(({ atMs }) => atMs), [NOW_MS + DAY_MS, NOW_MS + 2 * DAY_MS]);
  const again = await trimHistory(db, { nowMs, maxBytes: bytes * 2 });
  assert.deepEqual(again, { rows: 0, upTo: null });
});

Deno.test("days older than the bound go, however small they are", async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const day of [0, 1, 2]) {
    await db.transaction((sql) => recordCases(sql, [caseRecord({ atMs: NOW_MS + day * DAY_MS })]));
  }
  await trimHistory(db, { nowMs: NOW_MS + 3 * DAY_MS, maxDays: 2 });
  const left = await listCases(db, { scanId: SCAN_ID, limit: 10 });
  assert.deepEqual(left.map(({ atMs }) => atMs), [NOW_MS + 2 * DAY_MS]);
});

Deno.test("today never goes, not even behind a day that a wrong clock wrote", async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (const day of [0, 400]) {
    await db.transaction((sql) => recordCases(sql, [caseRecord({ atMs: NOW_MS + day * DAY_MS })]));
  }
  assert.equal((await trimHistory(db, { nowMs: NOW_MS, maxBytes: 1 })).rows, 0);
  assert.equal((await listHistoryDays(db)).length, 2);
});

Deno.test("titles go with the last day that recorded them, and count meanwhile", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const [kept, gone] = [quote({ title: "kept" }), quote({ title: "gone" })];
  await db.transaction((sql) => recordQuotes(sql, [page([kept, gone])]));
  await db.transaction((sql) => recordQuotes(sql, [page([kept], NOW_MS + DAY_MS)]));
  const titles = () => db.read((sql) => sql<{ title: string }[]>`select title from history_titles`);
  const nowMs = NOW_MS + DAY_MS;
  const bytes = (await listHistoryDays(db)).reduce((sum, day) => sum + day.bytes, 0);
  assert.equal((await trimHistory(db, { nowMs, maxBytes: bytes + 2 * TITLE_BYTES })).rows, 0);
  assert.equal((await titles()).length, 2);
  assert.equal((await trimHistory(db, { nowMs, maxBytes: bytes + 2 * TITLE_BYTES - 1 })).rows, 2);
  assert.deepEqual((await titles()).map(({ title }) => title), ["kept"]);
  assert.deepEqual(
    (await quotesAt(db, { game: "a8db", atMs: nowMs })).map(({ title }) => title),
    ["kept"],
  );
});

Deno.test("years of quotes that change spend no more ids than there are titles", async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (let i = 0; i < 50; i++) {
    const quotes = ["a", "b", "c"].map((title) => quote({ title, askCount: i }));
    await db.transaction((sql) => recordQuotes(sql, [page(quotes, NOW_MS + i)]));
  }
  const [row] = await db.read((sql) =>
    sql<{ last: number }[]>`
      select pg_sequence_last_value(pg_get_serial_sequence('history_titles', 'id')::regclass)
        as last`
  );
  assert.equal(row?.last, 3);
});

Deno.test("what is counted is no less than what the disk holds", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const looks = looksWriter();
  for (let i = 0; i < 100; i++) {
    const records = Array.from({ length: 10 }, (_, k) => caseRecord({ atMs: NOW_MS + i * 10 + k }));
    const quotes = Array.from(
      { length: 100 },
      (_, k) => quote({ title: `A title as long as most are ${i} ${k}`, askCount: i }),
    );
    const changed = quotes.map((one) => ({ ...one, bidCount: one.bidCount + 1 }));
    await db.transaction(async (sql) => {
      await recordCases(sql, records);
      await recordQuotes(sql, [page(quotes, NOW_MS + i), page(changed, NOW_MS + i + 1)]);
      await looks(sql, [looksRecord({ atMs: NOW_MS + i })]);
    });
  }
  const tables = ["history_cases", "history_looks", "history_quotes", "history_titles"];
  let size = 0;
  for (const table of tables) {
    const [sized] = await db.read((sql) =>
      sql<{ size: number }[]>`
        select pg_total_relation_size(${table}::text::regclass) as size`
    );
    size += sized?.size ?? assert.fail();
  }
  const [day] = await listHistoryDays(db);
  const counted = day?.bytes ?? 0;
  assert.ok(counted >= size && counted < 1.5 * size, `${counted} counted, ${size} on disk`);
  assert.ok(HISTORY_LIMITS.maxDayBytes < 50_000_000);
});

Deno.test("what a first look refused is read back as it was", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const looks = looksWriter();
  const records = [looksRecord(), looksRecord({ atMs: NOW_MS + 1, marketSuggests: false })];
  await db.transaction((sql) => looks(sql, [...records, looksRecord({ scanId: "another" })]));
  const [first, second] = await listLooks(db, { scanId: SCAN_ID, limit: 10 });
  const { id: firstId, ...firstRecord } = first ?? assert.fail();
  const { id: _, ...secondRecord } = second ?? assert.fail();
  assert.deepEqual([firstRecord, secondRecord], records);
  const rest = await listLooks(db, { scanId: SCAN_ID, afterId: firstId, limit: 10 });
  assert.equal(rest.length, 1);
});

Deno.test("a row of a wrong shape is refused with its place", async () => {
  await using database = await testDatabase();
  const wrong = { ...caseRecord(), takenLots: -1 };
  await assert.rejects(
    database.db.transaction((sql) => recordCases(sql, [wrong])),
    /Cannot write history_cases row 0\.takenLots/,
  );
});
