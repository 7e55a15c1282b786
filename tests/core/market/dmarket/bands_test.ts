import assert from "node:assert/strict";
import fc from "fast-check";
import { ActorError } from "@/core/kernel/errors.ts";
import { bisectBand, type PriceBand } from "@/core/market/dmarket/bands.ts";

function counting(prices: readonly number[]) {
  const asked: PriceBand[] = [];
  const countRows = (band: PriceBand) => {
    asked.push(band);
    const rows = prices.filter((price) => price >= band.fromCents && price < band.toCents).length;
    return Promise.resolve(rows);
  };
  return { asked, countRows };
}

Deno.test("a band that fits is left as it is, after one question", async () => {
  const { asked, countRows } = counting([5, 6, 7]);
  const band = { fromCents: 1, toCents: 100 };
  assert.deepEqual(await bisectBand(band, countRows), [{ ...band, rows: 3, isOverfull: false }]);
  assert.deepEqual(asked, [band]);
});

Deno.test("the parts are exactly the band, from cheap to dear, and none holds too much", async () => {
  const price = fc.integer({ min: 1, max: 5_000 });
  await fc.assert(fc.asyncProperty(
    fc.array(price, { maxLength: 300 }),
    fc.integer({ min: 1, max: 60 }),
    async (prices, maxRows) => {
      const band = { fromCents: 1, toCents: 5_001 };
      const { countRows } = counting(prices);
      const parts = await bisectBand(band, countRows, { maxRows, maxBands: 5_000 });
      assert.equal(parts[0]?.fromCents, band.fromCents);
      assert.equal(parts.at(-1)?.toCents, band.toCents);
      for (const [index, part] of parts.entries()) {
        const next = parts[index + 1];
        if (next !== undefined) assert.equal(part.toCents, next.fromCents);
        assert.ok(part.fromCents < part.toCents);
        assert.ok(part.rows <= maxRows || part.isOverfull);
        assert.ok(!part.isOverfull || part.toCents - part.fromCents === 1);
      }
      assert.equal(parts.reduce((sum, { rows }) => sum + rows, 0), prices.length);
    },
  ));
});

Deno.test("one price that holds too much is marked and not split for ever", async () => {
  const { countRows } = counting(Array(50).fill(300));
  const parts = await bisectBand({ fromCents: 0, toCents: 1_000 }, countRows, { maxRows: 10 });
  assert.deepEqual(parts.filter(({ isOverfull }) => isOverfull), [
    { fromCents: 300, toCents: 301, rows: 50, isOverfull: true },
  ]);
});

Deno.test("more bands than allowed end the split", async () => {
  const prices = Array.from({ length: 1_000 }, (_, index) => index);
  const split = bisectBand(
    { fromCents: 0, toCents: 1_000 },
    counting(prices).countRows,
    { maxRows: 1, maxBands: 20 },
  );
  await assert.rejects(
    split,
    (error) => error instanceof ActorError && error.code === "too-many-bands",
  );
});
