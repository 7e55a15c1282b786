import { z } from "zod";
import { turns } from "@/core/kernel/mod.ts";
import { counterSpec, echo } from "./counter.ts";

interface State {
  readonly count: number;
  readonly starts: number;
}

export default turns(counterSpec, {
  state: {
    version: 1,
    schema: z.object({ count: z.int(), starts: z.int() }),
    initial: (): State => ({ count: 0, starts: 0 }),
  },
  start: (state, context) => context.commit({ ...state, starts: state.starts + 1 }),
  handlers: {
    Add: (state, { amount }, context) =>
      context.commit({ ...state, count: state.count + amount * context.config.step })
        .write("counts", [{ count: state.count + amount }]),
    Poison: () => {
      throw new Error("Poisoned");
    },
    Count: (state, _body, context) => context.stay().reply(state),
    AddNow: (state, { amount }, context) =>
      context.commit({ ...state, count: state.count + amount })
        .reply({ count: state.count + amount }),
    AddEcho: (_state, { text }, context) =>
      context.stay().ask(echo, "Say", {
        body: { text },
        then: (state, answer, later) =>
          answer.ok
            ? later.commit({ ...state, count: state.count + answer.value.text.length })
            : later.commit({ ...state, count: -1 }),
      }),
    Shout: (_state, { text }, context) => context.stay().effect(echo, "Print", { text }),
    Note: (state, { n }, context) => context.keep({ ...state, count: state.count + n }),
  },
});
