/** Supervision, K1 to K3: the health view, answers about hung actors, suspension. On real workers. */

import assert from "node:assert/strict";
import { z } from "zod";
import { child, group } from "@/core/kernel/house.ts";
import { LATENCY_BOUNDS_MS } from "@/core/kernel/tally.ts";
import type { Up } from "@/core/kernel/up.ts";
import { Reports } from "@/core/thread/reports.ts";
import { event, protocol, request, service, serviceActor } from "@/core/kernel/mod.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { POSTAL_CHILDREN, receiver, sender } from "@/tests/support/actors/postal.ts";
import { puppet, puppetProtocol } from "@/tests/support/actors/puppet.ts";
import {
  serveOutside,
  SLEEPERS,
  sleepyService,
  sleepyServiceSpec,
} from "@/tests/support/actors/sleepers.ts";
import { type House, inHouse } from "@/tests/support/house.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";
import { gotBy, numbers, upTo, withPost } from "@/tests/support/postal_house.ts";
import { inVirtualHouse } from "@/tests/support/virtual_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

function seen(supervisor: Supervisor, actor: string) {
  const one = supervisor.snapshot().actors.find(({ name }) => name === actor);
  assert.ok(one !== undefined);
  return one;
}

/** A sleeper whose restart takes long enough to be looked at. */
const SLOW = {
  children: [
    child(sleepyServiceSpec, {
      config: () => ({}),
      backoff: { minMs: 300, maxMs: 300, jitter: 0 },
    }),
    ...SLEEPERS.slice(0, 1),
  ],
  serve: [serveOutside([])],
};
/** Long enough to be found a zombie. */
const NAP_MS = 3_000;

async function napIsOver({ supervisor, events }: House): Promise<void> {
  await waitFor("the zombie", () => events.some(({ is }) => is === "zombie"));
  await waitFor("its end", () => supervisor.zombies === 0, 20_000);
}

Deno.test("K1 a hung actor is shown as late, then as ended by it, never as healthy", () =>
  inHouse(async (house) => {
    const { supervisor } = house;
    const sleepy = () => seen(supervisor, "sleepy-service");
    assert.equal(sleepy().status, "ready");
    supervisor.ask(sleepyService, "Nap", { ms: NAP_MS }).catch(() => {});
    await waitFor("it to be late", () => sleepy().status === "degraded");
    assert.ok(sleepy().busyMs > 0);
    await waitFor("the verdict", () => sleepy().status === "backoff");
    assert.equal(sleepy().lastExit?.kind, "hung");
    await napIsOver(house);
    assert.equal(sleepy().status, "ready");
  }, SLOW));

Deno.test("K1 actors that back off, drain or stopped are shown as such", () =>
  inHouse(async ({ supervisor }) => {
    const status = () => seen(supervisor, "sleepy-service").status;
    supervisor.find("sleepy-service")?.chaos("exit");
    await waitFor("its backoff", () => status() === "backoff");
    await waitFor("its return", () => status() === "ready");
    assert.equal(seen(supervisor, "sleepy-service").restarts, 1);
    const napping = supervisor.ask(sleepyService, "Nap", { ms: 0 });
    const stopped = supervisor.terminate("sleepy-service");
    assert.equal(status(), "draining");
    await Promise.allSettled([napping, stopped]);
    assert.equal(status(), "stopped");
  }, SLOW));

Deno.test("K1 one that works longer than anybody waits for is degraded (virtual time)", () =>
  inVirtualHouse(async ({ supervisor, clock }) => {
    const deadline = assert.rejects(
      supervisor.ask(puppetProtocol("a"), "Work", { ms: 60_000 }),
      { kind: "deadline" },
    );
    await waitFor("the work", () => Number(supervisor.find("a")?.beat.read("busySinceMs")) > 0);
    await clock.advance(29_000);
    assert.equal(seen(supervisor, "a").status, "ready");
    await clock.advance(2_000);
    await deadline;
    assert.equal(seen(supervisor, "a").status, "degraded");
    await clock.advance(30_000);
    assert.equal(seen(supervisor, "a").status, "ready");
  }, [puppet("a")]));

