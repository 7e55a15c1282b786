/// <reference lib="deno.worker" />
import { runActor, service } from "@/core/kernel/mod.ts";
import { mendedHandsSpec, world } from "./deeds.ts";

runActor(service(mendedHandsSpec, {
  start: () => null,
  handlers: {
    Again: (_resources, _body, call) => call.ask(world, "Do", { key: call.key, once: true }),
  },
}));
