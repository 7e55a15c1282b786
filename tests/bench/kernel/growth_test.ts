import assert from "node:assert/strict";
import { growthIn } from "./growth.ts";
import type { Sample } from "./growth_child.ts";

function samples(anonymousKb: (restarts: number, index: number) => number): Sample[] {
  return Array.from({ length: 25 }, (_, index) => {
    const restarts = 300 + index * 50;
    return {
      restarts,
      anonymousKb: anonymousKb(restarts, index),
      heapKb: 9_000,
      threads: 5 + (index === 24 ? 1 : 0),
      fds: 31,
    };
  });
}

Deno.test("growth is the slope over all samples, times the restarts between them", () => {
  const { memoryKb, scatterKb, heapKb, threads, fds } = growthIn(samples((n) => 40_000 + 4 * n));
  assert.deepEqual([memoryKb, scatterKb, heapKb, threads, fds], [4_800, 0, 0, 1, 0]);
});

Deno.test("what an allocator keeps in a few samples is no growth, even in the last", () => {
  const held = (_: number, index: number) => 40_000 + ([3, 9, 16, 24].includes(index) ? 15_000 : 0);
  assert.equal(growthIn(samples(held)).memoryKb, 0);
});

Deno.test("a leak is seen through scatter four times as high as its steps", () => {
  const noise = (index: number) => (index * 7 % 5 - 2) * 1_000;
  const { memoryKb, scatterKb } = growthIn(samples((n, index) => 40_000 + 10 * n + noise(index)));
  assert.ok(Math.abs(memoryKb - 12_000) < 1_500, `${memoryKb} kB`);
  assert.ok(scatterKb > 500 && scatterKb < 2_500, `${scatterKb} kB`);
});

Deno.test("a run without samples is a mistake", () => {
  assert.throws(() => growthIn([]), /A sample is missing/);
});
