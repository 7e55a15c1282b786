/** A house whose counter has a process of its own; with `hang` that loops for ever. Ends by force. */

import { workerHost } from "@/core/hosts/worker.ts";
import { child } from "@/core/kernel/house.ts";
import { counter, counterSpec } from "./actors/counter.ts";
import { house, TEST_CHILDREN } from "./house.ts";
import { testProcessHost } from "./process_host.ts";

const patient = { ...counterSpec, limits: { ...counterSpec.limits, heartbeatMs: 60_000 } };
const { supervisor } = house({
  children: [
    ...TEST_CHILDREN.slice(0, 1),
    child(patient, { host: "process", config: () => ({ step: 1 }) }),
  ],
  hosts: (kind) => kind === "process" ? testProcessHost() : workerHost(),
});
await supervisor.start();
const { count } = await supervisor.ask(counter, "AddNow", { amount: 3 });
if (Deno.args.includes("hang")) supervisor.find("counter")?.chaos("hang");
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify({ count })}\n`));
setInterval(() => {}, 60_000);
