/** Supervision, F: trees, escalation, significance. On the Worker host unless the name says so. */

import assert from "node:assert/strict";
import { group, type GroupTree } from "@/core/kernel/house.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { breakPuppet, puppet } from "@/tests/support/actors/puppet.ts";
import { daemonBrokenBy } from "@/tests/support/daemon.ts";
import { house, inHouse } from "@/tests/support/house.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { only, trailOf } from "@/tests/support/trail.ts";
import { inVirtualHouse, virtualHouse } from "@/tests/support/virtual_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const INTENSITY = { max: 5, withinMs: 60_000 };
const FINAL = { max: 0, withinMs: 60_000 };
const AT_ONCE = { minMs: 1, maxMs: 1 };

function root(children: GroupTree["children"], change: Partial<GroupTree> = {}): GroupTree {
  return group("root", { intensity: INTENSITY, children, ...change });
}

async function ready(supervisor: Supervisor, name: string, incarnation: number): Promise<void> {
  const isNew = () => supervisor.find(name)?.incarnation === incarnation;
  await waitFor(`${name} ${incarnation}`, () => isNew() && supervisor.find(name)?.isReady);
}

Deno.test("F1 a failing supervisor is one failure of a child, and its parent's strategy applies", () => {
  const sub = group("sub", {
    intensity: FINAL,
    backoff: AT_ONCE,
    children: [puppet("b"), puppet("c")],
  });
  return inHouse(async ({ supervisor, events }) => {
    const before = events.length;
    breakPuppet(supervisor, "b", "throw");
    await ready(supervisor, "d", 2);
    assert.equal(supervisor.find("a")?.incarnation, 1);
    assert.deepEqual(trailOf(events).slice(before), [
      "b crash",
      "c shutdown",
      "d shutdown",
      "b again in 1",
      "c again in 1",
      "d again in 1",
      "b ready",
      "c ready",
      "d ready",
    ]);
  }, { root: root([puppet("a"), sub, puppet("d")], { strategy: "rest" }) });
});

Deno.test("F2 at the root, escalation drains and exits the process with code 70", async () => {
  await using database = await testDatabase();
  const { code, stdout } = await daemonBrokenBy(["falls"], "throw", database.url);
  assert.equal(code, 70, stdout);
  assert.match(stdout, /falls failed for good: 11 failures within 60000 ms, allowed are 10/);
  assert.match(stdout, /"Stopped"/, "it went down in order");
});

Deno.test("F1 a supervisor that gives up while it starts says why (virtual time)", async () => {
  const children = [puppet("a"), puppet("b", { starts: ["never"] })];
  const { supervisor, clock } = virtualHouse(root(children, { intensity: FINAL }));
  const refused = assert.rejects(supervisor.start(), {
    code: "limit-reached",
    message: /a failed for good/,
  });
  await clock.advance(100);
  supervisor.find("a")?.chaos("throw");
  await clock.advance(10_000);
  await refused;
  assert.ok(supervisor.children.every(({ isOver }) => isOver));
  assert.equal(clock.pending, 0);
});

Deno.test("F3 an error in the supervisor's own decision is escalated (inline host)", async () => {
  let isBroken = false;
  const random = () => {
    if (isBroken) throw new RangeError("The dice are lost");
    return 0.5;
  };
  const sub = group("sub", { intensity: INTENSITY, children: [puppet("a"), puppet("b")] });
  const { supervisor, clock, events } = virtualHouse(root([sub, puppet("c")]), { random });
  await supervisor.start();
  isBroken = true;
  supervisor.find("a")?.chaos("throw");
  await clock.advance(1_000);
  const last = events.at(-1);
  assert.ok(last?.is === "escalated");
  assert.equal(last.reason, "The dice are lost");
  assert.deepEqual(only(events, "shutdown"), ["b shutdown", "c shutdown"]);
  assert.equal(clock.pending, 0);
});

Deno.test("F3 an error in the supervisor's own decision is escalated (Worker host)", async () => {
  let isBroken = false;
  const random = () => {
    if (isBroken) throw new RangeError("The dice are lost");
    return 0.5;
  };
  const sub = group("sub", { intensity: INTENSITY, children: [puppet("a"), puppet("b")] });
  const { supervisor, events } = house({ root: root([sub, puppet("c")]), random });
  await supervisor.start();
  isBroken = true;
  breakPuppet(supervisor, "a", "throw");
  const last = await waitFor("the end", () => events.find(({ is }) => is === "escalated"));
  assert.ok(last.is === "escalated");
  assert.equal(last.reason, "The dice are lost");
  assert.deepEqual(only(events, "shutdown"), ["b shutdown", "c shutdown"]);
  assert.ok(supervisor.children.every(({ isRunning }) => !isRunning));
});

