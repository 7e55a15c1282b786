import assert from "node:assert/strict";
import fc from "fast-check";
import type { ReducedFee } from "@/core/domain/market.ts";
import type { FeeList } from "@/core/market/dmarket/fees.ts";
import { packFees, unpackFees } from "@/core/market/dmarket/kept_fees.ts";

const ORIGIN = "https://api.dmarket.com";

function listOf(rows: readonly Omit<ReducedFee, "minFeeCents">[], minFeeCents = 1): FeeList {
  const fees = rows.map((row) => ({ ...row, minFeeCents }));
  const reduced = Map.groupBy(fees, ({ title }) => title);
  return { standard: { feePpm: 70_000, minFeeCents }, reduced, malformed: [] };
}

const cents = fc.nat(10_000_000);
const row = fc.record({
  title: fc.string({ minLength: 1, maxLength: 300, unit: "binary" }),
  feePpm: fc.nat(999_999),
  minPriceCents: cents,
  maxPriceCents: cents,
  expiresAtMs: fc.nat(),
});

Deno.test("a kept fee list is the list that was read", () => {
  fc.assert(fc.property(fc.array(row, { maxLength: 30 }), fc.nat(100), (rows, minFeeCents) => {
    const list = listOf(rows, minFeeCents);
    assert.deepEqual(unpackFees(packFees(list, ORIGIN), ORIGIN), list);
  }));
});

const LIST = listOf([
  { title: "a", feePpm: 20_000, minPriceCents: 1, maxPriceCents: 2, expiresAtMs: 3 },
]);

Deno.test("a list that lost any part of its text is of no use", () => {
  const text = packFees(LIST, ORIGIN);
  for (let end = 0; end < text.length; end++) {
    assert.equal(unpackFees(text.slice(0, end), ORIGIN), null, text.slice(0, end));
  }
});

Deno.test("a list of another form, of odd figures or of another market is of no use", () => {
  const text = packFees(LIST, ORIGIN);
  const odd = [
    text.replace("[1,", "[2,"),
    text.replace("70000", "7000000"),
    text.replace("20000", "-1"),
    text.replace("20000", '"20000"'),
    text.replace("20000", "0.02"),
    text.replace('"a"', '""'),
    "null",
    "{}",
    "",
  ];
  for (const one of odd) assert.equal(unpackFees(one, ORIGIN), null, one);
  assert.equal(unpackFees(text, "http://127.0.0.1:4711"), null);
});
