/// <reference lib="deno.worker" />
import { runActor, service } from "@/core/kernel/mod.ts";
import { pingSpec, pong, sample } from "./actors.ts";

/** Two bursts may be under way: together they fit into the link's queue. */
const BURST = 128;

runActor(service(pingSpec, {
  start: () => null,
  handlers: {
    async RoundTrips(_resources, { count }, call) {
      const micros: number[] = [];
      for (let id = 0; id < count; id++) {
        const startedAt = performance.now();
        await call.ask(pong, "Echo", sample(id));
        micros.push((performance.now() - startedAt) * 1_000);
      }
      return { micros };
    },
    async OneWay(_resources, { count }, call) {
      const { count: before } = await call.ask(pong, "Taken", {});
      const startedAt = performance.now();
      let mark: Promise<unknown> = Promise.resolve();
      for (let id = 0; id < count; id++) {
        call.tell(pong, "Take", sample(id));
        if (id % BURST !== BURST - 1) continue;
        // Asks and tells keep their order: the answer says that the burst before was handled.
        await mark;
        mark = call.ask(pong, "Taken", {});
      }
      const { count: after, inOrder } = await call.ask(pong, "Taken", {});
      if (!inOrder) throw new Error("Messages came out of order");
      if (after - before !== count) {
        throw new Error(`${count - after + before} messages are missing`);
      }
      return { ms: performance.now() - startedAt };
    },
  },
}));
