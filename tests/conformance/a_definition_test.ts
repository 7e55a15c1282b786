/** Supervision, A: definition and start. On the Worker host unless the name says otherwise. */

import assert from "node:assert/strict";
import type { Up } from "@/core/kernel/up.ts";
import type { Host } from "@/core/kernel/host.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import { child, group, type GroupTree } from "@/core/kernel/house.ts";
import { turnActor } from "@/core/kernel/mod.ts";
import { counterSpec } from "@/tests/support/actors/counter.ts";
import { puppet, puppetProtocol } from "@/tests/support/actors/puppet.ts";
import { house, inHouse } from "@/tests/support/house.ts";
import { only, trailOf } from "@/tests/support/trail.ts";
import { virtualHouse } from "@/tests/support/virtual_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const INTENSITY = { max: 5, withinMs: 60_000 };

Deno.test("A1 a supervisor with no children starts and can be stopped", async () => {
  const { supervisor, events } = house({ children: [] });
  await supervisor.start();
  assert.deepEqual(supervisor.children, []);
  await supervisor.stop(1_000);
  assert.deepEqual(events, []);
});

/** A host that must not be used. */
const noHost: Host = {
  start: ({ name }) => assert.fail(`${name} was started`),
};

function refusesTree(root: unknown, message: RegExp): void {
  assert.throws(() => house({ root: root as GroupTree, host: noHost }), {
    code: "bad-definition",
    message,
  });
}

const tree = (change: object) => ({
  ...group("root", { intensity: INTENSITY, children: [puppet("a")] }),
  ...change,
});
const treeOf = (spec: object) => tree({ children: [puppet("first"), { ...puppet("a"), ...spec }] });

Deno.test("A2 an invalid supervisor definition is refused by the name of its field", () => {
  refusesTree(tree({ strategy: "some" }), /root.*strategy/);
  refusesTree(tree({ intensity: { max: 1.5, withinMs: 1 } }), /root.*intensity\.max/);
  refusesTree(tree({ intensity: { max: -1, withinMs: 1 } }), /root.*intensity\.max/);
  refusesTree(tree({ intensity: { max: 1, withinMs: 0 } }), /root.*intensity\.withinMs/);
  refusesTree(tree({ intensity: { max: 1, withinMs: -5 } }), /root.*intensity\.withinMs/);
  refusesTree(tree({ autoShutdown: "sometimes" }), /root.*autoShutdown/);
  refusesTree(tree({ stopping: "randomly" }), /root.*stopping/);
  refusesTree(tree({ children: [tree({ name: "sub", strategy: 1 })] }), /sub.*strategy/);
});

Deno.test("A3 an invalid child definition is refused by its field, unknown fields are ignored", () => {
  const { actor } = puppet("a");
  refusesTree(
    treeOf({ actor: { ...actor, protocol: { name: "", messages: {} } } }),
    /actor\.proto/,
  );
  refusesTree(treeOf({ actor: { ...actor, worker: "" } }), /a cannot.*actor\.worker/);
  refusesTree(treeOf({ actor: { ...actor, kind: "magic" } }), /a cannot.*actor\.kind/);
  refusesTree(treeOf({ restart: "often" }), /a cannot.*restart/);
  refusesTree(treeOf({ shutdown: -1 }), /a cannot.*shutdown/);
  refusesTree(treeOf({ host: "moon" }), /a cannot.*host/);
  refusesTree(treeOf({ memorySoftMB: 0 }), /a cannot.*memorySoftMB/);
  refusesTree(
    treeOf({ backoff: { ...puppet("a").backoff, jitter: 2 } }),
    /a cannot.*backoff\.jitter/,
  );
  house({ root: treeOf({ colour: "green" }), host: noHost });
  house({ root: tree({ colour: "green" }) as GroupTree, host: noHost });
});

Deno.test("A4 two members with one name are refused, wherever they are", () => {
  refusesTree(tree({ children: [puppet("a"), puppet("a")] }), /a cannot.*name/);
  refusesTree(tree({ children: [tree({ name: "sub" }), puppet("a")] }), /a cannot.*name/);
  refusesTree(tree({ children: [puppet("root")] }), /root cannot.*name/);
  refusesTree(tree({ children: [puppet("main")] }), /main cannot.*name/);
});

Deno.test("A5 defaults are filled in and can be read back", () => {
  const { protocol, config, worker } = counterSpec;
  const plain = child(turnActor({ protocol, config, worker }), { config: () => ({ step: 1 }) });
  const root = group("root", { intensity: INTENSITY, children: [plain] });
  const { supervisor } = house({ root, host: noHost });
  const { restart, shutdown, significant, host, memorySoftMB, backoff } =
    supervisor.find("counter")?.policy ?? assert.fail();
  assert.deepEqual({ restart, shutdown, significant, host, memorySoftMB, backoff }, {
    restart: "permanent",
    shutdown: 5_000,
    significant: false,
    host: "worker",
    memorySoftMB: null,
    backoff: { minMs: 50, maxMs: 5_000, jitter: 0.2, healthyAfterMs: 10_000 },
  });
  assert.equal(root.shutdown, "unlimited");
  assert.equal(root.strategy, "one");
});

