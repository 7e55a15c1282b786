/// <reference lib="deno.worker" />
import { runActor, turns } from "@/core/kernel/mod.ts";
import { elderSpec, type List, list, upgrade } from "./elder.ts";

runActor(turns(elderSpec, {
  state: { version: 3, schema: list, initial: (): List => ({ ns: [] }), upgrade },
  handlers: {
    Write: (state, { ns }, context) => context.commit({ ns: [...state.ns, ...ns] }),
    Ran: (state, settled, context) => {
      const ns = settled.outcome === "done" ? settled.result.ns : [];
      return context.commit({ ns: [...state.ns, ...ns] });
    },
    Read: (state, _body, context) => context.stay().reply({ ns: state.ns }),
  },
}));
