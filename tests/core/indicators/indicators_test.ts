/** The adapter against the textbook formulas, written out plainly. */

import assert from "node:assert/strict";
import type { SalesDay } from "@/core/domain/analysis/sales_days.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import { indicatorsOf } from "@/core/indicators/indicators.ts";

function sold(medianCents: number, day: number): SalesDay {
  const counts = { offerCount: 1, targetCount: 0, isWhole: true };
  const prices = { lowCents: medianCents, medianCents, highCents: medianCents };
  return { dayMs: day * DAY_MS, state: "sold", ...counts, ...prices };
}

const PRICES = Array.from({ length: 60 }, (_, i) => 1_000 + ((i * 37) % 91) - ((i * 11) % 53));
const DAYS = PRICES.map(sold);

function near(found: number | null | undefined, wanted: number): void {
  assert.ok(found !== null && found !== undefined && Math.abs(found - wanted) < 1e-6, `${found}`);
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Relative strength by Wilder: first means over `span` changes, then smoothed by 1 / span. */
function wilder(prices: readonly number[], span: number): number {
  const changes = prices.slice(1).map((price, i) => price - (prices[i] ?? 0));
  const ups = changes.map((change) => Math.max(0, change));
  const downs = changes.map((change) => Math.max(0, -change));
  const smooth = (values: readonly number[]) =>
    values.slice(span).reduce(
      (sofar, value) => (sofar * (span - 1) + value) / span,
      mean(values.slice(0, span)),
    );
  return 100 - 100 / (1 + smooth(ups) / smooth(downs));
}

Deno.test("means, bands and relative strength are those of the textbook", () => {
  const found = indicatorsOf(DAYS);
  near(found.sma7, mean(PRICES.slice(-7)));
  near(found.rsi14, wilder(PRICES, 14));
  const last = PRICES.slice(-20);
  const deviation = Math.sqrt(mean(last.map((price) => (price - mean(last)) ** 2)));
  near(found.bollinger20?.middle, mean(last));
  near(found.bollinger20?.upper, mean(last) + 2 * deviation);
  near(found.bollinger20?.lower, mean(last) - 2 * deviation);
  const { macd, signal, histogram } = found.macd ?? assert.fail();
  near(histogram, macd - signal);
});

Deno.test("a steady price has no trend", () => {
  const steady = indicatorsOf(PRICES.map((_, day) => sold(500, day)));
  near(steady.ema7, 500);
  near(steady.macd?.macd, 0);
});

Deno.test("too few days give null, not a guess", () => {
  const few = indicatorsOf(DAYS.slice(0, 6));
  assert.deepEqual(few, {
    days: 6,
    gaps: 0,
    sma7: null,
    ema7: null,
    rsi14: null,
    bollinger20: null,
    macd: null,
  });
  assert.equal(indicatorsOf([]).days, 0);
});

Deno.test("days without sales change no indicator, and gaps are counted", () => {
  const holes: SalesDay[] = DAYS.flatMap((day, i) =>
    i % 5 === 0 ? [day, { dayMs: i, state: "zero" }, { dayMs: i, state: "gap" }] : [day]
  );
  const { gaps, ...with_ } = indicatorsOf(holes);
  const { gaps: none, ...without } = indicatorsOf(DAYS);
  assert.deepEqual(with_, without);
  assert.deepEqual([gaps, none], [12, 0]);
});
