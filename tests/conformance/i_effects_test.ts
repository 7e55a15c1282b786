/** Supervision, I7: effects, their outcomes, and who hears of them. On real workers, in both stores. */

import assert from "node:assert/strict";
import { z } from "zod";
import { child } from "@/core/kernel/house.ts";
import {
  ActorError,
  type Call,
  effect,
  protocol,
  service,
  serviceActor,
} from "@/core/kernel/mod.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import {
  DEEDS_CHILDREN,
  type Ended,
  hands,
  head,
  type Kind,
  MENDED_CHILDREN,
  type Way,
  World,
} from "@/tests/support/actors/deeds.ts";
import { type Backend, BACKENDS, withBackend } from "@/tests/support/backends.ts";
import { inHouse } from "@/tests/support/house.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { ManualClock } from "@/tests/support/manual_clock.ts";
import { waitFor } from "@/tests/support/wait.ts";

interface Acting {
  readonly supervisor: Supervisor;
  readonly backend: Backend;
  readonly world: World;
}

function everywhere(name: string, test: (acting: Acting) => Promise<void>): void {
  for (const kind of BACKENDS) {
    Deno.test(`${name} (${kind})`, () =>
      withBackend(kind, async (backend) => {
        const world = new World();
        await inHouse(({ supervisor }) => test({ supervisor, backend, world }), {
          children: DEEDS_CHILDREN,
          serve: [world.served],
          wrap: () => backend.store,
        });
      }));
  }
}

async function decide(supervisor: Supervisor, kind: Kind, way: Way): Promise<string> {
  const id = `${kind}-${way}`;
  await supervisor.post(head, "Decide", { key: `decide-${id}`, body: { id, kind, way } });
  return id;
}

async function endsOf(supervisor: Supervisor, count: number): Promise<readonly Ended[]> {
  return await waitFor(`${count} ends`, async () => {
    const { ended } = await supervisor.ask(head, "Ended", {});
    return ended.length === count && ended;
  });
}

/** What must have become of each, in the world and in the mind of who decided it. */
const OUTCOMES: readonly {
  readonly kind: Kind;
  readonly way: Way;
  readonly outcome: string;
  readonly receipt: string;
  readonly calls: number;
  readonly deeds: number;
  readonly status: string;
}[] = [
  ...(["Again", "Ask", "Once"] as const).flatMap((kind) => {
    const receipt = `receipt of ${kind}`;
    const done = { kind, outcome: "done", calls: 1, deeds: 1, status: "done" };
    return [
      { ...done, way: "well" as const, receipt: `${receipt}-well` },
      { ...done, way: "later" as const, receipt: `${receipt}-later` },
      {
        ...done,
        way: "never" as const,
        outcome: "failed",
        receipt: "never",
        calls: 0,
        deeds: 0,
        status: "failed",
      },
    ];
  }),
  ...(["lost", "crash"] as const).flatMap((way) => [
    {
      kind: "Again" as const,
      way,
      outcome: "done",
      receipt: `receipt of Again-${way}`,
      calls: 2,
      deeds: 1,
      status: "done",
    },
    {
      kind: "Ask" as const,
      way,
      outcome: "done",
      receipt: `receipt of Ask-${way}, looked up`,
      calls: 1,
      deeds: 1,
      status: "done",
    },
    {
      kind: "Once" as const,
      way,
      outcome: "unknown",
      receipt: "given-up",
      calls: 1,
      deeds: 1,
      status: "unknown",
    },
  ]),
];

everywhere("I7 an effect is done at most once, whatever happens to it", async (acting) => {
  const { supervisor, backend, world } = acting;
  const calm = OUTCOMES.filter(({ way }) => way !== "crash");
  for (const { kind, way } of calm) await decide(supervisor, kind, way);
  let ends = await endsOf(supervisor, calm.length);
  // One that crashes its actor could take others with it: one after the other.
  for (const { kind, way } of OUTCOMES.filter((one) => one.way === "crash")) {
    await decide(supervisor, kind, way);
    ends = await endsOf(supervisor, ends.length + 1);
  }
  const outbox = await backend.outbox();
  for (const { kind, way, outcome, receipt, calls, deeds, status } of OUTCOMES) {
    const key = `${kind}-${way}`;
    const end = ends.filter((one) => one.key === key);
    assert.deepEqual(end, [{ key, outcome, receipt }], key);
    assert.equal(world.deeds.filter((one) => one === key).length, deeds, key);
    assert.equal(world.calls.filter((one) => one === key).length, calls, key);
    assert.equal(outbox.get(key), status, key);
  }
  assert.deepEqual(world.lookups.toSorted(), ["Ask-crash", "Ask-lost"]);
});

