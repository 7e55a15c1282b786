import assert from "node:assert/strict";
import { systemClock, Timers } from "@/core/kernel/clock.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";

Deno.test("timers of one owner fire in time, and one that is due may cancel another", async () => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const fired: string[] = [];
  let cancelLast = () => {};
  timers.after(20, () => fired.push("second"));
  timers.after(10, () => {
    fired.push("first");
    cancelLast();
    timers.after(5, () => fired.push("new"));
  });
  cancelLast = timers.after(10, () => fired.push("cancelled"));
  timers.after(Infinity, () => fired.push("never"));
  await clock.advance(9);
  assert.equal(fired.length, 0);
  await clock.advance(6);
  assert.deepEqual(fired, ["first", "new"]);
  await clock.advance(5);
  assert.deepEqual(fired, ["first", "new", "second"]);
  timers.after(1, () => fired.push("after the end"));
  timers.cancelAll();
  await clock.advance(100);
  assert.equal(fired.length, 3);
});

Deno.test("what is due never, or in a year, is not due at once", async () => {
  const due: string[] = [];
  const cancels = [Infinity, 365 * 86_400_000]
    .map((delayMs) => systemClock.after(delayMs, () => due.push(String(delayMs))));
  await new Promise<void>((resolve) => systemClock.after(5, resolve));
  for (const cancel of cancels) cancel();
  assert.deepEqual(due, []);
});
