/**
 * Supervision, J: hangs and resources. On the Worker host unless the name says otherwise. J3 is
 * proved in j_zombie_test.ts, J5 in tests/slow/restarts_test.ts.
 */

import assert from "node:assert/strict";
import { workerHost } from "@/core/hosts/worker.ts";
import { child, type ChildSpec, type HostKind } from "@/core/kernel/house.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { counter, counterSpec, echoSpec } from "@/tests/support/actors/counter.ts";
import { breakPuppet, puppet, puppetProtocol } from "@/tests/support/actors/puppet.ts";
import { daemonBrokenBy } from "@/tests/support/daemon.ts";
import { inHouse } from "@/tests/support/house.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { testProcessHost } from "@/tests/support/process_host.ts";
import { only } from "@/tests/support/trail.ts";
import { inVirtualHouse } from "@/tests/support/virtual_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const [A, B] = [puppetProtocol("a"), puppetProtocol("b")];
const HEARTBEAT_MS = 400;
const TOLERANCE_MS = 250;
/** What two busy cores may add to a real measurement. */
const LOAD_MS = 750;

async function replaced(supervisor: Supervisor, name: string): Promise<void> {
  const isNew = () => supervisor.find(name)?.incarnation === 2;
  await waitFor(`the new ${name}`, () => isNew() && supervisor.find(name)?.isReady);
}

Deno.test("J1 a handler that never yields is declared hung in time, siblings are unaffected", () =>
  inHouse(async ({ supervisor, events }) => {
    const startedAtMs = performance.now();
    const asked = supervisor.ask(A, "Spin", { ms: 1_500, peer: "b" });
    const failed = assert.rejects(asked, { kind: "peer-down" });
    const isHung = () => only(events, "hung").length === 1;
    while (!isHung()) await supervisor.ask(B, "Work", { ms: 1 });
    const tookMs = performance.now() - startedAtMs;
    assert.ok(tookMs <= HEARTBEAT_MS + TOLERANCE_MS + LOAD_MS, `${tookMs} ms`);
    await failed;
    await replaced(supervisor, "a");
    assert.ok(performance.now() - startedAtMs < 1_500, "the old thread still loops");
    assert.equal(supervisor.find("b")?.restarts, 0);
    assert.deepEqual(await supervisor.ask(A, "Work", { ms: 1 }), { incarnation: 2 });
  }, { children: [puppet("a", { uses: ["b"] }), puppet("b")] }));

Deno.test("J1 a hang is declared within heartbeat and tolerance (virtual time, inline host)", () =>
  inVirtualHouse(async ({ supervisor, clock, events }) => {
    for (let pauseMs = 1_000; pauseMs < 1_100; pauseMs += 7) {
      const before = events.length;
      await clock.advance(pauseMs);
      assert.equal(supervisor.find("a")?.status, "ready");
      supervisor.find("a")?.chaos("hang");
      await clock.advance(HEARTBEAT_MS - 50);
      assert.deepEqual(only(events.slice(before), "hung"), [], "one beat may be that old");
      assert.equal(supervisor.find("a")?.status, "degraded");
      await clock.advance(50 + TOLERANCE_MS);
      assert.deepEqual(only(events.slice(before), "hung"), ["a hung"]);
      await clock.advance(60_000);
    }
  }, [puppet("a", { backoff: { healthyAfterMs: 1 } }), puppet("b")]));

Deno.test("J1 who is only slow is not declared hung (virtual time, inline host)", () =>
  inVirtualHouse(async ({ supervisor, clock }) => {
    await clock.advance(600_000);
    assert.ok(supervisor.children.every(({ incarnation }) => incarnation === 1));
  }, [puppet("a", { limits: { heartbeatMs: 10_000 } })]));

Deno.test("J2 a thread that survives is a zombie, counted until it ends after all", () =>
  inHouse(async ({ supervisor, events }) => {
    const failed = assert.rejects(supervisor.ask(A, "Spin", { ms: 3_500, peer: "a" }));
    await replaced(supervisor, "a");
    await failed;
    assert.equal(supervisor.zombies, 0, "it may still end");
    await waitFor("the zombie", () => supervisor.zombies === 1);
    await waitFor("its end", () => supervisor.zombies === 0);
    assert.deepEqual(only(events, "zombies"), ["1 zombies", "0 zombies"]);
  }, { children: [puppet("a", { uses: ["a"] })] }));

