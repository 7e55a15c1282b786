import assert from "node:assert/strict";
import { judgeSignal, SAME_SIGNAL_MS } from "@/core/process/signals.ts";

Deno.test("the first signal stops, its echo is ignored, a second one forces", () => {
  assert.equal(judgeSignal(null, 1_000), "stop");
  assert.equal(judgeSignal(1_000, 1_000.3), "ignore");
  assert.equal(judgeSignal(1_000, 1_000 + SAME_SIGNAL_MS - 1), "ignore");
  assert.equal(judgeSignal(1_000, 1_000 + SAME_SIGNAL_MS), "force");
});
