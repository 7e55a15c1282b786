/**
 * A program that owns an embedded server, for tests that kill it: prints one line of JSON when it
 * is up, stops cleanly when its standard input ends.
 */

import { openDatabase } from "@/core/db/database.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { quietLog } from "@/tests/support/postgres_server.ts";

const [home = ""] = Deno.args;
const db = await openDatabase({ url: null, home, clock: systemClock, log: quietLog });
await db.write((sql) => sql`create table if not exists kept (x int)`);
const [row] = await db.write((sql) =>
  sql<{ x: number }[]>`insert into kept select count(*) from kept returning x`
);
const report = { serverPid: db.serverPid, rowsBefore: row?.x, uid: Deno.uid() };
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
for await (const _ of Deno.stdin.readable);
await db.stop();
