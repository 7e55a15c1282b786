/** The numbers that docs/kernel.md gives for bounds and pauses, in virtual time. */

import assert from "node:assert/strict";
import { z } from "zod";
import { child } from "@/core/kernel/house.ts";
import {
  ActorError,
  durable,
  effect,
  protocol,
  request,
  service,
  serviceActor,
  turnActor,
  turns,
} from "@/core/kernel/mod.ts";
import { inlineHost } from "@/core/hosts/inline.ts";
import { Link } from "@/core/thread/link.ts";
import type { Definition } from "@/core/thread/runtime.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { hooked } from "@/tests/support/hooked_store.ts";
import { type House, house } from "@/tests/support/house.ts";
import { ManualClock, settle } from "@/tests/support/manual_clock.ts";

const none = z.object({});
const config = none;
const n = z.object({ n: z.int() });

const keeper = protocol("keeper", {
  Keep: request({ body: n, reply: none }),
  Store: durable({ body: n }),
});
const hands = protocol("hands", {
  Try: effect({ body: none, reply: none, safety: "idempotent", maxAttempts: 12 }),
  Flood: request({ body: n, reply: z.object({ refused: z.int() }) }),
});
const keeperSpec = turnActor({ protocol: keeper, uses: [hands], config, worker: "inline" });
const handsSpec = serviceActor({ protocol: hands, uses: [keeper], config, worker: "inline" });

interface Virtual extends House {
  readonly clock: ManualClock;
  /** Virtual time of every attempt of the effect. */
  readonly triesMs: readonly number[];
}

/** `isStuck`: messages of actors are never stored. */
async function inNumbers(test: (house: Virtual) => Promise<void>, isStuck = false): Promise<void> {
  const clock = new ManualClock();
  const triesMs: number[] = [];
  const definitions = [
    turns(keeperSpec, {
      state: { version: 1, schema: n, initial: () => ({ n: 0 }) },
      handlers: {
        Keep: (_state, body, context) => context.keep(body).reply({}),
        Store: (_state, _body, context) => context.stay().effect(hands, "Try", {}),
      },
    }),
    service(handsSpec, {
      start: () => null,
      handlers: {
        Try() {
          triesMs.push(clock.monotonic());
          throw new ActorError("transient", "busy", "Not now");
        },
        async Flood(_resources, body, call) {
          let refused = 0;
          for (let key = 1; key <= body.n; key++) {
            call.post(keeper, "Store", { key: `${key}`, body: { n: key } }).catch((error) => {
              if (error instanceof ActorError && error.kind === "overload") refused += 1;
            });
          }
          await Promise.resolve();
          return { refused };
        },
      },
    }),
  ];
  const store = new MemoryStore();
  const stuck = hooked(store, {
    before: ({ verb }) => verb === "enqueue" ? new Promise(() => {}) : undefined,
  });
  const host = inlineHost({
    clock,
    random: () => 0.5,
    definitions: definitions as unknown as readonly Definition[],
  });
  const children = [
    child(handsSpec, { config: () => ({}) }),
    child(keeperSpec, { config: () => ({}) }),
  ];
  const made = house({ children, host, clock, store, wrap: () => isStuck ? stuck : store });
  await made.supervisor.start();
  try {
    await test({ ...made, clock, triesMs });
  } finally {
    const stopped = made.supervisor.stop(5_000);
    await clock.advance(10_000);
    await stopped;
  }
}

Deno.test("I1 what lives in memory is written within a second", () =>
  inNumbers(async ({ supervisor, store, clock }) => {
    await supervisor.ask(keeper, "Keep", { n: 7 });
    await clock.advance(900);
    assert.equal(store.actors.get("keeper")?.saved, null);
    await clock.advance(150);
    assert.deepEqual(store.actors.get("keeper")?.saved?.state, { n: 7 });
  }));

Deno.test("I1 what lives in memory is written with the next commit, also of a turn that stays", () =>
  inNumbers(async ({ supervisor, store, clock }) => {
    await supervisor.ask(keeper, "Keep", { n: 7 });
    await supervisor.post(keeper, "Store", { key: "one", body: { n: 1 } });
    await clock.advance(10);
    assert.deepEqual(store.actors.get("keeper")?.saved?.state, { n: 7 });
  }));

Deno.test("I7 the pauses between attempts double from one second and end at sixty", () =>
  inNumbers(async ({ supervisor, clock, triesMs }) => {
    await supervisor.post(keeper, "Store", { key: "one", body: { n: 1 } });
    await clock.advance(400_000);
    const pauses = triesMs.slice(1).map((at, index) =>
      Math.round((at - (triesMs[index] ?? 0)) / 1e3)
    );
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]);
  }));

Deno.test("H5 a sender has 256 durable messages on their way to the database", () =>
  inNumbers(async ({ supervisor }) => {
    assert.deepEqual(await supervisor.ask(hands, "Flood", { n: 300 }), { refused: 44 });
  }, true));

Deno.test("H5 what has come to the database makes room for the next durable messages", () =>
  inNumbers(async ({ supervisor }) => {
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(await supervisor.ask(hands, "Flood", { n: 100 }), { refused: 0 });
      await settle();
    }
  }));

Deno.test("H5 an event that waits holds its sender up for five seconds", async () => {
  const clock = new ManualClock();
  const { port1, port2 } = new MessageChannel();
  const nothing = { onSent: () => {}, onDropped: () => {} };
  // The other side grants nothing.
  const link = new Link({ peer: "b", port: port1, clock, ...nothing });
  try {
    let waiting: Promise<void> | undefined;
    while (waiting === undefined) {
      waiting = link.tell("T", {}, { trace: "t", overflow: "wait" });
    }
    let isOver = false;
    waiting.then(() => isOver = true);
    await clock.advance(4_900);
    assert.equal(isOver, false);
    await clock.advance(200);
    await settle();
    assert.equal(isOver, true);
  } finally {
    link.close();
    port2.close();
  }
});
