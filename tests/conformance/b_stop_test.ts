/** Supervision, B: stop. On the Worker host unless the name says otherwise. */

import assert from "node:assert/strict";
import { group } from "@/core/kernel/house.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { receiver, rival, sender } from "@/tests/support/actors/postal.ts";
import { puppet, type PuppetOptions, puppetProtocol } from "@/tests/support/actors/puppet.ts";
import { hooked, type StoreCall } from "@/tests/support/hooked_store.ts";
import { house, inHouse } from "@/tests/support/house.ts";
import { gotBy, numbers, upTo, withPost } from "@/tests/support/postal_house.ts";
import { testProcessHost } from "@/tests/support/process_host.ts";
import { runProgram } from "@/tests/support/program.ts";
import { only } from "@/tests/support/trail.ts";
import { inVirtualHouse, virtualHouse } from "@/tests/support/virtual_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const INTENSITY = { max: 5, withinMs: 60_000 };
const A = puppetProtocol("a");
const ENDS = ["shutdown", "killed", "normal", "crash", "vanished"];

Deno.test("B1 stopping stops all children in exact reverse start order", async () => {
  const sub = group("sub", { intensity: INTENSITY, children: [puppet("b"), puppet("c")] });
  const children = [puppet("a"), sub, puppet("d")];
  const root = group("root", { intensity: INTENSITY, children });
  const { supervisor, events } = house({ root });
  await supervisor.start();
  await supervisor.stop(5_000);
  assert.deepEqual(only(events, ...ENDS), ["d", "c", "b", "a"].map((name) => `${name} shutdown`));
});

Deno.test("B2 who obeys in time ends by shutdown, who does not is killed", async () => {
  const { supervisor, events } = house({
    children: [puppet("a"), puppet("b", { stop: "stall", shutdown: 50 })],
  });
  await supervisor.start();
  const startedAtMs = performance.now();
  await supervisor.stop(5_000);
  const tookMs = performance.now() - startedAtMs;
  assert.ok(tookMs >= 49 && tookMs < 2_000, `${tookMs} ms`);
  assert.deepEqual(only(events, ...ENDS), ["b killed", "a shutdown"]);
});

Deno.test("B2 one that ends in silence once it was asked to ends by shutdown", async () => {
  const { supervisor, events } = house({ children: [puppet("a", { stop: "close" })] });
  await supervisor.start();
  await supervisor.stop(5_000);
  assert.deepEqual(only(events, ...ENDS), ["a shutdown"]);
});

Deno.test("B3 shutdown by kill ends the child at once, without its stop hook", async () => {
  const { supervisor, events } = house({ children: [puppet("a", { shutdown: "kill" })] });
  await supervisor.start();
  await supervisor.stop(5_000);
  assert.deepEqual(only(events, ...ENDS), ["a killed"]);
  assert.equal(supervisor.find("a")?.facts.stopHook, undefined);
});

Deno.test("B4 shutdown unlimited waits as long as the child needs", async () => {
  const slow: PuppetOptions = { stop: "slow", limits: { shutdownMs: 20 } };
  const { supervisor, events } = house({
    children: [puppet("a", { ...slow, shutdown: "unlimited" }), puppet("b", slow)],
  });
  await supervisor.start();
  await supervisor.stop(5_000);
  assert.deepEqual(only(events, ...ENDS), ["b killed", "a shutdown"]);
  assert.equal(supervisor.find("a")?.facts.stopHook, 1);
});

Deno.test("B4 the total deadline holds for five loops together as for one", async () => {
  const { code, stdout, stderr } = await runProgram("tests/support/loops_program.ts", ["500"]);
  assert.equal(code, 0, stderr);
  const { tookMs, ends, zombies } = JSON.parse(stdout);
  assert.deepEqual({ ends, zombies }, { ends: Array(5).fill("killed"), zombies: 5 });
  // One after another they took two seconds each.
  assert.ok(tookMs < 2_500, `It took ${Math.round(tookMs)} ms`);
});

