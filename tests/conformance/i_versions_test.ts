/** Supervision, I8 and I1: checkpoints and messages of other releases; crashes at every point. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { child } from "@/core/kernel/house.ts";
import { ActorError, durable, protocol, request, turnActor, turns } from "@/core/kernel/mod.ts";
import type { Store, TurnRecord } from "@/core/kernel/store.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { elder, ELDERS, errand, type List, list, upgrade } from "@/tests/support/actors/elder.ts";
import { BACKENDS, withBackend } from "@/tests/support/backends.ts";
import { type House, inHouse } from "@/tests/support/house.ts";
import { hooked, type Hooks } from "@/tests/support/hooked_store.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { upTo } from "@/tests/support/postal_house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const diary = protocol("diary", {
  Write: durable({ body: list, version: 3, upgrade }),
  Read: request({ body: z.object({}), reply: list }),
});
const diarySpec = turnActor({ protocol: diary, config: z.object({}), worker: "inline" });
const DIARY = child(diarySpec, {
  config: () => ({}),
  backoff: { minMs: 1, maxMs: 1, jitter: 0, healthyAfterMs: 0 },
});

/** The actor of this release; `upgraded` counts what it brings up. */
function diaryActor(upgraded: { times: number }) {
  const counted = Object.fromEntries(
    Object.entries(upgrade).map(([version, step]) => [version, (old: unknown) => {
      upgraded.times += 1;
      return step(old);
    }]),
  );
  return turns(diarySpec, {
    state: { version: 3, schema: list, initial: (): List => ({ ns: [] }), upgrade: counted },
    handlers: {
      Write: (state, { ns }, context) => context.commit({ ns: [...state.ns, ...ns] }),
      Read: (state, _body, context) => context.stay().reply({ ns: state.ns }),
    },
  });
}

function withDiary(
  store: Store,
  test: (house: House) => Promise<void>,
  upgraded = { times: 0 },
): Promise<void> {
  return inlineHouse([diaryActor(upgraded)], [DIARY], test, { wrap: () => store });
}

for (const kind of BACKENDS) {
  Deno.test(`I8 an older checkpoint is brought up once, step by step (${kind})`, () =>
    withBackend(kind, async (backend) => {
      await backend.spoil("diary", { schemaVersion: 1, state: 7 });
      const upgraded = { times: 0 };
      for (const _ of upTo(2)) {
        await withDiary(backend.store, async ({ supervisor }) => {
          assert.deepEqual(await supervisor.ask(diary, "Read", {}), { ns: [7] });
        }, upgraded);
      }
      assert.equal(upgraded.times, 2, "two steps, in the first start only");
      assert.deepEqual(await backend.saved("diary"), { schemaVersion: 3, state: { ns: [7] } });
    }));

  Deno.test(`I8 a newer checkpoint is refused at the start and left as it is (${kind})`, () =>
    withBackend(kind, async (backend) => {
      const newer = { schemaVersion: 4, state: { ns: [1], mood: "good" } };
      await backend.spoil("diary", newer);
      const started = withDiary(backend.store, () => Promise.resolve());
      await assert.rejects(started, (error: ActorError) => {
        assert.match(Deno.inspect(error), /diary has version 4, this release knows 3/);
        return error.code === "boot-failed";
      });
      assert.deepEqual(await backend.saved("diary"), newer);
    }));

  Deno.test(`I8 messages of older releases are brought up on delivery (${kind})`, () =>
    withBackend(kind, async (backend) => {
      const row = { kind: "message", from: "main", target: "diary", type: "Write", trace: "t" };
      const old = (schemaVersion: number, body: unknown) =>
        ({ ...row, key: `v${schemaVersion}`, schemaVersion, body }) as const;
      await backend.store.load("main");
      await backend.store.enqueue(
        [old(1, 1), old(2, { number: 2 }), old(3, { ns: [3] }), old(4, "?")] as never,
      );
      await withDiary(backend.store, async ({ supervisor }) => {
        const read = async () => (await supervisor.ask(diary, "Read", {})).ns.join() === "1,2,3";
        await waitFor("what is known", read);
        const [parked] = await waitFor("the newer", async () => {
          const parked = await supervisor.parked(10);
          return parked.length === 1 && parked;
        });
        assert.deepEqual([parked?.key, parked?.status, parked?.error?.code], [
          "v4",
          "dead",
          "newer-schema",
        ]);
      });
    }));
}

