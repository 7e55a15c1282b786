import assert from "node:assert/strict";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { isSliding, slideOf } from "@/core/domain/slide.ts";

/** One price a day, newest first, on a line through the logarithms: `perDay` is its slope. */
function line(perDay: number, count = 10, newest = 1_000): readonly number[] {
  return Array.from({ length: count }, (_, i) => newest * Math.exp(-perDay * i));
}

const daily = (count: number, everyDays = 1) =>
  Array.from({ length: count }, (_, i) => i * everyDays);

function near(found: number | null, expected: number, by: number): void {
  assert.ok(found !== null && Math.abs(found - expected) <= by, `${found} is not ${expected}`);
}

Deno.test("slideOf() finds the line that prices lie on", () => {
  const made = slideOf(line(-0.1), daily(10), 2);
  near(made.slideBps, 10_000 * Math.exp(-0.9), 1);
  // The error of a perfect line is not nothing: two of them flatten it.
  near(made.slideWeekBps, 10_000 * Math.exp(-0.7), 20);
  assert.ok((made.slideWeekBps ?? 0) > 10_000 * Math.exp(-0.7));
  near(made.nextBuyerCents, 1_000 * Math.exp(-0.05), 1e-6);
});

Deno.test("slideOf() needs six sales, of more than one moment", () => {
  const none = { slideBps: null, slideWeekBps: null, nextBuyerCents: null };
  assert.deepEqual(slideOf(line(-0.1, 5), daily(5), 1), none);
  assert.notDeepEqual(slideOf(line(-0.1, 6), daily(6), 1), none);
  assert.deepEqual(slideOf(line(-0.1, 6), Array(6).fill(1), 1), none);
  assert.deepEqual(slideOf([], [], 0), none);
});

Deno.test("slideOf() sees no slide where prices rise, hold, or may hold for all their noise", () => {
  assert.equal(slideOf(line(0.1), daily(10), 1).slideWeekBps, null);
  assert.equal(slideOf(Array(10).fill(100), daily(10), 1).slideWeekBps, null);
  const noisy = line(-0.01).map((price, i) => price * (i % 2 === 0 ? 1.1 : 0.9));
  assert.equal(slideOf(noisy, daily(10), 1).slideWeekBps, null);
});

Deno.test("isSliding() forgives what takes weeks, and doubts a few scattered sales", () => {
  const slides = (prices: readonly number[], everyDays = 1) =>
    isSliding(slideOf(prices, daily(prices.length, everyDays), 1), DEFAULT_RULES);
  assert.ok(slides(line(-0.08)));
  assert.ok(!slides(line(-0.08), 4));
  assert.ok(!slides(line(-0.04)));
  const scattered = line(-0.08).map((price, i) => price * (i % 2 === 0 ? 1.15 : 0.85));
  assert.ok(!slides(scattered));
});
