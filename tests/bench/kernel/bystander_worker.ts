/// <reference lib="deno.worker" />
import { runActor, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { bystanderSpec } from "./actors.ts";
import { watchLateness } from "./lateness.ts";

runActor(service(bystanderSpec, {
  start: (_context: ServiceContext<typeof bystanderSpec>) => ({ late: watchLateness() }),
  handlers: { Late: (state) => ({ ms: state.late() }) },
}));
