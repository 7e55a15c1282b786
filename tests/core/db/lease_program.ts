/** Holds the lease of a schema until it is killed: prints the epoch, then every loss. */

import { openDatabase } from "@/core/db/database.ts";
import { Lease } from "@/core/db/lease.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";

const [url = "", ttlMs = ""] = Deno.args;
const db = await openDatabase({ url, home: "", clock: systemClock, log: quietLog });
const lease = await Lease.acquire({
  db,
  holder: crypto.randomUUID(),
  description: `process ${Deno.pid}`,
  clock: systemClock,
  log: quietLog,
  ttlMs: Number(ttlMs),
});
await say({ epoch: lease.epoch });
await say({ lost: (await lease.lost).message });
await lease.release();
await db.stop();

async function say(what: unknown): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(what)}\n`));
}
