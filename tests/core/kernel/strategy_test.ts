import assert from "node:assert/strict";
import fc from "fast-check";
import { type Backoff, decide, type Ended, NO_HISTORY } from "@/core/kernel/strategy.ts";

const BACKOFF: Backoff = { minMs: 100, maxMs: 5_000, jitter: 0.2, healthyAfterMs: 10_000 };

function ended(change: Partial<Ended> = {}): Ended {
  return {
    kind: "crash",
    restart: "permanent",
    history: NO_HISTORY,
    intensity: { max: 3, withinMs: 60_000 },
    backoff: BACKOFF,
    readyForMs: 0,
    nowMs: 1_000,
    random: 0.5,
    ...change,
  };
}

Deno.test("permanent restarts after every end, transient after abnormal ones, temporary never", () => {
  const table = [
    ["permanent", "normal", "restart"],
    ["permanent", "crash", "restart"],
    ["transient", "normal", "leave"],
    ["transient", "crash", "restart"],
    ["transient", "vanished", "restart"],
    ["temporary", "normal", "leave"],
    ["temporary", "crash", "leave"],
  ] as const;
  for (const [restart, kind, wanted] of table) {
    assert.equal(decide(ended({ restart, kind })).do, wanted, `${restart} after ${kind}`);
  }
});

Deno.test("the delay doubles from minimum to maximum", () => {
  let history = NO_HISTORY;
  const delays: number[] = [];
  for (let failure = 0; failure < 8; failure++) {
    const nowMs = failure * 100_000;
    const decision = decide(ended({ history, nowMs }));
    assert.ok(decision.do === "restart");
    delays.push(decision.delayMs);
    history = decision.history;
  }
  assert.deepEqual(delays, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

Deno.test("the delay stays inside its jitter for every random value", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20), (random, inARow) => {
      const decision = decide(ended({ random, history: { restartsAtMs: [], inARow } }));
      assert.ok(decision.do === "restart");
      const plain = Math.min(BACKOFF.maxMs, BACKOFF.minMs * 2 ** inARow);
      assert.ok(decision.delayMs >= Math.floor(plain * 0.8));
      assert.ok(decision.delayMs <= Math.ceil(plain * 1.2));
    }),
  );
});

Deno.test("a healthy period resets the delay", () => {
  const history = { restartsAtMs: [], inARow: 7 };
  const decision = decide(ended({ history, readyForMs: 10_000 }));
  assert.ok(decision.do === "restart");
  assert.equal(decision.delayMs, 100);
});

Deno.test("N failures within the window are tolerated, the next one escalates", () => {
  let history = NO_HISTORY;
  for (let failure = 1; failure <= 3; failure++) {
    const decision = decide(ended({ history, nowMs: failure * 1_000 }));
    assert.ok(decision.do === "restart", `failure ${failure}`);
    history = decision.history;
  }
  const last = decide(ended({ history, nowMs: 4_000 }));
  assert.deepEqual(last, {
    do: "escalate",
    reason: "4 failures within 60000 ms, allowed are 3",
  });
});

Deno.test("failures spaced wider than the window never escalate", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 20_001, max: 90_000 }), { maxLength: 50 }), (gaps) => {
      let nowMs = 0;
      let history = NO_HISTORY;
      for (const gap of gaps) {
        nowMs += gap;
        const decision = decide(ended({ history, nowMs }));
        assert.ok(decision.do === "restart");
        history = decision.history;
      }
    }),
  );
});

Deno.test("a limit of zero makes the first failure final", () => {
  assert.equal(decide(ended({ intensity: { max: 0, withinMs: 1 } })).do, "escalate");
});
