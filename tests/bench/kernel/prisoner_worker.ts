/// <reference lib="deno.worker" />
import { runActor, service, type ServiceContext } from "@/core/kernel/mod.ts";
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