everywhere("I7 an effect with a key that was used before is the same effect", async (acting) => {
  const { supervisor, world } = acting;
  const body = { id: "twice", kind: "Once", way: "well" } as const;
  for (const key of ["one", "two"]) await supervisor.post(head, "Decide", { key, body });
  await endsOf(supervisor, 1);
  const { decided } = await waitFor("two decisions", async () => {
    const state = await supervisor.ask(head, "Ended", {});
    return state.decided.length === 2 && state;
  });
  assert.deepEqual(decided, ["twice", "twice"]);
  assert.deepEqual(world.calls, ["twice"]);
});

everywhere("I7 what a lookup cannot find out waits for a person", async (acting) => {
  const { supervisor, world } = acting;
  world.isForgetful = true;
  const key = await decide(supervisor, "Ask", "lost");
  assert.deepEqual(await endsOf(supervisor, 1), [{
    key,
    outcome: "unknown",
    receipt: "looked-up",
  }]);
  assert.deepEqual(world.calls, [key]);
  const [parked] = await supervisor.parked(10);
  assert.deepEqual([parked?.key, parked?.status, parked?.error?.message], [
    key,
    "unknown",
    "The world has forgotten",
  ]);
  assert.equal(supervisor.snapshot().deadLetters.counts["given-up"], 1);
});

everywhere("I7 what did not happen, as a lookup says, is done after all", async (acting) => {
  const { supervisor, world } = acting;
  // The call arrives and is lost inside: nothing was done, and the answer does not say so.
  world.before = () => {
    if (world.calls.length === 1) throw new Error("The world broke");
  };
  const key = await decide(supervisor, "Ask", "well");
  const receipt = `receipt of ${key}`;
  assert.deepEqual(await endsOf(supervisor, 1), [{ key, outcome: "done", receipt }]);
  assert.deepEqual([world.calls.length, world.lookups.length, world.deeds.length], [2, 1, 1]);
});

everywhere("I7 a person closes what is unknown, and who decided it hears of it", async (acting) => {
  const { supervisor, backend } = acting;
  const key = await decide(supervisor, "Once", "lost");
  await endsOf(supervisor, 1);
  const [parked] = await supervisor.parked(10);
  const id = parked?.id ?? 0;
  await supervisor.resolve(id, { outcome: "done", result: { receipt: "seen by a person" } });
  assert.deepEqual(await endsOf(supervisor, 2), [
    { key, outcome: "unknown", receipt: "given-up" },
    { key, outcome: "done", receipt: "seen by a person" },
  ]);
  assert.deepEqual(await supervisor.parked(10), []);
  assert.equal((await backend.outbox()).get(key), "done");
  const again = supervisor.resolve(id, { outcome: "done", result: { receipt: "twice" } });
  await assert.rejects(again, { code: "not-parked" });
});

everywhere("I7 a person has what is unknown tried again", async (acting) => {
  const { supervisor, world } = acting;
  const key = await decide(supervisor, "Once", "lost");
  await endsOf(supervisor, 1);
  const [parked] = await supervisor.parked(10);
  // The first attempt of the replay is lost as well: the world is asked once more, and only once.
  assert.equal(await supervisor.replay(parked?.id ?? 0), true);
  await waitFor("the second attempt", () => world.calls.length === 2);
  await waitFor("it to be parked again", async () => (await supervisor.parked(10)).length === 1);
  assert.deepEqual(world.calls, [key, key]);
  assert.equal(await supervisor.replay(999_999), false);
});

