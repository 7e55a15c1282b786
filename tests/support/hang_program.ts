/** Hangs an actor, prints what the supervisor made of it, and exits as main would: 75. */

import { counter } from "./actors/counter.ts";
import { house } from "./house.ts";
import { waitFor } from "./wait.ts";

const { supervisor } = house();
await supervisor.start();
await supervisor.ask(counter, "AddNow", { amount: 4 });
supervisor.find("counter")?.chaos("hang");
await waitFor("the zombie", () => supervisor.zombies === 1);
await waitFor("the replacement", () => supervisor.find("counter")?.isReady);
const exit = supervisor.find("counter")?.lastExit;
const report = {
  kind: exit?.kind,
  zombies: supervisor.zombies,
  count: await supervisor.ask(counter, "Count", {}),
  sibling: supervisor.find("echo")?.restarts,
};
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(report)));
Deno.exit(75);
