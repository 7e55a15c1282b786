import assert from "node:assert/strict";
import { Gate } from "@/core/http/gate.ts";
import { settlePromises } from "./manual_clock.ts";

const NEVER = new AbortController().signal;

function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const state = { begun: false };
  const work = () => {
    state.begun = true;
    return promise;
  };
  return { state, work, resolve, reject };
}

Deno.test("no more run at once than there are places, in their order", async () => {
  const gate = new Gate(2);
  const jobs = [job(), job(), job(), job()];
  const done = jobs.map(({ work }) => gate.run(NEVER, work));
  await settlePromises();
  assert.deepEqual(jobs.map(({ state }) => state.begun), [true, true, false, false]);
  jobs[1]?.resolve("second");
  await settlePromises();
  assert.deepEqual(jobs.map(({ state }) => state.begun), [true, true, true, false]);
  for (const { resolve } of jobs) resolve("done");
  assert.deepEqual(await Promise.all(done), ["done", "second", "done", "done"]);
});

Deno.test("a failure frees its place", async () => {
  const gate = new Gate(1);
  const [first, second] = [job(), job()];
  const failed = assert.rejects(gate.run(NEVER, first.work), /broken/);
  const then = gate.run(NEVER, second.work);
  first.reject(new Error("broken"));
  await failed;
  second.resolve("fine");
  assert.equal(await then, "fine");
});

Deno.test("who gives up while waiting is not run and holds nobody up", async () => {
  const gate = new Gate(1);
  const jobs = [job(), job(), job()];
  const caller = new AbortController();
  const first = gate.run(NEVER, jobs[0]?.work ?? (() => Promise.resolve("")));
  const given = assert.rejects(gate.run(caller.signal, () => assert.fail()), /enough/);
  const last = gate.run(NEVER, jobs[2]?.work ?? (() => Promise.resolve("")));
  caller.abort(new Error("enough"));
  await given;
  jobs[0]?.resolve("a");
  jobs[2]?.resolve("c");
  assert.deepEqual(await Promise.all([first, last]), ["a", "c"]);
  await assert.rejects(gate.run(AbortSignal.abort(new Error("gone")), () => assert.fail()), /gone/);
});

Deno.test("what is urgent goes before all that waits, and holds up nothing that runs", async () => {
  const gate = new Gate(1);
  const jobs = [job(), job(), job(), job()];
  const isUrgent = [false, false, true, true];
  const done = jobs.map(({ work }, i) => gate.run(NEVER, work, { isUrgent: isUrgent[i] ?? false }));
  const order: number[] = [];
  for (let round = 0; round < jobs.length; round++) {
    await settlePromises();
    const running = jobs.findIndex(({ state }, i) => state.begun && !order.includes(i));
    order.push(running);
    jobs[running]?.resolve("");
  }
  await Promise.all(done);
  assert.deepEqual(order, [0, 2, 3, 1]);
});
