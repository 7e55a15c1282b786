import assert from "node:assert/strict";
import fc from "fast-check";
import {
  advance,
  type Bucket,
  type BucketPolicy,
  currentRate,
  FLOOR_PER_SECOND,
  learnLimit,
  newBucket,
  rest,
  shrink,
  take,
  waitMs,
} from "@/core/http/token_bucket.ts";

const FOUR: BucketPolicy = { ratePerSecond: 4, burst: 2 };

/** Sends as early as the bucket allows, from `fromMs` to `toMs`; returns the moments. */
function sendGreedily(
  bucket: Bucket,
  policy: BucketPolicy,
  span: { fromMs: number; toMs: number },
) {
  const sentAtMs: number[] = [];
  let nowMs = span.fromMs;
  while (nowMs < span.toMs) {
    const delayMs = waitMs(bucket, nowMs, policy);
    if (delayMs > 0) {
      nowMs += delayMs;
      continue;
    }
    sentAtMs.push(nowMs);
    bucket = take(bucket, nowMs, policy);
  }
  return sentAtMs;
}

function mostWithin(sentAtMs: readonly number[], windowMs: number): number {
  let most = 0;
  for (const start of sentAtMs) {
    most = Math.max(most, sentAtMs.filter((at) => at >= start && at < start + windowMs).length);
  }
  return most;
}

Deno.test("a bucket starts with one token and earns them at its rate up to its burst", () => {
  const bucket = newBucket(0);
  assert.equal(waitMs(bucket, 0, FOUR), 0);
  const spent = take(bucket, 0, FOUR);
  assert.equal(waitMs(spent, 0, FOUR), 250);
  assert.equal(waitMs(spent, 100, FOUR), 150);
  assert.equal(advance(spent, 60_000, FOUR).tokens, 2);
});

Deno.test("a bucket never grants more than its rate and burst within any second", () => {
  fc.assert(fc.property(
    fc.double({ min: 0.5, max: 30, noNaN: true }),
    fc.double({ min: 1, max: 5, noNaN: true }),
    fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 120 }),
    (ratePerSecond, burst, arrivals) => {
      const policy = { ratePerSecond, burst };
      let bucket = newBucket(0);
      let nowMs = 0;
      const sentAtMs: number[] = [];
      for (const gapMs of arrivals) {
        nowMs += gapMs;
        if (waitMs(bucket, nowMs, policy) > 0) continue;
        bucket = take(bucket, nowMs, policy);
        sentAtMs.push(nowMs);
      }
      assert.ok(mostWithin(sentAtMs, 1_000) <= burst + ratePerSecond + 1e-6);
    },
  ));
});

Deno.test("29 a minute without a burst keeps every minute within 30", () => {
  const strict = { ratePerSecond: 29 / 60, burst: 1 };
  const sentAtMs = sendGreedily(newBucket(0), strict, { fromMs: 0, toMs: 900_000 });
  assert.ok(mostWithin(sentAtMs, 60_000) <= 30);
  assert.ok(sentAtMs.length >= 29 * 15);
});

Deno.test("shrink() halves the rate and rests as long as the server asks", () => {
  const bucket = shrink(newBucket(0), { nowMs: 0, pauseMs: 3_000 }, FOUR);
  assert.equal(currentRate(bucket, FOUR), 2);
  assert.equal(waitMs(bucket, 0, FOUR), 3_000);
  assert.equal(waitMs(bucket, 2_999, FOUR), 1);
  assert.equal(waitMs(bucket, 3_000, FOUR), 0);
});

Deno.test("shrink() counts objections to the same excess once", () => {
  let bucket = newBucket(0);
  for (const nowMs of [0, 200, 999]) bucket = shrink(bucket, { nowMs, pauseMs: 0 }, FOUR);
  assert.ok(Math.abs(currentRate(bucket, FOUR) - 2) < 0.01);
  bucket = shrink(bucket, { nowMs: 1_000, pauseMs: 0 }, FOUR);
  assert.ok(Math.abs(currentRate(bucket, FOUR) - 1) < 0.01);
});

Deno.test("the rate has a floor and grows back by a tenth a minute", () => {
  let bucket = newBucket(0);
  let nowMs = 0;
  for (let i = 0; i < 20; i++) {
    nowMs += 1_000;
    bucket = shrink(bucket, { nowMs, pauseMs: 0 }, FOUR);
    assert.ok(currentRate(bucket, FOUR) >= FLOOR_PER_SECOND);
  }
  const floor = currentRate(bucket, FOUR);
  assert.ok(Math.abs(floor - FLOOR_PER_SECOND) < 0.02);
  const afterMinute = currentRate(advance(bucket, nowMs + 60_000, FOUR), FOUR);
  assert.ok(Math.abs(afterMinute - floor - 0.4) < 1e-6);
  assert.equal(currentRate(advance(bucket, nowMs + 600_000, FOUR), FOUR), 4);
});

Deno.test("a policy slower than the floor is never sped up by it", () => {
  const slow = { ratePerSecond: 0.1, burst: 1 };
  const bucket = shrink(newBucket(0), { nowMs: 0, pauseMs: 0 }, slow);
  assert.equal(currentRate(bucket, slow), 0.1);
});

Deno.test("rest() never shortens a rest and leaves no burst behind", () => {
  const full = advance(newBucket(0), 10_000, FOUR);
  const long = rest(full, { nowMs: 10_000, pauseMs: 5_000 });
  assert.equal(rest(long, { nowMs: 10_000, pauseMs: 1_000 }), long);
  assert.equal(waitMs(take(long, 15_000, FOUR), 15_000, FOUR), 250);
});

Deno.test("learnLimit() keeps below what the server announces and never above the policy", () => {
  assert.ok(currentRate(learnLimit(newBucket(0), 3), FOUR) < 3);
  assert.equal(currentRate(learnLimit(newBucket(0), 100), FOUR), 4);
});

Deno.test("a limit announced by mistake never silences for longer than an hour", () => {
  const policy = { ratePerSecond: 4, burst: 2 };
  const spent = take(learnLimit(newBucket(0), 1 / 86_400), 0, policy);
  assert.ok(waitMs(spent, 0, policy) <= 3_600_000, String(waitMs(spent, 0, policy)));
});
