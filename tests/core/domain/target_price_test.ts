import assert from "node:assert/strict";
import { type TargetMarket, targetPrice } from "@/core/domain/target_price.ts";

function propose(change: Partial<TargetMarket> = {}) {
  return targetPrice({
    offerBestCents: 1_000,
    exitNetCents: 1_097,
    minRoiBps: 500,
    competingBidCents: null,
    whenOutbid: "skip",
    ...change,
  });
}

Deno.test("targetPrice() bids 15 % under the best offer where nobody else does", () => {
  assert.deepEqual(propose(), {
    priceCents: 850,
    lowerCents: 800,
    upperCents: 900,
    reason: "Nobody else bids; at most $9.00",
    said: { code: "target-alone", values: { mostCents: 900 } },
  });
});

Deno.test("targetPrice() bids one cent over the competing bid, between its bounds", () => {
  const price = (competingBidCents: number) => propose({ competingBidCents }).priceCents;
  assert.equal(price(850), 851);
  assert.equal(price(500), 800);
  assert.equal(price(899), 900);
});

Deno.test("targetPrice() does not chase a bid beyond its upper bound, unless told to", () => {
  const made = propose({ competingBidCents: 900 });
  assert.equal(made.priceCents, null);
  assert.match(made.reason, /\$9\.00 leaves no room/);
  assert.equal(propose({ competingBidCents: 900, whenOutbid: "upper" }).priceCents, 900);
});

Deno.test("targetPrice() lets the profit rule over the habit", () => {
  // 735 · 10000 / 10500: the most that still earns 5 %.
  const made = propose({ exitNetCents: 735 });
  assert.deepEqual([made.lowerCents, made.upperCents, made.priceCents], [700, 700, 700]);
});

Deno.test("targetPrice() rounds the bounds inwards", () => {
  const made = propose({ offerBestCents: 999 });
  assert.deepEqual([made.lowerCents, made.upperCents, made.priceCents], [800, 899, 849]);
});

Deno.test("targetPrice() proposes nothing below one cent", () => {
  assert.equal(propose({ exitNetCents: -3 }).priceCents, null);
  assert.equal(propose({ offerBestCents: 1 }).priceCents, null);
  assert.match(propose({ exitNetCents: 1 }).reason, /No room/);
});
