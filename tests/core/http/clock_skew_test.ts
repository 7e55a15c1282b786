import assert from "node:assert/strict";
import fc from "fast-check";
import { type ClockSkew, observeSkew, skewMs } from "@/core/http/clock_skew.ts";

/** A reply of a server whose clock is `offsetMs` ahead of ours. */
function reply(sentAtMs: number, offsetMs: number, legMs: { there: number; back: number }) {
  const serverMs = sentAtMs + legMs.there + offsetMs;
  return {
    dateMs: Math.floor(serverMs / 1_000) * 1_000,
    sentAtMs,
    receivedAtMs: sentAtMs + legMs.there + legMs.back,
  };
}

const leg = fc.integer({ min: 0, max: 400 });

Deno.test("observeSkew() always keeps the true offset between its bounds", () => {
  fc.assert(fc.property(
    fc.integer({ min: -600_000, max: 600_000 }),
    fc.array(fc.record({ gap: fc.integer({ min: 0, max: 5_000 }), there: leg, back: leg }), {
      minLength: 1,
      maxLength: 30,
    }),
    (offsetMs, replies) => {
      let skew: ClockSkew | null = null;
      let nowMs = 1_781_692_200_000;
      for (const { gap, ...legs } of replies) {
        nowMs += gap;
        skew = observeSkew(skew, reply(nowMs, offsetMs, legs));
        assert.ok(skew.lowMs <= offsetMs && offsetMs <= skew.highMs);
      }
    },
  ));
});

Deno.test("skewMs() gets within 100 ms although the header has whole seconds", () => {
  let skew: ClockSkew | null = null;
  for (let i = 0; i < 40; i++) {
    skew = observeSkew(skew, reply(1_781_692_200_000 + i * 1_037, 45_321, { there: 20, back: 20 }));
  }
  assert.ok(Math.abs(skewMs(skew) - 45_321) < 100, String(skewMs(skew)));
});

Deno.test("observeSkew() starts afresh when a clock jumps", () => {
  const before = observeSkew(null, reply(1_781_692_200_000, 0, { there: 10, back: 10 }));
  const after = observeSkew(before, reply(1_781_692_201_000, 3_600_000, { there: 10, back: 10 }));
  assert.ok(Math.abs(skewMs(after) - 3_600_000) <= 1_020);
});

Deno.test("skewMs() is nothing while nothing is known", () => {
  assert.equal(skewMs(null), 0);
});
