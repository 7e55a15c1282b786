/** Supervision, C: restart types. On the Worker host. */

import assert from "node:assert/strict";
import { group } from "@/core/kernel/house.ts";
import type { SupervisorEvent } from "@/core/kernel/events.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { breakPuppet, puppet, puppetProtocol } from "@/tests/support/actors/puppet.ts";
import { house, inHouse } from "@/tests/support/house.ts";
import { only, trailOf } from "@/tests/support/trail.ts";
import { waitFor } from "@/tests/support/wait.ts";

async function restarted(supervisor: Supervisor, name: string, incarnation: number): Promise<void> {
  const isNew = () => supervisor.find(name)?.incarnation === incarnation;
  await waitFor(
    `incarnation ${incarnation} of ${name}`,
    () => isNew() && supervisor.find(name)?.isReady,
  );
}

Deno.test("C1 permanent restarts after a normal end, a shutdown and an abnormal end", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "finish");
    await restarted(supervisor, "a", 2);
    supervisor.recycle("a");
    await restarted(supervisor, "a", 3);
    breakPuppet(supervisor, "a", "throw");
    await restarted(supervisor, "a", 4);
    assert.deepEqual(only(events, "normal", "shutdown", "crash"), [
      "a normal",
      "a shutdown",
      "a crash",
    ]);
  }, { children: [puppet("a")] }));

Deno.test("C2 transient restarts after an abnormal end only", () =>
  inHouse(async ({ supervisor, events }) => {
    for (const [incarnation, how] of [[2, "throw"], [3, "close"], [4, "exit"]] as const) {
      breakPuppet(supervisor, "a", how);
      await restarted(supervisor, "a", incarnation);
    }
    breakPuppet(supervisor, "a", "finish");
    await waitFor("the end", () => only(events, "left").length === 1);
    assert.deepEqual(trailOf(events).slice(-2), ["a normal", "a left"]);
    assert.deepEqual(only(events, "crash", "vanished"), ["a crash", "a vanished", "a vanished"]);
    assert.equal(supervisor.find("a")?.status, "stopped");
    assert.equal(await supervisor.restart("a"), "started");
  }, { children: [puppet("a", { restart: "transient" })] }));

Deno.test("C3 temporary is never restarted, and forgotten", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "throw");
    await waitFor("the end", () => only(events, "left").length === 1);
    assert.equal(supervisor.find("a"), undefined);
    assert.equal(supervisor.find("a")?.policy, undefined);
    await assert.rejects(supervisor.restart("a"), { code: "not-found" });
    await supervisor.startChild(puppet("b", { restart: "temporary" }));
    await supervisor.terminate("b");
    assert.equal(supervisor.find("b"), undefined);
    assert.deepEqual(only(events, "again"), []);
  }, { children: [puppet("a", { restart: "temporary" })] }));

Deno.test("C4 a running child is not restarted by hand, a stopped one is, as a new incarnation", () =>
  inHouse(async ({ supervisor }) => {
    await assert.rejects(supervisor.restart("a"), { code: "running" });
    assert.throws(() => supervisor.delete("a"), { code: "running" });
    await supervisor.terminate("a");
    assert.equal(await supervisor.restart("a"), "started");
    assert.equal(supervisor.find("a")?.incarnation, 2);
    supervisor.find("b")?.chaos("throw");
    await waitFor("the backoff", () => supervisor.find("b")?.status === "backoff");
    await assert.rejects(supervisor.restart("b"), { code: "running" });
    await assert.rejects(supervisor.restart("nobody"), { code: "not-found" });
  }, { children: [puppet("a"), puppet("b", { backoff: { minMs: 60_000, maxMs: 60_000 } })] }));

Deno.test("C4 a child that stops is neither restarted nor forgotten before it is down", () =>
  inHouse(async ({ supervisor }) => {
    const stopped = supervisor.terminate("a");
    await assert.rejects(supervisor.restart("a"), { code: "running" });
    assert.throws(() => supervisor.delete("a"), { code: "running" });
    await stopped;
    assert.equal(await supervisor.restart("a"), "started");
    assert.equal(supervisor.find("a")?.incarnation, 2);
  }, { children: [puppet("a", { stop: "slow" })] }));

