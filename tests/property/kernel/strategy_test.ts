/** The pure decision against the plainest way to say it. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { decide, type ExitKind, type History, NO_HISTORY, rested } from "@/core/kernel/strategy.ts";
import type { Backoff, Intensity, Restart } from "@/core/kernel/house.ts";

const KINDS: readonly ExitKind[] = [
  "normal",
  "shutdown",
  "memory",
  "crash",
  "vanished",
  "hung",
  "killed",
  "start-timeout",
];
const policy = fc.record({
  restart: fc.constantFrom<Restart>("permanent", "transient", "temporary"),
  intensity: fc.record({ max: fc.nat(4), withinMs: fc.integer({ min: 1, max: 1_000 }) }),
  backoff: fc.record({
    minMs: fc.nat(50),
    maxMs: fc.integer({ min: 50, max: 500 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    healthyAfterMs: fc.nat(400),
  }),
});
const failure = fc.record({
  kind: fc.constantFrom(...KINDS),
  readyForMs: fc.nat(600),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
});
type Policy = { restart: Restart; intensity: Intensity; backoff: Backoff };

/** Keeps everything and looks at all of it, every time. */
class Oracle {
  readonly #policy: Policy;
  /** When it failed, on a clock that runs only while it is ready. */
  readonly #failedAtMs: number[] = [];
  #clockMs = 0;
  #inARow = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  fail(kind: ExitKind, readyForMs: number): "leave" | "escalate" | { readonly aroundMs: number } {
    const { restart, intensity, backoff } = this.#policy;
    this.#clockMs += readyForMs;
    const isFine = ["normal", "shutdown", "memory"].includes(kind);
    if (restart === "temporary" || (restart === "transient" && isFine)) return "leave";
    const recent = this.#failedAtMs.filter((at) => at > this.#clockMs - intensity.withinMs);
    if (recent.length + 1 > intensity.max) return "escalate";
    this.#failedAtMs.push(this.#clockMs);
    if (readyForMs >= backoff.healthyAfterMs) this.#inARow = 0;
    let aroundMs = backoff.minMs;
    for (let n = 0; n < this.#inARow; n++) aroundMs = Math.min(aroundMs * 2, backoff.maxMs);
    this.#inARow += 1;
    return { aroundMs: Math.min(aroundMs, backoff.maxMs) };
  }
}

Deno.test("decide() agrees with its oracle over random histories", () => {
  fc.assert(
    fc.property(policy, fc.array(failure, { maxLength: 30, size: "max" }), (policy, failures) => {
      const oracle = new Oracle(policy);
      let history: History = NO_HISTORY;
      for (const { kind, readyForMs, random } of failures) {
        history = rested(history, readyForMs, policy.backoff);
        const decision = decide({ ...policy, kind, random, history });
        const wanted = oracle.fail(kind, readyForMs);
        if (typeof wanted === "string") {
          assert.equal(decision.do, wanted);
          return;
        }
        assert.ok(decision.do === "restart");
        const spread = wanted.aroundMs * policy.backoff.jitter;
        assert.ok(decision.delayMs >= Math.floor(wanted.aroundMs - spread));
        assert.ok(decision.delayMs <= Math.ceil(wanted.aroundMs + spread));
        assert.ok(decision.history.restartsAtMs.length <= policy.intensity.max, "bounded memory");
        history = decision.history;
      }
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("a member that fails at once is given up after exactly max restarts, whatever its backoff", () => {
  fc.assert(
    fc.property(policy, ({ intensity, backoff }) => {
      let history: History = NO_HISTORY;
      for (let restarts = 0;; restarts++) {
        const ended = { kind: "crash" as const, random: 0.5, history };
        const decision = decide({ ...ended, restart: "permanent", intensity, backoff });
        if (decision.do === "escalate") {
          assert.equal(restarts, intensity.max);
          return;
        }
        assert.ok(decision.do === "restart");
        history = decision.history;
      }
    }),
    { numRuns: 1_000 },
  );
});
