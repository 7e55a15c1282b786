import assert from "node:assert/strict";
import { latencyOf } from "./latency.ts";

Deno.test("percentiles are ranks of the times themselves, not means of neighbours", () => {
  const times = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(latencyOf(times), { count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
  assert.deepEqual(latencyOf([7]), { count: 1, p50: 7, p95: 7, p99: 7, max: 7 });
});