Deno.test("C4 a supervisor that is on its way is not restarted by hand either", () => {
  const sub = group("sub", {
    intensity: { max: 0, withinMs: 60_000 },
    backoff: { minMs: 60_000, maxMs: 60_000 },
    children: [puppet("a")],
  });
  const root = group("root", { intensity: { max: 5, withinMs: 60_000 }, children: [sub] });
  return inHouse(async ({ supervisor }) => {
    breakPuppet(supervisor, "a", "throw");
    await waitFor("the wait", () => supervisor.find("a")?.status === "restarting");
    await assert.rejects(supervisor.restart("sub"), { code: "running" });
    assert.throws(() => supervisor.delete("sub"), { code: "running" });
  }, { root });
});

Deno.test("C5 a restart that fails to start is tried again as a further restart", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "throw");
    await restarted(supervisor, "a", 4);
    assert.deepEqual(only(events, "crash"), ["a crash", "a crash", "a crash"]);
    assert.equal(supervisor.find("a")?.restarts, 3);
    assert.equal(supervisor.find("a")?.restartsInWindow, 3);
  }, { children: [puppet("a", { starts: ["ready", "throw", "throw", "ready"] })] }));

Deno.test("C5 restarts that fail to start reach the limit", async () => {
  const { supervisor, events } = house({
    children: [puppet("a", { starts: ["ready", "throw"] })],
    maxRestarts: 2,
  });
  await supervisor.start();
  breakPuppet(supervisor, "a", "throw");
  await waitFor("the end", () => only(events, "gave up").length === 1);
  assert.deepEqual(only(events, "crash"), ["a crash", "a crash", "a crash"]);
});

Deno.test("C6 each restart raises the incarnation, and nothing of the old one reaches the new", () =>
  inHouse(async ({ supervisor }) => {
    const a = puppetProtocol("a");
    const old = [
      assert.rejects(supervisor.ask(a, "Work", { ms: 100 }), { kind: "peer-down" }),
      assert.rejects(supervisor.ask(a, "Work", { ms: 1 }), { kind: "peer-down" }),
    ];
    await waitFor("the queue", () => supervisor.find("a")?.beat.read("depth") === 1);
    supervisor.find("a")?.chaos("exit");
    await Promise.all(old);
    await restarted(supervisor, "a", 2);
    assert.deepEqual(await supervisor.ask(a, "Work", { ms: 0 }), { incarnation: 2 });
    await waitFor("the fact", () => supervisor.find("a")?.facts.worked !== undefined);
    assert.equal(supervisor.find("a")?.beat.read("handled"), 1);
    assert.equal(supervisor.find("a")?.facts.worked, 1, "the old work was not taken up");
  }, { children: [puppet("a")] }));

Deno.test("C7 every restart and every final stop is told once, with cause, error and delay", async () => {
  const { supervisor, events } = house({
    children: [puppet("a", { backoff: { minMs: 7 } }), puppet("b", { restart: "transient" })],
  });
  await supervisor.start();
  breakPuppet(supervisor, "a", "throw");
  await restarted(supervisor, "a", 2);
  breakPuppet(supervisor, "a", "exit");
  await restarted(supervisor, "a", 3);
  breakPuppet(supervisor, "b", "finish");
  await waitFor("the end", () => only(events, "b left").length === 1);
  await supervisor.stop(5_000);
  const told = events.filter(({ is }) => is === "restarting" || is === "stopped");
  assert.deepEqual(told.map(withoutError), [
    {
      is: "restarting",
      actor: "a",
      incarnation: 1,
      cause: "crash",
      delayMs: 7,
      inARow: 1,
      severity: "warn",
    },
    {
      is: "restarting",
      actor: "a",
      incarnation: 2,
      cause: "vanished",
      delayMs: 14,
      inARow: 2,
      severity: "warn",
    },
    { is: "stopped", actor: "b", incarnation: 1, cause: "normal" },
    { is: "stopped", actor: "a", incarnation: 3, cause: "shutdown" },
  ]);
  const [first] = told;
  assert.ok(first?.is === "restarting");
  assert.equal(first.error?.message, "Broken by throw");
  assert.match(first.error?.stack ?? "", /puppet_actor\.ts/);
  assert.equal(first.error?.cause?.message, "The test wants it");
  assert.equal(events.filter(({ is }) => is === "exit").length, told.length);
});

function withoutError(event: SupervisorEvent): object {
  return Object.fromEntries(Object.entries(event).filter(([key]) => key !== "error"));
}
