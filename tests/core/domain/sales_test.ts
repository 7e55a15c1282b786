import assert from "node:assert/strict";
import { comparableSales, medianCents, salesReading, summariseSales } from "@/core/domain/sales.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";
import type { Sale } from "@/core/domain/market.ts";
import { ANY, NOW_MS, sale, steadySales } from "./builders.ts";

function summary(sales: readonly Sale[]) {
  const reading = salesReading({ sales, readAtMs: NOW_MS }, DEFAULT_RULES);
  return summariseSales(sales, reading, DEFAULT_RULES);
}

/** One sale a day, newest first. */
function daily(...prices: readonly number[]): readonly Sale[] {
  return prices.map((price, i) => sale(price, 0.5 + i));
}

Deno.test("medianCents() takes the middle, and of two the lower half", () => {
  assert.equal(medianCents([5, 1, 3]), 3);
  assert.equal(medianCents([4, 1, 3, 2]), 2);
  assert.throws(() => medianCents([]), RangeError);
});

Deno.test("summariseSales() takes the median of the newest seven as the reference", () => {
  const sales = daily(101, 103, 105, 107, 109, 111, 113, 96, 104, 99, 108, 112);
  assert.deepEqual(
    [summary(sales).referenceCents, summary(sales).referenceCount],
    [107, 7],
  );
});

Deno.test("summariseSales() gives the same for sales in any order", () => {
  const sales = [...steadySales(1_180)];
  assert.deepEqual(summary(sales.toReversed()), summary(sales));
});

Deno.test("summariseSales() leaves out sales into bids and sales older than the window", () => {
  const bids = [1, 2, 3].map((day) => sale(700, day, { side: "target" }));
  const old = [31, 32, 33, 34].map((day) => sale(2_000, day));
  const made = summary([...bids, ...daily(1_000, 1_001, 1_002), ...old]);
  assert.equal(made.referenceCents, 1_001);
  assert.equal(made.askSideCount, 3);
});

Deno.test("summariseSales() drops outliers on both sides", () => {
  const made = summary(daily(100, 102, 98, 101, 99, 100, 900, 103, 97, 5));
  assert.equal(made.referenceCents, 100);
  assert.equal(made.droppedCount, 2);
});

Deno.test("summariseSales() allows 20 % around the median where all sales are alike", () => {
  const made = summary(daily(100, 100, 100, 100, 100, 100, 120, 121, 80, 79));
  assert.equal(made.droppedCount, 2);
});

Deno.test("summariseSales() counts spikes over the moving average", () => {
  const calm = summary(daily(...Array.from({ length: 20 }, () => 100)));
  assert.equal(calm.spikeCount, 0);
  const spiky = Array.from({ length: 20 }, (_, i) => i % 5 === 0 ? 150 : 100);
  assert.equal(summary(daily(...spiky)).spikeCount, 4);
});

Deno.test("summariseSales() sees the newest sales rise over the older ones", () => {
  const pumped = daily(90, ...Array(7).fill(150), ...Array(9).fill(100));
  assert.equal(summary(pumped).riseBps, 15_000);
  assert.equal(summary(daily(150, ...Array(16).fill(100))).riseBps, 10_000, "One is no rise");
  assert.equal(summary(daily(150, 150, 100)).riseBps, null);
});

Deno.test("summariseSales() believes the newest quarter in a falling market, outliers or not", () => {
  const made = summary(daily(60, 61, 62, 63, 90, 100, 101, 100, 99, 100, 101, 100));
  assert.ok(made.isFallen);
  assert.equal(made.referenceCents, 61);
});

Deno.test("summariseSales() sees a slide, as fast as the sales were", () => {
  const prices = [80, 81, 88, 89, 95, 96, 101, 102];
  const fast = summary(daily(...prices));
  assert.ok(fast.slideWeekBps !== null && fast.slideWeekBps < 8_500);
  const slow = summary(prices.map((price, i) => sale(price, i * 4)));
  assert.equal(slow.slideBps, fast.slideBps);
  assert.ok((slow.slideWeekBps ?? 0) > fast.slideWeekBps);
  assert.equal(summary(daily(...prices.toReversed())).slideBps, null);
});

Deno.test("summariseSales() leaves outliers and bids out of what it is worth", () => {
  const calm = daily(...Array(12).fill(1_000));
  const spiked = [...calm, sale(3_000, 0.2), sale(700, 0.1, { side: "target" })];
  assert.equal(summary(spiked).worthCents, summary(calm).worthCents);
  assert.equal(summary(spiked).soundSales, 13);
});

Deno.test("summariseSales() sees the last hour rise over the sales before it", () => {
  const minutes = (price: number, ...ago: readonly number[]) =>
    ago.map((minute) => sale(price, minute / 1_440));
  const before = daily(100, 101, 99, 100);
  assert.equal(summary([...minutes(116, 5, 20, 59), ...before]).hourRiseBps, 11_600);
  assert.equal(summary([...minutes(116, 5, 20, 61), ...before]).hourRiseBps, null);
  assert.equal(summary([...minutes(116, 5, 20, 59), ...before.slice(2)]).hourRiseBps, null);
});

