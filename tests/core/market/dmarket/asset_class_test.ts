import assert from "node:assert/strict";
import fc from "fast-check";
import { floatPartName, floatPartOf, isAny, phaseName } from "@/core/market/dmarket/asset_class.ts";

Deno.test("floatPartOf() puts every float between 0 and 1 into one bucket, in order", () => {
  const order = ["FN", "MW", "FT", "WW", "BS"];
  const rank = (part: string | null) => {
    assert.ok(part !== null);
    return order.indexOf(part.slice(0, 2)) * 10 + Number(part.at(-1));
  };
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(unit, unit, (a, b) => {
    const [low, high] = a <= b ? [a, b] : [b, a];
    assert.ok(rank(floatPartOf(low)) <= rank(floatPartOf(high)));
  }));
});

Deno.test("floatPartOf() takes lower bounds as inside and knows recorded floats", () => {
  const cases: [number, string | null][] = [
    [0, "FN-0"],
    [0.0699, "FN-6"],
    [0.07, "MW-0"],
    [0.15, "FT-0"],
    [0.2356, "FT-2"],
    [0.344, "FT-4"],
    [0.38, "WW-0"],
    [0.45, "BS-0"],
    [1, "BS-4"],
    [-0.01, null],
    [1.01, null],
    [NaN, null],
  ];
  for (const [float, part] of cases) assert.equal(floatPartOf(float), part, String(float));
});

Deno.test("floatPartName() reads both spellings and no others", () => {
  assert.equal(floatPartName("FLOAT_PART_FT_2"), "FT-2");
  assert.equal(floatPartName("FT-2"), "FT-2");
  assert.equal(floatPartName("fn-0"), "FN-0");
  for (const name of ["FLOAT_PART_UNSPECIFIED", "", "any", "FT-5", "FN-7", "XX-1", "0.15"]) {
    assert.equal(floatPartName(name), null, name);
  }
});

Deno.test("phaseName() reads both spellings and knows the words for none", () => {
  assert.equal(phaseName("phase-2"), "phase-2");
  assert.equal(phaseName("PHASE_TITLE_PHASE_2"), "phase-2");
  assert.equal(phaseName("PHASE_TITLE_BLACK_PEARL"), "black-pearl");
  assert.equal(phaseName("Black Pearl"), "black-pearl");
  assert.equal(phaseName("ruby"), "ruby");
  for (const name of ["", "any", "PHASE_TITLE_UNSPECIFIED"]) assert.equal(phaseName(name), null);
});

Deno.test("isAny() is true for the words that wish for nothing", () => {
  for (const wish of ["", "any", "Any", null, undefined]) assert.equal(isAny(wish), true);
  for (const wish of ["FT-0", 0, false, "anything"]) assert.equal(isAny(wish), false);
});
