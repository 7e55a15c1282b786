/**
 * Supervision, I8: what earlier releases may have left in the database is understood by this one.
 * When one of these fails, a schema changed: raise its version and give an `upgrade`, or, for what
 * no release has had yet, write the fixtures anew (message_fixtures.ts, checkpoint_fixtures.ts).
 */

import assert from "node:assert/strict";
import notifier from "@/actors/notifier/actor.ts";
import scanner from "@/actors/scanner/actor.ts";
import targetManager from "@/actors/target_manager/actor.ts";
import telegram from "@/bot/telegram/actor.ts";
import { received } from "@/core/kernel/check.ts";
import { child, type ChildSpec } from "@/core/kernel/house.ts";
import type { ActorSpec } from "@/core/kernel/mod.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { inMemory } from "@/tests/support/backends.ts";
import {
  keepers,
  presentCheckpoints,
  storedCheckpoints,
} from "@/tests/support/checkpoint_fixtures.ts";
import { inHouse } from "@/tests/support/house.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { presentFixtures, protocols, storedFixtures } from "@/tests/support/message_fixtures.ts";
import { samplesOf } from "@/tests/support/samples.ts";
import { only } from "@/tests/support/trail.ts";
import { waitFor } from "@/tests/support/wait.ts";

const known = await protocols();
const releases = await storedFixtures();

for (const { release, messages } of releases) {
  Deno.test(`I8 durable messages of ${release} are understood`, () => {
    assert.ok(messages.length > 0);
    for (const { target, bodies, ...message } of messages) {
      const protocol = known.get(target);
      assert.ok(protocol !== undefined, `${target} is gone: who takes its ${message.type}?`);
      for (const body of bodies) received(protocol, { ...message, body });
    }
  });
}

Deno.test("I8 every durable message of this release is kept for the next", async () => {
  const kept = releases.flatMap(({ messages }) => messages);
  for (const { target, type, schemaVersion } of (await presentFixtures()).messages) {
    const isKept = kept.some((one) =>
      one.target === target && one.type === type && one.schemaVersion === schemaVersion
    );
    assert.ok(isKept, `${target}.${type} ${schemaVersion}: run tests/support/message_fixtures.ts`);
  }
});

for (const actor of [scanner, notifier, targetManager, telegram] as const) {
  const { name } = actor.spec.protocol;
  Deno.test(`I8 durable messages and effects of every release are handled by ${name}`, async () => {
    const store = new MemoryStore();
    const rows = releases.flatMap(({ release, messages }) =>
      messages.filter(({ target }) => target === name).flatMap(({ bodies, ...message }, at) =>
        bodies.map((body, n) => {
          const { kind, target, type, schemaVersion } = message;
          const sent = { kind, target, type, schemaVersion, body };
          return { key: `${release}/${at}/${n}`, from: "main", trace: "t", ...sent };
        })
      )
    );
    await store.enqueue(rows);
    await inlineHouse([actor], [placed(actor.spec)], async () => {
      const statuses = () => [...store.outbox.values()].filter(({ target }) => target === name);
      const isOver = (status: string) => status !== "pending" && status !== "attempting";
      await waitFor("all of them", () => statuses().every(({ status }) => isOver(status)));
      const left = statuses().filter(({ status }) => status !== "done");
      assert.deepEqual(left.map(({ type, error }) => [type, error?.message]), []);
      assert.ok(rows.length > 0);
    }, { store });
  });
}

/** Telegram without a token: everything is laid out, and shown in the terminal. */
function placed(spec: ActorSpec): ChildSpec {
  const [sample] = samplesOf(spec.config);
  const config = spec === telegram.spec ? { ...sample as object, token: null } : sample;
  return child(spec, { config: () => config as never });
}

const keeping = await keepers();
const kept = await storedCheckpoints();

Deno.test("I8 every checkpoint of this release is kept for the next", async () => {
  const versions = kept.flatMap(({ checkpoints }) => checkpoints)
    .map(({ actor, schemaVersion }) => `${actor} ${schemaVersion}`);
  for (const { actor, schemaVersion } of await presentCheckpoints()) {
    const one = `${actor} ${schemaVersion}`;
    assert.ok(versions.includes(one), `${one}: run tests/support/checkpoint_fixtures.ts`);
  }
});

for (const { release, checkpoints } of kept) {
  for (const { actor, schemaVersion, states } of checkpoints) {
    Deno.test(`I8 ${actor} goes on from checkpoint ${schemaVersion} of ${release} (Worker host)`, async () => {
      const keeper = keeping.get(actor);
      assert.ok(keeper !== undefined, `${actor} is gone: who takes up what it left?`);
      assert.ok(states.length > 0);
      for (const state of states) {
        const backend = inMemory();
        await backend.spoil(actor, { schemaVersion, state });
        await inHouse(({ supervisor, events }) => {
          assert.equal(supervisor.find(actor)?.isReady, true);
          assert.deepEqual(only(events, "crash"), []);
          return Promise.resolve();
        }, { children: [placed(keeper.spec)], wrap: () => backend.store });
        const saved = await backend.saved(actor);
        assert.equal(saved?.schemaVersion, keeper.state.version);
        keeper.state.schema.parse(saved?.state);
      }
    });
  }
}
