/// <reference lib="deno.worker" />
import { service, type ServiceContext } from "@/core/kernel/mod.ts";
import { runActor } from "@/core/kernel/worker.ts";
import { bystanderSpec } from "./actors.ts";
import { watchLateness } from "./lateness.ts";

runActor(service(bystanderSpec, {
  start: (_context: ServiceContext<typeof bystanderSpec>) => ({ late: watchLateness() }),
  handlers: { Late: (state) => ({ ms: state.late() }) },
}));
