import assert from "node:assert/strict";
import fc from "fast-check";
import {
  affected,
  decide,
  type Ended,
  type History,
  NO_HISTORY,
  rested,
} from "@/core/kernel/strategy.ts";
import type { Backoff } from "@/core/kernel/house.ts";

const BACKOFF: Backoff = { minMs: 100, maxMs: 5_000, jitter: 0.2, healthyAfterMs: 10_000 };

type Change = Partial<Ended> & { readonly readyForMs?: number };

function ended({ readyForMs = 0, history = NO_HISTORY, ...change }: Change = {}): Ended {
  return {
    kind: "crash",
    restart: "permanent",
    history: rested(history, readyForMs, BACKOFF),
    intensity: { max: 3, withinMs: 60_000 },
    backoff: BACKOFF,
    random: 0.5,
    ...change,
  };
}

function restarted(change: Change): { delayMs: number; history: History } {
  const decision = decide(ended(change));
  assert.ok(decision.do === "restart");
  return decision;
}

Deno.test("permanent restarts after every end, transient after abnormal ones, temporary never", () => {
  const table = [
    ["permanent", "normal", "restart"],
    ["permanent", "shutdown", "restart"],
    ["permanent", "crash", "restart"],
    ["transient", "normal", "leave"],
    ["transient", "shutdown", "leave"],
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
    const restart = restarted({ history, intensity: { max: 8, withinMs: 60_000 } });
    delays.push(restart.delayMs);
    history = restart.history;
  }
  assert.deepEqual(delays, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

Deno.test("the delay stays inside its jitter for every random value", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(5_000), (random, inARow) => {
      const { delayMs } = restarted({ random, history: { ...NO_HISTORY, inARow } });
      const plain = inARow > 10 ? BACKOFF.maxMs : Math.min(BACKOFF.maxMs, 100 * 2 ** inARow);
      assert.ok(delayMs >= Math.floor(plain * 0.8));
      assert.ok(delayMs <= Math.ceil(plain * 1.2));
    }),
  );
});

Deno.test("without a minimum there is no delay, however often it failed", () => {
  const backoff = { ...BACKOFF, minMs: 0 };
  for (const inARow of [0, 10, 5_000]) {
    assert.equal(restarted({ backoff, history: { ...NO_HISTORY, inARow } }).delayMs, 0);
  }
});

Deno.test("a healthy period resets the delay", () => {
  const history = { ...NO_HISTORY, inARow: 7 };
  assert.equal(restarted({ history, readyForMs: 10_000 }).delayMs, 100);
});

Deno.test("N failures within the window are tolerated, the next one escalates", () => {
  let history = NO_HISTORY;
  for (let failure = 1; failure <= 3; failure++) {
    history = restarted({ history, readyForMs: 1_000 }).history;
  }
  assert.deepEqual(decide(ended({ history, readyForMs: 1_000 })), {
    do: "escalate",
    reason: "4 failures within 60000 ms, allowed are 3",
  });
});

Deno.test("failures spaced wider than the window never escalate", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 20_001, max: 90_000 }), { maxLength: 50 }), (gaps) => {
      let history = NO_HISTORY;
      for (const readyForMs of gaps) history = restarted({ history, readyForMs }).history;
    }),
  );
});

Deno.test("a limit of zero makes the first failure final", () => {
  assert.equal(decide(ended({ intensity: { max: 0, withinMs: 1 } })).do, "escalate");
});

Deno.test("who is affected: itself, everybody, or those declared after it too", () => {
  assert.deepEqual(affected("one", ["a", "b", "c"], "b"), ["b"]);
  assert.deepEqual(affected("all", ["a", "b", "c"], "b"), ["a", "b", "c"]);
  assert.deepEqual(affected("rest", ["a", "b", "c"], "b"), ["b", "c"]);
});
