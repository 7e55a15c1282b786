import assert from "node:assert/strict";
import {
  longestSilenceDays,
  mostAskedAtOnceCents,
  mostAskedCents,
  type PaidPrice,
  payableCents,
  saleChance,
  worthOf,
} from "@/core/domain/resale.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";

const near = (a: number, b: number, by = 1e-12) =>
  assert.ok(Math.abs(a - b) < by, `${a} is not ${b}`);

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

Deno.test("longestSilenceDays() is as unlikely as the rule says, at the pace of the sales", () => {
  for (const count of [12, 20]) {
    const days = longestSilenceDays({ count, observedDays: 20 }, DEFAULT_RULES);
    near((1 - days / 20) ** count, DEFAULT_RULES.silenceChance);
  }
});

Deno.test("longestSilenceDays() is a night at least, and no longer than a resale may take", () => {
  const { resaleDays } = DEFAULT_RULES;
  assert.equal(longestSilenceDays({ count: 20, observedDays: 0.3 }, DEFAULT_RULES), 1);
  assert.equal(longestSilenceDays({ count: 3, observedDays: 30 }, DEFAULT_RULES), resaleDays);
  assert.equal(longestSilenceDays({ count: 0, observedDays: 30 }, DEFAULT_RULES), resaleDays);
});

/** Newest first, `everyDays` apart. */
function paid(prices: readonly number[], everyDays: number, newestDays = 0): readonly PaidPrice[] {
  return prices.map((priceCents, i) => ({ priceCents, ageDays: newestDays + i * everyDays }));
}

function worth(prices: readonly PaidPrice[]) {
  const made = worthOf(prices, DEFAULT_RULES);
  assert.ok(made !== null);
  return made;
}

const LOW_HIGH = Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? 980 : 1_020);

Deno.test("worthOf() of sales that are all alike is their price", () => {
  near(worth(paid(Array(20).fill(1_000), 0.1)).cents, 1_000, 1e-6);
  near(worth(paid([1_000], 0)).cents, 1_000, 1e-6);
});

Deno.test("worthOf() lies between the prices, and halves its error by four times the sales", () => {
  const many = worth(paid(LOW_HIGH, 0.000_1));
  assert.ok(many.cents > 980 && many.cents < 1_020);
  const five = worth(paid(Array(5).fill(1_000), 0.000_1));
  const twenty = worth(paid(Array(20).fill(1_000), 0.000_1));
  assert.ok(twenty.error < five.error / 2);
});

Deno.test("worthOf() goes by the newest sales the more, the longer ago the others were", () => {
  const stepped = [...Array(5).fill(1_100), ...Array(15).fill(1_000)];
  const close = worth(paid(stepped, 0.01)).cents;
  const apart = worth(paid(stepped, 1)).cents;
  assert.ok(close < apart && apart > 1_080, `${close} and ${apart}`);
});

Deno.test("worthOf() is the less sure the older its newest sale and the more sales differ", () => {
  const fresh = worth(paid(LOW_HIGH, 0.2));
  const old = worth(paid(LOW_HIGH, 0.2, 9));
  near(old.cents, fresh.cents, 1e-6);
  near(old.error ** 2 - fresh.error ** 2, 9 * DEFAULT_RULES.dailyMove ** 2);
  const wild = Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? 900 : 1_100);
  assert.ok(worth(paid(wild, 0.2)).error > fresh.error);
});

Deno.test("worthOf() says nothing of no sales, nor of prices that are none", () => {
  assert.equal(worthOf([], DEFAULT_RULES), null);
  assert.equal(worthOf(paid([0], 1), DEFAULT_RULES), null);
});

Deno.test("payableCents() lies above the worth by the reach of buyers, less its error", () => {
  const { buyerReach } = DEFAULT_RULES;
  const payable = (error: number, dearestCents = 2_000) =>
    payableCents({ cents: 1_000, error }, dearestCents, DEFAULT_RULES);
  near(payable(0), 1_000 * Math.exp(buyerReach), 1e-9);
  near(payable(buyerReach), 1_000, 1e-9);
  // Nobody paid more than 1,000.
  near(payable(0, 1_000), 1_020, 1e-9);
});

Deno.test("mostAskedCents() asks what buyers pay where that undercuts the competitor", () => {
  assert.equal(mostAskedCents(1_000.9, null, DEFAULT_RULES), 1_000);
  assert.equal(mostAskedCents(990, 1_000, DEFAULT_RULES), 990);
  assert.equal(mostAskedCents(0.5, 1, DEFAULT_RULES), null);
});

Deno.test("mostAskedCents() meets a cheap competitor halfway, a little dearer than it at most", () => {
  // Between 1,000 and the 990 of an undercut, then between 1,040 and 990.
  assert.equal(mostAskedCents(1_000, 1_000, DEFAULT_RULES), 994);
  assert.equal(mostAskedCents(1_040, 1_000, DEFAULT_RULES), 1_014);
  assert.equal(mostAskedCents(2_000, 1_000, DEFAULT_RULES), 1_020);
});

Deno.test("mostAskedAtOnceCents() undercuts every competitor", () => {
  assert.equal(mostAskedAtOnceCents(1_000, null, DEFAULT_RULES), 1_000);
  assert.equal(mostAskedAtOnceCents(1_000, 900, DEFAULT_RULES), 891);
});
