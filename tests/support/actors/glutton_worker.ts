/// <reference lib="deno.worker" />
import { runActor, turns } from "@/core/kernel/mod.ts";
import { z } from "zod";
import { gluttonSpec } from "./glutton.ts";

runActor(turns(gluttonSpec, {
  state: {
    version: 1,
    schema: z.object({ tastes: z.int() }),
    initial: () => ({ tastes: 0 }),
  },
  handlers: {
    Taste: ({ tastes }, _body, context) => context.commit({ tastes: tastes + 1 }),
    Devour: () => {
      const held: unknown[] = [];
      for (;;) held.push(Array.from({ length: 10_000 }, (_, n) => ({ n })));
    },
    Choke(_state, _body, context) {
      Deno.kill(Deno.pid, "SIGKILL");
      return context.stay();
    },
  },
}));
