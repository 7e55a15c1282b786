import assert from "node:assert/strict";
import { compareProspects, type Glimpse, prospectOf } from "@/core/domain/prospect.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { offer, quote } from "./builders.ts";

function prospect(change: Partial<Glimpse> = {}) {
  return prospectOf({
    offer: offer({ suggestedCents: null }),
    quote: quote({ askCount: 5, bidCount: 3 }),
    otherAskCents: null,
    frontCents: 1_000,
    level: "medium",
    ...change,
  }, DEFAULT_RULES);
}

Deno.test("prospectOf() waits until the front has passed the price a resale needs", () => {
  assert.equal(prospect({ frontCents: 1_129 }).isRipe, false);
  assert.equal(prospect({ frontCents: 1_130 }).isRipe, true);
});

Deno.test("prospectOf() need not wait for what a quoted bid promises", () => {
  const bidding = quote({ bestBidCents: 1_130 });
  const { isRipe, returnBps } = prospect({ quote: bidding });
  assert.deepEqual([isRipe, returnBps], [true, 500]);
});

Deno.test("prospectOf() knows the cap once a competitor was met", () => {
  const made = prospect({ otherAskCents: 1_201, frontCents: 2_000 });
  assert.deepEqual([made.isRipe, made.returnBps], [true, 1_160]);
});

Deno.test("prospectOf() caps by a cheaper listing and by the suggested price", () => {
  assert.ok(prospect({ frontCents: 2_000, quote: quote({ bestAskCents: 990 }) }).returnBps < 0);
  const suggested = offer({ suggestedCents: 1_100 });
  assert.equal(prospect({ frontCents: 2_000, offer: suggested }).returnBps, 230);
});

Deno.test("prospectOf() does not let an absurd quote outshine all others", () => {
  assert.equal(prospect({ quote: quote({ bestBidCents: 900_000 }) }).returnBps, 6_000);
});

Deno.test("compareProspects() puts covering bids first, then deep books, then the better return", () => {
  const covered = prospect({ quote: quote({ bestBidCents: 1_140, askCount: 1 }) });
  const shallow = prospect({ quote: quote({ askCount: 4 }), frontCents: 1_500 });
  const unquoted = prospect({ quote: null, frontCents: 1_400 });
  const deep = prospect({ frontCents: 1_200 });
  const deeper = prospect({ frontCents: 1_300 });
  const sorted = [unquoted, shallow, deep, deeper, covered].sort(compareProspects);
  assert.deepEqual(sorted, [covered, deeper, deep, shallow, unquoted]);
});
