/** Titles whose sales were pumped: left alone for a day, whatever they look like meanwhile. */

import assert from "node:assert/strict";
import { NOW_MS, steadySales } from "@/tests/core/domain/builders.ts";
import { goodList, listing, Market } from "./market.ts";
import { idOf, SCAN, type ScannerDriver, scanning } from "./driver.ts";

const HOUR_MS = 3_600_000;
const TITLE = "list 0";

/** Its newest seven sales are at 140 % of those before. */
function pumped() {
  const sales = steadySales(1_180).map((sale, i) => i < 7 ? { ...sale, priceCents: 1_652 } : sale);
  return listing(TITLE, [1_000, 1_600], { sales });
}

/** Good again, with sales as fresh as ever. */
function calm(nowMs: number) {
  const made = goodList(0);
  const shiftMs = nowMs - NOW_MS;
  const sales = made.sales.map((sale) => ({ ...sale, soldAtMs: sale.soldAtMs + shiftMs }));
  return { ...made, sales };
}

function rescan(driver: ScannerDriver, n: number, afterMs: number): void {
  driver.nowMs = NOW_MS + afterMs;
  driver.market.add(calm(driver.nowMs));
  driver.deliver("Scan", { ...SCAN, scanId: idOf(n) });
  driver.settle();
}

Deno.test("a pumped title is refused for a day, also after a crash, and judged by its sales then", () => {
  const driver = scanning(new Market([pumped()]));
  driver.settle();
  assert.deepEqual(driver.opportunities, []);
  assert.equal(driver.finished[0]?.guardFailures.pump, 1);
  driver.boot();
  rescan(driver, 2, HOUR_MS);
  assert.deepEqual(driver.opportunities, [], "It was pumped an hour ago");
  assert.equal(driver.finished[1]?.guardFailures.pump, 1);
  driver.boot();
  rescan(driver, 3, 25 * HOUR_MS);
  assert.deepEqual(driver.opportunities.map(({ title }) => title), [TITLE]);
  assert.deepEqual(driver.state.pumpBans, []);
});

Deno.test("a title that was never pumped is not refused for one that was", () => {
  const driver = scanning(new Market([pumped(), goodList(1)]));
  driver.settle();
  assert.deepEqual(driver.opportunities.map(({ title }) => title), ["list 1"]);
});
