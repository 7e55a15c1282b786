import assert from "node:assert/strict";
import { titleReader } from "@/core/daemon/house_views.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import { evidence, TITLE } from "@/tests/core/domain/builders.ts";

/** A house in which every question gets this answer. */
function house(answer: () => unknown) {
  const asked: unknown[] = [];
  const ask = (_peer: unknown, type: string, body: unknown) => {
    asked.push([type, body]);
    return Promise.resolve().then(answer);
  };
  return { asked, read: titleReader(() => ({ ask: ask as unknown as Supervisor["ask"] })) };
}

Deno.test("a title is read by the market-fetcher, with a fresh book", async () => {
  const { asked, read } = house(() => ({ evidence: [evidence({})], missing: [] }));
  assert.equal((await read("a8db", TITLE)).title, TITLE);
  assert.deepEqual(asked, [[
    "Evidence",
    { game: "a8db", titles: [TITLE], maxBookAgeMs: 30_000 },
  ]]);
});

Deno.test("why a title cannot be read is said in the market's own words", async () => {
  const missing = [{ title: TITLE, reason: "The path cannot carry a slash" }];
  const refused = house(() => ({ evidence: [], missing }));
  await assert.rejects(refused.read("a8db", TITLE), /cannot carry a slash/);
  const down = house(() => {
    throw new ActorError("peer-down", "peer-down", "market-fetcher is not running");
  });
  await assert.rejects(down.read("a8db", TITLE), /not running/);
});