Deno.test("A6 children start in order, each only after the one before is ready", async () => {
  const log: string[] = [];
  const inner = workerHost();
  const host: Host = {
    start(options) {
      log.push(`${options.name} spawned`);
      return inner.start({
        ...options,
        receive(message) {
          if ((message as Up).is === "ready") log.push(`${options.name} ready`);
          options.receive(message);
        },
      });
    },
  };
  await inHouse(() => {
    const each = ["a", "b", "c"].flatMap((name) => [`${name} spawned`, `${name} ready`]);
    assert.deepEqual(log, each);
    return Promise.resolve();
  }, { children: [puppet("a", { starts: ["slow"] }), puppet("b"), puppet("c")], host });
});

Deno.test("A7 a child that fails at boot stops those before it, in reverse, and is named", async () => {
  const { supervisor, events } = house({
    children: [puppet("a"), puppet("b"), puppet("c", { starts: ["throw"] }), puppet("d")],
  });
  await assert.rejects(supervisor.start(), (error: Error & { code?: string }) => {
    assert.equal(error.code, "boot-failed");
    assert.match(error.message, /^c did not start/);
    assert.match(String((error.cause as Error).cause), /Start failed as planned/);
    return true;
  });
  assert.deepEqual(only(events, "ready", "crash", "shutdown"), [
    "a ready",
    "b ready",
    "c crash",
    "b shutdown",
    "a shutdown",
  ]);
  assert.ok(supervisor.children.every((one) => !one.isRunning));
  assert.equal(supervisor.find("d")?.era, 1, "it was never started, only stopped");
});

Deno.test("A8 a child may have nothing to do: permanent is kept idle, temporary forgotten", () =>
  inHouse(async ({ supervisor, events }) => {
    assert.equal(supervisor.find("a")?.isRunning, false);
    assert.equal(supervisor.find("a")?.status, "stopped");
    assert.equal(supervisor.find("b"), undefined);
    assert.equal(supervisor.find("c")?.isReady, true);
    assert.deepEqual(only(events, "ready", "again", "left"), ["a left", "b left", "c ready"]);
    assert.equal(await supervisor.restart("a"), "started");
  }, {
    children: [
      puppet("a", { starts: ["finish", "ready"] }),
      puppet("b", { starts: ["finish"], restart: "temporary" }),
      puppet("c"),
    ],
  }));

Deno.test("A9 starting a name that runs or is known answers so, with its reference", () =>
  inHouse(async ({ supervisor }) => {
    const { outcome, child } = await supervisor.startChild(puppet("late"));
    assert.deepEqual([outcome, child.isReady, child.incarnation], ["started", true, 1]);
    const again = await supervisor.startChild(puppet("late"));
    assert.deepEqual([again.outcome, again.child], ["already-started", child]);
    await supervisor.terminate("late");
    const present = await supervisor.startChild(puppet("late"));
    assert.deepEqual([present.outcome, present.child], ["already-present", child]);
    assert.equal(child.isRunning, false);
    supervisor.delete("late");
    const fresh = await supervisor.startChild(puppet("late"));
    assert.deepEqual([fresh.outcome, fresh.child.incarnation], ["started", 2]);
    await assert.rejects(supervisor.startChild(puppet("bad", { starts: ["throw"] })));
    assert.equal(supervisor.find("bad"), undefined, "what does not start leaves no trace");
    await assert.rejects(supervisor.startChild(puppet("root")), { code: "bad-definition" });
  }, { children: [puppet("a")] }));

Deno.test("A10 a child that is never ready fails at its start deadline", async () => {
  const { supervisor, events } = house({
    children: [puppet("a", { starts: ["never"], limits: { startMs: 300 } })],
  });
  await assert.rejects(supervisor.start(), { message: /^a did not start/ });
  assert.deepEqual(trailOf(events).slice(0, 1), ["a start-timeout"]);
});

Deno.test("A10 a thread that never says a word fails as well, and is no zombie", async () => {
  const worker = "data:text/javascript,setInterval(() => {}, 1_000)";
  const { supervisor, events } = house({
    children: [puppet("a", { worker, limits: { startMs: 300 } })],
  });
  await assert.rejects(supervisor.start(), { message: /^a did not start/ });
  assert.deepEqual(trailOf(events), ["a start-timeout", "a left"]);
});

Deno.test("A10 the start deadline is exact (virtual time, inline host)", async () => {
  const { supervisor, events, clock } = virtualHouse([puppet("a", { starts: ["never"] })]);
  const failed = assert.rejects(supervisor.start(), { code: "boot-failed" });
  await clock.advance(4_999);
  assert.deepEqual(trailOf(events), []);
  await clock.advance(1);
  await failed;
  assert.deepEqual(trailOf(events), ["a start-timeout", "a left"]);
  assert.equal(clock.pending, 0);
});

Deno.test("A11 messages between spawn and ready are handled after ready, in order", async () => {
  const { supervisor, events } = house({ children: [puppet("a", { starts: ["slow"] })] });
  const started = supervisor.start();
  await waitFor("the spawn", () => supervisor.find("a")?.isRunning);
  const order: number[] = [];
  const a = puppetProtocol("a");
  const asked = [0, 1, 2].map(async (n) => {
    await supervisor.ask(a, "Work", { ms: 0 });
    order.push(n);
    assert.deepEqual(trailOf(events), ["a ready"]);
  });
  assert.deepEqual(trailOf(events), []);
  await Promise.all(asked);
  assert.deepEqual(order, [0, 1, 2]);
  await started;
  await supervisor.stop(5_000);
});
