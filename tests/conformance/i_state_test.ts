/** Supervision, I1 to I6, I8, I9: state, acknowledgement, fencing. On real workers, in both stores. */

import assert from "node:assert/strict";
import { z } from "zod";
import { ActorError } from "@/core/kernel/errors.ts";
import { protocol, service, serviceActor, type ServiceContext } from "@/core/kernel/mod.ts";
import { child, group } from "@/core/kernel/house.ts";
import {
  FencedError,
  type Store,
  type StoredMessage,
  type TurnRecord,
} from "@/core/kernel/store.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { inlineHost } from "@/core/hosts/inline.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { counter, counterSpec, echo } from "@/tests/support/actors/counter.ts";
import counterActor from "@/tests/support/actors/counter_actor.ts";
import { receiver } from "@/tests/support/actors/postal.ts";
import { type Backend, BACKENDS, leaseOn, withBackend } from "@/tests/support/backends.ts";
import { type House, house, inHouse, TEST_CHILDREN } from "@/tests/support/house.ts";
import { hooked, type Hooks } from "@/tests/support/hooked_store.ts";
import { ManualClock, settle } from "@/tests/support/manual_clock.ts";
import { testDatabase } from "@/tests/support/postgres.ts";
import { upTo, withPost } from "@/tests/support/postal_house.ts";
import { turnRecord } from "@/tests/support/turn_record.ts";
import { waitFor } from "@/tests/support/wait.ts";

const PATIENT = group("root", {
  intensity: { max: 200, withinMs: 600_000 },
  children: TEST_CHILDREN,
});

interface Stored extends House {
  readonly backend: Backend;
}

/** The statement on every backend, with hooks that the test may fill in at any time. */
function everywhere(
  name: string,
  test: (house: Stored, hooks: Hooks) => Promise<void>,
): void {
  for (const kind of BACKENDS) {
    Deno.test(`${name} (${kind})`, () =>
      withBackend(kind, async (backend) => {
        const hooks: Hooks = {};
        await inHouse((made) => test({ ...made, backend }, hooks), {
          root: PATIENT,
          wrap: () => hooked(backend.store, hooks),
        });
      }));
  }
}

interface Received {
  readonly got: readonly unknown[];
}
interface Counted {
  readonly count: number;
  readonly starts: number;
}
async function savedCount(backend: Backend): Promise<number> {
  return ((await backend.saved("counter"))?.state as Counted).count;
}

function isTurnOf(actor: string, { verb, args }: { verb: string; args: readonly unknown[] }) {
  return verb === "commit" && (args[0] as TurnRecord).actor === actor;
}

everywhere("I1 killed again and again, state is every message once", async (house, hooks) => {
  const { supervisor, backend } = house;
  const COUNT = 60;
  const prefixes = new Set([0, ...upTo(COUNT).map((n) => n * (n + 1) / 2)]);
  let turns = 0;
  // Every few turns the actor dies: before the commit, or after it and before it hears of it.
  hooks.before = (call) => {
    if (isTurnOf("counter", call) && ++turns % 7 === 3) killCounter(supervisor);
  };
  hooks.after = async (call) => {
    if (!isTurnOf("counter", call)) return;
    assert.ok(prefixes.has(await savedCount(backend)), "the state is that of a prefix");
    if (turns % 7 === 5) killCounter(supervisor);
  };
  for (const n of upTo(COUNT)) {
    await supervisor.post(counter, "Add", { key: `add-${n}`, body: { amount: n } });
  }
  await waitFor("all of it", async () => {
    return [...(await backend.outbox()).values()].every((status) => status === "done");
  }, 30_000);
  assert.equal(await savedCount(backend), COUNT * (COUNT + 1) / 2);
  assert.ok((supervisor.find("counter")?.restarts ?? 0) >= 10, "and it was killed often");
});

function killCounter(supervisor: Supervisor): void {
  const error = { kind: "fatal" as const, code: "test", message: "Killed by the test" };
  supervisor.find("counter")?.kill("killed", error);
}

for (const kind of BACKENDS) {
  Deno.test(`I1 what is only kept in memory is written soon, and at a stop (${kind})`, () =>
    withBackend(kind, (backend) =>
      withPost(async ({ supervisor }) => {
        const saved = async () => ((await backend.saved("receiver"))?.state as Received).got.length;
        for (const n of upTo(3)) await supervisor.ask(receiver, "Ask", { n });
        await waitFor("the snapshot", async () => await saved() === 3);
        await supervisor.ask(receiver, "Ask", { n: 4 });
        const child = supervisor.find("receiver");
        child?.suspend();
        await waitFor("its timer to wait", () => child?.beat.read("depth") === 1);
        assert.equal(await saved(), 3);
        child?.resume();
        await waitFor("it to go on", async () => await saved() === 4);
        await supervisor.ask(receiver, "Ask", { n: 5 });
        await supervisor.terminate("receiver");
        assert.equal(await saved(), 5);
      }, { wrap: () => backend.store })));
}

