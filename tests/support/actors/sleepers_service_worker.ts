/// <reference lib="deno.worker" />
import { type Call, runActor, service } from "@/core/kernel/mod.ts";
import { outside, sleepHard, sleepyServiceSpec, witness } from "./sleepers.ts";

runActor(service(sleepyServiceSpec, {
  start: () => null,
  handlers: {
    async Nap(_resources, { ms }, call) {
      if (call.incarnation === 1) sleepHard(ms);
      await everything(call);
      return {};
    },
    async Do(_resources, { ms }, call) {
      if (call.incarnation === 1) sleepHard(ms);
      await everything(call);
      return {};
    },
  },
}));

async function everything(call: Call<typeof sleepyServiceSpec>): Promise<void> {
  const by = `service ${call.incarnation}`;
  call.tell(witness, "Told", { by });
  call.report({ woke: call.incarnation });
  const posted = call.post(witness, "Sent", { key: by, body: { by } });
  await call.ask(outside, "Act", { by });
  await posted;
}