for (const kind of BACKENDS) {
  Deno.test(`I8 what older releases kept, sent and decided is brought up (Worker host, ${kind})`, () =>
    withBackend(kind, async ({ store, spoil, saved, outbox }) => {
      await spoil(elder.name, { schemaVersion: 2, state: { number: 7 } });
      const message = { kind: "message", target: elder.name, type: "Write", settled: null };
      const settled = { target: elder.name, type: "Ran" };
      const effect = { kind: "effect", target: errand.name, type: "Run", settled };
      const rows = [message, effect].flatMap((row) =>
        ([[1, 1], [2, { number: 2 }], [3, { ns: [3] }], [4, "?"]] as const).map((
          [schemaVersion, body],
        ) => ({
          ...row,
          key: `${row.kind} ${schemaVersion}`,
          from: elder.name,
          trace: "t",
          schemaVersion,
          body,
        }))
      );
      await store.load("main");
      await store.enqueue(rows as never);
      await inHouse(async ({ supervisor }) => {
        const ended = await waitFor("the end of all", async () => {
          const statuses = await outbox();
          const settledOnes = [...statuses].filter(([key]) => rows.some((row) => row.key === key));
          const isOver = ([, status]: [string, string]) => ["done", "dead"].includes(status);
          return settledOnes.every(isOver) && Object.fromEntries(settledOnes);
        });
        const left = Object.entries(ended).filter(([, status]) => status !== "done");
        assert.deepEqual(left, [["message 4", "dead"], ["effect 4", "dead"]]);
        const read = async () => (await supervisor.ask(elder, "Read", {})).ns;
        await waitFor("all that was told", async () => (await read()).length === 7);
        const told = await read();
        assert.equal(told[0], 7, "the checkpoint comes first");
        assert.deepEqual(told.toSorted((a, b) => a - b), [1, 2, 3, 7, 101, 102, 103]);
        const parked = (await supervisor.parked(10)).map(({ key, error }) => [key, error?.code]);
        assert.deepEqual(parked.toSorted(), [
          ["effect 4", "newer-schema"],
          ["message 4", "newer-schema"],
        ]);
      }, { children: ELDERS, wrap: () => store });
      assert.equal((await saved(elder.name))?.schemaVersion, 3);
    }));
}

/** Where the next calls of the store kill the actor: before they are done, after, or not. */
const strikes = fc.array(fc.constantFrom("no", "no", "before", "after", "lost"), {
  minLength: 5,
  maxLength: 30,
});

Deno.test("I1 in every history of crashes, state is a prefix of what was accepted, each once", async () => {
  await fc.assert(
    fc.asyncProperty(strikes, fc.integer({ min: 1, max: 12 }), async (plan, count) => {
      const store = new MemoryStore();
      const hooks: Hooks = {};
      const left = [...plan];
      let strike: typeof plan[number] = "no";
      const saved = () => (store.actors.get("diary")?.saved?.state as List | undefined)?.ns ?? [];
      await inlineHouse([diaryActor({ times: 0 })], [DIARY], async ({ supervisor }) => {
        const kill = () =>
          supervisor.find("diary")?.kill("killed", {
            kind: "fatal",
            code: "test",
            message: "Killed by the test",
          });
        hooks.before = ({ verb, args }) => {
          if (verb !== "commit" || (args[0] as TurnRecord).consumes === null) return;
          strike = left.shift() ?? "no";
          if (strike === "before") kill();
        };
        hooks.after = ({ verb }) => {
          if (verb !== "commit") return;
          assert.deepEqual(saved(), upTo(saved().length), "a prefix, each once");
          if (strike === "after") kill();
          if (strike !== "lost") return;
          strike = "no";
          throw new ActorError("unknown", "connection", "The answer was lost");
        };
        for (const n of upTo(count)) {
          await supervisor.post(diary, "Write", { key: `w${n}`, body: { ns: [n] } });
        }
        const rows = () => [...store.outbox.values()];
        await waitFor("the end", () => rows().every(({ status }) => status === "done"));
        assert.deepEqual(saved(), upTo(count));
      }, { wrap: () => hooked(store, hooks), maxRestarts: 11 });
    }),
    { numRuns: 60 },
  );
});
