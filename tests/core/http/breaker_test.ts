import assert from "node:assert/strict";
import fc from "fast-check";
import { admit, type Breaker, CLOSED, FIVE_IN_A_MINUTE, settle } from "@/core/http/breaker.ts";
import { Breakers } from "@/core/http/breakers.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { ManualClock } from "./manual_clock.ts";

const POLICY = FIVE_IN_A_MINUTE;

function failTimes(times: number, everyMs: number): Breaker {
  let breaker: Breaker = CLOSED;
  for (let i = 0; i < times; i++) {
    breaker = settle(
      breaker,
      { probe: false, result: "failure", nowMs: i * everyMs },
      POLICY,
    );
  }
  return breaker;
}

Deno.test("settle() opens on the fifth failure within a minute and not on the fourth", () => {
  assert.equal(failTimes(4, 1_000).phase, "closed");
  assert.deepEqual(failTimes(5, 1_000), { phase: "open", untilMs: 64_000 });
});

Deno.test("settle() forgets failures that are a minute old", () => {
  assert.equal(failTimes(50, 15_001).phase, "closed");
});

Deno.test("admit() lets one probe through when the rest is over, and no second one", () => {
  const open: Breaker = { phase: "open", untilMs: 60_000 };
  assert.deepEqual(admit(open, 59_000, POLICY), { admitted: false, retryAfterMs: 1_000 });
  const probe = admit(open, 60_000, POLICY);
  assert.ok(probe.admitted && probe.probe);
  assert.equal(admit(probe.next, 60_001, POLICY).admitted, false);
});

Deno.test("settle() closes on the probe's success and opens again on its failure", () => {
  const halfOpen: Breaker = { phase: "half-open", probeSinceMs: 60_000 };
  const at = { probe: true, nowMs: 61_000 };
  assert.deepEqual(settle(halfOpen, { ...at, result: "success" }, POLICY), CLOSED);
  assert.deepEqual(settle(halfOpen, { ...at, result: "failure" }, POLICY), {
    phase: "open",
    untilMs: 121_000,
  });
});

Deno.test("settle() ignores calls that were under way when the breaker opened", () => {
  const halfOpen: Breaker = { phase: "half-open", probeSinceMs: 60_000 };
  for (const result of ["success", "failure", "unjudged"] as const) {
    assert.equal(settle(halfOpen, { probe: false, result, nowMs: 61_000 }, POLICY), halfOpen);
  }
});

Deno.test("an unjudged probe frees its place at once", () => {
  const halfOpen: Breaker = { phase: "half-open", probeSinceMs: 60_000 };
  const next = settle(halfOpen, { probe: true, result: "unjudged", nowMs: 61_000 }, POLICY);
  const again = admit(next, 61_000, POLICY);
  assert.ok(again.admitted && again.probe);
});

Deno.test("a probe that never reports is given up after the rest", () => {
  const halfOpen: Breaker = { phase: "half-open", probeSinceMs: 60_000 };
  assert.equal(admit(halfOpen, 119_999, POLICY).admitted, false);
  assert.ok(admit(halfOpen, 120_000, POLICY).admitted);
});

Deno.test("whatever happens, an always failing side is called 5 times a minute at most", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 20, maxLength: 200 }),
    (gaps) => {
      let breaker: Breaker = CLOSED;
      let nowMs = 0;
      const sentAtMs: number[] = [];
      for (const gap of gaps) {
        nowMs += gap;
        const admission = admit(breaker, nowMs, POLICY);
        if (!admission.admitted) continue;
        sentAtMs.push(nowMs);
        breaker = settle(
          admission.next,
          { probe: admission.probe, result: "failure", nowMs },
          POLICY,
        );
      }
      for (const start of sentAtMs) {
        const inMinute = sentAtMs.filter((at) => at >= start && at < start + 60_000);
        assert.ok(inMinute.length <= 5, `${inMinute.length} calls in the minute from ${start}`);
      }
    },
  ));
});

Deno.test("Breakers keep their groups apart, name the wait, and count openings", async () => {
  const clock = new ManualClock();
  const breakers = new Breakers(["offers", "sales"], clock);
  for (let i = 0; i < 5; i++) breakers.enter("offers").done("failure");
  assert.throws(() => breakers.enter("offers"), (error) => {
    assert.ok(error instanceof ActorError);
    assert.equal(error.kind, "transient");
    assert.equal(error.code, "breaker-open");
    assert.match(error.message, /60 s/);
    return true;
  });
  breakers.enter("sales").done("success");
  assert.equal(breakers.readings().offers.phase, "open");
  assert.equal(breakers.readings().sales.phase, "closed");
  await clock.advance(60_000);
  breakers.enter("offers").done("failure");
  assert.equal(breakers.readings().offers.openings, 2);
  await clock.advance(60_000);
  breakers.enter("offers").done("success");
  assert.deepEqual(breakers.readings().offers, {
    phase: "closed",
    failures: 0,
    openings: 2,
    opensInMs: 0,
  });
});

Deno.test("a call reports its end once", () => {
  const breakers = new Breakers(["offers"], new ManualClock());
  const call = breakers.enter("offers");
  for (let i = 0; i < 9; i++) call.done("failure");
  assert.equal(breakers.readings().offers.failures, 1);
});
