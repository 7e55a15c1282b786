/** Supervision, E: limits and backoff. In virtual time on the inline host unless the name says so. */

import assert from "node:assert/strict";
import { group, type GroupTree } from "@/core/kernel/house.ts";
import type { Restarting } from "@/core/kernel/events.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { counter, counterSpec } from "@/tests/support/actors/counter.ts";
import { child } from "@/core/kernel/house.ts";
import { breakPuppet, puppet, puppetProtocol } from "@/tests/support/actors/puppet.ts";
import { type House, house, inHouse } from "@/tests/support/house.ts";
import { only, trailOf } from "@/tests/support/trail.ts";
import { inVirtualHouse, type VirtualHouse } from "@/tests/support/virtual_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const MINUTE = 60_000;

function limited(max: number, children: GroupTree["children"], withinMs = MINUTE): GroupTree {
  return group("root", { intensity: { max, withinMs }, children });
}

/** Breaks it after it has been ready for `afterMs`, and lets its restart happen. */
async function fail({ supervisor, clock }: VirtualHouse, name: string, afterMs: number) {
  await clock.advance(afterMs);
  supervisor.find(name)?.chaos("throw");
  await clock.advance(50);
}

function restarts({ events }: House): readonly Restarting[] {
  return events.filter((event) => event.is === "restarting");
}

Deno.test("E1 N failures are tolerated, one more stops the children and the supervisor", () =>
  inVirtualHouse(async (made) => {
    for (let n = 0; n < 3; n++) await fail(made, "b", 1_000);
    assert.equal(made.supervisor.find("b")?.incarnation, 4);
    const before = made.events.length;
    await fail(made, "b", 1_000);
    assert.deepEqual(trailOf(made.events).slice(before), [
      "b crash",
      "c shutdown",
      "a shutdown",
      "a left",
      "b left",
      "c left",
      "root gave up",
    ]);
    const last = made.events.at(-1);
    assert.ok(last?.is === "escalated");
    assert.equal(last.reason, "b failed for good: 4 failures within 60000 ms, allowed are 3");
    assert.equal(made.supervisor.find("b")?.status, "failed");
  }, limited(3, [puppet("a"), puppet("b"), puppet("c")])));

Deno.test("E1 the limit holds (Worker host)", async () => {
  const { supervisor, events } = house({
    children: [puppet("a"), puppet("b")],
    maxRestarts: 1,
  });
  await supervisor.start();
  for (const incarnation of [1, 2]) {
    const isUp = () => supervisor.find("b")?.incarnation === incarnation;
    await waitFor("readiness", () => isUp() && supervisor.find("b")?.isReady);
    breakPuppet(supervisor, "b", "throw");
  }
  await waitFor("the end", () => only(events, "gave up").length === 1);
  assert.ok(supervisor.children.every(({ isRunning }) => !isRunning));
});

Deno.test("E2 failures spaced wider than the window never reach the limit", () =>
  inVirtualHouse(async (made) => {
    for (let n = 0; n < 50; n++) await fail(made, "a", MINUTE);
    assert.equal(made.supervisor.find("a")?.incarnation, 51);
    assert.deepEqual(only(made.events, "gave up"), []);
  }, limited(1, [puppet("a", { limits: { heartbeatMs: 20_000 } })])));

Deno.test("E3 a limit of 0 makes the first failure final", () =>
  inVirtualHouse(async (made) => {
    await fail(made, "a", 1);
    assert.deepEqual(restarts(made), []);
    assert.deepEqual(only(made.events, "gave up"), ["root gave up"]);
  }, limited(0, [puppet("a")])));

Deno.test("E3 a limit of 0 makes the first failure final (Worker host)", async () => {
  const { supervisor, events } = house({ children: [puppet("a"), puppet("b")], maxRestarts: 0 });
  await supervisor.start();
  breakPuppet(supervisor, "b", "throw");
  await waitFor("the end", () => only(events, "gave up").length === 1);
  assert.deepEqual(only(events, "again"), []);
  assert.ok(supervisor.children.every(({ isRunning }) => !isRunning));
});

