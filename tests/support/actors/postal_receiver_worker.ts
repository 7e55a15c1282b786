/// <reference lib="deno.worker" />
import { type ContextOf, runActor, type TurnOf, turns } from "@/core/kernel/mod.ts";
import { z } from "zod";
import { type Got, receiverSpec } from "./postal.ts";

interface State {
  readonly got: readonly Got[];
  readonly starts: number;
}
type Context = ContextOf<typeof receiverSpec, State>;
interface Letter {
  readonly n: number;
  readonly crashUpTo: number;
}

runActor(turns(receiverSpec, {
  state: {
    version: 1,
    schema: z.custom<State>(),
    initial: (): State => ({ got: [], starts: 0 }),
  },
  start: (state, context) => context.commit({ ...state, starts: state.starts + 1 }),
  handlers: {
    Drop: (state, body, context) => context.keep(noted(state, "Drop", body, context)),
    Refuse: (state, body, context) => context.keep(noted(state, "Refuse", body, context)),
    Latest: (state, body, context) => context.keep(noted(state, "Latest", body, context)),
    Patient: (state, body, context) => context.keep(noted(state, "Patient", body, context)),
    Keep: (state, body, context) => context.commit(noted(state, "Keep", body, context)),
    Ask: (state, body, context): TurnOf<typeof receiverSpec, State, { n: number }> =>
      context.keep(noted(state, "Ask", body, context)).reply({ n: body.n }),
    Spin(_state, { ms }, context) {
      const untilMs = performance.now() + ms;
      while (performance.now() < untilMs);
      return context.stay().reply({});
    },
    Got: ({ got, starts }, _body, context) => context.stay().reply({ got: [...got], starts }),
  },
}));

function noted(state: State, type: string, { n, crashUpTo }: Letter, context: Context): State {
  if (context.incarnation <= crashUpTo) throw new Error(`Crashed over ${type} ${n}`);
  const { from, trace, config } = context;
  return { ...state, got: [...state.got, { type, n, from, trace, greeting: config.greeting }] };
}
