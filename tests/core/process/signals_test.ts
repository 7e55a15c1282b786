import assert from "node:assert/strict";
import { judgeSignal, SAME_SIGNAL_MS, watchSignals } from "@/core/process/signals.ts";
import { waitFor } from "@/tests/support/wait.ts";

Deno.test("the first signal stops, its echo is ignored, a second one forces", () => {
  assert.equal(judgeSignal(null, 1_000), "stop");
  assert.equal(judgeSignal(1_000, 1_000.3), "ignore");
  assert.equal(judgeSignal(1_000, 1_000 + SAME_SIGNAL_MS - 1), "ignore");
  assert.equal(judgeSignal(1_000, 1_000 + SAME_SIGNAL_MS), "force");
});

Deno.test("signals are heard until they are listened to no more", async () => {
  const heard: string[] = [];
  const note = (what: string) => () => void heard.push(what);
  const beside = note("beside");
  let nowMs = 0;
  const signals = ["SIGURG"] as const;
  const monotonic = () => nowMs;
  const unwatch = watchSignals({
    signals,
    monotonic,
    onStop: note("stop"),
    onForce: note("force"),
  });
  Deno.addSignalListener("SIGURG", beside);
  try {
    for (const wanted of [["stop", "beside"], ["force", "beside"], ["beside"]]) {
      if (wanted.length === 1) unwatch();
      heard.length = 0;
      Deno.kill(Deno.pid, "SIGURG");
      await waitFor("the signal", () => heard.includes("beside"));
      assert.deepEqual(heard.toSorted(), wanted.toSorted());
      nowMs += SAME_SIGNAL_MS;
    }
  } finally {
    Deno.removeSignalListener("SIGURG", beside);
  }
});
