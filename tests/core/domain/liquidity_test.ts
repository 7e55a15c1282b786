import assert from "node:assert/strict";
import { daysToSell, liquidity, MAX_DAYS_TO_SELL } from "@/core/domain/liquidity.ts";
import { salesReading, summariseSales } from "@/core/domain/sales.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { NOW_MS, steadySales } from "./builders.ts";

const best = {
  sales7d: 20,
  daysToSell: 0,
  variation: 0,
  offers: 0,
  volume7dCents: 100_000,
} as const;

Deno.test("liquidity() reaches from 0 to 100 and shows its inputs", () => {
  assert.deepEqual(liquidity(best), { ...best, score: 100 });
  const worst = { sales7d: 0, daysToSell: 365, variation: null, offers: 500, volume7dCents: 0 };
  assert.equal(liquidity(worst).score, 0);
});

Deno.test("liquidity() weighs sales, days, stability, competition and volume", () => {
  assert.equal(liquidity({ ...best, sales7d: 10 }).score, 85);
  assert.equal(liquidity({ ...best, daysToSell: 15 }).score, 88);
  assert.equal(liquidity({ ...best, variation: 0.5 }).score, 90);
  assert.equal(liquidity({ ...best, offers: 100 }).score, 85);
  assert.equal(liquidity({ ...best, volume7dCents: 50_000 }).score, 95);
});

Deno.test("daysToSell() queues behind cheaper listings, and gives up without sales", () => {
  const reading = salesReading({ sales: steadySales(100), readAtMs: NOW_MS }, DEFAULT_RULES);
  const sales = summariseSales(steadySales(100), reading, DEFAULT_RULES);
  assert.ok(Math.abs(daysToSell(sales, 0) - 6.4333 / 20) < 1e-3);
  assert.ok(Math.abs(daysToSell(sales, 4) - 5 * 6.4333 / 20) < 1e-3);
  const none = summariseSales([], reading, DEFAULT_RULES);
  assert.equal(daysToSell(none, 0), MAX_DAYS_TO_SELL);
});