const significant = { restart: "transient", significant: true } as const;
const sub = (autoShutdown: "any" | "all", change: Partial<GroupTree> = {}) =>
  group("sub", {
    intensity: INTENSITY,
    autoShutdown,
    restart: "transient",
    children: [puppet("a", significant), puppet("b", significant), puppet("c")],
    ...change,
  });

Deno.test("F4 any: the first significant child that ends by itself shuts the supervisor down", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "throw");
    await ready(supervisor, "a", 2);
    assert.deepEqual(only(events, "left"), [], "a restart is not an end");
    breakPuppet(supervisor, "a", "finish");
    await waitFor("the end", () => only(events, "left").length === 3);
    assert.deepEqual(only(events, "normal", "shutdown"), ["a normal", "c shutdown", "b shutdown"]);
    assert.equal(supervisor.find("d")?.isReady, true);
  }, { root: root([sub("any"), puppet("d")]) }));

Deno.test("F4 all: the last significant child that ends by itself does", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "finish");
    await waitFor("the first end", () => only(events, "left").length === 1);
    assert.equal(supervisor.find("c")?.isReady, true);
    breakPuppet(supervisor, "b", "finish");
    await waitFor("the end", () => only(events, "left").length === 3);
    assert.deepEqual(only(events, "normal", "shutdown"), ["a normal", "b normal", "c shutdown"]);
  }, { root: root([sub("all")]) }));

Deno.test("F4 it may end by itself while others still start: the group is done, and none has failed", async () => {
  const children = [puppet("a", significant), puppet("c", { starts: ["slow"] })];
  const { supervisor, events } = house({ root: root([sub("any", { children }), puppet("d")]) });
  const started = supervisor.start();
  await waitFor("a", () => supervisor.find("a")?.isReady);
  breakPuppet(supervisor, "a", "finish");
  await started;
  await waitFor("the end of the group", () => only(events, "left").length === 2);
  assert.equal(supervisor.find("d")?.isReady, true);
  await supervisor.stop(5_000);
});

Deno.test("F5 the root may be done before all have started: nothing runs, and that is told", async () => {
  const children = [puppet("a", significant), puppet("c", { starts: ["slow"] })];
  const { supervisor, events } = house({ root: root(children, { autoShutdown: "any" }) });
  const started = supervisor.start();
  await waitFor("a", () => supervisor.find("a")?.isReady);
  breakPuppet(supervisor, "a", "finish");
  await started;
  await waitFor("the end of the root", () => only(events, "gave up").length === 1);
  assert.ok(supervisor.children.every(({ isRunning }) => !isRunning));
});

Deno.test("F4 the end of a child that is not significant shuts nothing down", () => {
  const children = [puppet("a", significant), puppet("c", { restart: "transient" })];
  return inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "c", "finish");
    await waitFor("its end", () => only(events, "left").length === 1);
    assert.equal(supervisor.find("a")?.isReady, true);
  }, { root: root([sub("any", { children })]) });
});

Deno.test("F4 an end that a person asked for is not self-initiated", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.terminate("a");
    assert.equal(supervisor.find("c")?.isReady, true);
  }, { root: root([sub("any")]) }));

Deno.test("F5 automatic shutdown climbs only if the supervisor is significant to its parent", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "finish");
    await waitFor("the end of the root", () => only(events, "gave up").length === 1);
    assert.equal(supervisor.find("d")?.status, "stopped");
  }, {
    root: root([sub("any", { significant: true }), puppet("d")], { autoShutdown: "any" }),
  }));

Deno.test("F5 it does not climb from an insignificant supervisor", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "finish");
    await waitFor("the end of the group", () => only(events, "left").length === 3);
    assert.equal(supervisor.find("d")?.isReady, true);
    assert.deepEqual(only(events, "gave up"), []);
  }, { root: root([sub("any"), puppet("d", significant)], { autoShutdown: "any" }) }));

Deno.test("F6 a significant permanent member is refused", () => {
  const refused = { code: "bad-definition", message: /significant/ };
  const permanent = puppet("a", { significant: true });
  assert.throws(() => house({ root: root([permanent]) }), refused);
  const subgroup = group("sub", { intensity: INTENSITY, children: [], significant: true });
  assert.throws(() => house({ root: root([subgroup]) }), refused);
});

