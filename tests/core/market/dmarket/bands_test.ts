import assert from "node:assert/strict";
import fc from "fast-check";
import { bisectBand, type PriceBand } from "@/core/market/dmarket/bands.ts";

Deno.test("two halves are exactly the band, and none is empty", () => {
  const price = fc.integer({ min: 0, max: 1_000_000_000 });
  fc.assert(fc.property(price, price, (a, b) => {
    const band: PriceBand = { fromCents: Math.min(a, b), toCents: Math.max(a, b) + 2 };
    const halves = bisectBand(band);
    assert.ok(halves !== null);
    const [cheaper, dearer] = halves;
    assert.equal(cheaper.fromCents, band.fromCents);
    assert.equal(cheaper.toCents, dearer.fromCents);
    assert.equal(dearer.toCents, band.toCents);
    assert.ok(cheaper.fromCents < cheaper.toCents && dearer.fromCents < dearer.toCents);
  }));
});

Deno.test("a single price is not split", () => {
  assert.equal(bisectBand({ fromCents: 300, toCents: 301 }), null);
});

Deno.test("the middle is geometric, as most listings are cheap", () => {
  assert.deepEqual(bisectBand({ fromCents: 100, toCents: 10_000 }), [
    { fromCents: 100, toCents: 1_000 },
    { fromCents: 1_000, toCents: 10_000 },
  ]);
});
