/// <reference lib="deno.worker" />
import { service } from "@/core/kernel/mod.ts";
import { runActor } from "@/core/kernel/worker.ts";
import { mendedHandsSpec, world } from "./deeds.ts";

runActor(service(mendedHandsSpec, {
  start: () => null,
  handlers: {
    Again: (_resources, _body, call) => call.ask(world, "Do", { key: call.key, once: true }),
  },
}));
