/** A first look at bids or sales refuses titles whose other evidence is then never read. */

import assert from "node:assert/strict";
import { steadySales } from "@/tests/core/domain/builders.ts";
import { dead, GENERIC, goodList, goodQuick, type Listing, listing, Market } from "./market.ts";
import { idOf, last, SCAN, type ScannerDriver, scanning, titlesOf } from "./driver.ts";

function asked(driver: ScannerDriver, type: string) {
  return driver.asked.filter((one) => one.type === type);
}

function scanned(...listings: readonly Listing[]): ScannerDriver {
  const driver = scanning(new Market(listings));
  driver.settle();
  return driver;
}

/** A bid covers it, for a float that it does not have; a resale is capped by the next listing. */
function wantedElsewhere(i: number): Listing {
  const wants = { ...GENERIC, floatPart: "FN-0" };
  const bids = [{ priceCents: 1_300, amount: 2, wants }];
  return listing(`elsewhere ${i}`, [1_100 + i, 1_110 + i], { bids, sales: steadySales(1_250) });
}

Deno.test("a title that nobody buys is refused by its sales alone", () => {
  const driver = scanned(dead(0));
  assert.deepEqual(asked(driver, "Look").map(({ body }) => body["titles"]), [
    [{ title: "dead 0", bids: false, sales: true }],
  ]);
  assert.equal(asked(driver, "Evidence").length, 0);
  const { refused, unverified, guardFailures } = last(driver.finished);
  assert.deepEqual([refused, unverified], [2, 0]);
  assert.equal(guardFailures["no-sales"], 1);
});

Deno.test("a title whose bids want another asset is refused by its bids alone", () => {
  const driver = scanned(wantedElsewhere(0));
  assert.deepEqual(asked(driver, "Look").map(({ body }) => body["titles"]), [
    [{ title: "elsewhere 0", bids: true, sales: false }],
  ]);
  assert.equal(asked(driver, "Evidence").length, 0);
  assert.equal(last(driver.finished).refused, 2);
});

Deno.test("of titles that pass the first look all evidence is read", () => {
  const driver = scanned(goodList(0), goodQuick(0), dead(0));
  assert.deepEqual(titlesOf(asked(driver, "Evidence")), ["list 0", "quick 0"]);
  const found = new Set(driver.opportunities.map(({ title }) => title));
  assert.deepEqual(found, new Set(["list 0", "quick 0"]));
});

Deno.test("titles refused at first look leave what they did not cost to others", () => {
  const driver = scanning(new Market([0, 1, 2, 3, 4].map(dead)), { verifyTitles: 2 });
  driver.settle();
  // Six requests: two titles cost two, another two one each, and two are too few for a whole title.
  assert.equal(titlesOf(driver.asked).length, 4);
  assert.equal(last(driver.finished).unverified, 1);
});

Deno.test("an opportunity is closed by a first look, with the guard's reason", () => {
  const market = new Market([goodList(0)]);
  const driver = scanning(market);
  driver.settle();
  const relisted = listing("list 0", [1_000, 1_200], { sales: steadySales(1_010) });
  market.add({ ...relisted, bids: goodQuick(0).bids.map((bid) => ({ ...bid, priceCents: 500 })) });
  driver.nowMs += 3 * 3_600_000;
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2) });
  driver.settle();
  assert.equal(asked(driver, "Evidence").length, 1);
  assert.match(driver.closings[0]?.reason ?? "", /Listed at \$10\.\d\d less/);
});

Deno.test("what a first look could not read is asked for with all evidence", () => {
  const market = new Market([goodList(0), dead(0)]);
  const driver = scanning(market);
  market.look = ({ titles }) => ({
    looks: [],
    missing: titles.map(({ title }) => ({ title, reason: "No answer" })),
  });
  driver.settle();
  assert.deepEqual(titlesOf(asked(driver, "Evidence")), ["dead 0", "list 0"]);
  assert.equal(last(driver.finished).accepted, 1);
});

Deno.test("a first look that fails is repeated, and so is one cut off by a restart", () => {
  const driver = scanning(new Market([goodList(0)]));
  let failures = 2;
  driver.fault = (type) =>
    type === "Look" && failures-- > 0 ? { kind: "transient", code: "x", message: "Down" } : null;
  while (asked(driver, "Look").length < 2) driver.step();
  driver.boot();
  driver.settle();
  assert.ok(asked(driver, "Look").length >= 3);
  assert.equal(last(driver.finished).accepted, 1);
});
