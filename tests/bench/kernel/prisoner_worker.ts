/// <reference lib="deno.worker" />
import { service, type ServiceContext } from "@/core/kernel/mod.ts";
import { runActor } from "@/core/kernel/worker.ts";
import { prisonerSpec } from "./actors.ts";

runActor(service(prisonerSpec, {
  start: (_context: ServiceContext<typeof prisonerSpec>) => null,
  handlers: {
    Read: async (_state, { path }) => ({
      isRead: await Deno.readTextFile(path).then(() => true, () => false),
    }),
    Never: () => new Promise(() => {}),
  },
}));
