/**
 * Traps that other supervisors fell into, a test each. Elsewhere: 5 (overflow punishes or blocks the
 * sender) is H5, 6 (the bound is lifted while the actor is down) E7, 7 (requests that never settle)
 * H2, 8 (no total deadline) B16, 10 (a shutdown longer than the window) E8, 12 (a lock on a pooled
 * connection) tests/core/db/lease_test.ts. On the Worker host unless the name says otherwise.
 */

import assert from "node:assert/strict";
import { logEvent } from "@/core/daemon/banner.ts";
import { child, group } from "@/core/kernel/house.ts";
import type { Log } from "@/core/kernel/log.ts";
import { counter, counterSpec } from "@/tests/support/actors/counter.ts";
import { puppet, puppetProtocol } from "@/tests/support/actors/puppet.ts";
import { house, inHouse } from "@/tests/support/house.ts";
import { only, trailOf } from "@/tests/support/trail.ts";
import { inVirtualHouse, virtualHouse } from "@/tests/support/virtual_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const MINUTE = 60_000;

Deno.test("trap 1: the budget is each child's own, and a planned restart does not refill it (virtual time)", () =>
  inVirtualHouse(
    async ({ supervisor, clock, events }) => {
      for (const name of ["a", "b", "a", "b"]) {
        supervisor.find(name)?.chaos("throw");
        await clock.advance(100);
        supervisor.recycle(name, "memory");
        await clock.advance(100);
      }
      assert.deepEqual(only(events, "gave up"), []);
      supervisor.find("a")?.chaos("throw");
      await clock.advance(100);
      assert.deepEqual(only(events, "gave up"), ["root gave up"]);
    },
    group("root", {
      intensity: { max: 2, withinMs: MINUTE },
      children: [puppet("a"), puppet("b")],
    }),
  ));

Deno.test("trap 2: every restart is logged, in one line that says who, why and when", async () => {
  const { supervisor, events } = house({ children: [puppet("a", { backoff: { minMs: 5 } })] });
  await supervisor.start();
  supervisor.find("a")?.chaos("throw");
  await waitFor("the restart", () => supervisor.find("a")?.incarnation === 2);
  await supervisor.stop(5_000);
  const lines: string[] = [];
  const note = (level: string) => (_message: string, props: object = {}) =>
    void lines.push(`${level} ${JSON.stringify(props)}`);
  const log: Log = {
    debug: note("debug"),
    info: note("info"),
    warn: note("warn"),
    error: note("error"),
  };
  for (const event of events) logEvent(log, event);
  assert.equal(lines.length, events.length, "one line for each event");
  const restarts = lines.filter((line) => line.includes("delayMs"));
  assert.deepEqual(restarts, [
    'warn {"actor":"a","incarnation":1,"cause":"crash","delayMs":5,"inARow":1}',
  ]);
});

Deno.test("trap 3: a failed start leaves no half of a child behind (virtual time)", async () => {
  const { supervisor, clock, events } = virtualHouse([
    puppet("a", { starts: ["throw"], uses: ["b"] }),
    puppet("b", { uses: ["a"] }),
  ]);
  await assert.rejects(supervisor.start(), { code: "boot-failed" });
  assert.equal(supervisor.find("a")?.isRunning, false);
  await assert.rejects(supervisor.ask(puppetProtocol("a"), "Noted", {}), { kind: "peer-down" });
  assert.equal(clock.pending, 0);
  assert.deepEqual(trailOf(events), ["a crash", "a left"]);
});

Deno.test("trap 4: a restart that itself throws is one more failure, and nothing unhandled", () => {
  let calls = 0;
  const moody = child(counterSpec, {
    config: () => {
      calls += 1;
      if (calls === 2) throw new RangeError("Main is in a mood");
      return { step: 1 };
    },
    backoff: { minMs: 1, maxMs: 1 },
  });
  return inHouse(async ({ supervisor, events }) => {
    supervisor.find("counter")?.chaos("throw");
    await waitFor("the third start", () => calls === 3 && supervisor.find("counter")?.isReady);
    assert.equal(supervisor.find("counter")?.restartsInWindow, 2);
    const causes = events.flatMap((event) =>
      event.is === "restarting" ? [event.error?.message] : []
    );
    assert.deepEqual(causes, ["Chaos: thrown from a timer", "Main is in a mood"]);
  }, { children: [moody] });
});

Deno.test("trap 9: a stop reaches a handler that waits for the outside", () =>
  inHouse(async ({ supervisor }) => {
    const a = puppetProtocol("a");
    const asked = supervisor.ask(a, "Work", { ms: 60_000, yields: true });
    await waitFor("the wait", () => Number(supervisor.find("a")?.beat.read("busySinceMs")) > 0);
    await supervisor.terminate("a");
    assert.equal(supervisor.find("a")?.lastExit?.kind, "shutdown", "it was not killed");
    await asked;
  }, { children: [puppet("a")] }));

Deno.test("trap 11: backoff does not outrun the limit, one rule decides when to give up (virtual time)", () =>
  inVirtualHouse(
    async ({ supervisor, clock, events }) => {
      supervisor.find("a")?.chaos("throw");
      await clock.advance(100 * MINUTE);
      assert.equal(supervisor.find("a")?.restarts, 5);
      assert.deepEqual(only(events, "gave up"), ["root gave up"]);
    },
    group("root", {
      intensity: { max: 5, withinMs: MINUTE },
      children: [
        puppet("a", { starts: ["ready", "throw"], backoff: { minMs: MINUTE, maxMs: 10 * MINUTE } }),
      ],
    }),
  ));

Deno.test("trap 13: a start has its own deadline, the heartbeat does not cut it short", () =>
  inHouse(({ supervisor, events }) => {
    assert.deepEqual(trailOf(events), ["a ready"]);
    assert.equal(supervisor.find("a")?.incarnation, 1);
    return Promise.resolve();
  }, { children: [puppet("a", { starts: ["busy"], limits: { heartbeatMs: 100 } })] }));

Deno.test("trap 14: what was committed needs no stop hook to survive", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.ask(counter, "AddNow", { amount: 7 });
    await supervisor.terminate("counter", "kill");
    await supervisor.restart("counter");
    assert.deepEqual(await supervisor.ask(counter, "Count", {}), { count: 7, starts: 2 });
  }, { children: [child(counterSpec, { config: () => ({ step: 1 }) })] }));
