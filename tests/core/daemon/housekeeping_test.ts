/** What the house keeper says about the history, and how often. */

import assert from "node:assert/strict";
import { historyRoute } from "@/core/daemon/history_route.ts";
import { keepHouse } from "@/core/daemon/housekeeping.ts";
import { casesWriter } from "@/core/db/history_repo.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import type { Log } from "@/core/kernel/log.ts";
import { evidence, NOW_MS, SCAN_ID } from "@/tests/core/domain/builders.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { ManualClock } from "../http/manual_clock.ts";

const CASE = {
  scanId: SCAN_ID,
  game: "a8db" as const,
  level: "medium" as const,
  quote: null,
  evidence: evidence(),
  offers: [],
  takenLots: 0,
  marketSuggests: true,
};

Deno.test("a day that is left out in part is told once, and the days that went", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const clock = new ManualClock(NOW_MS);
  const record = (atMs: number) =>
    db.transaction((sql) => casesWriter({ maxDayBytes: 1 })(sql, [{ ...CASE, atMs }]));
  await record(NOW_MS - 366 * DAY_MS);
  for (let i = 0; i < 3; i++) await record(NOW_MS);
  const lines: string[] = [];
  const at = (level: string) => (text: string, props?: Readonly<Record<string, unknown>>) =>
    lines.push(`${level} ${text} ${JSON.stringify(props)}`);
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const stop = keepHouse({ db, clock, log });
  const count = (part: string) => lines.filter((line) => line.includes(part)).length;
  try {
    await waitFor("the first words", () => count("ahead of its budget") === 1);
    assert.match(lines.join("\n"), /warn History is ahead .*"megabytes":40.*"leftOut":2/);
    assert.match(lines.join("\n"), /oldest days went.*"upTo":"2025-01-16"/);
    // An hour later, and a day later, when another day is left out in part.
    await waitFor("the next hour", () => clock.pendingTimers > 0);
    await record(NOW_MS);
    await clock.advance(3_600_000);
    await waitFor("the hour after", () => clock.pendingTimers > 0);
    assert.equal(count("ahead of its budget"), 1);
    await record(NOW_MS + DAY_MS);
    await record(NOW_MS + DAY_MS);
    await clock.advance(3_600_000);
    await waitFor("the next day's words", () => count("ahead of its budget") === 2);
    assert.equal(count("oldest days went"), 1);
  } finally {
    await stop();
  }
});

Deno.test("the operator sees what each day holds, newest first, and the bounds", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const write = casesWriter();
  for (const day of [0, 1]) {
    await db.transaction((sql) => write(sql, [{ ...CASE, atMs: NOW_MS + day * DAY_MS }]));
  }
  const response = await historyRoute(db);
  const body = await response.json();
  assert.equal(response.status, 200);
  assert.deepEqual(
    body.days.map(({ day, rows, skipped }: Record<string, unknown>) => [
      day,
      rows,
      skipped,
    ]),
    [["2026-01-18", 1, 0], ["2026-01-17", 1, 0]],
  );
  assert.equal(body.bytes, body.days[0].bytes + body.days[1].bytes);
  assert.deepEqual(body.limits, { dayBytes: 40_000_000, bytes: 600_000_000, days: 365 });
});
