import assert from "node:assert/strict";
import { comparable, genericClass, satisfies } from "@/core/domain/asset_class.ts";
import { ANY } from "./builders.ts";

const asset = { floatPart: "FT-2", phase: "phase-2", paintSeed: 412 };

Deno.test("satisfies() lets a bid that insists on nothing take any asset", () => {
  assert.ok(satisfies(asset, ANY));
  assert.ok(satisfies(ANY, ANY));
});

Deno.test("satisfies() holds an asset to everything a bid insists on", () => {
  assert.ok(satisfies(asset, { ...ANY, floatPart: "FT-2", paintSeed: 412 }));
  assert.ok(!satisfies(asset, { ...ANY, floatPart: "FT-0" }));
  assert.ok(!satisfies(asset, { ...ANY, phase: "ruby" }));
  assert.ok(!satisfies(asset, { ...ANY, paintSeed: 661 }));
});

Deno.test("satisfies() takes an attribute that the asset does not show for not fulfilled", () => {
  assert.ok(!satisfies(ANY, { ...ANY, floatPart: "FT-0" }));
  assert.ok(!satisfies(ANY, { ...ANY, paintSeed: 0 }));
});

Deno.test("comparable() separates phases, and neither floats nor seeds", () => {
  assert.ok(comparable(asset, { ...asset, floatPart: "FT-0", paintSeed: 1 }));
  assert.ok(!comparable(asset, { ...asset, phase: "phase-3" }));
  assert.deepEqual(genericClass(asset), { ...ANY, phase: "phase-2" });
});
