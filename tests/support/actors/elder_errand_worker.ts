/// <reference lib="deno.worker" />
import { runActor, service } from "@/core/kernel/mod.ts";
import { errandSpec } from "./elder.ts";

/** What was run is told to whoever decided it, a hundred higher. */
runActor(service(errandSpec, {
  start: () => null,
  handlers: {
    Run: (_resources, { ns }) => Promise.resolve({ ns: ns.map((n) => n + 100) }),
  },
}));
