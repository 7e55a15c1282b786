/** What a scan leaves to the history is what it judged: stored, read back and judged again. */

import assert from "node:assert/strict";
import { listCases, quotesAt } from "@/core/db/history_reads_repo.ts";
import { casesWriter, quotesWriter } from "@/core/db/history_repo.ts";
import { judgeCase } from "@/core/domain/analysis/recording.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { SCAN, scanning } from "./driver.ts";
import { marketOf } from "./market.ts";

Deno.test("a recorded scan gives the scan's opportunities again", async () => {
  const driver = scanning(marketOf(3));
  driver.settle();
  await using database = await testDatabase();
  const { db } = database;
  await db.transaction(async (sql) => {
    await quotesWriter()(sql, driver.rows("history_quotes"));
    await casesWriter()(sql, driver.rows("history_cases"));
  });
  const cases = await listCases(db, { scanId: SCAN.scanId, limit: 1_000 });
  const again = cases.flatMap((one) => judgeCase(one, DEFAULT_RULES));
  assert.deepEqual(again.flatMap(({ opportunities }) => opportunities), driver.opportunities);
  assert.equal(driver.opportunities.length, 9);
  const quotes = await quotesAt(db, { game: SCAN.game, atMs: driver.nowMs });
  assert.ok(quotes.length >= cases.length);
});