Deno.test("B4 the total deadline holds for an unlimited child too", async () => {
  const { supervisor, events } = house({
    children: [puppet("a", { stop: "stall", shutdown: "unlimited" })],
  });
  await supervisor.start();
  await supervisor.stop(100);
  assert.deepEqual(only(events, ...ENDS), ["a killed"]);
});

Deno.test("B4 a nested group ends in its own time, though its child has all it needs (virtual time)", async () => {
  const stalls = puppet("a", { stop: "stall", shutdown: "unlimited" });
  const sub = group("sub", { intensity: INTENSITY, shutdown: 100, children: [stalls] });
  const { supervisor, clock } = virtualHouse(
    group("root", { intensity: INTENSITY, children: [sub] }),
  );
  await supervisor.start();
  const stopped = supervisor.stop(5_000);
  await clock.advance(99);
  assert.equal(supervisor.find("a")?.status, "draining");
  await clock.advance(1);
  assert.equal(supervisor.find("a")?.lastExit?.kind, "killed");
  await clock.advance(5_000);
  await stopped;
});

Deno.test("B5 siblings that stop in parallel take as long as the slowest (virtual time)", async () => {
  const slow = ["a", "b", "c"].map((name) => puppet(name, { stop: "slow" }));
  for (const [stopping, tookMs] of [["parallel", 300], ["reverse", 900]] as const) {
    const root = group("root", { intensity: INTENSITY, stopping, children: slow });
    const { supervisor, clock } = virtualHouse(root);
    await supervisor.start();
    let stoppedAtMs = 0;
    const stopped = supervisor.stop(5_000).then(() => stoppedAtMs = clock.monotonic());
    await clock.advance(tookMs - 1);
    assert.equal(stoppedAtMs, 0, stopping);
    await clock.advance(1);
    await stopped;
    assert.equal(stoppedAtMs, tookMs, stopping);
  }
});

Deno.test("B6 a stop is honoured while a child waits out its backoff", async () => {
  const backoff = { minMs: 60_000, maxMs: 60_000 };
  const { supervisor, events } = house({ children: [puppet("a", { backoff })] });
  await supervisor.start();
  supervisor.find("a")?.chaos("throw");
  await waitFor("the backoff", () => supervisor.find("a")?.status === "backoff");
  await supervisor.stop(5_000);
  assert.equal(events.filter(({ is }) => is === "ready").length, 1);
  assert.equal(supervisor.find("a")?.status, "stopped");
});

Deno.test("B6 a stop is honoured in the middle of a restart that never ends", async () => {
  const { supervisor, events } = house({ children: [puppet("a", { starts: ["ready", "never"] })] });
  await supervisor.start();
  supervisor.find("a")?.chaos("throw");
  const restarting = () => supervisor.find("a")?.status === "starting";
  await waitFor("the restart", () => restarting() && supervisor.find("a")?.isRunning);
  await supervisor.stop(200);
  assert.deepEqual(only(events, ...ENDS, "left"), ["a crash", "a killed", "a left"]);
});

Deno.test("B6 a stop ends a start that waits for a database which never answers", async () => {
  const asked = Promise.withResolvers<void>();
  const { supervisor } = house({
    children: [puppet("a")],
    wrap: (store) =>
      hooked(store, {
        before() {
          asked.resolve();
          return new Promise(() => {});
        },
      }),
  });
  const started = supervisor.start();
  const refused = assert.rejects(started, { code: "stopped" });
  await asked.promise;
  await supervisor.stop(5_000);
  await refused;
  assert.equal(supervisor.find("a")?.status, "stopped");
});

Deno.test("B7 terminating is idempotent; a name that nobody has is not found", () =>
  inHouse(async ({ supervisor, events }) => {
    await assert.rejects(supervisor.terminate("nobody"), { code: "not-found" });
    await supervisor.terminate("a");
    await supervisor.terminate("a");
    assert.deepEqual(only(events, ...ENDS), ["a shutdown"]);
  }, { children: [puppet("a")] }));