Deno.test("F7 new limits hold for living children, removed definitions kill nobody", () => {
  const before = root([puppet("a"), puppet("b")]);
  return inHouse(async ({ supervisor, events }) => {
    const after = root([
      puppet("a", { restart: "transient", shutdown: 77 }),
      puppet("new"),
    ], { intensity: { max: 1, withinMs: 60_000 } });
    supervisor.redefine(after);
    assert.deepEqual(trailOf(events), ["a ready", "b ready"], "nobody is started or stopped");
    assert.equal(supervisor.find("a")?.group?.policy.intensity.max, 1);
    assert.equal(supervisor.find("a")?.policy?.shutdown, 77);
    assert.equal(supervisor.find("b")?.isReady, true);
    assert.equal(supervisor.find("new")?.isRunning, false);
    assert.equal(await supervisor.restart("new"), "started");
    breakPuppet(supervisor, "a", "finish");
    await waitFor("the end", () => only(events, "a left").length === 1);
    breakPuppet(supervisor, "b", "throw");
    await ready(supervisor, "b", 2);
    breakPuppet(supervisor, "b", "throw");
    await waitFor("the new limit", () => only(events, "gave up").length === 1);
  }, { root: before });
});

Deno.test("F7 a faulty redefinition changes nothing", () => {
  const inner = group("sub", { intensity: INTENSITY, children: [puppet("b")] });
  return inHouse(({ supervisor, events }) => {
    const faults: [GroupTree, string][] = [
      [root([puppet("a", { shutdown: 1 }), puppet("x", { shutdown: -1 })]), "bad-definition"],
      [root([puppet("a", { shutdown: 1 }), puppet("b")]), "moved"],
      [root([puppet("a", { shutdown: 1 }), puppet("sub")]), "moved"],
      [group("other", { intensity: INTENSITY, children: [] }), "moved"],
    ];
    for (const [faulty, code] of faults) {
      assert.throws(() => supervisor.redefine(faulty), { code });
      assert.equal(supervisor.find("a")?.policy?.shutdown, 2_000);
      assert.deepEqual(supervisor.children.map(({ name }) => name), ["a", "b"]);
    }
    assert.deepEqual(trailOf(events), ["a ready", "b ready"]);
    return Promise.resolve();
  }, { root: root([puppet("a"), inner]) });
});

Deno.test("F7 a changed configuration holds from the next start (inline host)", () =>
  inVirtualHouse(async ({ supervisor, clock }) => {
    supervisor.redefine(root([puppet("a", { stop: "slow", shutdown: 50 })]));
    assert.equal(supervisor.find("a")?.incarnation, 1);
    supervisor.find("a")?.chaos("throw");
    await clock.advance(100);
    const stopped = supervisor.terminate("a");
    await clock.advance(100);
    await stopped;
    assert.equal(supervisor.find("a")?.lastExit?.kind, "killed");
  }, root([puppet("a")])));

Deno.test("F7 one that was added by hand and defined since comes back with its group (inline host)", () => {
  const of = (...children: GroupTree["children"]) =>
    root([group("sub", { intensity: FINAL, backoff: AT_ONCE, children })]);
  return inVirtualHouse(
    async ({ supervisor, clock }) => {
      await supervisor.startChild(puppet("b"), "sub");
      supervisor.redefine(of(puppet("a"), puppet("b")));
      supervisor.find("a")?.chaos("throw");
      await clock.advance(100);
      assert.deepEqual(
        supervisor.children.map(({ name, isReady, incarnation }) => [name, isReady, incarnation]),
        [["a", true, 2], ["b", true, 2]],
      );
    },
    of(puppet("a")),
    { more: [puppet("b")] },
  );
});

Deno.test("F7 a config set by hand outlasts a redefinition, whose limits hold (virtual time)", () =>
  inVirtualHouse(async ({ supervisor, clock }) => {
    supervisor.find("a")?.configure({ starts: ["ready"], stop: "stall" });
    supervisor.redefine(root([puppet("a", { stop: "obey", shutdown: 50 })]));
    supervisor.find("a")?.chaos("throw");
    await clock.advance(100);
    assert.equal(supervisor.find("a")?.incarnation, 2);
    const stopped = supervisor.terminate("a");
    await clock.advance(50);
    await stopped;
    assert.equal(supervisor.find("a")?.lastExit?.kind, "killed");
  }, root([puppet("a")])));
