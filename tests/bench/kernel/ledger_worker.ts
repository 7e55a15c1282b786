/// <reference lib="deno.worker" />
import { runActor, turns } from "@/core/kernel/mod.ts";
import { z } from "zod";
import { ledgerSpec } from "./actors.ts";

runActor(turns(ledgerSpec, {
  state: {
    version: 1,
    schema: z.object({ count: z.int() }),
    initial: () => ({ count: 0 }),
  },
  handlers: {
    Add: (state, _body, context) => context.commit({ count: state.count + 1 }),
    Turn: (state, _body, context) =>
      context.commit({ count: state.count + 1 }).reply({ count: state.count + 1 }),
  },
}));
