import assert from "node:assert/strict";
import {
  annualisedBps,
  breakEvenCents,
  feeRuleFor,
  type FeeSchedule,
  maxBidCents,
  netCents,
  priceExit,
  requiredExitCents,
} from "@/core/domain/fees.ts";
import type { ReducedFee } from "@/core/domain/market.ts";
import { NOW_MS, SEVEN_PERCENT, TITLE } from "./builders.ts";
import golden from "@/tests/fixtures/dmarket/profit-golden.json" with { type: "json" };

const HOUR_MS = 3_600_000;

function reduced(change: Partial<ReducedFee> = {}): ReducedFee {
  return {
    title: TITLE,
    feePpm: 30_000,
    minFeeCents: 1,
    minPriceCents: 100,
    maxPriceCents: 5_000,
    expiresAtMs: NOW_MS + HOUR_MS,
    ...change,
  };
}

function schedule(...reducedFees: readonly ReducedFee[]): FeeSchedule {
  return { fee: SEVEN_PERCENT, reducedFees };
}

for (const row of golden.rows) {
  const name = `buy ${row.buyCents}, sell ${row.sellCents}, fee ${row.feeFraction}`;
  Deno.test(`priceExit() equals the golden row: ${name}`, () => {
    const fee = {
      feePpm: Math.round(Number(row.feeFraction) * 1_000_000),
      minFeeCents: row.feeMinCents,
    };
    const exit = priceExit({
      kind: "list",
      buyCents: row.buyCents,
      exitCents: row.sellCents,
      schedule: { fee, reducedFees: [] },
      saleAtMs: NOW_MS,
    });
    assert.deepEqual(exit, {
      plan: {
        kind: "list",
        exitCents: row.sellCents,
        feePpm: fee.feePpm,
        feeCents: row.feeCents,
        netCents: row.netCents,
        profitCents: row.profitCents,
        roiBps: row.roiBps,
        breakEvenCents: row.breakEvenSellCents,
      },
      rule: fee,
    });
    assert.equal(maxBidCents(row.netCents, 500), row.maxBidForRoi500Bps);
    assert.equal(maxBidCents(row.netCents, 1_000), row.maxBidForRoi1000Bps);
  });
}

Deno.test("feeRuleFor() takes the reduced fee inside its band, both ends included", () => {
  const fees = schedule(reduced());
  const ppm = [99, 100, 5_000, 5_001].map((sell) => feeRuleFor(fees, sell, NOW_MS).feePpm);
  assert.deepEqual(ppm, [70_000, 30_000, 30_000, 70_000]);
});

Deno.test("feeRuleFor() ignores a reduced fee that does not outlive the expected sale", () => {
  const fees = schedule(reduced());
  assert.equal(feeRuleFor(fees, 1_000, NOW_MS + HOUR_MS - 1).feePpm, 30_000);
  assert.equal(feeRuleFor(fees, 1_000, NOW_MS + HOUR_MS).feePpm, 70_000);
});

Deno.test("feeRuleFor() takes the dearest of several, whatever their order", () => {
  const cheap = reduced({ feePpm: 20_000 });
  const dear = reduced({ feePpm: 50_000 });
  const dearer = reduced({ feePpm: 50_000, minFeeCents: 9 });
  for (const rows of [[cheap, dear, dearer], [dearer, dear, cheap]]) {
    assert.deepEqual(feeRuleFor(schedule(...rows), 1_000, NOW_MS), {
      feePpm: 50_000,
      minFeeCents: 9,
    });
  }
});

Deno.test("breakEvenCents() finds the least price over all fee bands", () => {
  assert.equal(breakEvenCents(schedule(), 1_000, NOW_MS), 1_076);
  assert.equal(breakEvenCents(schedule(reduced()), 1_000, NOW_MS), 1_031);
  // The cheap band begins above its own break-even: its first price is the least.
  const high = schedule(reduced({ minPriceCents: 1_050 }));
  assert.equal(breakEvenCents(high, 1_000, NOW_MS), 1_050);
  // The cheap band ends before it breaks even.
  const low = schedule(reduced({ maxPriceCents: 1_030 }));
  assert.equal(breakEvenCents(low, 1_000, NOW_MS), 1_076);
});

Deno.test("priceExit() gives nothing where no price breaks even or nothing is paid", () => {
  const all = { fee: { feePpm: 1_000_000, minFeeCents: 0 }, reducedFees: [] };
  const options = { kind: "list", buyCents: 100, exitCents: 200, saleAtMs: NOW_MS } as const;
  assert.equal(priceExit({ ...options, schedule: all }), null);
  assert.equal(priceExit({ ...options, buyCents: 0, schedule: schedule() }), null);
});

Deno.test("requiredExitCents() is the least price that earns the wanted return", () => {
  const needed = requiredExitCents(schedule(), { buyCents: 1_000, minRoiBps: 500 }, NOW_MS);
  assert.equal(needed, 1_130);
  assert.equal(netCents(SEVEN_PERCENT, 1_130), 1_050);
  assert.equal(netCents(SEVEN_PERCENT, 1_129), 1_049);
});

Deno.test("netCents() is negative where the minimum fee exceeds the price", () => {
  assert.equal(netCents({ feePpm: 70_000, minFeeCents: 5 }, 3), -2);
  assert.equal(maxBidCents(-2, 500), 0);
});

Deno.test("annualisedBps() counts at least one day", () => {
  assert.equal(annualisedBps(500, 0), 182_500);
  assert.equal(annualisedBps(500, 7.3), 25_000);
});
