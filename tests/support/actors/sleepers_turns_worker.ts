/// <reference lib="deno.worker" />
import { type ContextOf, runActor, turns } from "@/core/kernel/mod.ts";
import { z } from "zod";
import { sleepHard, sleepyService, sleepyTurnsSpec, witness } from "./sleepers.ts";

interface State {
  readonly naps: number;
}
type Context = ContextOf<typeof sleepyTurnsSpec, State>;

runActor(turns(sleepyTurnsSpec, {
  state: { version: 1, schema: z.custom<State>(), initial: (): State => ({ naps: 0 }) },
  handlers: {
    // Nothing of it waits for a commit, so all of it goes out as soon as it wakes.
    Nap(state, { ms }, context) {
      const { by, naps } = nap(state, ms, context);
      return context.keep({ naps }).tell(witness, "Told", { by }).reply({});
    },
    NapLater(state, { ms }, context) {
      const { by, naps } = nap(state, ms, context);
      return context.commit({ naps }).send(witness, "Sent", { by }, by)
        .tell(witness, "Told", { by });
    },
    Delegate: (state, { ms }, context) =>
      context.commit(state).effect(sleepyService, "Do", { ms }, "the deed"),
    Naps: (state, _body, context) => context.stay().reply(state),
  },
}));

function nap({ naps }: State, ms: number, { incarnation }: Context) {
  if (incarnation === 1) sleepHard(ms);
  return { by: `turns ${incarnation}`, naps: naps + 1 };
}
