/** Supervision, D: strategies. On the Worker host. */

import assert from "node:assert/strict";
import { type ChildSpec, group, type GroupTree } from "@/core/kernel/house.ts";
import type { Strategy } from "@/core/kernel/house.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { breakPuppet, puppet, type PuppetOptions } from "@/tests/support/actors/puppet.ts";
import { inHouse } from "@/tests/support/house.ts";
import { trailOf } from "@/tests/support/trail.ts";
import { waitFor } from "@/tests/support/wait.ts";

function rooted(strategy: Strategy, children: readonly ChildSpec[], max = 5): GroupTree {
  return group("root", { strategy, intensity: { max, withinMs: 60_000 }, children });
}

function three(change: Readonly<Record<string, PuppetOptions>> = {}): readonly ChildSpec[] {
  return ["a", "b", "c"].map((name) => puppet(name, change[name]));
}

const incarnations = (supervisor: Supervisor) =>
  Object.fromEntries(supervisor.children.map(({ name, incarnation }) => [name, incarnation]));

async function settledAt(
  supervisor: Supervisor,
  wanted: Readonly<Record<string, number>>,
): Promise<void> {
  await waitFor(`incarnations ${JSON.stringify(wanted)}`, () => {
    assert.deepEqual(incarnations(supervisor), wanted);
    return supervisor.children.every((child) => child.isReady);
  });
}

Deno.test("D1 one: only the failed child is replaced", () =>
  inHouse(async ({ supervisor, events }) => {
    const before = events.length;
    breakPuppet(supervisor, "b", "throw");
    await settledAt(supervisor, { a: 1, b: 2, c: 1 });
    assert.deepEqual(trailOf(events).slice(before), ["b crash", "b again in 1", "b ready"]);
  }, { root: rooted("one", three()) }));

Deno.test("D2 all: every sibling stops in reverse, then all start in order", () =>
  inHouse(async ({ supervisor, events }) => {
    const before = events.length;
    breakPuppet(supervisor, "b", "throw");
    await settledAt(supervisor, { a: 2, b: 2, c: 2 });
    assert.deepEqual(trailOf(events).slice(before), [
      "b crash",
      "c shutdown",
      "a shutdown",
      "a again in 1",
      "b again in 1",
      "c again in 1",
      "a ready",
      "b ready",
      "c ready",
    ]);
  }, { root: rooted("all", three()) }));

Deno.test("D3 rest: those declared after the failed one restart with it, the others stay", () =>
  inHouse(async ({ supervisor, events }) => {
    const before = events.length;
    breakPuppet(supervisor, "b", "throw");
    await settledAt(supervisor, { a: 1, b: 2, c: 2 });
    assert.deepEqual(trailOf(events).slice(before), [
      "b crash",
      "c shutdown",
      "b again in 1",
      "c again in 1",
      "b ready",
      "c ready",
    ]);
  }, { root: rooted("rest", three()) }));

const LAST_FAILS_ONCE = three({ c: { starts: ["ready", "throw", "ready"] } });

Deno.test("D4 all: when another fails to start, those restarted stop again before the next try", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "throw");
    await settledAt(supervisor, { a: 3, b: 3, c: 3 });
    const trail = trailOf(events);
    assert.deepEqual(trail.slice(trail.indexOf("c crash"), trail.indexOf("c crash") + 3), [
      "c crash",
      "b shutdown",
      "a shutdown",
    ]);
  }, { root: rooted("all", LAST_FAILS_ONCE) }));

Deno.test("D4 rest: when another fails to start, only the tail from there is tried again", () =>
  inHouse(async ({ supervisor, events }) => {
    breakPuppet(supervisor, "a", "throw");
    await settledAt(supervisor, { a: 2, b: 2, c: 3 });
    const trail = trailOf(events);
    assert.deepEqual(trail.slice(trail.indexOf("c crash")), [
      "c crash",
      "c again in 1",
      "c ready",
    ]);
  }, { root: rooted("rest", LAST_FAILS_ONCE) }));

Deno.test("D5 children that wait in a group restart are shown restarting, without an incarnation", () =>
  inHouse(async ({ supervisor }) => {
    breakPuppet(supervisor, "b", "throw");
    await waitFor("the backoff", () => supervisor.find("b")?.status === "backoff");
    const seen = supervisor.children.map(({ name, status, isRunning }) => [
      name,
      status,
      isRunning,
    ]);
    assert.deepEqual(seen, [["a", "ready", true], ["b", "backoff", false], [
      "c",
      "restarting",
      false,
    ]]);
    assert.ok((supervisor.find("c")?.nextRestartAtMs ?? 0) > Date.now());
  }, { root: rooted("rest", three({ b: { backoff: { minMs: 60_000, maxMs: 60_000 } } })) }));

Deno.test("D5 nor are those of a group in it shown as if they had failed", () => {
  const failing = puppet("a", { backoff: { minMs: 60_000, maxMs: 60_000 } });
  const sub = group("sub", {
    intensity: { max: 5, withinMs: 60_000 },
    children: [puppet("b")],
  });
  const root = group("root", {
    strategy: "rest",
    intensity: { max: 5, withinMs: 60_000 },
    children: [failing, sub],
  });
  return inHouse(async ({ supervisor }) => {
    breakPuppet(supervisor, "a", "throw");
    await waitFor("the backoff", () => supervisor.find("a")?.status === "backoff");
    assert.equal(supervisor.find("b")?.status, "restarting");
  }, { root });
});

Deno.test("D6 a restarted supervisor restarts its declared children, not those added since", () => {
  const sub = group("sub", {
    intensity: { max: 0, withinMs: 60_000 },
    backoff: { minMs: 1 },
    children: [puppet("a"), puppet("b")],
  });
  const root = group("root", { intensity: { max: 5, withinMs: 60_000 }, children: [sub] });
  return inHouse(async ({ supervisor, events }) => {
    await supervisor.startChild(puppet("added"), "sub");
    breakPuppet(supervisor, "a", "throw");
    await settledAt(supervisor, { a: 2, b: 2 });
    assert.equal(supervisor.find("added"), undefined);
    assert.deepEqual(trailOf(events).filter((line) => line.startsWith("added")), [
      "added ready",
      "added shutdown",
      "added left",
    ]);
  }, { root });
});
