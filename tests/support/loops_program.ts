/** Five actors that loop for ever are told to stop; prints what that took, and ends by force. */

import { child, group } from "@/core/kernel/house.ts";
import { protocol } from "@/core/kernel/mod.ts";
import { waitFor } from "./wait.ts";
import { house } from "./house.ts";
import { counterSpec } from "./actors/counter.ts";

const NAMES = ["a", "b", "c", "d", "e"];
const limits = { ...counterSpec.limits, heartbeatMs: 60_000 };
const children = NAMES.map((name) =>
  child({ ...counterSpec, protocol: protocol(name, counterSpec.protocol.messages), limits }, {
    config: () => ({ step: 1 }),
  })
);
const { supervisor, events } = house({
  root: group("root", { intensity: { max: 5, withinMs: 60_000 }, children }),
});
await supervisor.start();
for (const one of supervisor.children) one.chaos("hang");
await waitFor(
  "all to be late",
  () => supervisor.children.every((one) => one.beatAgeMs > 0),
  30_000,
);
const startedAt = performance.now();
await supervisor.stop(Number(Deno.args[0]));
const tookMs = performance.now() - startedAt;
const ends = events.flatMap((event) => event.is === "exit" ? [event.exit.kind] : []);
const { zombies } = supervisor;
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ tookMs, ends, zombies })));
Deno.exit(0);
