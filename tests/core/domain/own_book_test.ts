import assert from "node:assert/strict";
import fc from "fast-check";
import type { AssetClass, Bid } from "@/core/domain/market.ts";
import { type OwnBook, withoutOwnBids } from "@/core/domain/own_book.ts";

const TITLE = "AK-47 | Redline (Field-Tested)";
const ANY: AssetClass = { floatPart: null, phase: null, paintSeed: null };

function bid(priceCents: number, amount: number, wants: AssetClass = ANY): Bid {
  return { priceCents, amount, wants };
}

function own(...bids: readonly Bid[]): OwnBook {
  return { bids: new Map([[TITLE, bids]]), offerIds: new Set() };
}

Deno.test("a level that is only ours is gone, a shared one is smaller, others stay", () => {
  const book = [bid(1_300, 1), bid(1_250, 5), bid(1_200, 2)];
  assert.deepEqual(withoutOwnBids(TITLE, book, own(bid(1_300, 1), bid(1_250, 2))), [
    bid(1_250, 3),
    bid(1_200, 2),
  ]);
});

Deno.test("a bid of ours for one class leaves bids for others alone", () => {
  const factoryNew = { ...ANY, floatPart: "FN-0" };
  const book = [bid(1_300, 1, factoryNew), bid(1_300, 1)];
  assert.deepEqual(withoutOwnBids(TITLE, book, own(bid(1_300, 1, factoryNew))), [bid(1_300, 1)]);
  assert.deepEqual(withoutOwnBids("Another title", book, own(bid(1_300, 1))), book);
});

const amounts = fc.integer({ min: 1, max: 5 });
const classes = fc.record({
  floatPart: fc.constantFrom(null, "FN-0"),
  phase: fc.constant(null),
  paintSeed: fc.constantFrom(null, 412),
});
const bids = fc.array(
  fc.record({ priceCents: fc.integer({ min: 1, max: 4 }), amount: amounts, wants: classes }),
  { maxLength: 8 },
);

Deno.test("what others and we bid, less ours, is what others bid (property)", () => {
  fc.assert(fc.property(bids, bids, (others, ours) => {
    const left = withoutOwnBids(TITLE, [...ours, ...others], own(...ours));
    assert.deepEqual(totals(left), totals(others));
  }));
});

function totals(all: readonly Bid[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { priceCents, amount, wants } of all) {
    const key = JSON.stringify([priceCents, wants]);
    sums[key] = (sums[key] ?? 0) + amount;
  }
  return Object.fromEntries(Object.entries(sums).sort());
}
