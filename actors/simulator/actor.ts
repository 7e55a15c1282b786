import { service, type ServiceContext } from "@/core/kernel/mod.ts";
import { startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { simulatorSpec } from "./spec.ts";

export default service(simulatorSpec, {
  async start(context: ServiceContext<typeof simulatorSpec>) {
    const { seed, port } = context.config;
    const running = await startSimulator({ seed, port });
    context.report({ port: running.port });
    return running;
  },
  stop: (running) => running.stop(),
  handlers: {},
});
