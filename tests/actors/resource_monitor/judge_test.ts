import assert from "node:assert/strict";
import fc from "fast-check";
import {
  judgeDisk,
  judgePressure,
  MIN_FACTOR,
  NO_PRESSURE,
} from "@/actors/resource_monitor/judge.ts";
import { pressure, type ResourceSample } from "@/core/protocol/resources.ts";

function sample(change: Partial<ResourceSample>): ResourceSample {
  return {
    sampledAtMs: 0,
    cpuRatio: 0.1,
    memoryRatio: 0.1,
    memoryBytes: 1,
    memoryLimitBytes: 10,
    diskFreeBytes: 1e12,
    diskRatio: 0.1,
    ...change,
  };
}

const CALM = sample({ cpuRatio: 0.69, memoryRatio: 0.74 });

Deno.test("judgePressure() asks for half above 80 % CPU or 85 % memory, and says why", () => {
  assert.equal(judgePressure(NO_PRESSURE, sample({ cpuRatio: 0.80 })).factor, 1);
  assert.deepEqual(judgePressure(NO_PRESSURE, sample({ cpuRatio: 0.92 })), {
    factor: 0.5,
    reason: "CPU at 92 %, above 80 %",
  });
  assert.equal(judgePressure(NO_PRESSURE, sample({ memoryRatio: 0.85 })).factor, 1);
  assert.deepEqual(judgePressure(NO_PRESSURE, sample({ cpuRatio: 0.9, memoryRatio: 0.9 })), {
    factor: 0.5,
    reason: "CPU at 90 %, above 80 %; Memory at 90 %, above 85 %",
  });
});

Deno.test("judgePressure() holds between the bands and releases below both", () => {
  const asked = { factor: 0.25, reason: "" };
  for (const warm of [sample({ cpuRatio: 0.70 }), sample({ memoryRatio: 0.75 })]) {
    const held = judgePressure(asked, warm);
    assert.equal(held.factor, 0.25);
    assert.match(held.reason, /not yet below/);
  }
  assert.equal(judgePressure(asked, CALM).factor, 0.5);
  assert.equal(judgePressure(judgePressure(asked, CALM), CALM).factor, 1);
  assert.equal(judgePressure(NO_PRESSURE, sample({ cpuRatio: 0.75 })).factor, 1);
});

const ratio = fc.double({ min: 0, max: 3, noNaN: true });
const anySample = fc.record({ cpuRatio: ratio, memoryRatio: ratio }).map(sample);

Deno.test("judgePressure() never leaves its bounds nor acts against the sample", () => {
  fc.assert(fc.property(fc.array(anySample, { maxLength: 60 }), (samples) => {
    let now = NO_PRESSURE;
    for (const each of samples) {
      const next = pressure.parse(judgePressure(now, each));
      const scarce = each.cpuRatio > 0.80 || each.memoryRatio > 0.85;
      const calm = each.cpuRatio < 0.70 && each.memoryRatio < 0.75;
      assert.ok(next.factor >= MIN_FACTOR && next.factor <= 1);
      if (scarce) assert.ok(next.factor < now.factor || next.factor === MIN_FACTOR);
      else assert.ok(next.factor >= now.factor);
      if (next.factor > now.factor) assert.ok(calm);
      now = next;
    }
    for (let calm = 0; calm < 3; calm++) now = judgePressure(now, CALM);
    assert.equal(now.factor, 1, "Three calm samples give everything back");
  }));
});

Deno.test("judgeDisk() speaks only when both share and free space are bad", () => {
  assert.equal(judgeDisk(sample({ diskRatio: 0.99, diskFreeBytes: 50e9 })), null);
  assert.equal(judgeDisk(sample({ diskRatio: 0.5, diskFreeBytes: 1e6 })), null);
  assert.deepEqual(judgeDisk(sample({ diskRatio: 0.95, diskFreeBytes: 500_400_000 })), {
    severity: "warning",
    text: "Disk is 95 % full: 500 MB left where the database lies",
    said: { code: "disk-low", values: { used: "95 %", free: "500 MB" } },
  });
  const full = judgeDisk(sample({ diskRatio: 0.99, diskFreeBytes: 1e8 }));
  assert.equal(full?.severity, "critical");
});