Deno.test("I7 a dead letter stays one until its receiver is mended, and is then replayed in its place", () =>
  withBackend("Postgres", async (backend) => {
    const world = new World();
    await backend.store.load("main");
    const row = {
      kind: "effect" as const,
      from: "head",
      target: hands.name,
      type: "Again",
      schemaVersion: 7,
      body: { way: "well" },
      trace: "t",
      settled: { target: head.name, type: "DeedEnded" },
    };
    await backend.store.enqueue([{ ...row, key: "from the future" }]);
    await inHouse(async ({ supervisor }) => {
      const ends = await endsOf(supervisor, 1);
      assert.deepEqual(ends[0], {
        key: "from the future",
        outcome: "failed",
        receipt: "newer-schema",
      });
      const [parked] = await supervisor.parked(10);
      assert.deepEqual([parked?.status, parked?.schemaVersion], ["dead", 7]);
      // Not mended yet: it is refused again, and nothing is lost.
      assert.equal(await supervisor.replay(parked?.id ?? 0), true);
      await waitFor("its return", async () => (await supervisor.parked(10)).length === 1);
      assert.deepEqual(world.calls, []);
    }, { children: DEEDS_CHILDREN, serve: [world.served], wrap: () => backend.store });
    await inHouse(async ({ supervisor }) => {
      const [parked] = await supervisor.parked(10);
      assert.equal(await supervisor.replay(parked?.id ?? 0), true);
      const last = await waitFor("its good end", async () => {
        const { ended } = await supervisor.ask(head, "Ended", {});
        return ended.find(({ outcome }) => outcome === "done");
      });
      const receipt = "receipt of from the future";
      assert.deepEqual(last, { key: "from the future", outcome: "done", receipt });
      assert.deepEqual(await supervisor.parked(10), []);
      assert.deepEqual(world.calls, ["from the future"]);
      assert.equal((await backend.outbox()).get("from the future"), "done");
    }, { children: MENDED_CHILDREN, serve: [world.served], wrap: () => backend.store });
  }));

const stubborn = protocol("stubborn", {
  Push: effect({ body: z.object({}), reply: z.object({}), safety: "idempotent", maxAttempts: 4 }),
  Look: effect({ body: z.object({}), reply: z.object({}), safety: "queryable", maxAttempts: 3 }),
});
const stubbornSpec = serviceActor({ protocol: stubborn, config: z.object({}), worker: "inline" });

Deno.test("I7 what goes on failing is tried with growing delays, and then given up (virtual time)", async () => {
  const clock = new ManualClock();
  const tries: number[] = [];
  const looks: number[] = [];
  const failing = (times: number[]) => {
    times.push(clock.monotonic());
    return Promise.reject(new ActorError("transient", "busy", "Not now"));
  };
  const actor = service(stubbornSpec, {
    start: () => null,
    handlers: {
      Push: () => failing(tries),
      Look: () => Promise.reject(new ActorError("unknown", "lost", "No answer came back")),
    },
    lookups: { Look: () => failing(looks) },
  });
  const store = new MemoryStore();
  const row = { from: "main", target: "stubborn", kind: "effect", schemaVersion: 1, trace: "t" };
  await store.enqueue(
    ["Push", "Look"].map((type) => ({ ...row, key: type, type, body: {} })) as never,
  );
  const ended = inlineHouse([actor], [child(stubbornSpec, { config: () => ({}) })], async () => {
    await clock.advance(60_000);
  }, { clock, store });
  await clock.advance(10_000);
  await ended;
  const gaps = (times: readonly number[]) =>
    times.slice(1).map((time, index) => time - (times[index] ?? 0));
  assert.deepEqual(gaps(tries), [1_000, 2_000, 4_000]);
  assert.deepEqual(gaps(looks), [1_000, 2_000]);
  const statuses = [...store.outbox.values()].map(({ key, status }) => [key, status]);
  assert.deepEqual(statuses, [["Push", "failed"], ["Look", "unknown"]]);
});

const patient = protocol("patient", {
  Once: effect({ body: z.object({}), reply: z.object({}), safety: "blind" }),
});
const patientSpec = serviceActor({
  protocol: patient,
  config: z.object({}),
  worker: "inline",
  limits: { concurrency: 2 },
});

