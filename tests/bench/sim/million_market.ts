/** The server of the measurement in a process of its own: only it is weighed. */

import { NO_LIMITS, startSimulator } from "@/core/market/dmarket/sim/server.ts";

const [titles, depth, speed] = Deno.args.map(Number);
const simulator = await startSimulator({ titles, depth, speed, limits: NO_LIMITS });
const said = { url: simulator.url, offers: simulator.market.table.live };
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(said)}\n`));
