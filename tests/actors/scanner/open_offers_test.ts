/** Opportunities on show, from the scan that found them to the scan that does not. */

import assert from "node:assert/strict";
import { GENERIC, goodList, goodQuick, listing, Market } from "./market.ts";
import { idOf, SCAN, type ScannerDriver, scanning } from "./driver.ts";
import { steadySales } from "@/tests/core/domain/builders.ts";

function rescan(driver: ScannerDriver, n: number): void {
  driver.deliver("Scan", { ...SCAN, scanId: idOf(n) });
  driver.settle();
}

Deno.test("an opportunity that is found again stays open, told by both scans", () => {
  const driver = scanning(new Market([goodList(0)]));
  driver.settle();
  rescan(driver, 2);
  assert.deepEqual(driver.closings, []);
  assert.deepEqual(driver.opportunities.map(({ scanId }) => scanId), [SCAN.scanId, idOf(2)]);
  assert.equal(driver.state.open.length, 1);
});

Deno.test("an opportunity that is no longer listed is closed with that reason", () => {
  const market = new Market([goodList(0), goodList(1)]);
  const driver = scanning(market);
  driver.settle();
  market.remove("list 0#0");
  rescan(driver, 2);
  assert.deepEqual(driver.closings, [{
    offerId: "list 0#0",
    kind: "list",
    reason: "No longer among the listings of its band",
    said: { code: "no-longer-listed", values: {} },
  }]);
  assert.deepEqual(driver.state.open.map(({ offerId }) => offerId), ["list 1#0"]);
});

Deno.test("an opportunity that is refused is closed with the guard's reason", () => {
  const market = new Market([goodList(0)]);
  const driver = scanning(market);
  driver.settle();
  const reserved = goodList(0);
  market.add({ ...reserved, offers: reserved.offers.map((one) => ({ ...one, reserved: true })) });
  rescan(driver, 2);
  assert.deepEqual(driver.closings.map(({ reason, said }) => [reason, said?.code]), [
    ["Reserved by another trade in flight", "reserved"],
  ]);
});

Deno.test("a way out that pays no more is closed alone", () => {
  const market = new Market([{ ...goodList(0), bids: goodQuick(0).bids }]);
  const driver = scanning(market);
  driver.settle();
  assert.deepEqual(driver.state.open[0]?.kinds, ["quick", "list"]);
  market.add(goodList(0));
  rescan(driver, 2);
  assert.deepEqual(driver.closings, [{
    offerId: "list 0#0",
    kind: "quick",
    reason: "No bid that this asset satisfies",
    said: { code: "no-bid", values: {} },
  }]);
  assert.deepEqual(driver.state.open[0]?.kinds, ["list"]);
});

Deno.test("an opportunity that changed and is not verified again is closed: nobody vouches for it", () => {
  const market = new Market([goodQuick(5)]);
  const driver = scanning(market, { verifyTitles: 1 });
  driver.settle();
  const bids = [{ priceCents: 1_190, amount: 2, wants: GENERIC }];
  market.add({ ...goodQuick(5), bids });
  market.add(goodQuick(0));
  rescan(driver, 2);
  assert.deepEqual(driver.closings.map(({ offerId, reason }) => [offerId, reason]), [
    ["quick 5#0", "Not verified again: other titles promised more"],
  ]);
});

Deno.test("an offer that moved to another band is closed by neither scan", () => {
  const market = new Market([goodList(0)]);
  const driver = scanning(market);
  driver.settle();
  const dearer = listing("list 0", [3_000, 3_900], { sales: steadySales(3_800) });
  const offers = dearer.offers.map((one) => ({ ...one, suggestedCents: 4_000 }));
  market.add({ ...dearer, offers });
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2), level: "advanced" });
  driver.settle();
  rescan(driver, 3);
  assert.deepEqual(driver.closings, []);
  assert.deepEqual(driver.state.open.map(({ level }) => level), ["advanced"]);
});

Deno.test("a scan that did not reach all listings closes only what it met", () => {
  const market = new Market([goodList(0), goodList(40)]);
  const driver = scanning(market);
  driver.settle();
  assert.equal(driver.state.open.length, 2);
  const page = market.page.bind(market);
  // Whatever is asked for, the cheapest page comes, and it leads nowhere.
  market.page = (request) => ({
    ...page({ ...request, fromCents: 1_000, cursor: null, limit: 1 }),
    cursor: "again",
  });
  market.evidence = () => ({ evidence: [], missing: [] });
  rescan(driver, 2);
  assert.equal(driver.finished[1]?.status, "stopped");
  assert.deepEqual(driver.closings.map(({ offerId }) => offerId), ["list 0#0"]);
  assert.deepEqual(driver.state.open.map(({ offerId }) => offerId), ["list 40#0"]);
});

Deno.test("open opportunities are bounded; the oldest are closed, not forgotten", () => {
  const titles = Array.from({ length: 505 }, (_, i) => goodQuick(i));
  const cheap = titles.map((title, i) => ({
    ...title,
    offers: title.offers.map((one, n) => ({ ...one, priceCents: 1_000 + i % 40 + n })),
  }));
  const driver = scanning(new Market(cheap), {
    pageSize: 100,
    verifyTitles: 1_000,
    verifyBatch: 20,
    poolTitles: 1_000,
  });
  driver.settle();
  assert.equal(driver.opportunities.length, 1_010);
  assert.equal(driver.state.open.length, 1_000);
  assert.equal(driver.closings.length, 10);
});
