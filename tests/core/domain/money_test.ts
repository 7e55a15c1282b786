import assert from "node:assert/strict";
import {
  bpsCeil,
  bpsFloor,
  floorDiv,
  formatBps,
  formatUsd,
  mulDivCeil,
  mulDivFloor,
  ratioBps,
} from "@/core/domain/money.ts";

Deno.test("floorDiv() and mulDivCeil() round towards the infinities, also below zero", () => {
  assert.deepEqual([7, -7, 6, -6, 0].map((a) => floorDiv(a, 3)), [2, -3, 2, -2, 0]);
  assert.deepEqual([7, -7, 6, -6, 0].map((a) => mulDivCeil(a, 1, 3)), [3, -2, 2, -2, 0]);
  assert.ok(!Object.is(mulDivCeil(0, 1, 3), -0));
});

Deno.test("mulDivFloor() stays exact where the product leaves the safe integers", () => {
  assert.equal(mulDivFloor(999_999_999_999, 70_000, 1_000_000), 69_999_999_999);
  assert.equal(mulDivCeil(999_999_999_999, 70_000, 1_000_000), 70_000_000_000);
  assert.equal(mulDivFloor(-999_999_999_999, 70_000, 1_000_000), -70_000_000_000);
  assert.equal(mulDivFloor(-1_000_000_000_000, 1_000_000, 1_000_000), -1_000_000_000_000);
});

Deno.test("mulDivFloor() refuses fractions, zero divisors and results beyond safe integers", () => {
  assert.throws(() => mulDivFloor(1.5, 1, 1), /1\.5/);
  assert.throws(() => mulDivFloor(1, NaN, 1), /NaN/);
  assert.throws(() => mulDivFloor(1, 1, 0), /positive integer/);
  assert.throws(() => mulDivFloor(1, 1, -2), /-2/);
  assert.throws(
    () => mulDivFloor(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1),
    /beyond a safe integer/,
  );
});

Deno.test("bpsFloor(), bpsCeil() and ratioBps() take shares of cents", () => {
  assert.equal(bpsFloor(999, 9_000), 899);
  assert.equal(bpsCeil(999, 9_000), 900);
  assert.equal(ratioBps(-1, 1_599), -7);
});

Deno.test("formatUsd() writes cents as people read them", () => {
  assert.deepEqual(
    [0, 5, 1_599, -5, -123_456, 999_999_900, 100].map(formatUsd),
    ["$0.00", "$0.05", "$15.99", "-$0.05", "-$1,234.56", "$9,999,999.00", "$1.00"],
  );
  assert.equal(formatBps(-70), "-0.70 %");
});
