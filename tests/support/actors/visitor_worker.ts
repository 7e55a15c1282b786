/// <reference lib="deno.worker" />
import { runActor, service } from "@/core/kernel/mod.ts";
import { mirror, visitorSpec } from "./mirror.ts";

runActor(service(visitorSpec, {
  start: () => null,
  handlers: {
    Tell(_resources, { bytes }, call) {
      call.tell(mirror, "Hear", new Uint8Array(bytes));
      return {};
    },
  },
}));