Deno.test("K1 one at work that nobody waits for is not degraded (virtual time)", () => {
  const config = z.object({});
  const listener = protocol("listener", { Hear: event({ body: z.object({}) }) });
  const spec = serviceActor({ protocol: listener, config, worker: "listener" });
  const caller = serviceActor({
    protocol: protocol("caller", {}),
    uses: [listener],
    config,
    worker: "caller",
  });
  const heard = Promise.withResolvers<void>();
  const definitions = [
    service(spec, { start: () => null, handlers: { Hear: () => heard.promise } }),
    service(caller, { start: (context) => context.tell(listener, "Hear", {}), handlers: {} }),
  ];
  const options = { config: () => ({}) };
  const children = [child(spec, options), child(caller, options)];
  const clock = new ManualClock();
  return inlineHouse(definitions, children, async ({ supervisor }) => {
    const beat = supervisor.find("listener")?.beat;
    await waitFor("the work", () => Number(beat?.read("busySinceMs")) > 0);
    await clock.advance(60_000);
    const { status } = seen(supervisor, "listener");
    heard.resolve();
    assert.equal(status, "ready");
  }, { clock });
});

Deno.test("K1 one that has finished and does not end is ended (virtual time)", () =>
  inVirtualHouse(async ({ supervisor, clock }) => {
    await supervisor.ask(puppetProtocol("a"), "Break", { how: "finish" });
    await clock.advance(1_900);
    assert.equal(supervisor.find("a")?.lastExit, null);
    await waitFor("its end", async () => {
      await clock.advance(100);
      return supervisor.find("a")?.lastExit;
    });
    assert.equal(supervisor.find("a")?.lastExit?.kind, "killed");
  }, [puppet("a", { stop: "stall" })]));

Deno.test("K2 while an actor hangs, the view answers at once and a probe by its deadline", () => {
  // Declared hung, it would be replaced, and the next one answers.
  const actor = {
    ...sleepyServiceSpec,
    limits: { ...sleepyServiceSpec.limits, heartbeatMs: 60_000 },
  };
  const [witness] = SLEEPERS;
  assert.ok(witness !== undefined);
  return inHouse(async ({ supervisor }) => {
    let isOver = false;
    const nap = supervisor.ask(sleepyService, "Nap", { ms: NAP_MS }).then(() => isOver = true);
    await waitFor("it to be at work", () => seen(supervisor, "sleepy-service").busyMs > 0);
    const { actors } = supervisor.snapshot();
    assert.deepEqual(actors.map(({ name }) => name), ["sleepy-service", "witness"]);
    const probe = supervisor.find("sleepy-service")?.probe([], 10);
    await assert.rejects(probe ?? Promise.resolve(), { kind: "deadline" });
    assert.equal(isOver, false, "nobody waited for it");
    await nap;
  }, { children: [child(actor, { config: () => ({}) }), witness], serve: [serveOutside([])] });
});

Deno.test("K1 one whose last end was a hang is shown as hung (virtual time)", () =>
  inVirtualHouse(
    async ({ supervisor, clock }) => {
      supervisor.find("a")?.chaos("hang");
      await clock.advance(5_000);
      assert.deepEqual(supervisor.children.map(({ isOver, status }) => [isOver, status]), [
        [true, "hung"],
        [true, "stopped"],
      ]);
    },
    group("root", {
      intensity: { max: 0, withinMs: 60_000 },
      children: [puppet("a"), puppet("b")],
    }),
  ));

Deno.test("K1 of one that died it is not shown what it had in hand (virtual time)", () =>
  inVirtualHouse(
    async ({ supervisor, clock }) => {
      const lost = [1, 2].map(() =>
        assert.rejects(supervisor.ask(puppetProtocol("a"), "Work", { ms: 60_000 }))
      );
      await waitFor("the work", () => seen(supervisor, "a").mailbox.depth === 1);
      supervisor.find("a")?.chaos("throw");
      await clock.advance(500);
      const { status, busyMs, heapBytes, mailbox } = seen(supervisor, "a");
      assert.deepEqual({ status, busyMs, heapBytes, depth: mailbox.depth }, {
        status: "backoff",
        busyMs: 0,
        heapBytes: 0,
        depth: 0,
      });
      assert.deepEqual(supervisor.snapshot().deadLetters.counts, { died: 1 });
      await Promise.all(lost);
    },
    [puppet("a", { backoff: { minMs: 1_000, maxMs: 1_000 } })],
    { heapBytes: () => 7 },
  ));