everywhere(
  "I2 a message that comes again changes nothing and is acknowledged",
  async (house, hooks) => {
    const { supervisor, backend: { store, ...backend } } = house;
    let shown: readonly StoredMessage[] = [];
    const pending = store.pending.bind(store);
    // Shows once more what it showed the last time.
    store.pending = async (target, ...of) => {
      const rows = await pending(target, ...of);
      if (target !== "counter") return rows;
      const again = shown.filter(({ id }) => rows.every((row) => row.id !== id));
      shown = rows;
      return [...again, ...rows];
    };
    let turns = 0;
    hooks.after = (call) => {
      if (isTurnOf("counter", call) && (call.args[0] as TurnRecord).consumes !== null) turns += 1;
    };
    let posts = 0;
    await waitFor("one to come again", async () => {
      const key = `k${posts += 1}`;
      await supervisor.post(counter, "Add", { key, body: { amount: 5 } });
      await waitFor("its turn", async () => (await backend.outbox()).get(key) === "done");
      return turns > posts;
    });
    const { count } = await supervisor.ask(counter, "Count", {});
    assert.deepEqual([count, await backend.version("counter")], [posts * 5, posts + 1]);
    assert.equal(await supervisor.post(counter, "Add", { key: "k1", body: { amount: 5 } }), false);
    assert.equal(supervisor.find("counter")?.restarts, 0);
  },
);

everywhere(
  "I2 a commit whose answer was lost is found again and not lost",
  async (house, hooks) => {
    const { supervisor, backend } = house;
    let lost = 0;
    hooks.after = (call) => {
      if (!isTurnOf("counter", call) || lost++ > 0) return;
      throw new ActorError("unknown", "connection", "The connection was lost after the commit");
    };
    for (const n of upTo(3)) {
      await supervisor.post(counter, "Add", { key: `k${n}`, body: { amount: n } });
    }
    await waitFor("all of it", async () => (await backend.outbox()).get("k3") === "done");
    assert.ok(lost > 1, "a commit was asked for twice");
    assert.equal(supervisor.find("counter")?.restarts, 0);
    assert.deepEqual(await supervisor.ask(counter, "Count", {}), { count: 6, starts: 1 });
    // A turn that consumes no message has nothing in the database but its version to know it by.
    lost = 0;
    assert.deepEqual(await supervisor.ask(counter, "AddNow", { amount: 4 }), { count: 10 });
    assert.equal(supervisor.find("counter")?.restarts, 0);
    assert.equal(await savedCount(backend), 10);
  },
);

everywhere(
  "I3 nothing is acknowledged, answered or sent before the commit",
  async (house, hooks) => {
    const { supervisor, backend } = house;
    const gate = Promise.withResolvers<void>();
    const held: string[] = [];
    hooks.before = async (call) => {
      if (!isTurnOf("counter", call)) return;
      held.push(call.verb);
      await gate.promise;
    };
    let answered = false;
    const asked = supervisor.ask(counter, "AddNow", { amount: 5 }).then((reply) => {
      answered = true;
      return reply;
    });
    await supervisor.post(counter, "Shout", { key: "s", body: { text: "after" } });
    await waitFor("the commit to be held", () => held.length === 1);
    await supervisor.ask(echo, "Say", { text: "a round trip" });
    assert.equal(answered, false);
    assert.equal(await savedCount(backend), 0);
    assert.deepEqual([...(await backend.outbox()).values()], ["pending"], "no effect yet");
    gate.resolve();
    assert.deepEqual(await asked, { count: 5 });
    await waitFor("message and effect", async () => {
      return [...(await backend.outbox()).values()].join() === "done,done";
    });
  },
);

everywhere("I4 new messages wait while recovery runs", async (house, hooks) => {
  const { supervisor, backend } = house;
  await supervisor.ask(counter, "AddNow", { amount: 7 });
  const gate = Promise.withResolvers<void>();
  const held: string[] = [];
  hooks.before = async (call) => {
    if (!isTurnOf("counter", call)) return;
    held.push(call.verb);
    await gate.promise;
  };
  const child = supervisor.find("counter");
  child?.kill("crash", { kind: "fatal", code: "test", message: "Killed by the test" });
  await waitFor("the first turn of the next life", () => held.length === 1);
  await supervisor.post(counter, "Add", { key: "early", body: { amount: 1 } });
  const asked = supervisor.ask(echo, "AskCounter", {});
  await waitFor("the request to wait", () => child?.beat.read("depth") === 1);
  assert.equal(child?.status, "starting");
  assert.equal((await backend.outbox()).get("early"), "pending");
  gate.resolve();
  assert.deepEqual(await asked, { count: 7 }, "it saw the recovered state");
  await waitFor("the message", async () => await savedCount(backend) === 8);
});

