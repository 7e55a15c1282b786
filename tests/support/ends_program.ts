/**
 * Stops a house in disorder and then does nothing: the process ends only if no child, thread or
 * timer outlives the supervisor. `process` as argument: actors in processes, one of them looping.
 */

import { puppet } from "./actors/puppet.ts";
import { house } from "./house.ts";
import { testProcessHost } from "./process_host.ts";
import { waitFor } from "./wait.ts";

const inProcesses = Deno.args[0] === "process";
const { supervisor } = house({
  children: [
    puppet("idle"),
    puppet("stalls", { stop: "stall", shutdown: 100 }),
    puppet("waits", { backoff: { minMs: 60_000, maxMs: 60_000 } }),
    puppet("loops", { shutdown: 100, limits: { heartbeatMs: 60_000 } }),
    puppet("starts", { starts: ["ready", "never"] }),
  ],
  ...(inProcesses ? { host: testProcessHost() } : {}),
});
await supervisor.start();
supervisor.find("waits")?.chaos("throw");
supervisor.find("starts")?.chaos("throw");
if (inProcesses) supervisor.find("loops")?.chaos("hang");
await waitFor("the backoff", () => supervisor.find("waits")?.status === "backoff");
await waitFor("the restart", () => supervisor.find("starts")?.status === "starting");
await supervisor.stop(5_000);
const report = supervisor.children.map(({ name, lastExit }) => [name, lastExit?.kind]);
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(Object.fromEntries(report))));