Deno.test("K3 suspended, an actor handles nothing and loses nothing; resumed, it goes on in order", () =>
  withPost(async ({ supervisor, store }) => {
    supervisor.find("receiver")?.suspend();
    for (const n of upTo(20)) {
      await supervisor.post(receiver, "Keep", { key: `k${n}`, body: { n } });
    }
    const asked = supervisor.ask(receiver, "Ask", { n: 1 });
    await supervisor.ask(sender, "Burst", { type: "Patient", from: 1, to: 50 });
    await waitFor("messages to wait", () => seen(supervisor, "receiver").mailbox.depth === 24);
    assert.equal(seen(supervisor, "receiver").status, "suspended");
    assert.equal(store.actors.get("receiver")?.version, 1, "only its start was committed");
    supervisor.find("receiver")?.resume();
    assert.deepEqual(await asked, { n: 1 });
    const got = await waitFor("all of it", async () => {
      const got = await gotBy(supervisor);
      return got.length === 71 && got;
    });
    assert.deepEqual(numbers(got, "main", "Keep"), upTo(20));
    assert.deepEqual(numbers(got, "sender", "Patient"), upTo(50));
    assert.equal(seen(supervisor, "receiver").status, "ready");
    assert.deepEqual(supervisor.snapshot().deadLetters.counts, {});
  }));

Deno.test("K3 a suspended actor stays suspended over a restart, and can be stopped", () =>
  withPost(async ({ supervisor, store }) => {
    supervisor.find("receiver")?.suspend();
    await supervisor.post(receiver, "Keep", { key: "k", body: { n: 1 } });
    supervisor.find("receiver")?.chaos("exit");
    await waitFor("the restart", () => supervisor.find("receiver")?.incarnation === 2);
    await waitFor("it to wait", () => seen(supervisor, "receiver").mailbox.depth === 1);
    assert.equal(seen(supervisor, "receiver").status, "suspended");
    assert.equal(store.outbox.get(1)?.status, "pending");
    await supervisor.terminate("receiver");
    assert.equal(seen(supervisor, "receiver").status, "stopped");
    assert.equal(store.outbox.get(1)?.status, "done", "a stop handles what was accepted");
  }));

Deno.test("K3 a suspended actor handles nothing when others restart it", async () => {
  const [spec, ...others] = POSTAL_CHILDREN;
  assert.ok(spec !== undefined);
  const root = group("root", {
    strategy: "all",
    intensity: { max: 5, withinMs: 60_000 },
    children: [spec, ...others],
  });
  await inHouse(async ({ supervisor, store }) => {
    supervisor.find("receiver")?.suspend();
    await supervisor.post(receiver, "Keep", { key: "k", body: { n: 1 } });
    const waiting = () => seen(supervisor, "receiver").mailbox.depth === 1;
    const again = async (incarnation: number) => {
      await waitFor("the restart", () => supervisor.find("receiver")?.incarnation === incarnation);
      await waitFor("it to wait", waiting);
      assert.equal(store.outbox.get(1)?.status, "pending");
    };
    await waitFor("the message", waiting);
    supervisor.find("sender")?.chaos("throw");
    await again(2);
    supervisor.recycle("receiver", "memory");
    await again(3);
  }, { root });
});

Deno.test("K3 a changed config reaches a living actor, and every later one; a bad one none", () =>
  withPost(async ({ supervisor }) => {
    const greet = async (n: number) => {
      await supervisor.ask(receiver, "Ask", { n });
      return (await gotBy(supervisor)).at(-1)?.greeting;
    };
    assert.equal(await greet(1), "hello");
    supervisor.find("receiver")?.configure({ greeting: "goodbye" });
    // An answer on the same channel shows that it has come.
    await supervisor.find("receiver")?.probe([], 5_000);
    assert.equal(await greet(2), "goodbye");
    assert.equal(supervisor.find("receiver")?.incarnation, 1);
    assert.throws(() => supervisor.find("receiver")?.configure({ greeting: 7 }), {
      kind: "rejected",
      message: /receiver config is not valid at greeting/,
    });
    assert.equal(await greet(3), "goodbye");
    supervisor.find("receiver")?.chaos("exit");
    await waitFor("the restart", () => supervisor.find("receiver")?.incarnation === 2);
    await waitFor("readiness", () => supervisor.find("receiver")?.isReady);
    assert.equal(await greet(4), "goodbye");
  }));