Deno.test("E4 the window slides, and is each child's own", () =>
  inVirtualHouse(async (made) => {
    // Two of each fall into every window of a minute, and four of both together.
    for (let n = 0; n < 6; n++) {
      await fail(made, "a", 15_000);
      await fail(made, "b", 15_000);
    }
    assert.deepEqual(only(made.events, "gave up"), []);
    assert.equal(made.supervisor.find("a")?.restartsInWindow, 2);
    await made.clock.advance(MINUTE);
    assert.equal(made.supervisor.find("a")?.restartsInWindow, 0);
  }, limited(2, ["a", "b"].map((name) => puppet(name, { limits: { heartbeatMs: 20_000 } })))));

Deno.test("E4 the window slides, and is each child's own (Worker host)", () => {
  const windowMs = 1_500;
  return inHouse(async ({ supervisor, events }) => {
    // Two of each and four of both fall into a window; afterwards it is as empty as before.
    for (const round of [0, 1]) {
      for (const incarnation of [2, 3]) {
        for (const name of ["a", "b"]) {
          breakPuppet(supervisor, name, "throw");
          await ready(supervisor, name, 2 * round + incarnation);
        }
      }
      assert.deepEqual(only(events, "gave up"), []);
      const areOut = () =>
        ["a", "b"].every((name) => supervisor.find(name)?.restartsInWindow === 0);
      await waitFor("the window to pass", areOut);
    }
    assert.equal(supervisor.find("a")?.incarnation, 5);
  }, {
    root: limited(2, [puppet("a", { shutdown: 700 }), puppet("b", { shutdown: 700 })], windowMs),
  });
});

Deno.test("E4 a group's giving up counts once, in its parent", () => {
  const sub = group("sub", {
    intensity: { max: 1, withinMs: MINUTE },
    backoff: { minMs: 1, maxMs: 1 },
    children: [puppet("a")],
  });
  return inVirtualHouse(async (made) => {
    // Two failures of the child are one of the group; the parent tolerates two of those.
    for (let n = 0; n < 5; n++) await fail(made, "a", 100);
    assert.deepEqual(only(made.events, "gave up"), []);
    await fail(made, "a", 100);
    assert.deepEqual(only(made.events, "gave up"), ["root gave up"]);
  }, limited(2, [sub]));
});

Deno.test("E4 neither a long backoff nor a slow start carries failures out of the window", () =>
  inVirtualHouse(
    async ({ supervisor, clock, events }) => {
      supervisor.find("a")?.chaos("throw");
      await clock.advance(100 * MINUTE);
      assert.deepEqual(only(events, "start-timeout").length, 5);
      assert.deepEqual(only(events, "gave up"), ["root gave up"]);
    },
    limited(5, [puppet("a", {
      starts: ["ready", "never"],
      limits: { startMs: 50_000 },
      backoff: { minMs: 2 * MINUTE, maxMs: 2 * MINUTE },
    })]),
  ));

Deno.test("E5 the delay grows from minimum to maximum inside its jitter, by a seeded source", async () => {
  const delaysOf = async (seed: number): Promise<readonly number[]> => {
    let seen: readonly number[] = [];
    const backoff = { minMs: 100, maxMs: 1_600, jitter: 0.25, healthyAfterMs: MINUTE };
    await inVirtualHouse(
      async (made) => {
        for (let n = 0; n < 7; n++) {
          made.supervisor.find("a")?.chaos("throw");
          await made.clock.advance(2_000);
        }
        seen = restarts(made).map(({ delayMs }) => delayMs);
      },
      limited(10, [puppet("a", { backoff })]),
      { random: mulberry32(seed) },
    );
    return seen;
  };
  const delays = await delaysOf(7);
  [100, 200, 400, 800, 1_600, 1_600, 1_600].forEach((plain, n) => {
    const delay = delays[n] ?? -1;
    assert.ok(delay >= plain * 0.75 && delay <= plain * 1.25, `${delay} for ${plain}`);
  });
  assert.deepEqual(await delaysOf(7), delays);
  assert.notDeepEqual(await delaysOf(8), delays);
});

Deno.test("E6 after a healthy period the delay starts anew", () =>
  inVirtualHouse(async (made) => {
    for (const afterMs of [1, 1, 1, 900, 1_000, 1]) await fail(made, "a", afterMs);
    assert.deepEqual(restarts(made).map(({ delayMs }) => delayMs), [1, 2, 4, 8, 1, 2]);
  }, limited(9, [puppet("a", { backoff: { minMs: 1, maxMs: 32, healthyAfterMs: 1_000 } })])));