everywhere("I6 a write by an old incarnation is refused, and only that", async (house, hooks) => {
  const { supervisor, backend, fenced } = house;
  const gate = Promise.withResolvers<void>();
  const late = Promise.withResolvers<unknown>();
  let isHeld = false;
  const child = supervisor.find("counter");
  hooks.before = async (call) => {
    if (!isTurnOf("counter", call) || isHeld) return;
    isHeld = true;
    await gate.promise;
    // What comes now comes from the first incarnation, after the second was loaded.
    backend.store.commit(call.args[0] as TurnRecord).then(late.resolve, late.resolve);
    await late.promise;
  };
  const asked = assert.rejects(supervisor.ask(counter, "AddNow", { amount: 5 }), {
    kind: "peer-down",
  });
  await waitFor("the commit to be held", () => isHeld);
  child?.kill("hung", { kind: "fatal", code: "hung", message: "It does not yield" });
  await asked;
  await waitFor("the next life", () => child?.incarnation === 2 && child.isReady);
  gate.resolve();
  const refusal = await late.promise;
  assert.ok(refusal instanceof FencedError && refusal.by === "incarnation");
  assert.deepEqual(await supervisor.ask(counter, "AddNow", { amount: 1 }), { count: 1 });
  assert.deepEqual(fenced, [], "the house goes on");
  assert.equal(child?.restarts, 1);
});

everywhere("I6 a start that was given up and loads late fences nobody", async (house, hooks) => {
  const { supervisor, events, fenced } = house;
  const gate = Promise.withResolvers<void>();
  await supervisor.terminate("counter");
  let loads = 0;
  hooks.before = ({ verb }) => verb === "load" && ++loads === 1 ? gate.promise : undefined;
  const givenUp = assert.rejects(supervisor.restart("counter"), { code: "stopped" });
  await waitFor("its load", () => loads === 1);
  await supervisor.terminate("counter");
  await givenUp;
  const restarted = supervisor.restart("counter");
  await settle();
  gate.resolve();
  await restarted;
  assert.deepEqual(await supervisor.ask(counter, "AddNow", { amount: 1 }), { count: 1 });
  assert.deepEqual(fenced, []);
  const ends = events.flatMap((event) => event.is === "exit" ? [event.exit.kind] : []);
  assert.deepEqual(ends, ["shutdown"], "it never ran, so it never ended");
});

everywhere(
  "C6 what the database answers an old incarnation reaches no new one",
  async (house, hooks) => {
    const { supervisor, backend } = house;
    const [late, next] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const child = supervisor.find("counter");
    let isDone = false;
    hooks.after = (call) => {
      if (!isTurnOf("counter", call)) return;
      delete hooks.after;
      isDone = true;
      return late.promise;
    };
    const first = supervisor.ask(counter, "AddNow", { amount: 5 }).catch(() => {});
    await waitFor("its commit", () => isDone);
    child?.kill("hung", { kind: "fatal", code: "hung", message: "It does not yield" });
    await first;
    await waitFor("the next life", () => child?.incarnation === 2 && child.isReady);
    hooks.before = (call) => isTurnOf("counter", call) ? next.promise : undefined;
    let isAnswered = false;
    const asked = supervisor.ask(counter, "AddNow", { amount: 1 }).finally(() => isAnswered = true);
    await waitFor("its turn", () => child?.beat.read("busySinceMs") !== 0);
    late.resolve();
    await supervisor.ask(echo, "Say", { text: "a round trip" });
    assert.ok(await child?.probe([], 5_000));
    assert.equal(isAnswered, false);
    next.resolve();
    assert.deepEqual(await asked, { count: 6 });
    assert.equal(await savedCount(backend), 6);
  },
);

const posterSpec = serviceActor({
  protocol: protocol("poster", {}),
  uses: [counter],
  config: z.object({}),
  worker: "inline",
});
const posterActor = service(posterSpec, {
  start: (context: ServiceContext<typeof posterSpec>) =>
    context.post(counter, "Add", { key: "first", body: { amount: 1 } }),
  handlers: {},
});
const STARTERS = {
  commit: [child(counterSpec, { config: () => ({ step: 1 }) }), counterActor],
  enqueue: [child(posterSpec, { config: () => ({}) }), posterActor],
} as const;

