/// <reference lib="deno.worker" />
import { runActor, turns } from "@/core/kernel/mod.ts";
import { z } from "zod";
import { witnessSpec } from "./sleepers.ts";

interface State {
  readonly told: string[];
}

runActor(turns(witnessSpec, {
  state: { version: 1, schema: z.custom<State>(), initial: (): State => ({ told: [] }) },
  handlers: {
    Told: (state, { by }, context) => context.keep({ told: [...state.told, by] }),
    Sent: (state, { by }, context) => context.commit({ told: [...state.told, by] }),
    Heard: (state, _body, context) => context.stay().reply(state),
  },
}));
