/** What a scan leaves to the history is what it judged: stored, read back and judged again. */

import assert from "node:assert/strict";
import { takeEvidence, takeLook } from "@/actors/scanner/verify.ts";
import { listCases, listLooks, quotesAt } from "@/core/db/history_reads_repo.ts";
import { casesWriter, looksWriter, quotesWriter } from "@/core/db/history_repo.ts";
import { judgeCase, judgeLook } from "@/core/domain/analysis/recording.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import type { Offer } from "@/core/domain/market.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { sale, steadySales } from "@/tests/core/domain/builders.ts";
import { type TestDatabase, testDatabase } from "@/tests/support/postgres.ts";
import { idOf, last, SCAN, type ScannerDriver, scanning } from "./driver.ts";
import {
  crowded,
  dead,
  GENERIC,
  goodList,
  goodQuick,
  type Listing,
  listing,
  Market,
  marketOf,
} from "./market.ts";

async function store({ db }: TestDatabase, driver: ScannerDriver): Promise<void> {
  await db.transaction(async (sql) => {
    await quotesWriter()(sql, driver.rows("history_quotes"));
    await casesWriter()(sql, driver.rows("history_cases"));
    await looksWriter()(sql, driver.rows("history_looks"));
  });
}

Deno.test("a recorded scan gives the scan's opportunities again", async () => {
  const driver = scanning(marketOf(3));
  driver.settle();
  await using database = await testDatabase();
  const { db } = database;
  await store(database, driver);
  const cases = await listCases(db, { scanId: SCAN.scanId, limit: 1_000 });
  const again = cases.flatMap((one) => judgeCase(one, DEFAULT_RULES));
  assert.deepEqual(again.flatMap(({ opportunities }) => opportunities), driver.opportunities);
  assert.equal(driver.opportunities.length, 9);
  const quotes = await quotesAt(db, { game: SCAN.game, atMs: driver.nowMs });
  assert.ok(quotes.length >= cases.length);
});

/** All of a judgement, the answers about each way out included. */
function textOf(judgement: Judgement): string {
  const guards = judgement.guards.map((one) => {
    return { ...one, quick: one.about("quick"), list: one.about("list") };
  });
  return JSON.stringify({ ...judgement, guards });
}

/** Every verdict that the scan reaches by reading titles, as it reaches it. */
function verdictsOf(driver: ScannerDriver): readonly string[] {
  const { market } = driver;
  const [look, evidence] = [market.look.bind(market), market.evidence.bind(market)];
  const verdicts: string[] = [];
  const known = (scanId = driver.state.active[0]?.scanId) => {
    const scan = driver.state.active.find((one) => one.scanId === scanId) ?? assert.fail();
    return { scan, at: { nowMs: driver.nowMs, pumpBans: driver.state.pumpBans } };
  };
  market.look = (asked) => {
    const reply = look(asked);
    const { scan, at } = known();
    verdicts.push(...takeLook(scan, structuredClone(reply), at).final.map(textOf));
    return reply;
  };
  market.evidence = (asked) => {
    const reply = evidence(asked);
    const { scan, at } = known();
    verdicts.push(...takeEvidence(scan, structuredClone(reply), at).final.map(textOf));
    return reply;
  };
  return verdicts;
}

/** A bid covers it, for a float that it does not have. */
function wantedElsewhere(i: number): Listing {
  const wants = { ...GENERIC, floatPart: "FN-0" };
  const bids = [{ priceCents: 1_300, amount: 2, wants }];
  return listing(`elsewhere ${i}`, [1_100 + i, 1_110 + i], { bids, sales: steadySales(1_250) });
}

/** Sold for twice as much within the last hour: refused, and for a day after. */
function pumped(i: number): Listing {
  const sales = [sale(2_600, 0.01), sale(2_500, 0.02), sale(2_400, 0.03), ...steadySales(1_180)];
  return listing(`pumped ${i}`, [1_000 + i, 1_400], { sales: sales.slice(0, 20) });
}

/** The same title in two phases, and listings that are locked, reserved or without a suggestion. */
function odd(i: number): Listing {
  const made = listing(`odd ${i} | 🔥 / 50%`, [1_000 + i, 1_002 + i, 1_004 + i, 1_150, 1_300], {
    sales: steadySales(1_200).map((one, k) => {
      return { ...one, phase: k % 2 === 0 ? "phase-2" : "ruby" };
    }),
    bids: [
      { priceCents: 1_190, amount: 1, wants: { ...GENERIC, phase: "ruby" } },
      { priceCents: 900, amount: 9, wants: GENERIC },
    ],
  });
  const changes: readonly Partial<Offer>[] = [
    { assetClass: { ...GENERIC, phase: "phase-2" } },
    { assetClass: { floatPart: "FN-1", phase: "ruby", paintSeed: 661 }, unlockAtMs: 4e12 },
    { reserved: true, createdAtMs: 1_700_000_000_000 },
    { suggestedCents: null, resaleBlocks: ["saleRestricted"] },
    {},
  ];
  return { ...made, offers: made.offers.map((one, k) => ({ ...one, ...changes[k] })) };
}

Deno.test("from the tables alone every verdict of a scan is reached again, byte for byte", async () => {
  const kinds = [goodList, goodQuick, dead, crowded, wantedElsewhere, pumped, odd];
  const market = new Market(kinds.flatMap((make) => [0, 1, 2, 3].map(make)));
  const driver = scanning(market);
  const told = verdictsOf(driver);
  driver.settle();
  const first = [...told];
  // Again some hours later, when titles are banned and known.
  driver.nowMs += 3 * 3_600_000;
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2) });
  driver.settle();
  const byScan = [
    [SCAN.scanId, first] as const,
    [idOf(2), told.slice(first.length)] as const,
  ];

  await using database = await testDatabase();
  const { db } = database;
  await store(database, driver);
  for (const [scanId, verdicts] of byScan) {
    const cases = await listCases(db, { scanId, limit: 1_000 });
    const looks = await listLooks(db, { scanId, limit: 1_000 });
    const again = [
      ...cases.flatMap((one) => judgeCase(one, DEFAULT_RULES)),
      ...looks.flatMap((round) =>
        round.titles.flatMap((one) => judgeLook(one, round, DEFAULT_RULES))
      ),
    ];
    assert.deepEqual(again.map(textOf).toSorted(), verdicts.toSorted());
    assert.ok(cases.length > 3 && looks.length > 1 && verdicts.length > 20, scanId);
    assert.ok(again.some(({ verdict }) => verdict === "accepted"), scanId);
  }
  const rows = driver.rows<{ titles: readonly { pumpedUntilMs?: number | null }[] }>(
    "history_looks",
  );
  assert.ok(
    rows.some(({ titles }) =>
      titles.some(({ pumpedUntilMs }) => typeof pumpedUntilMs === "number")
    ),
  );
  const { accepted } = last(driver.finished.slice(0, 1));
  const offers = driver.opportunities.filter(({ scanId }) => scanId === SCAN.scanId);
  assert.equal(new Set(offers.map(({ offerId }) => offerId)).size, accepted);
});
