/** What a courier does when deaths, stops and slow answers of the database meet. */

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
import type { TurnRecord } from "@/core/kernel/store.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { counter } from "@/tests/support/actors/counter.ts";
import { hooked, type Hooks } from "@/tests/support/hooked_store.ts";
import { inHouse } from "@/tests/support/house.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { settle } from "@/tests/support/manual_clock.ts";
import { waitFor } from "@/tests/support/wait.ts";

const deed = { body: z.object({}), reply: z.object({}) };
const hands = protocol("hands", {
  Once: effect({ ...deed, safety: "blind" }),
  Again: effect({ ...deed, safety: "idempotent" }),
});
const handsSpec = serviceActor({
  protocol: hands,
  config: z.object({}),
  worker: "inline",
  limits: { concurrency: 2 },
});

interface Acting {
  readonly supervisor: Supervisor;
  readonly hooks: Hooks;
  statuses(): string;
}

/** A house with hands that are down, and as many effects for them as there are types. */
async function withHands(
  types: readonly ("Once" | "Again")[],
  act: (call: Call<typeof handsSpec>) => void,
  test: (acting: Acting) => Promise<void>,
): Promise<void> {
  const handler = (_resources: null, _body: unknown, call: Call<typeof handsSpec>) => {
    act(call);
    return {};
  };
  const actor = service(handsSpec, {
    start: () => null,
    handlers: { Once: handler, Again: handler },
  });
  const store = new MemoryStore();
  const hooks: Hooks = {};
  const statuses = () => [...store.outbox.values()].map(({ status }) => status).join();
  const children = [child(handsSpec, { config: () => ({}), backoff: { minMs: 1 } })];
  await inlineHouse([actor], children, async ({ supervisor }) => {
    await supervisor.terminate("hands");
    const row = { from: "main", target: "hands", kind: "effect", schemaVersion: 1, trace: "t" };
    const rows = types.map((type, index) => ({ ...row, key: `${index}`, type, body: {} }));
    await store.enqueue(rows as never);
    await test({ supervisor, hooks, statuses });
  }, { wrap: () => hooked(store, hooks) });
}

