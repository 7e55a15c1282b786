/**
 * The scanner dies in every turn of a scan, before its commit and after it, and is started again
 * from what was stored. The oracle is the same scan undisturbed.
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { WireError } from "@/core/kernel/mod.ts";
import { listing, Market, marketOf } from "./market.ts";
import { type DeathPoint, SCAN, ScannerDriver, scanning, titlesOf } from "./driver.ts";

/** Every title is read, so that the order of answers cannot change what is found. */
const LIMITS = { verifyTitles: 100, verifyBatch: 3, pageSize: 7 };

function outcome(driver: ScannerDriver) {
  const [ended, ...more] = driver.finished;
  assert.ok(ended !== undefined);
  assert.equal(more.length, 0, "The end was told twice");
  const found = driver.opportunities.map(({ offerId, kind }) => `${kind} ${offerId}`);
  assert.equal(new Set(found).size, found.length, "An opportunity was written twice");
  const told = driver.sentAs("notifier", "OpportunitiesFound").flatMap(({ body }) =>
    body.opportunities
  );
  assert.equal(told.length, found.length, "An opportunity was not told, or told twice");
  const { status, scanId, processed, accepted, refused, unverified, total } = ended;
  return {
    found: found.toSorted(),
    ended: { status, scanId, processed, accepted, refused, unverified, total },
  };
}

function undisturbed(): ScannerDriver {
  const driver = scanning(marketOf(4), LIMITS);
  driver.settle();
  return driver;
}

/** A request that was not committed is delivered again, as the outbox would. */
function runWithDeath(turn: number, at: DeathPoint, limits = LIMITS): ScannerDriver {
  const driver = new ScannerDriver(marketOf(4), limits);
  driver.death = { turn, at };
  driver.boot();
  driver.deliver("Scan", SCAN);
  if (driver.saved === null || !driver.saved.includes(SCAN.scanId)) driver.deliver("Scan", SCAN);
  driver.settle();
  return driver;
}

const oracle = undisturbed();
const expected = outcome(oracle);
const pagesAsked = (driver: ScannerDriver) =>
  driver.asked.filter(({ type }) => type === "OffersPage").length;

for (const at of ["before-commit", "before-release"] as const) {
  Deno.test(`a scan killed ${at} of any turn loses nothing and doubles nothing`, () => {
    for (let turn = 2; turn <= oracle.turns; turn++) {
      const driver = runWithDeath(turn, at);
      assert.deepEqual(outcome(driver), expected, `killed in turn ${turn}`);
    }
  });

  Deno.test(`a scan killed ${at} of any turn fetches at most one page again`, () => {
    for (let turn = 2; turn <= oracle.turns; turn++) {
      const driver = runWithDeath(turn, at);
      assert.ok(pagesAsked(driver) <= pagesAsked(oracle) + 1, `killed in turn ${turn}`);
      const { pages } = driver.finished[0] ?? {};
      assert.equal(pages, oracle.finished[0]?.pages, "A page counts once");
    }
  });
}

Deno.test("a scan killed in any turn keeps its limit of titles and counts every offer once", () => {
  const limits = { ...LIMITS, verifyTitles: 5 };
  const undisturbed = scanning(marketOf(4), limits);
  undisturbed.settle();
  for (let turn = 2; turn <= undisturbed.turns; turn++) {
    const driver = runWithDeath(turn, "before-release", limits);
    const { ended } = outcome(driver);
    assert.deepEqual([ended.status, ended.processed], ["completed", 40], `killed in turn ${turn}`);
    assert.ok(titlesOf(driver.asked).length <= 5);
  }
});

Deno.test("a scan survives any series of deaths and failures of the market", () => {
  const transient: WireError = { kind: "transient", code: "http-503", message: "Try again" };
  const deaths = fc.array(
    fc.record({
      after: fc.integer({ min: 1, max: 6 }),
      at: fc.constantFrom<DeathPoint>("before-commit", "before-release"),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(deaths, fc.array(fc.boolean(), { maxLength: 30 }), (series, failures) => {
      const driver = new ScannerDriver(marketOf(4), LIMITS);
      const left = [...failures];
      driver.fault = () => left.shift() === true ? transient : null;
      driver.boot();
      driver.deliver("Scan", SCAN);
      for (const { after, at } of series) {
        driver.death = { turn: driver.turns + after, at };
        for (let i = 0; i < after && driver.state.active.length > 0; i++) driver.step();
      }
      driver.death = null;
      driver.settle();
      assert.deepEqual(outcome(driver), expected);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a scan whose cursor is older than ten minutes goes on at the price it reached", () => {
  const driver = scanning(marketOf(4), LIMITS);
  while ((driver.state.active[0]?.passPages ?? 0) < 2) driver.step();
  const asked = driver.asked.length;
  driver.nowMs += 600_001;
  driver.boot();
  const pages = driver.asked.slice(asked).filter(({ type }) => type === "OffersPage");
  const reached = driver.state.active[0]?.frontCents;
  assert.ok((reached ?? 0) > 1_000);
  assert.deepEqual(pages.map(({ body }) => [body.cursor, body.fromCents]), [[null, reached]]);
  driver.settle();
  assert.deepEqual(outcome(driver), expected);
  assert.ok(driver.logs.some(({ message }) => message === "Scan needs a new cursor"));
  // What was shown before is shown again up to the end of one page.
  assert.ok((driver.finished[0]?.guardFailures.duplicate ?? 0) < LIMITS.pageSize);
});

Deno.test("a scan whose cursor dies again and again fails, and says so", () => {
  // All at one price, so that no cursor brings it further.
  const listings = Array.from({ length: 40 }, (_, i) => listing(`dead ${i}`, [1_020]));
  const driver = scanning(new Market(listings), { ...LIMITS, verifyTitles: 0 });
  for (let i = 0; i < 20 && driver.finished.length === 0; i++) {
    while (driver.state.active[0]?.cursor === null) driver.step();
    driver.nowMs += 600_001;
    driver.boot();
  }
  const [ended] = driver.finished;
  assert.equal(ended?.status, "failed");
  assert.match(ended?.reason ?? "", /cursor died 10 times/);
  assert.equal(driver.sentAs("notifier", "Alert").length, 1);
});

Deno.test("a scan does not count the time it was down", () => {
  const driver = scanning(marketOf(4), LIMITS);
  driver.step();
  const { activeMs } = driver.state.active[0] ?? { activeMs: -1 };
  driver.nowMs += 300_000;
  driver.boot();
  driver.step();
  assert.equal(driver.state.active[0]?.activeMs, activeMs + driver.latencyMs);
});

Deno.test("an answer to a request of an earlier life changes nothing", () => {
  // Both lives of a turn are answered; only the second answer still fits the state.
  const driver = scanning(marketOf(4), LIMITS);
  driver.deliver("StopScans", { requestedBy: "test" });
  const before = driver.commits;
  while (driver.step());
  assert.equal(driver.commits, before);
});
