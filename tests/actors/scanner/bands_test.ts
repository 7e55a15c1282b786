/** Levels of more listings than one query shows. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Offer } from "@/core/domain/market.ts";
import { goodList, listing, Market } from "./market.ts";
import { idOf, SCAN, ScannerDriver, scanning } from "./driver.ts";

/** A query shows four pages of five rows. */
const SMALL = { pageSize: 5, maxPages: 4, maxRows: 15, verifyTitles: 0, poolTitles: 1_000 };
const QUERY_ROWS = 20;

/** One listing at each of these prices, a title each. */
function priced(prices: readonly number[]): Market {
  const market = new Market(prices.map((price, i) => listing(`title ${i}`, [price])));
  market.queryRows = QUERY_ROWS;
  return market;
}

/** Counts how often each listing was shown by a page that was taken up. */
function watched(market: Market): Map<string, number> {
  const shown = new Map<string, number>();
  const page = market.page.bind(market);
  market.page = (request) => {
    const made = page(request);
    const isProbe = request.cursor === null && made.total > SMALL.maxRows;
    if (!isProbe) made.offers.forEach((one: Offer) => add(shown, one.offerId));
    return made;
  };
  return shown;
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** At most as many rows at one price as a query shows. */
const distribution = fc.array(
  fc.record({
    price: fc.integer({ min: 1_000, max: 2_999 }),
    rows: fc.integer({ min: 1, max: 15 }),
  }),
  { maxLength: 30 },
).map((clumps) => {
  const rows = new Map(clumps.map(({ price, rows }) => [price, rows]));
  return [...rows].flatMap(([price, count]) => Array<number>(count).fill(price));
});

Deno.test("whatever the prices, each listing is read once and counted once", () => {
  fc.assert(
    fc.property(distribution, (prices) => {
      const market = priced(prices);
      const shown = watched(market);
      const driver = scanning(market, SMALL);
      driver.settle(5_000);
      const [ended] = driver.finished;
      assert.deepEqual([ended?.status, ended?.processed, ended?.total], [
        "completed",
        prices.length,
        prices.length,
      ]);
      assert.equal(shown.size, prices.length);
      assert.ok([...shown.values()].every((times) => times === 1));
      assert.equal(ended?.guardFailures.duplicate, undefined);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a level that fits one query is asked about once", () => {
  const driver = scanning(priced(Array.from({ length: 15 }, (_, i) => 1_000 + i)), SMALL);
  driver.settle();
  assert.equal(driver.asked.length, 3);
  assert.ok(driver.asked.every(({ body }) => body.fromCents === 1_000 && body.toCents === 3_000));
});

Deno.test("each band costs at most one page more than its rows fill", () => {
  const market = priced(Array.from({ length: 400 }, (_, i) => 1_000 + 5 * i));
  const driver = scanning(market, SMALL);
  driver.settle(5_000);
  const bands = new Map<string, number>();
  for (const { body } of driver.asked) add(bands, `${body.fromCents} ${body.toCents}`);
  const read = [...bands.values()].filter((pages) => pages > 1).length;
  const probed = bands.size - read;
  assert.ok(probed <= read, `${probed} probes for ${read} bands`);
  assert.equal(driver.finished[0]?.processed, 400);
});

Deno.test("a price with more listings than a query shows leaves the scan incomplete", () => {
  const market = priced([1_100, ...Array<number>(30).fill(1_500), 1_501, 1_900]);
  const driver = scanning(market, SMALL);
  driver.settle();
  const [ended] = driver.finished;
  assert.equal(ended?.status, "stopped");
  assert.match(ended?.reason ?? "", /20 of 30 listings: not all listings at \$15\.00 were reached/);
  assert.equal(ended?.processed, 23, "What lies beyond the crowded price is read");
});

Deno.test("a query that shows less than it counts is not taken for the whole", () => {
  const market = priced(Array.from({ length: 14 }, (_, i) => 1_000 + i));
  market.queryRows = 8;
  const driver = scanning(market, { ...SMALL, maxPages: 100 });
  driver.settle();
  const [ended] = driver.finished;
  assert.deepEqual([ended?.status, ended?.processed], ["completed", 14]);
});

Deno.test("listings that went while a level was read are not taken for unread: up to a twentieth", () => {
  for (
    const { shown, processed } of [{ shown: 192, processed: 192 }, { shown: 188, processed: 200 }]
  ) {
    const market = priced(Array.from({ length: 200 }, (_, i) => 1_000 + i));
    market.queryRows = shown;
    const driver = scanning(market, { ...SMALL, maxPages: 100, maxRows: 1_000 });
    driver.settle();
    const [ended] = driver.finished;
    assert.deepEqual([ended?.status, ended?.processed], ["completed", processed]);
  }
});

Deno.test("what a scan could not reach is not closed by it", () => {
  const good = goodList(0);
  const crowd = Array.from({ length: 30 }, (_, i) => listing(`dead ${i}`, [1_000]));
  const market = new Market([good, ...crowd.slice(0, 2)]);
  market.queryRows = QUERY_ROWS;
  const driver = scanning(market, { ...SMALL, verifyTitles: 30 });
  driver.settle();
  assert.deepEqual(driver.state.open.map(({ offerId }) => offerId), ["list 0#0"]);
  // It asks $10.00 as well, and thirty others come before it.
  for (const one of crowd) market.add(one);
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2) });
  driver.settle();
  assert.equal(driver.finished[1]?.status, "stopped");
  assert.deepEqual(driver.closings, []);
  assert.equal(driver.state.open.length, 1);
});

Deno.test("a scan killed in any turn of a split level loses nothing and reads a page again at most", () => {
  const prices = Array.from({ length: 90 }, (_, i) => 1_000 + 20 * i);
  const oracle = scanning(priced(prices), SMALL);
  oracle.settle();
  for (const at of ["before-commit", "before-release"] as const) {
    for (let turn = 2; turn <= oracle.turns; turn++) {
      const driver = new ScannerDriver(priced(prices), SMALL);
      driver.death = { turn, at };
      driver.boot();
      driver.deliver("Scan", SCAN);
      if (driver.saved === null || !driver.saved.includes(SCAN.scanId)) {
        driver.deliver("Scan", SCAN);
      }
      driver.settle();
      const [ended] = driver.finished;
      assert.deepEqual([ended?.status, ended?.processed], ["completed", 90], `killed in ${turn}`);
      assert.ok(driver.asked.length <= oracle.asked.length + 1, `killed in ${turn}`);
    }
  }
});

Deno.test("a listing that a book showed in an earlier band is counted once", () => {
  const bids = [{
    priceCents: 2_900,
    amount: 9,
    wants: { floatPart: null, phase: null, paintSeed: null },
  }];
  const wide = listing("wide", [1_000, 1_400, 1_800, 2_200], { bids });
  const fill = Array.from({ length: 80 }, (_, i) => listing(`dead ${i}`, [1_001 + 20 * i]));
  const market = new Market([wide, ...fill]);
  market.queryRows = QUERY_ROWS;
  const driver = scanning(market, { ...SMALL, verifyTitles: 30 });
  driver.settle();
  const [ended] = driver.finished;
  assert.equal(ended?.processed, 84);
  const accepted = driver.opportunities.map(({ offerId }) => offerId);
  assert.equal(new Set(accepted).size, accepted.length);
});