/** Holds the first call of a verb up, before or after the store has done it. */
function hold(hooks: Hooks, when: "before" | "after", verb: string) {
  const [held, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  hooks[when] = async (call) => {
    if (call.verb !== verb) return;
    delete hooks[when];
    held.resolve();
    await gate.promise;
  };
  return { held: held.promise, release: gate.resolve };
}

Deno.test("I7 a claim that is answered after the death of its service has nothing done", async () => {
  const begun: string[] = [];
  await withHands(["Once"], ({ key }) => begun.push(key), async (acting) => {
    const { supervisor, hooks, statuses } = acting;
    const claim = hold(hooks, "after", "claim");
    await supervisor.restart("hands");
    await claim.held;
    supervisor.find("hands")?.chaos("throw");
    await waitFor("the next life to park it", () => statuses() === "unknown");
    claim.release();
    await settle();
    await supervisor.find("hands")?.probe([], 5_000);
    assert.deepEqual(begun, []);
  });
});

Deno.test("I7 a claim whose answer was lost leaves nothing in doubt", async () => {
  const calls: unknown[] = [];
  const act = ({ attempt, uncertain }: Call<typeof handsSpec>) => calls.push([attempt, uncertain]);
  await withHands(["Once", "Again"], act, async ({ supervisor, hooks, statuses }) => {
    let lost = 0;
    hooks.after = ({ verb }) => {
      if (verb !== "claim" || lost++ > 1) return;
      throw new ActorError("unknown", "connection", "The connection was lost after the claim");
    };
    await supervisor.restart("hands");
    await waitFor("both", () => statuses() === "done,done");
    assert.deepEqual(calls, [[1, false], [1, false]]);
  });
});

Deno.test("I7 what has not been claimed when its service dies is not claimed any more", async () => {
  await withHands(["Once", "Once"], () => {}, async ({ supervisor, hooks, statuses }) => {
    const claim = hold(hooks, "after", "claim");
    await supervisor.restart("hands");
    await claim.held;
    await supervisor.terminate("hands", "kill");
    claim.release();
    await supervisor.restart("hands");
    await waitFor("the second", () => statuses() === "unknown,done");
  });
});

Deno.test("I7 a failure for sure leaves in doubt what an earlier attempt left so", async () => {
  const calls: unknown[] = [];
  const act = ({ attempt, uncertain }: Call<typeof handsSpec>) => {
    calls.push([attempt, uncertain]);
    if (attempt === 1) throw new ActorError("unknown", "lost", "No answer came back");
    if (attempt === 2) throw new ActorError("transient", "busy", "Not now");
  };
  await withHands(["Again"], act, async ({ supervisor, statuses }) => {
    await supervisor.restart("hands");
    await waitFor("its third attempt", () => statuses() === "done");
    assert.deepEqual(calls, [[1, false], [2, true], [3, true]]);
  });
});

Deno.test("I7 an outcome that is known is stored also when its service dies before", async () => {
  const begun: string[] = [];
  await withHands(["Once"], ({ key }) => begun.push(key), async (acting) => {
    const { supervisor, hooks, statuses } = acting;
    let isAway = true;
    hooks.before = ({ verb }) => {
      if (verb === "settle" && isAway) throw new Error("Connection closed");
    };
    await supervisor.restart("hands");
    await waitFor("the deed", () => begun.length === 1);
    supervisor.find("hands")?.chaos("throw");
    await waitFor("the next life", () => supervisor.find("hands")?.incarnation === 3);
    await waitFor("readiness", () => supervisor.find("hands")?.isReady);
    isAway = false;
    await waitFor("its end", () => statuses() !== "attempting");
    assert.deepEqual([begun.length, statuses()], [1, "done"]);
  });
});

Deno.test("I7 an effect in doubt whose body nobody can read any more is parked as unknown", async () => {
  const store = new MemoryStore();
  const settled = { target: "decider", type: "Ended" };
  const row = { kind: "effect", from: "decider", target: "hands", schemaVersion: 1, trace: "t" };
  const old = { ...row, type: "Again", body: "of an old release", settled } as const;
  await store.enqueue([{ ...old, key: "tried" }, { ...old, key: "untried" }] as never);
  await store.claim(1);
  const actor = service(handsSpec, {
    start: () => null,
    handlers: { Once: () => ({}), Again: () => ({}) },
  });
  await inlineHouse([actor], [child(handsSpec, { config: () => ({}) })], async () => {
    const told = () => [...store.outbox.values()].slice(2).map(({ key }) => key);
    await waitFor("both notices", () => told().length === 2);
    assert.deepEqual(told().toSorted(), ["tried/unknown", "untried/failed"]);
    assert.deepEqual([store.outbox.get(1)?.status, store.outbox.get(2)?.status], [
      "unknown",
      "dead",
    ]);
  }, { store });
});

Deno.test("H1 what main posts without waiting is stored in the order of its posts", async () => {
  const hooks: Hooks = {};
  await inHouse(async ({ supervisor, store }) => {
    const first = hold(hooks, "before", "enqueue");
    const posts = ["a", "b", "c"].map((key) =>
      supervisor.post(counter, "Add", { key, body: { amount: 1 } })
    );
    await first.held;
    await settle();
    first.release();
    await Promise.all(posts);
    assert.deepEqual([...store.outbox.values()].map(({ key }) => key), ["a", "b", "c"]);
    hooks.before = () => {
      delete hooks.before;
      throw new ActorError("transient", "away", "Not now");
    };
    const [lost, later] = ["d", "e"].map((key) =>
      supervisor.post(counter, "Add", { key, body: { amount: 1 } })
    );
    await assert.rejects(async () => await lost, { code: "away" });
    assert.equal(await later, true);
  }, { wrap: (store) => hooked(store, hooks) });
});

Deno.test("I2 what is consumed while the outbox is read is not handed over again", async () => {
  const hooks: Hooks = {};
  const turns: unknown[] = [];
  await inHouse(async ({ supervisor, store }) => {
    const commit = hold(hooks, "before", "commit");
    await supervisor.post(counter, "Add", { key: "a", body: { amount: 1 } });
    await commit.held;
    const reading = hold(hooks, "after", "pending");
    await supervisor.post(counter, "Add", { key: "b", body: { amount: 1 } });
    await reading.held;
    commit.release();
    await waitFor("its end", () => store.outbox.get(1)?.status === "done");
    await waitFor("the answer", () => turns.length === 1);
    // Main has heard of the commit before it answers anything that comes later.
    await supervisor.ask(counter, "Count", {});
    reading.release();
    await waitFor("the other", () => store.outbox.get(2)?.status === "done");
    assert.deepEqual(turns, [1, 2]);
  }, {
    wrap: (store) =>
      hooked({
        ...hooked(store, {}),
        async commit(turn: TurnRecord) {
          const committed = await store.commit(turn);
          if (turn.consumes !== null) turns.push(turn.consumes);
          return committed;
        },
      }, hooks),
  });
});

Deno.test("H1 what is more than a window of messages goes on by itself", async () => {
  await inHouse(async ({ supervisor, store }) => {
    await supervisor.ask(counter, "Count", {});
    const row = { kind: "message", from: "main", target: "counter", type: "Add", trace: "t" };
    const body = { amount: 1 };
    const rows = Array.from({ length: 40 }, (_, n) => ({ ...row, key: `${n}`, body }));
    await store.enqueue(rows.map((one) => ({ ...one, schemaVersion: 1 })) as never);
    // The only one that the courier is told of.
    await supervisor.post(counter, "Add", { key: "last", body });
    await waitFor("all", () => [...store.outbox.values()].every(({ status }) => status === "done"));
  });
});

Deno.test("I2 a turn from an old version is not taken for one's own, and ends its actor", async () => {
  const hooks: Hooks = {};
  await inHouse(async ({ supervisor, store }) => {
    await supervisor.ask(counter, "AddNow", { amount: 1 });
    hooks.before = ({ verb }) => {
      if (verb !== "commit") return;
      delete hooks.before;
      const row = store.actors.get("counter") ?? assert.fail();
      row.version += 1;
    };
    await assert.rejects(supervisor.ask(counter, "AddNow", { amount: 10 }), { kind: "peer-down" });
    await waitFor("its next life", () => supervisor.find("counter")?.isReady);
    assert.equal((await supervisor.ask(counter, "Count", {})).count, 1);
  }, { wrap: (store) => hooked(store, hooks) });
});