/** A house with `patient`, which has as many blind effects to do as there are keys. */
async function withPatient(
  keys: readonly string[],
  act: (call: Call<typeof patientSpec>) => Promise<void> | void,
  test: (supervisor: Supervisor, statuses: () => string) => Promise<void>,
): Promise<void> {
  const actor = service(patientSpec, {
    start: () => null,
    handlers: {
      async Once(_resources, _body, call) {
        await act(call);
        return {};
      },
    },
  });
  const store = new MemoryStore();
  const statuses = () => [...store.outbox.values()].map(({ status }) => status).join();
  const children = [child(patientSpec, { config: () => ({}), backoff: { minMs: 1 } })];
  await inlineHouse([actor], children, async ({ supervisor }) => {
    await supervisor.terminate("patient");
    const row = { from: "main", target: "patient", kind: "effect", schemaVersion: 1, trace: "t" };
    await store.enqueue(keys.map((key) => ({ ...row, key, type: "Once", body: {} })) as never);
    await test(supervisor, statuses);
  }, { store });
}

Deno.test("I7 effects that a stop finds waiting are put back, not left in doubt", async () => {
  const keys = ["a", "b", "c"];
  const begun: string[] = [];
  await withPatient(keys, ({ key }) => void begun.push(key), async (supervisor, statuses) => {
    supervisor.find("patient")?.suspend();
    await supervisor.restart("patient");
    await waitFor("two to wait", () => statuses() === "attempting,attempting,pending");
    await supervisor.terminate("patient", "stop");
    assert.deepEqual([begun, statuses()], [[], "pending,pending,pending"]);
    supervisor.find("patient")?.resume();
    await supervisor.restart("patient");
    await waitFor("the rest", () => statuses() === "done,done,done");
    assert.deepEqual(begun, keys);
  });
});

Deno.test("I7 an effect that reaches a service which is stopping is put back, not left in doubt", async () => {
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const act = (call: Call<typeof patientSpec>) => {
    begun.push(call.key);
    if (call.key !== "a") return;
    call.finish();
    return gate.promise;
  };
  await withPatient(["a", "b"], act, async (supervisor, statuses) => {
    await supervisor.restart("patient");
    await waitFor("the second to be back", () => statuses() === "attempting,pending");
    gate.resolve();
    await waitFor("the rest", () => statuses() === "done,done");
    assert.deepEqual(begun, ["a", "b"]);
  });
});

Deno.test("I7 a death leaves no more effects in doubt than the service takes at once", async () => {
  const begun: string[] = [];
  const act = (call: Call<typeof patientSpec>) => {
    begun.push(call.key);
    return call.incarnation === 2 ? new Promise<void>(() => {}) : undefined;
  };
  await withPatient(["a", "b", "c", "d", "e"], act, async (supervisor, statuses) => {
    await supervisor.restart("patient");
    await waitFor("two to be begun", () => begun.length === 2);
    assert.equal(statuses(), "attempting,attempting,pending,pending,pending");
    supervisor.find("patient")?.chaos("exit");
    await waitFor("the rest", () => statuses() === "unknown,unknown,done,done,done");
    assert.deepEqual(begun, ["a", "b", "c", "d", "e"]);
  });
});

Deno.test("I7 an effect that rests leaves its hand to the next, and takes none that is full (virtual time)", async () => {
  const clock = new ManualClock();
  const spec = { ...patientSpec, limits: { ...patientSpec.limits, concurrency: 1 } };
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const actor = service(spec, {
    start: () => null,
    handlers: {
      async Once(_resources, _body, { key, attempt }) {
        begun.push(`${key}${attempt}`);
        if (key === "a" && attempt === 1) throw new ActorError("transient", "busy", "Not now");
        if (key === "b") await gate.promise;
        return {};
      },
    },
  });
  const store = new MemoryStore();
  const row = { from: "main", target: "patient", kind: "effect", schemaVersion: 1, trace: "t" };
  const keys = ["a", "b", "c"];
  await store.enqueue(keys.map((key) => ({ ...row, key, type: "Once", body: {} })) as never);
  const statuses = () => [...store.outbox.values()].map(({ status }) => status).join();
  const ended = inlineHouse([actor], [child(spec, { config: () => ({}) })], async () => {
    await clock.advance(2_000);
    assert.deepEqual(begun, ["a1", "b1"]);
    assert.equal(statuses(), "pending,attempting,pending", "its rest is over, but not b");
    gate.resolve();
    await clock.advance(100);
    assert.deepEqual(begun, ["a1", "b1", "a2", "c1"]);
    assert.equal(statuses(), "done,done,done");
  }, { clock, store });
  await clock.advance(10_000);
  await ended;
});