Deno.test("J2 past the limit the process asks to be started anew, code 75", async () => {
  await using database = await testDatabase();
  const { code, stdout } = await daemonBrokenBy(["steady", "twin"], "hang", database.url);
  assert.equal(code, 75, stdout);
  assert.match(stdout, /A thread of (steady|twin) cannot be ended/);
  assert.match(stdout, /"Stopped"/, "it went down in order");
});

const ACTORS: readonly ChildSpec[] = [
  child(echoSpec, { config: () => ({ prefix: "> " }), backoff: { minMs: 1, maxMs: 1 } }),
  child(counterSpec, { config: () => ({ step: 1 }), backoff: { minMs: 1, maxMs: 1 } }),
];

Deno.test("J4 out of memory in one actor leaves the others' durable state alone (process host)", () => {
  const hosts = (kind: HostKind) => kind === "process" ? testProcessHost() : workerHost();
  return inHouse(async ({ supervisor, store }) => {
    await supervisor.ask(counter, "AddNow", { amount: 5 });
    supervisor.find("a")?.chaos("oom");
    let count = 5;
    while (supervisor.find("a")?.incarnation === 1) {
      ({ count } = await supervisor.ask(counter, "AddNow", { amount: 1 }));
    }
    await replaced(supervisor, "a");
    assert.equal(supervisor.find("a")?.lastExit?.error?.code, "process-died");
    assert.equal(supervisor.find("counter")?.restarts, 0);
    assert.deepEqual(store.actors.get("counter")?.saved?.state, { count, starts: 1 });
  }, {
    hosts,
    children: [
      puppet("a", { host: "process", limits: { heartbeatMs: 60_000, startMs: 20_000 } }),
      ...ACTORS,
    ],
  });
});

Deno.test("J4 a heap past its soft limit is drained and started anew, and no failure", () =>
  inHouse(async ({ supervisor, events }) => {
    const asked = [1, 2, 3].map(() => supervisor.ask(A, "Work", { ms: 150 }));
    const done = (await Promise.all(asked)).map(({ incarnation }) => incarnation);
    assert.deepEqual(done, [1, 1, 1], "what was accepted is handled by who accepted it");
    await replaced(supervisor, "a");
    assert.deepEqual(only(events, "memory"), ["a memory"]);
    assert.equal(supervisor.find("a")?.restartsInWindow, 0);
    const again = events.find((event) => event.is === "restarting");
    assert.ok(again?.is === "restarting");
    assert.deepEqual([again.cause, again.inARow, again.severity], ["memory", 0, "info"]);
  }, {
    children: [
      puppet("a", { memorySoftMB: 0.1, backoff: { healthyAfterMs: 250 }, shutdown: 1_900 }),
    ],
  }));

Deno.test("J4 buffers beside the heap count as well", () =>
  inHouse(async ({ supervisor, events }) => {
    await replaced(supervisor, "a");
    assert.deepEqual(only(events, "memory"), ["a memory"]);
  }, {
    children: [
      puppet("a", {
        memorySoftMB: 90,
        backoff: { healthyAfterMs: 250 },
        starts: ["hoard", "ready"],
      }),
    ],
  }));

Deno.test("J4 a soft limit that is always exceeded does not make a loop (virtual time, inline host)", () =>
  inVirtualHouse(
    async ({ supervisor, clock }) => {
      await clock.advance(60_000);
      const starts = supervisor.find("a")?.incarnation ?? 0;
      assert.ok(starts >= 5 && starts <= 7, `${starts} starts in a minute, one per 10 s`);
      breakPuppet(supervisor, "a", "throw");
      await clock.advance(100);
      assert.equal(supervisor.find("a")?.restartsInWindow, 1, "a real failure still counts");
    },
    [puppet("a", { memorySoftMB: 10, backoff: { healthyAfterMs: 10_000 } })],
    {
      heapBytes: () => 11e6,
    },
  ));