Deno.test("summariseSales() never lets a fall raise the reference", () => {
  // The newest quarter is a lone recovery; the newest seven are low.
  const made = summary(daily(99, 80, 80, 80, 80, 80, 80, 100, 100, 100, 100, 100, 100, 100, 100));
  assert.ok(made.isFallen);
  assert.ok((made.referenceCents ?? Infinity) <= 80);
});

Deno.test("summariseSales() counts seven days, both sides", () => {
  const sales = [...daily(1, 2, 3), sale(1, 6.9, { side: "target" }), sale(1, 7.1)];
  assert.equal(summary(sales).sales7d, 4);
});

Deno.test("summariseSales() extrapolates when one full page lies within seven days", () => {
  const page = Array.from({ length: 20 }, (_, i) => sale(100, (i + 1) / 10));
  assert.equal(summary(page).sales7d, 70);
  // The same page with one older row did not hide anything.
  assert.equal(summary([...page.slice(1), sale(100, 8)]).sales7d, 19);
});

Deno.test("summariseSales() does not extrapolate a burst to infinity", () => {
  const burst = Array.from({ length: 20 }, () => sale(100, 0));
  assert.equal(summary(burst).sales7d, 7 * 20 * 24);
});

Deno.test("summariseSales() splits the velocity by side", () => {
  const offers = Array.from({ length: 15 }, (_, i) => sale(100, i));
  const targets = Array.from({ length: 5 }, (_, i) => sale(90, i + 15, { side: "target" }));
  const made = summary([...offers, ...targets]);
  assert.equal(made.offerVelocity, 15 / 19);
  assert.equal(made.targetVelocity, 5 / 19);
  assert.equal(summary(daily(1, 2, 3)).offerVelocity, 3 / 30);
});

Deno.test("a full page of sales is all that sold since its oldest, of one phase as of all", () => {
  const page = Array.from(
    { length: 20 },
    (_, i) => sale(100, (i + 1) / 10, { phase: i % 5 === 0 ? "ruby" : "phase-1" }),
  );
  const reading = salesReading({ sales: page, readAtMs: NOW_MS }, DEFAULT_RULES);
  assert.equal(reading.observedDays, 2);
  const ruby = summariseSales(
    comparableSales(page, { ...ANY, phase: "ruby" }),
    reading,
    DEFAULT_RULES,
  );
  assert.equal(ruby.offerVelocity, 2);
  assert.equal(ruby.sales7d, 14);
});

Deno.test("sales are as old as they were when they were read", () => {
  const page = Array.from({ length: 20 }, (_, i) => sale(100, 1 + i / 10));
  const read = { sales: page, readAtMs: NOW_MS, salesReadAtMs: NOW_MS - DAY_MS / 2 };
  const { observedDays, readAtMs } = salesReading(read, DEFAULT_RULES);
  assert.equal(readAtMs, NOW_MS - DAY_MS / 2);
  assert.ok(Math.abs(observedDays - 2.4) < 1e-9);
  const at = salesReading({ sales: page, readAtMs: NOW_MS }, DEFAULT_RULES);
  assert.ok(Math.abs(at.observedDays - 2.9) < 1e-9);
});

Deno.test("summariseSales() of nothing claims nothing", () => {
  assert.deepEqual(summary([]), {
    referenceCents: null,
    referenceCount: 0,
    askSideCount: 0,
    droppedCount: 0,
    spikeCount: 0,
    riseBps: null,
    isFallen: false,
    hourRiseBps: null,
    slideBps: null,
    slideWeekBps: null,
    nextBuyerCents: null,
    observedDays: 30,
    soundSales: 0,
    saleChance: 0,
    worthCents: null,
    payableCents: null,
    sales7d: 0,
    newestDays: null,
    newestAskSideDays: null,
    offerVelocity: 0,
    targetVelocity: 0,
    variation: null,
  });
});

Deno.test("summariseSales() takes a sale of the next minute for one of now", () => {
  assert.equal(summary([sale(100, -1 / 1_440)]).newestAskSideDays, 0);
});

Deno.test("comparableSales() keeps sales of the asset's phase, known ones only", () => {
  const sales = [
    sale(1, 1, { phase: "ruby" }),
    sale(2, 1, { phase: "phase-1" }),
    sale(3, 1),
    sale(4, 1, { phase: null }),
  ];
  const prices = (phase: string | null) =>
    comparableSales(sales, { ...ANY, phase }).map((s) => s.priceCents);
  assert.deepEqual(prices("ruby"), [1]);
  assert.deepEqual(prices(null), [1, 2, 3, 4]);
});

Deno.test("an extra that was paid for is nobody's to expect", () => {
  const plain = [1_000, 1_010, 990].map((cents, day) => sale(cents, day));
  const dressed = [1_500, 980].map((cents, day) => sale(cents, day + 0.5, { isPremium: true }));
  const prices = (...sales: Sale[]) =>
    comparableSales(sales, ANY).map(({ priceCents }) => priceCents);
  assert.deepEqual(prices(...plain, ...dressed), [1_000, 1_010, 990]);
  const worthless = dressed.map((one) => ({ ...one, priceCents: 1_040 }));
  assert.deepEqual(prices(...plain, ...worthless), [1_000, 1_010, 990, 1_040, 1_040]);
  const intoBid = sale(900, 1, { side: "target" });
  assert.deepEqual(prices(...plain.slice(1), intoBid, ...worthless), [1_010, 990, 900], "Too few");
});
