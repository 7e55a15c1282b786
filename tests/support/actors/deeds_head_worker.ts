/// <reference lib="deno.worker" />
import { runActor, turns } from "@/core/kernel/mod.ts";
import { z } from "zod";
import { type Ended, hands, head, headSpec } from "./deeds.ts";

interface State {
  readonly decided: string[];
  readonly ended: Ended[];
}

runActor(turns(headSpec, {
  state: {
    version: 1,
    schema: z.custom<State>(),
    initial: (): State => ({ decided: [], ended: [] }),
  },
  handlers: {
    Decide: (state, { id, kind, way }, context) =>
      context.commit({ ...state, decided: [...state.decided, id] })
        .effect(hands, kind, { way }, { key: id, settled: { peer: head, type: "DeedEnded" } }),
    DeedEnded(state, settled, context) {
      const { key, outcome } = settled;
      const receipt = settled.outcome === "done" ? settled.result.receipt : settled.error.code;
      return context.commit({ ...state, ended: [...state.ended, { key, outcome, receipt }] });
    },
    Ended: (state, _body, context) => context.stay().reply(state),
  },
}));
