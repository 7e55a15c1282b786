import assert from "node:assert/strict";
import { defensibleCents, neededSales, saleChance } from "@/core/domain/resale.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

Deno.test("saleChance() is one less the chance of silence under the posterior rate", () => {
  // Gamma(n + 1/2, T): the silent share of H days is (T / (T + H)) ** (n + 1/2).
  near(saleChance({ count: 0, observedDays: 14 }, 14), 1 - Math.sqrt(1 / 2));
  near(saleChance({ count: 1, observedDays: 14 }, 14), 1 - Math.sqrt(1 / 8));
  near(saleChance({ count: 2, observedDays: 42 }, 14), 1 - Math.sqrt(0.75 ** 5));
});

Deno.test("saleChance() agrees with buyers drawn at rates drawn from the posterior", () => {
  // Integrates exp(-rate * H) over Gamma(3.5, 30) by the trapezoidal rule.
  let silent = 0;
  let mass = 0;
  for (let rate = 1e-5; rate < 3; rate += 1e-5) {
    const density = rate ** 2.5 * Math.exp(-30 * rate);
    mass += density;
    silent += density * Math.exp(-14 * rate);
  }
  const chance = saleChance({ count: 3, observedDays: 30 }, 14);
  assert.ok(Math.abs(chance - (1 - silent / mass)) < 1e-6);
});

Deno.test("neededSales() is the least count that is sure enough", () => {
  const { resaleDays, minSaleChance, minSalesAtPrice } = DEFAULT_RULES;
  for (const observedDays of [1 / 24, 1, 7, 13, 15, 20, 30]) {
    const count = neededSales(observedDays, DEFAULT_RULES);
    assert.ok(saleChance({ count, observedDays }, resaleDays) >= minSaleChance);
    const isLeast = saleChance({ count: count - 1, observedDays }, resaleDays) < minSaleChance;
    assert.ok(isLeast || count === minSalesAtPrice, `${observedDays} days: ${count}`);
  }
  assert.equal(neededSales(30, DEFAULT_RULES), 4);
});

Deno.test("defensibleCents() is what the last of the needed buyers paid", () => {
  const paid = { paidCents: [990, 1_005, 1_000, 1_010, 995], referenceCents: 1_000 };
  assert.equal(defensibleCents({ ...paid, observedDays: 30 }, DEFAULT_RULES), 995);
  assert.equal(defensibleCents({ ...paid, observedDays: 2 }, DEFAULT_RULES), 1_005);
});

Deno.test("defensibleCents() stays near the usual price, and says nothing of too few sales", () => {
  const dear = { paidCents: [1_200, 1_190, 1_000], referenceCents: 1_000, observedDays: 2 };
  assert.equal(defensibleCents(dear, DEFAULT_RULES), 1_020);
  const few = { paidCents: [1_000, 1_000, 1_000], referenceCents: 1_000, observedDays: 30 };
  assert.equal(defensibleCents(few, DEFAULT_RULES), null);
});