Deno.test("E7 while a child waits, requests fail at once, events die counted, durable ones wait (Worker host)", () => {
  const waits = { backoff: { minMs: 60_000, maxMs: 60_000 } };
  return inHouse(async ({ supervisor, store }) => {
    for (const name of ["a", "counter"]) {
      supervisor.find(name)?.chaos("throw");
      await waitFor("the backoff", () => supervisor.find(name)?.status === "backoff");
    }
    const request = supervisor.ask(puppetProtocol("a"), "Noted", {});
    await assert.rejects(request, { kind: "peer-down" });
    for (let n = 0; n < 5; n++) {
      await supervisor.ask(puppetProtocol("b"), "Spin", { ms: 0, peer: "a" });
      await supervisor.post(counter, "Add", { key: `k${n}`, body: { amount: 1 } });
    }
    await waitFor("five dead letters", () => supervisor.snapshot().deadLetters.counts.down === 5);
    assert.equal(supervisor.find("b")?.restarts, 0, "the sender lives");
    assert.ok([...store.outbox.values()].every(({ status }) => status === "pending"));
    await supervisor.terminate("counter");
    await supervisor.restart("counter");
    await waitFor(
      "delivery",
      () => [...store.outbox.values()].every((row) => row.status === "done"),
    );
    assert.equal((await supervisor.ask(counter, "Count", {})).count, 5);
  }, {
    children: [
      puppet("a", waits),
      puppet("b", { uses: ["a"] }),
      child(counterSpec, { config: () => ({ step: 1 }), ...waits }),
    ],
  });
});

Deno.test("E8 a shutdown time that could outlast the failure window is refused", () => {
  const build = (spec: GroupTree) => () => house({ root: spec });
  const refused = { code: "bad-definition", message: /a cannot.*shutdown: .*outlast/ };
  assert.throws(build(limited(4, [puppet("a", { shutdown: 15_000 })])), refused);
  assert.throws(build(limited(0, [puppet("a", { shutdown: MINUTE })])), refused);
  const sub = (shutdown: number | "unlimited") =>
    group("a", { shutdown, intensity: { max: 1, withinMs: 1 }, children: [] });
  assert.throws(build(limited(4, [sub(15_000)])), refused);
  build(limited(4, [puppet("a", { shutdown: 14_999 })]))();
  build(limited(4, [puppet("a", { shutdown: "unlimited" })]))();
  build(limited(4, [sub("unlimited")]))();
});

Deno.test("E9 severity rises with failures in a row", () =>
  inVirtualHouse(async (made) => {
    for (const afterMs of [1, 1, 1, 1, 1_000]) await fail(made, "a", afterMs);
    const severities = restarts(made).map(({ severity }) => severity);
    assert.deepEqual(severities, ["warn", "warn", "error", "error", "warn"]);
  }, limited(9, [puppet("a", { backoff: { healthyAfterMs: 1_000 } })])));

Deno.test("E9 who only goes along with a failed one alarms nobody", () =>
  inVirtualHouse(async (made) => {
    for (const _ of [1, 2, 3]) await fail(made, "a", 1);
    const of = (name: string) =>
      restarts(made).filter(({ actor }) => actor === name).map(({ severity }) => severity);
    assert.deepEqual([of("a"), of("b")], [["warn", "warn", "error"], ["info", "info", "info"]]);
  }, { ...limited(9, [puppet("a"), puppet("b")]), strategy: "all" }));

Deno.test("E9 severity rises with failures in a row (Worker host)", () =>
  inHouse(async (made) => {
    for (const incarnation of [2, 3, 4]) {
      breakPuppet(made.supervisor, "a", "throw");
      await ready(made.supervisor, "a", incarnation);
    }
    const severities = restarts(made).map(({ severity }) => severity);
    assert.deepEqual(severities, ["warn", "warn", "error"]);
  }, { children: [puppet("a", { backoff: { healthyAfterMs: MINUTE } })] }));

async function ready(supervisor: Supervisor, name: string, incarnation: number): Promise<void> {
  const isNew = () => supervisor.find(name)?.incarnation === incarnation;
  await waitFor(`${name} ${incarnation}`, () => isNew() && supervisor.find(name)?.isReady);
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
