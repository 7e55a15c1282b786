/** Laws of fees and bids, against definitions computed the slow way. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { mulDivCeil, mulDivFloor } from "@/core/domain/money.ts";
import {
  breakEvenCents,
  feeCents,
  feeRuleFor,
  type FeeSchedule,
  maxBidCents,
  netCents,
  priceExit,
  requiredExitCents,
} from "@/core/domain/fees.ts";
import type { FeeRule, ReducedFee } from "@/core/domain/market.ts";

const NOW_MS = 1_768_650_000_000;
const rule: fc.Arbitrary<FeeRule> = fc.record({
  feePpm: fc.integer({ min: 0, max: 300_000 }),
  minFeeCents: fc.integer({ min: 0, max: 20 }),
});
const price = fc.integer({ min: 0, max: 1_000_000_000_000 });
const smallPrice = fc.integer({ min: 1, max: 1_500 });

const reduced: fc.Arbitrary<ReducedFee> = fc.record({
  title: fc.constant("A"),
  feePpm: fc.integer({ min: 0, max: 120_000 }),
  minFeeCents: fc.integer({ min: 0, max: 10 }),
  minPriceCents: fc.integer({ min: 0, max: 2_000 }),
  maxPriceCents: fc.integer({ min: 0, max: 2_500 }),
  expiresAtMs: fc.constantFrom(NOW_MS - 1, NOW_MS, NOW_MS + 1),
});
const schedule: fc.Arbitrary<FeeSchedule> = fc.record({
  fee: rule,
  reducedFees: fc.array(reduced, { maxLength: 4 }),
});

/** The least price by trying every one. */
function leastByTrying(fees: FeeSchedule, wantedNet: number): number | null {
  for (let sell = 0; sell <= 6_000; sell++) {
    if (netCents(feeRuleFor(fees, sell, NOW_MS), sell) >= wantedNet) return sell;
  }
  return null;
}

Deno.test("mulDivFloor() and mulDivCeil() enclose the exact quotient", () => {
  const wide = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
  const ppm = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(fc.property(wide, ppm, fc.integer({ min: 1, max: 2_000_000 }), (a, b, divisor) => {
    fc.pre(Math.abs(a) * b / divisor < 2 ** 52);
    const product = BigInt(a) * BigInt(b);
    const low = BigInt(mulDivFloor(a, b, divisor));
    const high = BigInt(mulDivCeil(a, b, divisor));
    assert.ok(low * BigInt(divisor) <= product && product < (low + 1n) * BigInt(divisor));
    assert.ok((high - 1n) * BigInt(divisor) < product && product <= high * BigInt(divisor));
  }));
});

Deno.test("a fee is at least its minimum and its fraction, and less than a cent above both", () => {
  fc.assert(fc.property(rule, price, (fee, sell) => {
    const charged = feeCents(fee, sell);
    assert.ok(charged >= fee.minFeeCents);
    assert.ok(BigInt(charged) * 1_000_000n >= BigInt(sell) * BigInt(fee.feePpm));
    const isMinimum = charged === fee.minFeeCents;
    assert.ok(isMinimum || BigInt(charged - 1) * 1_000_000n < BigInt(sell) * BigInt(fee.feePpm));
  }));
});

Deno.test("what a sale leaves never falls as its price rises, and never exceeds the price", () => {
  fc.assert(fc.property(rule, price, fc.integer({ min: 0, max: 500 }), (fee, sell, more) => {
    assert.ok(netCents(fee, sell + more) >= netCents(fee, sell));
    assert.ok(netCents(fee, sell) <= sell);
    assert.ok(netCents(fee, sell) >= 0 || sell < fee.minFeeCents);
  }));
});

Deno.test("breakEvenCents() is the least price that loses nothing, found by trying every one", () => {
  fc.assert(
    fc.property(schedule, smallPrice, (fees, buy) => {
      assert.equal(breakEvenCents(fees, buy, NOW_MS), leastByTrying(fees, buy));
    }),
    { numRuns: 60 },
  );
});

