import assert from "node:assert/strict";
import fc from "fast-check";
import { offerIdOf, offerKeyOf } from "@/core/market/dmarket/sim/ids.ts";
import { hashText, mix, Rng } from "@/core/market/dmarket/sim/random.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

Deno.test("an offer id is a UUID that leads back to its row and serial", () => {
  const uint32 = fc.integer({ min: 0, max: 4_294_967_295 });
  fc.assert(fc.property(uint32, uint32, uint32, (row, serial, seed) => {
    const id = offerIdOf({ row, serial }, seed);
    assert.match(id, UUID);
    assert.deepEqual(offerKeyOf(id, seed), { row, serial });
  }));
});

Deno.test("an offer id of another market leads nowhere", () => {
  const id = offerIdOf({ row: 7, serial: 9 }, 1);
  assert.equal(offerKeyOf(id, 2), null);
  assert.equal(offerKeyOf("c3d4e5f6-1234-4abc-9def-7890abcdef12", 1), null);
  assert.equal(offerKeyOf("not an id", 1), null);
});

Deno.test("a stream repeats for its seeds and differs for others", () => {
  const draw = (...seeds: number[]) => {
    const rng = new Rng(...seeds);
    return Array.from({ length: 50 }, () => rng.next());
  };
  assert.deepEqual(draw(1, 2), draw(1, 2));
  assert.notDeepEqual(draw(1, 2), draw(2, 1));
  assert.notEqual(mix(1, 2), mix(2, 1));
  assert.notEqual(hashText("AK-47"), hashText("AK-48"));
});

Deno.test("draws are spread as they say", () => {
  const rng = new Rng(5);
  const draws = Array.from({ length: 20_000 }, () => rng.next());
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  assert.ok(Math.abs(mean - 0.5) < 0.01, `mean of uniform draws is ${mean}`);
  const normals = Array.from({ length: 20_000 }, () => rng.normal());
  const variance = normals.reduce((sum, value) => sum + value * value, 0) / normals.length;
  assert.ok(Math.abs(variance - 1) < 0.05, `variance of normal draws is ${variance}`);
  const waits = Array.from({ length: 20_000 }, () => rng.wait(3));
  const wait = waits.reduce((sum, value) => sum + value, 0) / waits.length;
  assert.ok(Math.abs(wait - 3) < 0.15, `mean wait is ${wait}`);
  assert.throws(() => rng.pick([]), /empty list/);
});
