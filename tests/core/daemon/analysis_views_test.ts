import assert from "node:assert/strict";
import { type AnalysisSources, analysisViews } from "@/core/daemon/analysis_views.ts";
import { casesWriter, quotesWriter } from "@/core/db/history_repo.ts";
import type { InputOf, ReplyOf } from "@/core/kernel/mod.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { analysis } from "@/core/protocol/analysis.ts";
import { bid, evidence, NOW_MS, quote, SCAN_ID, TITLE } from "@/tests/core/domain/builders.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

const LATER_MS = NOW_MS + 3_600_000;
const unreachable = () => Promise.reject(new Error("The market rests"));

type Question = keyof typeof analysis.messages;

/** Asks as the kernel would: both ends checked against the protocol. */
async function asked<K extends Question>(
  { db, readTitle = unreachable }: Pick<AnalysisSources, "db"> & Partial<AnalysisSources>,
  type: K,
  body: InputOf<typeof analysis, K>,
): Promise<ReplyOf<typeof analysis, K>> {
  const clock = { ...systemClock, now: () => LATER_MS };
  const [served] = analysisViews({ db, clock, readTitle });
  const answers = served?.answers as Record<string, (body: unknown) => unknown>;
  const { body: question, reply } = analysis.messages[type];
  const answer: unknown = await answers[type]?.(question.parse(body));
  return reply.parse(answer) as ReplyOf<typeof analysis, K>;
}

const SEEN = { scanId: SCAN_ID, game: "a8db", level: "medium", atMs: NOW_MS } as const;
const WIDE = quote({ bestBidCents: 900, bestAskCents: 1_190, bidCount: 12, askCount: 8 });

Deno.test("what was recorded is analysed, and nothing is known of what was not", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const unread = { ...WIDE, title: "A title nobody read" };
  const found = evidence({ bids: [bid(900)] });
  await db.transaction(async (sql) => {
    await quotesWriter()(sql, [{ ...SEEN, quotes: [WIDE, unread, quote({ title: "dull" })] }]);
    const one = { quote: WIDE, evidence: found, offers: [], takenLots: 0, marketSuggests: true };
    await casesWriter()(sql, [{ ...SEEN, ...one }]);
  });

  const overview = await asked({ db }, "Overview", { game: "a8db" });
  assert.deepEqual([overview.titles, overview.twoSided, overview.sinceMs], [3, 3, NOW_MS]);
  assert.equal((await asked({ db }, "Overview", { game: "rust" })).sinceMs, null);

  const { ideas } = await asked({ db }, "Finder", { game: "a8db" });
  assert.deepEqual(ideas.map(({ title }) => title), [TITLE, unread.title]);
  assert.match(ideas[0]?.reasons.join() ?? "", /sales in 7 days/);
  assert.match(ideas[1]?.reasons.join() ?? "", /not read yet/);

  const { report, salesByDay } = await asked({ db }, "Title", {
    game: "a8db",
    title: TITLE,
    days: 10,
  });
  assert.equal(report?.executableBidCents, 900);
  assert.equal(salesByDay.length, 11);
  assert.equal(salesByDay.at(0)?.state, "gap", "The page of sales does not reach back that far");
  assert.equal(salesByDay.at(-2)?.state, "sold");
  assert.equal(salesByDay.at(-1)?.dayMs, Math.floor(NOW_MS / DAY_MS) * DAY_MS);

  const nothing = await asked({ db }, "Title", { game: "a8db", title: "Unknown", days: 2 });
  assert.equal(nothing.problem, "The market rests");
  assert.equal(nothing.report, null);
  assert.ok(nothing.salesByDay.every(({ state }) => state === "gap"));
});

Deno.test("a title is read at the market when what was recorded is too old", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const title = { game: "a8db", title: TITLE } as const;
  const read: string[] = [];
  const readTitle: AnalysisSources["readTitle"] = (_game, title) => {
    read.push(title);
    return Promise.resolve(evidence({ bids: [bid(950)], readAtMs: LATER_MS }));
  };
  const unknown = await asked({ db, readTitle }, "Title", title);
  assert.equal(unknown.report?.executableBidCents, 950);
  assert.equal(unknown.report?.readAtMs, LATER_MS);

  await db.transaction((sql) => quotesWriter()(sql, [{ ...SEEN, quotes: [WIDE] }]));
  const quoted = await asked({ db, readTitle }, "Title", title);
  assert.equal(quoted.report?.liquidity.offers, WIDE.askCount, "A book shows a few listings only");

  const one = { quote: WIDE, offers: [], takenLots: 0, marketSuggests: true };
  const found = evidence({ bids: [bid(900)] });
  await db.transaction((sql) => casesWriter()(sql, [{ ...SEEN, ...one, evidence: found }]));
  const young = await asked({ db, readTitle }, "Title", { ...title, maxAgeMs: 3_600_000 });
  assert.equal(young.report?.executableBidCents, 900);
  assert.deepEqual(read, [TITLE, TITLE], "What is young enough is not read again");
  const old = await asked({ db, readTitle }, "Title", title);
  assert.equal(old.report?.executableBidCents, 950);

  const lost = await asked({ db }, "Title", title);
  assert.equal(lost.report?.executableBidCents, 900, "Old news is better than none");
  assert.equal(lost.problem, "The market rests");
});

Deno.test("a day counts as seen up to the moment its sales were read, not its book", async () => {
  await using database = await testDatabase();
  const title = { game: "a8db", title: TITLE, days: 3 } as const;
  const dayMs = Math.floor(LATER_MS / DAY_MS) * DAY_MS;
  const stateOf = async (salesReadAtMs: number | undefined) => {
    const found = evidence({ sales: [], readAtMs: LATER_MS, salesReadAtMs });
    const readTitle = () => Promise.resolve(found);
    const { salesByDay } = await asked({ db: database.db, readTitle }, "Title", title);
    return salesByDay.slice(-2).map(({ state }) => state);
  };
  assert.deepEqual(await stateOf(LATER_MS), ["zero", "zero"]);
  assert.deepEqual(await stateOf(dayMs - 1), ["gap", "gap"]);
  assert.deepEqual(await stateOf(dayMs), ["zero", "gap"]);
  assert.deepEqual(await stateOf(undefined), ["zero", "gap"], "Recorded before that was known");
});

Deno.test("technical indicators come with a title, and few days give none", async () => {
  await using database = await testDatabase();
  const days = Array.from({ length: 9 }, (_, day) => ({
    priceCents: 1_000 + day,
    soldAtMs: LATER_MS - (9 - day) * DAY_MS,
    side: "offer" as const,
  }));
  const readTitle = () => Promise.resolve(evidence({ sales: days, readAtMs: LATER_MS }));
  const { indicators, salesByDay } = await asked(
    { db: database.db, readTitle },
    "Title",
    { game: "a8db", title: TITLE },
  );
  assert.equal(salesByDay.filter(({ state }) => state === "sold").length, 9);
  assert.equal(indicators.sma7, 1_005);
  assert.equal(indicators.rsi14, null);
});
