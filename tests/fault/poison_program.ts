/**
 * A house with two gluttons and a counter on the database of the first argument: stores what the
 * second says, if it says so, and lives until all that it can handle is handled.
 */

import { openDatabase } from "@/core/db/database.ts";
import { createStore } from "@/core/db/store.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { child, group } from "@/core/kernel/house.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { glutton, gluttonSpec } from "@/tests/support/actors/glutton.ts";
import { counter } from "@/tests/support/actors/counter.ts";
import { house, TEST_CHILDREN } from "@/tests/support/house.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { waitFor } from "@/tests/support/wait.ts";

const [url = "", first = ""] = Deno.args;
const db = await openDatabase({ url, home: "", clock: systemClock, log: quietLog });
const lease = await leaseOn(db);
const store = createStore({ db, lease, writes: { counts: () => Promise.resolve() } });
const { supervisor } = house({
  root: group("root", {
    intensity: { max: 5, withinMs: 60_000 },
    children: [...TEST_CHILDREN, child(gluttonSpec, { config: () => ({}) })],
  }),
  wrap: () => store,
});
await supervisor.start();
if (first === "post") {
  const body = {};
  await supervisor.post(glutton, "Taste", { key: "before", body });
  await supervisor.post(glutton, "Devour", { key: "poison", body });
  await supervisor.post(glutton, "Taste", { key: "after", body });
  await supervisor.post(counter, "Add", { key: "beside", body: { amount: 1 } });
}
await waitFor("all to be handled", async () => {
  const rows = await db.read((sql) => sql`select from outbox where status = 'pending'`);
  return rows.length === 0;
});
await supervisor.stop(5_000);
await lease.release();
Deno.exit(0);