/** Three messages, the first being handled, the others in the mailbox. */
async function threeAsked(supervisor: Supervisor): Promise<Promise<string>[]> {
  const asked = [1, 2, 3].map(() =>
    supervisor.ask(A, "Work", { ms: 100 }).then(() => "done", ({ kind }) => kind as string)
  );
  await waitFor("the queue", () => supervisor.find("a")?.beat.read("depth") === 2);
  return asked;
}
const ONE_BY_ONE = { children: [puppet("a")] };

Deno.test("B8 draining handles what was accepted and refuses what comes later", () =>
  inHouse(async ({ supervisor }) => {
    const asked = await threeAsked(supervisor);
    const stopped = supervisor.terminate("a");
    await assert.rejects(supervisor.ask(A, "Work", { ms: 1 }), { kind: "peer-down" });
    assert.deepEqual(await Promise.all(asked), ["done", "done", "done"]);
    await stopped;
  }, ONE_BY_ONE));

Deno.test("B8 one that starts anew handles first what it accepted", () =>
  inHouse(async ({ supervisor }) => {
    const asked = await threeAsked(supervisor);
    supervisor.recycle("a");
    assert.deepEqual(await Promise.all(asked), ["done", "done", "done"]);
    await waitFor("its return", () => supervisor.find("a")?.isReady);
    assert.equal(supervisor.find("a")?.incarnation, 2);
  }, ONE_BY_ONE));

Deno.test("B8 one that starts anew with a failed one handles first what it accepted", () =>
  inHouse(async ({ supervisor }) => {
    const asked = await threeAsked(supervisor);
    supervisor.find("b")?.chaos("throw");
    assert.deepEqual(await Promise.all(asked), ["done", "done", "done"]);
    await waitFor("its return", () => supervisor.find("a")?.incarnation === 2);
  }, {
    root: group("root", {
      intensity: INTENSITY,
      strategy: "all",
      children: [puppet("a"), puppet("b")],
    }),
  }));

Deno.test("B8 a drain that began cannot be suspended", () =>
  inHouse(async ({ supervisor }) => {
    const asked = await threeAsked(supervisor);
    const stopped = supervisor.terminate("a");
    supervisor.find("a")?.suspend();
    assert.deepEqual(await Promise.all(asked), ["done", "done", "done"]);
    await stopped;
  }, ONE_BY_ONE));

Deno.test("B8 events that come during a drain push out none that was accepted", async () => {
  const gate = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let isShut = false;
  const before = ({ verb }: StoreCall) => {
    if (!isShut || verb !== "commit") return;
    held.resolve();
    return gate.promise;
  };
  await withPost(async ({ supervisor }) => {
    isShut = true;
    await supervisor.post(receiver, "Keep", { key: "k", body: { n: 0 } });
    await held.promise;
    await supervisor.ask(sender, "Burst", { type: "Drop", from: 1, to: 5 });
    const depth = () => supervisor.find("receiver")?.beat.read("depth");
    await waitFor("five to wait behind the first", () => depth() === 5);
    const stopped = supervisor.terminate("receiver");
    // An answer on the same channel shows that the stop has come.
    await supervisor.find("receiver")?.probe([], 5_000);
    await supervisor.ask(rival, "Burst", { type: "Drop", from: 101, to: 120 });
    const refused = () => supervisor.find("receiver")?.beat.read("refused");
    await waitFor("the events that come too late", () => refused() === 20);
    gate.resolve();
    await stopped;
    assert.deepEqual(supervisor.snapshot().deadLetters.counts, { down: 20 });
    await supervisor.restart("receiver");
    assert.deepEqual(numbers(await gotBy(supervisor), "sender", "Drop"), upTo(5));
  }, { wrap: (store) => hooked(store, { before }) });
});

