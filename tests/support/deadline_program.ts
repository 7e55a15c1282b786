/** A shutdown whose task never ends and never yields its phase: only the total deadline ends it. */

import { systemClock } from "@/core/kernel/clock.ts";
import { Shutdown } from "@/core/supervision/phases.ts";
import { silentLog } from "./house.ts";

const shutdown = new Shutdown({
  phases: [{ name: "drain", timeoutMs: 60_000 }],
  totalMs: 100,
  clock: systemClock,
  log: silentLog,
  onDeadline: () => Deno.exit(Number(Deno.args[0])),
});
shutdown.add("drain", "forever", () => new Promise(() => setInterval(() => {}, 1_000)));
await shutdown.run();
