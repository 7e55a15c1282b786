/** What main keeps for actors, on a database: each has its own. */

import assert from "node:assert/strict";
import { type HouseSources, houseViews } from "@/core/daemon/house_views.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { keepsakes } from "@/core/protocol/keepsakes.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { testDatabase } from "@/tests/support/postgres.ts";

Deno.test("main keeps for each actor what it asks for, and gives it to nobody else", async () => {
  await using database = await testDatabase();
  const { db } = database;
  const lease = await leaseOn(db);
  const sources = { db, lease, clock: systemClock } as HouseSources;
  const served = houseViews(sources).find(({ protocol }) => protocol === keepsakes);
  const answer = async (type: "Keep" | "Recall", body: object, from: string) =>
    await served?.answers[type]?.(body as never, from) as { kept?: { body: string } | null };
  const beforeMs = Date.now();
  await answer("Keep", { name: "pace", body: "slow" }, "signer");
  const { kept } = await answer("Recall", { name: "pace" }, "signer");
  assert.equal(kept?.body, "slow");
  const { keptAtMs } = keepsakes.messages.Recall.reply.parse({ kept }).kept ?? assert.fail();
  assert.ok(keptAtMs >= beforeMs && keptAtMs <= Date.now());
  assert.deepEqual(await answer("Recall", { name: "pace" }, "market-fetcher"), { kept: null });
  await lease.release();
});
