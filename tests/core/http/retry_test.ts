import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decideRetry,
  earnRetry,
  type Failure,
  FULL_RETRY_BUDGET,
  READ_RETRIES,
  type RetryQuestion,
  spendRetry,
} from "@/core/http/retry.ts";

function ask(change: Partial<RetryQuestion>) {
  return decideRetry({
    failure: { cause: "network" },
    attempt: 1,
    remainingMs: 60_000,
    budget: FULL_RETRY_BUDGET,
    random: 0.5,
    ...change,
  }, READ_RETRIES);
}

function status(code: number, serverWaitMs: number | null = null): Failure {
  return { cause: "status", status: code, serverWaitMs };
}

Deno.test("decideRetry() tries 429, 5xx, network, timeout and unreadable bodies again", () => {
  const passing: Failure[] = [
    status(429),
    status(500),
    status(502),
    status(503),
    { cause: "network" },
    { cause: "timeout" },
    { cause: "body" },
  ];
  for (const failure of passing) assert.equal(ask({ failure }).retry, true);
});

Deno.test("decideRetry() never repeats a refusal", () => {
  for (const code of [301, 400, 401, 403, 404, 409, 410, 422]) {
    assert.deepEqual(ask({ failure: status(code) }), { retry: false, reason: "final" });
  }
});

Deno.test("decideRetry() doubles the bound of its wait up to the maximum", () => {
  const waits = [1, 2, 3].map((attempt) => ask({ attempt, random: 0.5 }));
  assert.deepEqual(waits, [
    { retry: true, afterMs: 125 },
    { retry: true, afterMs: 250 },
    { retry: true, afterMs: 500 },
  ]);
});

Deno.test("decideRetry() says why it gives up", () => {
  assert.deepEqual(ask({ attempt: 4 }), { retry: false, reason: "attempts" });
  assert.deepEqual(ask({ remainingMs: 100, random: 0.9 }), { retry: false, reason: "deadline" });
  assert.deepEqual(ask({ budget: { tokens: 0.9 } }), { retry: false, reason: "budget" });
  assert.deepEqual(ask({ failure: status(429, 3_600_000) }), {
    retry: false,
    reason: "server-wait",
  });
});

Deno.test("decideRetry() waits what the server asks, a tenth more at most, and never less", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: READ_RETRIES.maxServerWaitMs }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (serverWaitMs, random) => {
      const decision = ask({ failure: status(429, serverWaitMs), random });
      assert.ok(decision.retry);
      assert.ok(decision.afterMs >= serverWaitMs);
      assert.ok(decision.afterMs <= Math.ceil(serverWaitMs * 1.1));
    },
  ));
});

Deno.test("the retry budget stays within its bounds and limits retries to a fifth of calls", () => {
  // A few calls live on the full budget: only many show what each of them earns.
  const calls = fc.array(fc.boolean(), { maxLength: 500, size: "max" });
  fc.assert(fc.property(calls, (wantsRetry) => {
    let budget = FULL_RETRY_BUDGET;
    let retries = 0;
    for (const wants of wantsRetry) {
      budget = earnRetry(budget);
      if (wants && ask({ budget }).retry) {
        budget = spendRetry(budget);
        retries += 1;
      }
      assert.ok(budget.tokens >= 0 && budget.tokens <= FULL_RETRY_BUDGET.tokens);
    }
    assert.ok(retries <= FULL_RETRY_BUDGET.tokens + wantsRetry.length / 5);
  }));
});
