/** Supervision, G: watching. On the Worker host unless the name says otherwise. */

import assert from "node:assert/strict";
import type { EndNotice } from "@/core/kernel/events.ts";
import {
  breakPuppet,
  puppet,
  type PuppetBreak,
  type PuppetOptions,
} from "@/tests/support/actors/puppet.ts";
import { house, inHouse } from "@/tests/support/house.ts";
import { testProcessHost } from "@/tests/support/process_host.ts";
import { waitFor } from "@/tests/support/wait.ts";

const TEMPORARY = { children: [puppet("a", { restart: "temporary" })] };

function noticesOf() {
  const notices: EndNotice[] = [];
  const watcher = (notice: EndNotice) => notices.push(notice);
  const one = () => waitFor("the notice", () => notices[0]);
  return { notices, watcher, one };
}

Deno.test("G1 each watcher gets exactly one notice", () =>
  inHouse(async ({ supervisor }) => {
    const [first, second, ended] = [noticesOf(), noticesOf(), noticesOf()];
    supervisor.watch("a", first.watcher);
    supervisor.watch("a", second.watcher);
    supervisor.watch("a", ended.watcher)();
    breakPuppet(supervisor, "a", "throw");
    await Promise.all([first.one(), second.one()]);
    await supervisor.startChild(puppet("a"));
    await supervisor.terminate("a");
    assert.deepEqual([first.notices.length, second.notices.length], [1, 1]);
    assert.deepEqual(ended.notices, [], "who looks away hears nothing");
    assert.equal(first.notices[0]?.incarnation, 1);
  }, TEMPORARY));

Deno.test("G1 the notice comes also if the target was dead already, or never was", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.terminate("b");
    const [dead, nobody] = [noticesOf(), noticesOf()];
    supervisor.watch("b", dead.watcher);
    supervisor.watch("nobody", nobody.watcher);
    assert.deepEqual(dead.notices, [], "never before watch() has returned");
    const { actor, incarnation, cause } = await dead.one();
    assert.deepEqual([actor, incarnation, cause], ["b", 1, "shutdown"]);
    assert.deepEqual(await nobody.one(), {
      actor: "nobody",
      incarnation: 0,
      cause: "unknown",
      error: null,
    });
    await supervisor.restart("b");
    await supervisor.terminate("b");
    assert.equal(dead.notices.length, 1);
  }, { children: [puppet("a"), puppet("b")] }));

Deno.test("G2 a restart is not an end", () =>
  inHouse(async ({ supervisor }) => {
    const seen = noticesOf();
    supervisor.watch("a", seen.watcher);
    breakPuppet(supervisor, "a", "throw");
    await waitFor("the restart", () => supervisor.find("a")?.incarnation === 2);
    await waitFor("readiness", () => supervisor.find("a")?.isReady);
    assert.deepEqual(seen.notices, []);
    await supervisor.terminate("a");
    assert.deepEqual(seen.notices.map(({ incarnation, cause }) => [incarnation, cause]), [
      [2, "shutdown"],
    ]);
  }, { children: [puppet("a")] }));

Deno.test("G3 watching twice is watching once", () =>
  inHouse(async ({ supervisor }) => {
    const seen = noticesOf();
    supervisor.watch("a", seen.watcher);
    supervisor.watch("a", seen.watcher);
    await supervisor.terminate("a");
    assert.equal(seen.notices.length, 1);
  }, TEMPORARY));

Deno.test("G1 who looks away at once is told nothing, also of a dead one", () =>
  inHouse(async ({ supervisor }) => {
    const seen = noticesOf();
    supervisor.watch("nobody", seen.watcher)();
    supervisor.watch("a", seen.watcher)();
    await supervisor.terminate("a");
    assert.deepEqual(seen.notices, []);
  }, TEMPORARY));

Deno.test("G4 the notice tells a normal end, a crash, a kill and a silent death apart", async () => {
  const told: Record<string, string | undefined> = {};
  for (const how of ["finish", "throw", "exit", "kill", "stop"] as const) {
    await inHouse(async ({ supervisor }) => {
      const seen = noticesOf();
      supervisor.watch("a", seen.watcher);
      if (how === "kill" || how === "stop") await supervisor.terminate("a", how);
      else breakPuppet(supervisor, "a", how);
      const { cause, error } = await seen.one();
      told[how] = error === null ? cause : `${cause}: ${error.message}`;
    }, TEMPORARY);
  }
  assert.deepEqual(told, {
    finish: "normal",
    throw: "crash: Broken by throw",
    exit: "vanished",
    kill: "killed: a was killed",
    stop: "shutdown",
  });
});

const BOUND_MS = 1_000;

for (
  const [how, kind] of [
    ["throw", "crash"],
    ["reject", "crash"],
    ["timer", "crash"],
    ["unhandled", "crash"],
    ["close", "vanished"],
    ["exit", "vanished"],
  ] as const satisfies readonly (readonly [PuppetBreak, string])[]
) {
  Deno.test(`G5 a death by ${how} is noticed within ${BOUND_MS} ms`, () =>
    inHouse(async ({ supervisor }) => {
      const seen = noticesOf();
      supervisor.watch("a", seen.watcher);
      breakPuppet(supervisor, "a", how);
      const brokenAtMs = performance.now();
      assert.equal((await seen.one()).cause, kind);
      assert.ok(performance.now() - brokenAtMs < BOUND_MS);
    }, TEMPORARY));
}

const worker = (file: string) => import.meta.resolve(`../support/actors/${file}`);
const BAD_STARTS: Readonly<Record<string, readonly [PuppetOptions, string]>> = {
  "a throw while starting": [{ starts: ["throw"] }, "crash: Start failed as planned"],
  "closing itself while starting": [{ starts: ["close"] }, "vanished"],
  "a throw while loading": [
    { worker: worker("broken_worker.ts") },
    "crash: Uncaught (in promise) RangeError: This module never loads",
  ],
  "closing itself while loading": [{ worker: worker("closing_worker.ts") }, "vanished"],
  "a missing module": [{ worker: worker("missing.ts") }, "crash: Module not found"],
};
for (const [what, [options, wanted]] of Object.entries(BAD_STARTS)) {
  Deno.test(`G5 a death by ${what} is noticed within ${BOUND_MS} ms`, async () => {
    const { supervisor } = house({ children: [puppet("a", options)] });
    const seen = noticesOf();
    supervisor.watch("a", seen.watcher);
    const startedAtMs = performance.now();
    await assert.rejects(supervisor.start(), { code: "boot-failed" });
    const { cause, error } = await seen.one();
    assert.ok(performance.now() - startedAtMs < BOUND_MS);
    assert.ok(`${cause}: ${error?.message}`.startsWith(wanted), `${cause}: ${error?.message}`);
  });
}

Deno.test("G5 the end of a process that hangs and is killed on request is noticed (process host)", () =>
  inHouse(async ({ supervisor }) => {
    const seen = noticesOf();
    supervisor.watch("a", seen.watcher);
    supervisor.find("a")?.chaos("hang");
    await supervisor.terminate("a", "kill");
    assert.equal((await seen.one()).cause, "killed");
  }, { ...TEMPORARY, host: testProcessHost() }));
