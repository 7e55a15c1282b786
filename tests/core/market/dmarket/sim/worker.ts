/// <reference lib="deno.worker" />
import { startSimulator } from "@/core/market/dmarket/sim/server.ts";

const simulator = await startSimulator({ titles: 40 });
self.onmessage = () => simulator.stop();
self.postMessage(simulator.url);
