/** Scans of a level, one after the other: all titles get their turn, and what was accepted stands. */

import assert from "node:assert/strict";
import { goodList, listing, Market } from "./market.ts";
import { idOf, SCAN, type ScannerDriver, scanning, titlesOf } from "./driver.ts";
import { steadySales } from "@/tests/core/domain/builders.ts";

const HOUR_MS = 3_600_000;

/** Titles that a scan read. */
function rescan(driver: ScannerDriver, n: number, change: object = {}): readonly string[] {
  const before = driver.asked.length;
  driver.deliver("Scan", { ...SCAN, scanId: idOf(n), ...change });
  driver.settle();
  return titlesOf(driver.asked.slice(before));
}

function market(): Market {
  return new Market([0, 1, 2, 3].map(goodList));
}

function openIds(driver: ScannerDriver): readonly string[] {
  return driver.state.open.map(({ offerId }) => offerId).toSorted();
}

Deno.test("scans of a level verify its titles in turn, and what they accepted stands", () => {
  const driver = scanning(market(), { verifyTitles: 2 });
  driver.settle();
  assert.equal(openIds(driver).length, 2);
  const second = rescan(driver, 2);
  assert.equal(second.length, 2);
  assert.deepEqual(openIds(driver), ["list 0#0", "list 1#0", "list 2#0", "list 3#0"]);
  assert.deepEqual(driver.closings, []);
  // The round is over: the best come again.
  assert.deepEqual(rescan(driver, 3), ["list 0", "list 1"]);
  assert.deepEqual(rescan(driver, 4), second);
  assert.deepEqual(driver.closings, []);
});

Deno.test("what a scan has left of its limit goes to titles verified before, the best first", () => {
  const driver = scanning(market(), { verifyTitles: 3 });
  driver.settle();
  assert.deepEqual(rescan(driver, 2), ["list 0", "list 1", "list 3"]);
  // It began the round, and what it read is not read again in the next scan.
  assert.deepEqual(rescan(driver, 3).includes("list 2"), true);
});

Deno.test("a title that changed is verified again before its turn", () => {
  const traded = market();
  const driver = scanning(traded, { verifyTitles: 2 });
  driver.settle();
  const again = listing("list 0", [1_000, 1_200], { sales: steadySales(1_180) });
  const offers = again.offers.map((one) => ({ ...one, offerId: `${one.offerId} relisted` }));
  traded.add({ ...again, offers });
  assert.ok(rescan(driver, 2).includes("list 0"));
  assert.deepEqual(driver.closings.map(({ offerId }) => offerId), ["list 0#0"]);
});

Deno.test("an opportunity that stands is closed once its listing is gone", () => {
  const traded = market();
  const driver = scanning(traded, { verifyTitles: 2 });
  driver.settle();
  traded.remove("list 0#0");
  rescan(driver, 2);
  assert.deepEqual(driver.closings.map(({ offerId, reason }) => [offerId, reason]), [
    ["list 0#0", "No longer among the listings of its band"],
  ]);
});

Deno.test("an opportunity whose title gave way in the pool stands, too", () => {
  const driver = scanning(market(), { verifyTitles: 2, poolTitles: 2, pageSize: 4 });
  driver.settle();
  rescan(driver, 2);
  assert.deepEqual(openIds(driver), ["list 0#0", "list 1#0", "list 2#0", "list 3#0"]);
});

Deno.test("a round is over after two hours, and over a restart it is not", () => {
  const driver = scanning(market(), { verifyTitles: 2 });
  driver.settle();
  driver.boot();
  assert.deepEqual(rescan(driver, 2), ["list 2", "list 3"]);
  driver.nowMs += 2 * HOUR_MS;
  assert.deepEqual(rescan(driver, 3), ["list 0", "list 1"]);
  assert.deepEqual(driver.closings, []);
});

Deno.test("titles that waited for two hours give way to the best, which may have changed", () => {
  for (
    const { minutes, titles } of [
      { minutes: 115, titles: ["list 2", "list 3"] },
      { minutes: 120, titles: ["list 0", "list 1"] },
    ]
  ) {
    const driver = scanning(market(), { verifyTitles: 2 });
    driver.settle();
    driver.nowMs += minutes * 60_000;
    assert.deepEqual(rescan(driver, 2), titles);
  }
});

Deno.test("a filtered scan neither follows the round nor adds to it", () => {
  const driver = scanning(market(), { verifyTitles: 2 });
  driver.settle();
  const filter = { exterior: ["factory new"] };
  assert.deepEqual(rescan(driver, 2, { filter }), ["list 0", "list 1"]);
  assert.deepEqual(rescan(driver, 3), ["list 2", "list 3"]);
});

Deno.test("a title that could not be read keeps its turn", () => {
  const traded = new Market([0, 1].map(goodList));
  const driver = scanning(traded, { verifyTitles: 1 });
  const read = traded.evidence.bind(traded);
  traded.evidence = ({ titles }) => ({
    evidence: [],
    missing: titles.map((title) => ({ title, reason: "No answer" })),
  });
  driver.settle();
  traded.evidence = read;
  assert.deepEqual(rescan(driver, 2), titlesOf(driver.asked));
});
