import assert from "node:assert/strict";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import { TRAPS } from "@/core/market/dmarket/sim/labels.ts";
import { bidsOnArrival } from "@/core/market/dmarket/sim/play.ts";
import { feeCents, feeRule } from "@/core/market/dmarket/sim/seller_fee.ts";
import {
  type BandPromise,
  cheapestFree,
  playPlan,
  truthOf,
} from "@/core/market/dmarket/sim/truth.ts";
import type { Truth } from "@/core/market/dmarket/sim/books.ts";

const NOW_S = 1_768_650_000;

const market = generateMarket({ seed: 11, nowS: NOW_S, titles: 2_000 });
const truths = new Map<string, Truth[]>();
for (const book of market.titles) {
  const truth = truthOf(market, book, { nowS: NOW_S });
  if (truth === null) continue;
  const label = book.label ?? "";
  truths.set(label, [...(truths.get(label) ?? []), truth]);
}

function share(label: string, way: "quick" | "list"): number {
  const known = truths.get(label) ?? [];
  return known.filter((truth) => truth[way]).length / known.length;
}

Deno.test("what is planted as a chance mostly is one", () => {
  assert.ok(share("underpriced", "list") > 0.85, `list ${share("underpriced", "list")}`);
  assert.ok(share("rich-bid", "quick") > 0.85, `quick ${share("rich-bid", "quick")}`);
  assert.equal(share("underpriced", "quick"), 0);
});

Deno.test("what is planted as a trap hardly ever pays", () => {
  for (const trap of TRAPS) {
    assert.equal(share(trap, "quick"), 0, trap);
    const known = truths.get(trap) ?? [];
    const paying = known.filter(({ list }) => list).length;
    assert.ok(paying <= 1 + known.length * 0.25, `${trap}: ${paying} of ${known.length}`);
  }
});

Deno.test("an ordinary title hardly ever pays", () => {
  assert.ok((truths.get("") ?? []).length > 500);
  assert.ok(share("", "list") < 0.01, `list ${share("", "list")}`);
  assert.equal(share("", "quick"), 0);
});

Deno.test("playing forward leaves the market as it was, and ends the same each time", () => {
  const { version } = market;
  const book = market.titles.find(({ label }) => label === "underpriced");
  assert.ok(book);
  const row = cheapestFree(market, book, NOW_S);
  assert.ok(row !== null);
  const bids = [...book.bids];
  const plan = { row, kind: "list", exitCents: market.table.price(row), nowS: NOW_S } as const;
  const outcome = playPlan(market, plan);
  assert.deepEqual(playPlan(market, plan), outcome);
  assert.equal(market.version, version);
  assert.deepEqual(book.bids, bids);
  assert.ok(outcome.soldAtS !== null && outcome.soldAtS > NOW_S);
  assert.equal(
    outcome.netCents,
    market.table.price(row) - Math.ceil(market.table.price(row) * 0.07),
  );
});

Deno.test("the crowd sometimes comes between the reading of a book and our sale", () => {
  const changed = market.titles.filter((book) => {
    const standing = book.bids.filter(({ fleeting }) => !fleeting);
    const left = bidsOnArrival(market, book, NOW_S);
    assert.deepEqual(bidsOnArrival(market, book, NOW_S), left);
    return left.length !== standing.length || left.some((bid, i) => bid !== standing[i]);
  });
  const share = changed.length / market.titles.length;
  assert.ok(share > 0 && share < 0.05, `the bids of ${share} of all titles changed`);
});

Deno.test("a listing far above worth stays unsold", () => {
  const book = market.titles.find(({ label, rows }) => label === "underpriced" && rows.length > 2);
  assert.ok(book);
  const row = cheapestFree(market, book, NOW_S);
  assert.ok(row !== null);
  const exitCents = market.table.price(row) * 50;
  assert.deepEqual(playPlan(market, { row, kind: "list", exitCents, nowS: NOW_S }), {
    soldAtS: null,
    netCents: null,
    roiBps: null,
  });
});

Deno.test("the promise decides: a lower one is kept more often", () => {
  const count = (minRoiBps: number) => {
    const promises: BandPromise[] = [{ fromCents: 50, toCents: 300, minRoiBps }];
    return market.titles.filter((book) =>
      truthOf(market, book, { nowS: NOW_S, promises, plays: 1 })?.list
    ).length;
  };
  const [low, middle, high] = [count(0), count(2_000), count(6_000)];
  assert.ok(low > middle && middle > high, `${low}, ${middle}, ${high}`);
});

Deno.test("fees round up, keep the least amount, and know bands and expiry", () => {
  const fees = {
    defaultFee: { fraction: "0.07", minAmount: 2 },
    reducedFees: [{ title: "T", fraction: "0.02", minPrice: 100, maxPrice: 200, expiresAt: 50 }],
    assumed: false,
  };
  const fee = (priceCents: number, atS: number, title = "T") =>
    feeCents(fees, { title, priceCents, atS });
  assert.equal(fee(50, 0), 4);
  assert.equal(fee(1, 0), 2);
  assert.equal(fee(100, 49), 2);
  assert.equal(fee(200, 49), 4);
  assert.equal(fee(201, 49), 15);
  assert.equal(fee(200, 50), 14);
  assert.equal(fee(200, 49, "U"), 14);
  assert.equal(feeRule(fees, { title: "T", priceCents: 150, atS: 0 }).ppm, 20_000);
});