for (const [verb, [starter, definition]] of Object.entries(STARTERS)) {
  Deno.test(`I1 a start that waits for the database to ${verb} is not late (virtual time)`, async () => {
    const clock = new ManualClock();
    const hooks: Hooks = {
      before(call) {
        if (call.verb === verb) throw new Error("Connection refused");
      },
    };
    const { supervisor, events } = house({
      children: [starter],
      clock,
      host: inlineHost({ clock, random: () => 0.5, definitions: [definition as never] }),
      wrap: (store) => hooked(store, hooks),
    });
    const started = supervisor.start();
    await clock.advance(60_000);
    assert.deepEqual(supervisor.children.map(({ status }) => status), ["starting"]);
    delete hooks.before;
    await clock.advance(5_000);
    await started;
    assert.deepEqual(events.map(({ is }) => is), ["ready"]);
    const stopped = supervisor.stop(5_000);
    await clock.advance(10_000);
    await stopped;
  });
}

for (const kind of BACKENDS) {
  Deno.test(`I9 a corrupt checkpoint fails the start, and is left as it is (${kind})`, () =>
    withBackend(kind, startsOnCorrupt));
}

async function startsOnCorrupt(backend: Backend): Promise<void> {
  const corrupt = { schemaVersion: 1, state: { count: "seven", starts: 1 } };
  await backend.spoil("counter", corrupt);
  const { supervisor } = house({ wrap: () => backend.store });
  await assert.rejects(supervisor.start(), (error: ActorError) => {
    assert.equal(error.code, "boot-failed");
    const text = Deno.inspect(error);
    assert.match(text, /checkpoint of counter cannot be read and is left as it is/);
    assert.match(text, /not valid at count/);
    return true;
  });
  assert.deepEqual(await backend.saved("counter"), corrupt);
}

Deno.test("I5 a second supervisor does not start while the first lives, and then owns every write", async () => {
  await using database = await testDatabase();
  const lease = await leaseOn(database.db);
  const { createStore } = await import("@/core/db/store.ts");
  const writes = { counts: () => Promise.resolve() };
  const first = createStore({ db: database.db, lease, writes });
  await inHouse(async ({ supervisor, fenced }) => {
    await supervisor.ask(counter, "AddNow", { amount: 3 });
    const other = await database.open();
    await assert.rejects(leaseOn(other), { code: "lease-held" });
    // The first one is taken for dead although it lives.
    await other.write((sql) => sql`update lease set expires_at = now() - interval '1 hour'`);
    const taken = await leaseOn(other);
    assert.equal(taken.epoch, lease.epoch + 1);
    const second = createStore({ db: other, lease: taken, writes });
    await inHouse(async (next) => {
      assert.deepEqual(await next.supervisor.ask(counter, "Count", {}), { count: 3, starts: 2 });
      await assert.rejects(supervisor.ask(counter, "AddNow", { amount: 100 }));
      await assert.rejects(supervisor.post(counter, "Add", { key: "l", body: { amount: 100 } }));
      await waitFor("the first to know", () => fenced.length > 0);
      assert.deepEqual(await next.supervisor.ask(counter, "AddNow", { amount: 1 }), { count: 4 });
      await assertEveryWriteIsRefused(first);
    }, { wrap: () => second });
    await taken.release();
    await other.stop();
  }, { wrap: () => first });
  await lease.release();
});

async function assertEveryWriteIsRefused(store: Store): Promise<void> {
  const error = { kind: "fatal" as const, code: "test", message: "Test" };
  const turn = turnRecord("counter", {
    incarnation: 2,
    expectVersion: 2,
    state: { schemaVersion: 1, value: { count: 0, starts: 0 } },
  });
  const writes: readonly (() => Promise<unknown>)[] = [
    () => store.load("counter"),
    () => store.commit(turn),
    () => store.claim(1),
    () => store.settle(1, { outcome: "done", result: null }),
    () => store.countCrash(1, error),
    () => store.bury(1, error),
    () => store.replay(1),
  ];
  for (const write of writes) await assert.rejects(write(), FencedError);
}

Deno.test("I5 the memory store keeps its promises as the database does", async () => {
  const store = new MemoryStore();
  await store.load("a");
  await store.load("a");
  const turn = turnRecord("a");
  await assert.rejects(store.commit(turn), FencedError);
  assert.equal((await store.commit({ ...turn, incarnation: 2 })).version, 1);
});
