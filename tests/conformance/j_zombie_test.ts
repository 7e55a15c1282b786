/** Supervision, J3: what a hung actor does when it wakes after its replacement. On real workers. */

import assert from "node:assert/strict";
import { workerHost } from "@/core/hosts/worker.ts";
import type { Host, HostStart } from "@/core/kernel/host.ts";
import { child } from "@/core/kernel/house.ts";
import { counter } from "@/tests/support/actors/counter.ts";
import {
  serveOutside,
  SLEEPERS,
  sleepyService,
  sleepyServiceSpec,
  sleepyTurns,
  witness,
} from "@/tests/support/actors/sleepers.ts";
import { type BackendKind, withBackend } from "@/tests/support/backends.ts";
import { type House, inHouse } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

/** Longer than it takes to be declared hung, replaced and found to burn on. */
const NAP_MS = 3_000;

interface Scene extends House {
  readonly acts: readonly string[];
}

function withSleepers(kind: BackendKind, test: (scene: Scene) => Promise<void>) {
  return withBackend(kind, (backend) => {
    const acts: string[] = [];
    return inHouse((house) => test({ ...house, acts }), {
      children: SLEEPERS,
      serve: [serveOutside(acts)],
      wrap: () => backend.store,
    });
  });
}

/** The thread was a zombie, and its loop has ended since. */
async function awakeAndGone({ supervisor, events }: House): Promise<void> {
  await waitFor("the zombie", () => events.some(({ is }) => is === "zombie"));
  await waitFor("its end", () => supervisor.zombies === 0, 20_000);
}

async function heardBy({ supervisor }: House): Promise<readonly string[]> {
  return (await supervisor.ask(witness, "Heard", {})).told;
}

Deno.test("J3 a turn that ends after its actor was replaced changes nothing", () =>
  withSleepers("memory", async (scene) => {
    const { supervisor, fenced } = scene;
    const asked = supervisor.ask(sleepyTurns, "Nap", { ms: NAP_MS });
    await assert.rejects(asked, { kind: "peer-down" });
    await waitFor("its replacement", () => supervisor.find("sleepy-turns")?.isReady);
    assert.deepEqual(await supervisor.ask(sleepyTurns, "Nap", { ms: 0 }), {});
    await awakeAndGone(scene);
    assert.deepEqual(await supervisor.ask(sleepyTurns, "Naps", {}), { naps: 1 });
    assert.deepEqual(await heardBy(scene), ["turns 2"]);
    assert.deepEqual(fenced, []);
  }));

Deno.test("J3 a message whose handler hung is handled once, by the next", () =>
  withSleepers("Postgres", async (scene) => {
    const { supervisor } = scene;
    await supervisor.post(sleepyTurns, "NapLater", { key: "nap", body: { ms: NAP_MS } });
    const naps = async () => (await supervisor.ask(sleepyTurns, "Naps", {})).naps;
    await waitFor("the next to handle it", async () => await naps() === 1);
    await awakeAndGone(scene);
    assert.equal(await naps(), 1);
    assert.deepEqual((await heardBy(scene)).toSorted(), ["turns 2", "turns 2"]);
  }));

Deno.test("J3 a service that wakes reaches neither peers nor the store nor the world", () =>
  withSleepers("Postgres", async (scene) => {
    const { supervisor, acts } = scene;
    const asked = supervisor.ask(sleepyService, "Nap", { ms: NAP_MS });
    await assert.rejects(asked, { kind: "peer-down" });
    await waitFor("its replacement", () => supervisor.find("sleepy-service")?.isReady);
    await awakeAndGone(scene);
    await supervisor.ask(sleepyService, "Nap", { ms: 0 });
    await waitFor("what the next one sends", async () => (await heardBy(scene)).length >= 2);
    assert.deepEqual((await heardBy(scene)).toSorted(), ["service 2", "service 2"]);
    assert.deepEqual(acts, ["service 2"]);
    assert.equal(supervisor.find("sleepy-service")?.facts.woke, 2);
  }));

Deno.test("J3 a service that wakes before it is replaced is not heard by its peers either", () => {
  const acts: string[] = [];
  const backoff = { minMs: 60_000, maxMs: 60_000 };
  const children = [
    ...SLEEPERS.slice(0, 1),
    child(sleepyServiceSpec, { config: () => ({}), backoff }),
  ];
  return inHouse(async (house) => {
    const asked = house.supervisor.ask(sleepyService, "Nap", { ms: NAP_MS });
    await assert.rejects(asked, { kind: "peer-down" });
    await awakeAndGone(house);
    assert.equal(house.supervisor.find("sleepy-service")?.status, "backoff");
    assert.deepEqual([await heardBy(house), acts], [[], []]);
  }, { children, serve: [serveOutside(acts)] });
});

Deno.test("J3 what a dead incarnation still says, whatever carries it, is not heard", () => {
  const inner = workerHost();
  const heard: HostStart["receive"][] = [];
  const host: Host = {
    start(start) {
      if (start.name === "counter") heard.push(start.receive);
      return inner.start(start);
    },
  };
  return inHouse(async ({ supervisor, store }) => {
    await supervisor.ask(counter, "AddNow", { amount: 1 });
    supervisor.find("counter")?.chaos("exit");
    const isNew = () => supervisor.find("counter")?.incarnation === 2;
    await waitFor("the next life", () => isNew() && supervisor.find("counter")?.isReady);
    const { version } = store.actors.get("counter") ?? assert.fail("no counter");
    const state = { schemaVersion: 1, value: { count: 100, starts: 100 } };
    const turn = { expectVersion: version, consumes: null, state, outbox: [], writes: [] };
    heard[0]?.({ is: "facts", facts: { late: true } });
    heard[0]?.({ is: "commit", call: 1, turn });
    assert.deepEqual(await supervisor.ask(counter, "AddNow", { amount: 1 }), { count: 2 });
    assert.equal(supervisor.find("counter")?.facts.late, undefined);
  }, { host });
});

Deno.test("J3 a blind effect whose service hung is parked, and its late end is not heard", () =>
  withSleepers("Postgres", async (scene) => {
    const { supervisor, acts } = scene;
    await supervisor.post(sleepyTurns, "Delegate", { key: "d", body: { ms: NAP_MS } });
    const parked = await waitFor("it to be parked", async () => (await supervisor.parked(10))[0]);
    assert.deepEqual([parked.key, parked.status], ["the deed", "unknown"]);
    await awakeAndGone(scene);
    assert.deepEqual(acts, []);
    assert.deepEqual((await supervisor.parked(10)).map(({ status }) => status), ["unknown"]);
    assert.deepEqual(await heardBy(scene), []);
  }));
