/** Opportunities on show, from the scan that found them to the scan that does not. */

import assert from "node:assert/strict";
import { GENERIC, goodList, goodQuick, type Listing, listing, Market } from "./market.ts";
import { idOf, SCAN, ScannerDriver, scanning } from "./driver.ts";
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
  market.add(changed(goodQuick(5)));
  market.add(goodQuick(0));
  rescan(driver, 2);
  assert.deepEqual(driver.closings.map(({ offerId, reason }) => [offerId, reason]), [
    ["quick 5#0", "Not verified again: other titles promised more"],
  ]);
});

/** The market shows its pages and nothing else. */
function silence(driver: ScannerDriver, isSilent = true): void {
  const error = { kind: "rejected", code: "unexpected-shape", message: "Odd" } as const;
  driver.fault = (type) => isSilent && type !== "OffersPage" ? error : null;
}

Deno.test("what one scan cannot read stays open, and closes for that reason with the next", () => {
  const driver = scanning(new Market([goodQuick(0), goodList(0)]));
  driver.settle();
  silence(driver);
  rescan(driver, 2);
  assert.equal(driver.closings.length, 0);
  assert.equal(driver.state.open.length, 3);
  rescan(driver, 3);
  assert.deepEqual(driver.closings.map(({ offerId }) => offerId).toSorted(), [
    ...["list 0#0", "quick 0#0", "quick 0#1"],
  ]);
  for (const { reason, said } of driver.closings) {
    assert.equal(reason, "Not verified again: its title could not be read");
    assert.deepEqual(said, { code: "title-unread", values: {} });
  }
  assert.deepEqual(driver.state.open, []);
});

Deno.test("what is verified between two scans that cannot read it stays open", () => {
  const driver = scanning(new Market([goodQuick(0)]));
  driver.settle();
  for (const [n, isSilent] of [true, false, true].entries()) {
    silence(driver, isSilent);
    rescan(driver, n + 2);
  }
  assert.deepEqual(driver.closings, []);
  assert.equal(driver.state.open.length, 2);
});

Deno.test("when nothing can be read, what there was no room to ask for stays open, too", () => {
  const market = new Market([goodQuick(0), goodQuick(5)]);
  const driver = scanning(market);
  driver.settle();
  const small = new ScannerDriver(market, { verifyTitles: 1 });
  small.saved = driver.saved;
  small.boot();
  silence(small);
  for (const i of [0, 5]) market.add(changed(goodQuick(i)));
  rescan(small, 2);
  assert.equal(small.closings.length, 0);
  for (const i of [0, 5]) market.add(changed(goodQuick(i), 1_195));
  rescan(small, 3);
  const unread = Array.from({ length: 3 }, () => "title-unread");
  assert.deepEqual(small.closings.map(({ said }) => said?.code), unread);
});

/** Stands otherwise than before, so that it has to be verified again. */
function changed(good: Listing, priceCents = 1_190): Listing {
  return { ...good, bids: [{ priceCents, amount: 2, wants: GENERIC }] };
}

Deno.test("a scan says of how many titles the evidence is missing", () => {
  const driver = scanning(new Market([goodQuick(0), goodList(0)]));
  silence(driver);
  driver.settle();
  rescan(driver, 2);
  silence(driver, false);
  rescan(driver, 3);
  const unread = { code: "titles-unread", values: { titleCount: 2 } };
  assert.deepEqual(driver.finished.map(({ status, said }) => [status, said]), [
    ["completed", unread],
    ["completed", unread],
    ["completed", undefined],
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
  assert.deepEqual(driver.closings, []);
  rescan(driver, 3);
  assert.equal(driver.finished[2]?.status, "stopped");
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