Deno.test("requiredExitCents() earns the wanted return, and one cent less does not", () => {
  const roi = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(schedule, smallPrice, roi, (fees, buyCents, minRoiBps) => {
      const exitCents = requiredExitCents(fees, { buyCents, minRoiBps }, NOW_MS) ?? -1;
      const at = (cents: number) =>
        priceExit({
          kind: "list",
          buyCents,
          exitCents: cents,
          schedule: fees,
          saleAtMs: NOW_MS,
        });
      assert.ok((at(exitCents)?.plan.roiBps ?? -1) >= minRoiBps);
      for (let cents = Math.max(1, exitCents - 50); cents < exitCents; cents++) {
        assert.ok((at(cents)?.plan.roiBps ?? -1) < minRoiBps);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("maxBidCents() earns the wanted return, and one cent more does not", () => {
  const roi = fc.integer({ min: 0, max: 20_000 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), roi, (net, minRoiBps) => {
    const bid = maxBidCents(net, minRoiBps);
    const earns = (buy: number) => BigInt(net - buy) * 10_000n >= BigInt(minRoiBps) * BigInt(buy);
    assert.ok(earns(bid));
    assert.ok(!earns(bid + 1));
  }));
});

Deno.test("a profit and its return agree with the break-even price", () => {
  fc.assert(fc.property(rule, smallPrice, fc.integer({ min: 0, max: 5_000 }), (fee, buy, sell) => {
    const exit = priceExit({
      kind: "list",
      buyCents: buy,
      exitCents: sell,
      schedule: { fee, reducedFees: [] },
      saleAtMs: NOW_MS,
    });
    assert.ok(exit !== null);
    const { plan } = exit;
    assert.equal(plan.profitCents, sell - plan.feeCents - buy);
    assert.equal(plan.profitCents >= 0, sell >= plan.breakEvenCents);
    assert.equal(plan.roiBps >= 0, plan.profitCents >= 0);
  }));
});

Deno.test("the money of an exit adds up, to the cent and rounded against us", () => {
  const wide = fc.integer({ min: 1, max: 1_000_000_000 });
  fc.assert(fc.property(schedule, wide, wide, (fees, buyCents, exitCents) => {
    const exit = priceExit({
      kind: "list",
      buyCents,
      exitCents,
      schedule: fees,
      saleAtMs: NOW_MS,
    });
    assert.ok(exit !== null);
    const { plan, rule } = exit;
    assert.deepEqual(rule, feeRuleFor(fees, exitCents, NOW_MS));
    assert.equal(plan.feeCents, feeCents(rule, exitCents));
    assert.equal(plan.feeCents + plan.netCents, exitCents);
    assert.equal(plan.profitCents, plan.netCents - buyCents);
    const [profit, buy, roi] = [plan.profitCents, buyCents, plan.roiBps].map(BigInt);
    assert.ok(profit !== undefined && buy !== undefined && roi !== undefined);
    assert.ok(roi * buy <= profit * 10_000n && profit * 10_000n < (roi + 1n) * buy);
    // Whoever bid the most for that return would have earned it.
    const bid = maxBidCents(plan.netCents, Math.max(0, plan.roiBps));
    assert.ok(plan.roiBps < 0 || bid >= buyCents);
  }));
});

Deno.test("no fee band but the dearest open one at its price decides", () => {
  fc.assert(fc.property(schedule, smallPrice, (fees, sell) => {
    const open = fees.reducedFees.filter(({ minPriceCents, maxPriceCents, expiresAtMs }) =>
      expiresAtMs > NOW_MS && sell >= minPriceCents && sell <= maxPriceCents
    );
    const { feePpm } = feeRuleFor(fees, sell, NOW_MS);
    const expected = open.length === 0 ? fees.fee.feePpm : Math.max(...open.map((f) => f.feePpm));
    assert.equal(feePpm, expected);
  }));
});
