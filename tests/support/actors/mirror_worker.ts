/// <reference lib="deno.worker" />
import { runActor, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { bulk, mirrorSpec } from "./mirror.ts";

const held: Uint8Array[] = [];

runActor(service(mirrorSpec, {
  start: (context: ServiceContext<typeof mirrorSpec>) => context.report({ pid: Deno.pid }),
  handlers: {
    Show: (_resources, value) => value,
    Grow: (_resources, { bytes }) => new Uint8Array(bytes),
    Fetch: (_resources, { bytes }, call) => call.ask(bulk, "Get", { bytes }),
    Hold: (_resources, { megabytes }) => {
      for (let n = 0; n < megabytes; n++) held.push(new Uint8Array(1_000_000).fill(1));
      return held.length;
    },
    // deno-lint-ignore no-console -- that is what it is for
    Print: (_resources, value) => console.log(value),
    Hear: () => {},
  },
}));
