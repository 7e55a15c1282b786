import assert from "node:assert/strict";
import fc from "fast-check";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  centsFromDollarNumber,
  centsFromDollarText,
  centsFromWhole,
  dollarNumberFromCents,
  ppmFromFraction,
} from "@/core/market/dmarket/money.ts";

const amount = fc.integer({ min: 0, max: 100_000_000_000 });

Deno.test("every encoding of an amount reads as the same cents", () => {
  fc.assert(fc.property(amount, (cents) => {
    const text = (BigInt(cents) / 100n).toString() + "." + String(cents % 100).padStart(2, "0");
    assert.equal(centsFromWhole(cents), cents);
    assert.equal(centsFromWhole(String(cents)), cents);
    assert.equal(centsFromDollarText(text), cents);
    assert.equal(centsFromDollarText(`${text}000`), cents);
    assert.equal(centsFromDollarNumber(Number(text)), cents);
  }));
});

Deno.test("every price below $1,000 survives dollars as text and as a JSON number", () => {
  for (let cents = 0; cents < 100_000; cents++) {
    const dollars = (cents / 100).toFixed(2);
    assert.equal(centsFromDollarText(dollars), cents);
    assert.equal(centsFromDollarNumber(JSON.parse(dollars)), cents);
    assert.equal(dollarNumberFromCents(cents), Number(dollars));
  }
});

Deno.test("dollars that a single-precision float has blurred read as the cent they were", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 5_000_000 }), (cents) => {
    assert.equal(centsFromDollarNumber(Math.fround(cents / 100)), cents);
  }));
});

Deno.test("centsFromWhole() refuses what is not whole cents", () => {
  const bad = [
    -1,
    "-1",
    15.99,
    "15.99",
    "1e3",
    "0x10",
    "",
    " 1",
    "1 ",
    "1,000",
    NaN,
    Infinity,
    2 ** 53,
    "9007199254740993",
    null,
    undefined,
    true,
    [],
    {},
    "١٢",
  ];
  for (const value of bad) assert.equal(centsFromWhole(value), null, String(value));
});

Deno.test("centsFromDollarText() takes decimal strings and nothing else", () => {
  assert.equal(centsFromDollarText("15"), 1_500);
  assert.equal(centsFromDollarText("15.4"), 1_540);
  assert.equal(centsFromDollarText("0.01"), 1);
  assert.equal(centsFromDollarText("15.990000"), 1_599);
  const bad = ["15.999", "-0.5", ".5", "5.", "1e2", "", "15,99", "$1", 15.99, null];
  for (const value of bad) assert.equal(centsFromDollarText(value), null, String(value));
});

Deno.test("centsFromDollarNumber() takes numbers of zero or more and nothing else", () => {
  assert.equal(centsFromDollarNumber(0.29), 29);
  assert.equal(centsFromDollarNumber(1.13), 113);
  for (const value of [-0.01, NaN, Infinity, 1e300, "10.5", null]) {
    assert.equal(centsFromDollarNumber(value), null, String(value));
  }
});

Deno.test("no reader gives minus zero", () => {
  for (const read of [centsFromWhole, centsFromDollarNumber]) {
    assert.ok(Object.is(read(-0), 0));
  }
});

Deno.test("dollarNumberFromCents() reads back as the same cents or throws", () => {
  fc.assert(fc.property(amount, (cents) => {
    const sent = JSON.parse(JSON.stringify(dollarNumberFromCents(cents)));
    assert.equal(centsFromDollarNumber(sent), cents);
  }));
  for (const cents of [-1, 0.5, NaN, 2 ** 53]) {
    assert.throws(() => dollarNumberFromCents(cents), ActorError);
  }
});

Deno.test("ppmFromFraction() is exact to a millionth and rounds finer digits up", () => {
  assert.equal(ppmFromFraction("0.07"), 70_000);
  assert.equal(ppmFromFraction("0.03"), 30_000);
  assert.equal(ppmFromFraction("0"), 0);
  assert.equal(ppmFromFraction("1"), 1_000_000);
  assert.equal(ppmFromFraction("0.0700000"), 70_000);
  assert.equal(ppmFromFraction("0.0700001"), 70_001);
  for (const value of ["-0.07", "7%", 0.07, "", null]) {
    assert.equal(ppmFromFraction(value), null, String(value));
  }
});
