/** A house under load in a process of its own, to be killed: arguments are the database's URL and a name. */

import { openDatabase } from "@/core/db/database.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { leaseOn } from "@/tests/support/backends.ts";
import { house } from "@/tests/support/house.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";
import { countingStore, Load, PATIENT } from "./load.ts";

const [url = "", run = ""] = Deno.args;

function tell(fact: Readonly<Record<string, number>>): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(fact)}\n`));
}

const db = await openDatabase({ url, home: "", clock: systemClock, log: quietLog });
const lease = await leaseOn(db);
const store = await countingStore(db, lease);
const { supervisor } = house({ root: PATIENT, wrap: () => store });
await supervisor.start();
tell({ epoch: lease.epoch });
const load = new Load(supervisor, run);
for (;;) {
  await load.progress(10);
  tell({ posted: load.posted });
}
