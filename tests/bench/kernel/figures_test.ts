import assert from "node:assert/strict";
import { medianSlope } from "./figures.ts";

Deno.test("the slope is that of most pairs, whatever a few points do", () => {
  const line = Array.from({ length: 11 }, (_, x) => [x, 5 + 3 * x + (x === 10 ? 90 : 0)] as const);
  assert.equal(medianSlope(line), 3);
  assert.ok(Number.isNaN(medianSlope([[1, 2]])), "of one point there is none");
});