const host = protocol("host", {
  Config: request({ body: z.object({}), reply: z.object({ port: z.int(), words: z.string() }) }),
});
const hostSpec = serviceActor({
  protocol: host,
  config: z.object({ port: z.int(), words: z.string() }),
  worker: "inline",
  permissions: ({ port }) => ({ net: [`127.0.0.1:${port}`] }),
});

Deno.test("K3 a config that needs other permissions is refused, because a thread keeps its own", () =>
  inlineHouse(
    [service(hostSpec, {
      start: () => null,
      handlers: { Config: (_resources, _body, call) => call.config },
    })],
    [child(hostSpec, { config: () => ({ port: 1, words: "old" }) })],
    async ({ supervisor }) => {
      assert.throws(() => supervisor.find("host")?.configure({ port: 2, words: "new" }), {
        code: "needs-restart",
      });
      supervisor.find("host")?.configure({ port: 1, words: "new" });
      assert.deepEqual(await supervisor.ask(host, "Config", {}), { port: 1, words: "new" });
      await supervisor.terminate("host");
      supervisor.find("host")?.configure({ port: 2, words: "newest" });
      await supervisor.restart("host");
      assert.deepEqual(await supervisor.ask(host, "Config", {}), { port: 2, words: "newest" });
    },
  ));

Deno.test("K1 the view tells how long messages waited and were handled, by type", () =>
  withPost(async ({ supervisor }) => {
    supervisor.find("receiver")?.suspend();
    const startedAt = performance.now();
    const spun = supervisor.ask(receiver, "Spin", { ms: 60 });
    await waitFor("it to wait", () => performance.now() - startedAt > 120);
    supervisor.find("receiver")?.resume();
    await spun;
    await supervisor.post(receiver, "Keep", { key: "k", body: { n: 1 } });
    const { Spin, Keep } = await waitFor("the news", () => {
      const { latencies } = seen(supervisor, "receiver");
      return latencies.Spin !== undefined && latencies.Keep !== undefined && latencies;
    });
    assert.ok(Spin !== undefined && Keep !== undefined);
    const total = ({ counts }: { counts: readonly number[] }) => counts.reduce((a, b) => a + b);
    assert.deepEqual([Spin.wait, Spin.handle, Keep.wait, Keep.handle].map(total), [1, 1, 1, 1]);
    assert.ok(Spin.wait.sumMs >= 100 && Spin.handle.sumMs >= 60, JSON.stringify(Spin));
    const slow = LATENCY_BOUNDS_MS.indexOf(100);
    assert.equal(Spin.handle.counts.slice(0, slow).some((count) => count > 0), false, "60 ms");
    assert.equal(Spin.wait.counts.length, LATENCY_BOUNDS_MS.length + 1);
  }));

Deno.test("K1 an actor tells its news at most once a second, and never the same twice", async () => {
  const clock = new ManualClock();
  const posted: Up[] = [];
  const reports = new Reports(clock, (message) => posted.push(message));
  /** What is told now. */
  const news = (isLast = false) => {
    reports.tellNews(isLast);
    const told = posted.pop();
    return told?.is === "news" ? told.news : null;
  };
  assert.equal(news(), null);
  reports.handled("Ping", 0.2, 3);
  reports.lost("full", { from: "a", to: "b", type: "Ping" });
  const first = news();
  assert.deepEqual(first?.counts, { full: 1 });
  assert.deepEqual(first?.letters.map(({ from, to, type }) => [from, to, type]), [
    ["a", "b", "Ping"],
  ]);
  assert.equal(first?.latencies.Ping?.handle.sumMs, 3);
  reports.handled("Ping", 0.2, 3);
  assert.equal(news(), null, "too early");
  assert.equal(news(true)?.latencies.Ping?.handle.sumMs, 3, "the last word comes all the same");
  for (const _ of upTo(1_000)) reports.lost("full", { from: "a", to: "b", type: "Ping" });
  await clock.advance(1_000);
  const flood = news();
  assert.equal(flood?.counts.full, 1_000, "all are counted");
  assert.equal(flood?.letters.length, 20, "some are shown");
});
