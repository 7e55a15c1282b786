/// <reference lib="deno.worker" />
import { runActor, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { pongSpec } from "./actors.ts";
import { watchLateness } from "./lateness.ts";

runActor(service(pongSpec, {
  start: (_context: ServiceContext<typeof pongSpec>) => ({
    count: 0,
    lastId: -1,
    inOrder: true,
    late: watchLateness(),
  }),
  handlers: {
    Echo: (_state, body) => body,
    Take: (state, { id }) => {
      state.count += 1;
      // Every round begins with 0.
      state.inOrder &&= id === 0 || id === state.lastId + 1;
      state.lastId = id;
    },
    Taken: ({ count, inOrder }) => ({ count, inOrder }),
    Late: (state) => ({ ms: state.late() }),
  },
}));
