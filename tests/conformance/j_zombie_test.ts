/** Supervision, J3: what a hung actor does when it wakes after its replacement. On real workers. */

import assert from "node:assert/strict";
import {
  serveOutside,
  SLEEPERS,
  sleepyService,
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