Deno.test("B9 a stop overtakes what is queued", () =>
  inHouse(async ({ supervisor }) => {
    const asked = await threeAsked(supervisor);
    await supervisor.terminate("a", "stop");
    assert.deepEqual(await Promise.all(asked), ["done", "peer-down", "peer-down"]);
    assert.equal(supervisor.find("a")?.facts.stopHook, 1);
  }, ONE_BY_ONE));

Deno.test("B9 a kill overtakes everything", () =>
  inHouse(async ({ supervisor }) => {
    const asked = await threeAsked(supervisor);
    await supervisor.terminate("a", "kill");
    assert.deepEqual(await Promise.all(asked), ["peer-down", "peer-down", "peer-down"]);
    assert.equal(supervisor.find("a")?.facts.stopHook, undefined);
  }, ONE_BY_ONE));

Deno.test("B10 a stop does not interrupt the handler in progress", () =>
  inHouse(async ({ supervisor }) => {
    const asked = supervisor.ask(A, "Work", { ms: 200 });
    await waitFor("the work", () => Number(supervisor.find("a")?.beat.read("busySinceMs")) > 0);
    await supervisor.terminate("a", "stop");
    assert.deepEqual(await asked, { incarnation: 1 });
  }, ONE_BY_ONE));

Deno.test("B10 nor one of several that may be in progress at once (virtual time)", () =>
  inVirtualHouse(async ({ supervisor, clock }) => {
    supervisor.ask(A, "Work", { ms: 200 }).catch(() => {});
    await waitFor("the work", () => Number(supervisor.find("a")?.beat.read("busySinceMs")) > 0);
    const stopped = supervisor.terminate("a", "stop");
    await clock.advance(300);
    await stopped;
    assert.equal(supervisor.find("a")?.facts.worked, 1);
  }, [puppet("a", { limits: { concurrency: 2 } })]));

Deno.test("B10 a kill interrupts a handler that never yields (process host)", () =>
  inHouse(async ({ supervisor, events }) => {
    const asked = assert.rejects(
      supervisor.ask(A, "Spin", { ms: 60_000, peer: "a" }),
      { kind: "peer-down" },
    );
    await waitFor(
      "the loop",
      () => Number(supervisor.find("a")?.beat.read("busySinceMs")) > 0,
      20_000,
    );
    await supervisor.terminate("a", "kill");
    await asked;
    assert.deepEqual(only(events, ...ENDS), ["a killed"]);
    assert.equal(supervisor.zombies, 0);
  }, { children: [puppet("a", { limits: { heartbeatMs: 60_000 } })], host: testProcessHost() }));

Deno.test("B11 waiting for a stop returns only after the stop hook has completed", () =>
  inHouse(async ({ supervisor }) => {
    await supervisor.terminate("a");
    assert.equal(supervisor.find("a")?.facts.stopHook, 1);
    assert.equal(supervisor.find("a")?.isRunning, false);
  }, { children: [puppet("a", { stop: "slow" })] }));

Deno.test("B17 no child, thread or timer outlives the supervisor", async () => {
  const { code, stdout, stderr } = await runProgram("tests/support/ends_program.ts");
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    idle: "shutdown",
    stalls: "killed",
    waits: "crash",
    loops: "shutdown",
    starts: "killed",
  });
});

Deno.test("B17 not even one that loops for ever outlives it (process host)", async () => {
  const { code, stdout, stderr } = await runProgram("tests/support/ends_program.ts", ["process"]);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).loops, "killed");
});

Deno.test("B17 no timer is left when the supervisor is down (virtual time)", async () => {
  let left = -1;
  await inVirtualHouse(async ({ supervisor, clock }) => {
    supervisor.find("a")?.chaos("throw");
    await clock.advance(10);
    await supervisor.stop(1_000);
    left = clock.pending;
  }, [puppet("a", { backoff: { minMs: 1_000 } }), puppet("b")]);
  assert.equal(left, 0);
});
