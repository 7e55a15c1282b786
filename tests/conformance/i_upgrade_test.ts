/**
 * Supervision, I8: what earlier releases may have left in the database is understood by this one.
 * When one of these fails, a schema changed: raise the message's version and give an `upgrade`, or,
 * for a message that no release has had yet, write the fixtures anew (message_fixtures.ts).
 */

import assert from "node:assert/strict";
import notifier from "@/actors/notifier/actor.ts";
import scanner from "@/actors/scanner/actor.ts";
import targetManager from "@/actors/target_manager/actor.ts";
import { received } from "@/core/kernel/check.ts";
import { child, type ChildSpec } from "@/core/kernel/house.ts";
import type { ActorSpec } from "@/core/kernel/mod.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { inlineHouse } from "@/tests/support/inline_house.ts";
import { presentFixtures, protocols, storedFixtures } from "@/tests/support/message_fixtures.ts";
import { samplesOf } from "@/tests/support/samples.ts";
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

for (const actor of [scanner, notifier, targetManager] as const) {
  const { name } = actor.spec.protocol;
  Deno.test(`I8 durable messages of every release are handled by ${name}`, async () => {
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
      await waitFor("all of them", () => statuses().every(({ status }) => status !== "pending"));
      const left = statuses().filter(({ status }) => status !== "done");
      assert.deepEqual(left.map(({ type, error }) => [type, error?.message]), []);
      assert.equal(rows.length > 0, true);
    }, { store });
  });
}

function placed(spec: ActorSpec): ChildSpec {
  const [config] = samplesOf(spec.config);
  return child(spec, { config: () => config as never });
}
