/// <reference lib="deno.worker" />
import { runActor } from "@/core/kernel/worker.ts";
import { z } from "zod";
import { turns } from "@/core/kernel/mod.ts";
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
