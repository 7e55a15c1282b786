/** What an earlier process left in the outbox: one of these messages may have been its end. */

import assert from "node:assert/strict";
import type { NewMessage } from "@/core/kernel/store.ts";
import { child } from "@/core/kernel/house.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { counter } from "@/tests/support/actors/counter.ts";
import { glutton, gluttonSpec } from "@/tests/support/actors/glutton.ts";
import { hooked } from "@/tests/support/hooked_store.ts";
import { house, inHouse, TEST_CHILDREN } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

function left(key: string, target: string, type: string, body: unknown): NewMessage {
  return { key, kind: "message", from: "main", target, type, schemaVersion: 1, body, trace: key };
}

Deno.test("H7 inherited messages are in hand one at a time, marked before, and others are not", async () => {
  const store = new MemoryStore();
  await store.enqueue(["1", "2", "3"].flatMap((n) => [
    left(`counter-${n}`, "counter", "Add", { amount: 1 }),
    left(`glutton-${n}`, "glutton", "Taste", {}),
  ]));
  const seen: string[] = [];
  const watching = hooked(store, {
    after({ verb, args }) {
      const [of] = args as [number & { readonly consumes: number | null }];
      if (verb === "countCrash") seen.push(`mark ${of}`);
      if (verb === "commit" && of.consumes !== null) seen.push(`done ${of.consumes}`);
    },
  });
  await inHouse(async ({ supervisor }) => {
    const isDone = () => [...store.outbox.values()].every(({ status }) => status === "done");
    await waitFor("all that was left", isDone);
    const ids = seen.filter((one) => one.startsWith("mark")).map((one) => one.slice(5));
    assert.deepEqual(seen, ids.flatMap((id) => [`mark ${id}`, `done ${id}`]));
    assert.deepEqual(ids.toSorted(), ["1", "2", "3", "4", "5", "6"]);
    await supervisor.post(counter, "Add", { key: "new", body: { amount: 1 } });
    await supervisor.post(glutton, "Taste", { key: "new too", body: {} });
    await waitFor("what is new", isDone);
    assert.deepEqual(new Set(seen.slice(-2)), new Set(["done 7", "done 8"]));
  }, {
    children: [...TEST_CHILDREN, child(gluttonSpec, { config: () => ({}) })],
    wrap: () => watching,
  });
});

Deno.test("H1 a new message does not overtake an inherited one that is being marked", async () => {
  const store = new MemoryStore();
  await store.enqueue([left("old", "counter", "Add", { amount: 1 })]);
  const [marking, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const turns: unknown[] = [];
  const slow = hooked(store, {
    before({ verb, args: [of] }) {
      if (verb === "commit") turns.push((of as { readonly consumes: unknown }).consumes);
      if (verb !== "countCrash") return;
      marking.resolve();
      return gate.promise;
    },
  });
  await inHouse(async ({ supervisor }) => {
    await marking.promise;
    await supervisor.post(counter, "Add", { key: "new", body: { amount: 1 } });
    await supervisor.ask(counter, "Count", {});
    gate.resolve();
    await waitFor("both", () => store.outbox.get(2)?.status === "done");
    assert.deepEqual(turns.filter((consumed) => consumed !== null), [1, 2]);
  }, { wrap: () => slow });
});

Deno.test("H7 an inherited message that kills its receiver is buried after three crashes, too", async () => {
  const store = new MemoryStore();
  await store.enqueue([
    left("poison", "counter", "Poison", {}),
    left("after", "counter", "Add", { amount: 1 }),
  ]);
  await inHouse(async ({ supervisor }) => {
    await waitFor("the burial", () => store.outbox.get(1)?.status === "dead");
    await waitFor("the next message", () => store.outbox.get(2)?.status === "done");
    assert.equal(supervisor.find("counter")?.restarts, 3);
  }, { store });
});

Deno.test("H7 one that was parked is replayed as if it had never been tried", async () => {
  const store = new MemoryStore();
  await store.enqueue([left("poison", "counter", "Poison", {})]);
  const error = { kind: "fatal", code: "process-ended", message: "Before this process" } as const;
  for (let mark = 1; mark <= 3; mark++) await store.countCrash(1, error);
  await inHouse(async ({ supervisor }) => {
    const isParked = () => store.outbox.get(1)?.status === "dead";
    await waitFor("the burial", isParked);
    assert.equal(supervisor.find("counter")?.restarts, 0);
    await supervisor.replay(1);
    await waitFor("the second burial", isParked);
    assert.equal(supervisor.find("counter")?.restarts, 3);
    assert.equal(store.outbox.get(1)?.crashes, 3);
  }, { store });
});

Deno.test("H7 the death of a receiver over something else is not held against its messages", async () => {
  const store = new MemoryStore();
  await store.enqueue([left("waiting", "counter", "Add", { amount: 1 })]);
  const { supervisor } = house({ store });
  supervisor.find("counter")?.suspend();
  await supervisor.start();
  try {
    for (let death = 1; death <= 4; death++) {
      const marked = () => store.outbox.get(1)?.crashes === 1;
      await waitFor("the mark", () => supervisor.find("counter")?.isReady && marked());
      supervisor.find("counter")?.chaos("throw");
      await waitFor("the restart", () => supervisor.find("counter")?.restarts === death);
    }
    supervisor.find("counter")?.resume();
    await waitFor("the message", () => store.outbox.get(1)?.status === "done");
    assert.equal(store.outbox.get(1)?.crashes, 1);
  } finally {
    await supervisor.stop(5_000);
  }
});
