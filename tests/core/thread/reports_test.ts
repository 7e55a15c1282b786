/** What an actor tells of itself is bounded before it leaves its thread. */

import assert from "node:assert/strict";
import type { Up } from "@/core/kernel/up.ts";
import { Reports } from "@/core/thread/reports.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";

function reporting() {
  const clock = new ManualClock();
  const posted: Up[] = [];
  const reports = new Reports(clock, (message) => posted.push(message));
  const lines = () => posted.flatMap((one) => one.is === "log" ? [one] : []);
  return { clock, log: reports.log, lines };
}

Deno.test("H5 a line carries its props as they are, up to a bound; what is cut is marked", () => {
  const { log, lines } = reporting();
  const small = { n: 1, list: [1, 2], error: { kind: "fatal" } };
  log.info("Small", small);
  assert.deepEqual(lines()[0]?.props, small);
  log.warn("Large", { first: "kept", text: "x".repeat(1_000_000), last: "left out" });
  const { first, text, last } = lines()[1]?.props ?? {};
  assert.deepEqual([first, last], ["kept", undefined]);
  assert.ok(typeof text === "string" && text.length < 8_100, "cut");
  assert.match(text, /^"xxx.*x… \(1000002 chars\)$/);
});

Deno.test("H5 no shape of props makes a line large, or the actor fail", () => {
  const { log, lines } = reporting();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`name${n}`, n]));
  const large = "x".repeat(1_000_000);
  const shapes: Record<string, unknown>[] = [
    many,
    { ["k".repeat(1_000_000)]: 1 },
    { circle },
    { run: 10n },
    { error: new Error(large) },
    { byName: new Map([["a", large]]), set: new Set([large]) },
    { bytes: new Uint8Array(1_000_000), buffer: new ArrayBuffer(1_000_000) },
    {
      run: () => large,
      symbol: Symbol("s"),
      promise: Promise.resolve(large),
      proxy: new Proxy({}, {}),
    },
  ];
  for (const props of shapes) log.error("m".repeat(1_000_000), props);
  assert.equal(lines().length, shapes.length);
  for (const line of lines()) {
    const { message, props } = structuredClone(line);
    const length = JSON.stringify(props, (_, one) =>
      typeof one === "bigint" ? `${one}` : one).length;
    assert.ok(message.length <= 8_000 && length < 20_000);
  }
  assert.match(String(lines()[4]?.props.error), /^"Error: xxx/);
  assert.equal(lines()[6]?.props.bytes, "1000000 bytes");
});

Deno.test("H5 of a flood of lines the first are told, and the rest is counted", async () => {
  const { clock, log, lines } = reporting();
  await clock.advance(2_000);
  for (let n = 0; n < 1_000; n++) log.info("Again");
  assert.equal(lines().length, 200);
  await clock.advance(1_001);
  log.info("Later");
  const [counted, later] = lines().slice(-2);
  assert.deepEqual([counted?.message, counted?.props], ["Log lines suppressed", { count: 800 }]);
  assert.equal(later?.message, "Later");
});
