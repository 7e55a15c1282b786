/// <reference lib="deno.worker" />
import { runActor, turns } from "@/core/kernel/mod.ts";
import { z } from "zod";
import { counterSpec } from "./counter.ts";

runActor(turns(counterSpec, {
  state: { version: 1, schema: z.object({ total: z.int() }), initial: () => ({ total: 0 }) },
  handlers: {
    Add({ total }, { amount }, { commit, incarnation }) {
      const sum = total + amount;
      return commit({ total: sum }).reply({ total: sum, life: incarnation });
    },
  },
}));
