/// <reference lib="deno.worker" />
import { ActorError, type Call, type LookedUp, runActor, service } from "@/core/kernel/mod.ts";
import { handsSpec, type Way, world } from "./deeds.ts";

type HandsCall = Call<typeof handsSpec>;
interface Receipt {
  readonly receipt: string;
}

runActor(service(handsSpec, {
  start: () => null,
  handlers: {
    Again: (_resources, { way }, call) => act({ way, once: true }, call),
    Ask: (_resources, { way }, call) => act({ way, once: false }, call),
    Once: (_resources, { way }, call) => act({ way, once: false }, call),
  },
  lookups: {
    Ask: async (_resources, _body, call): Promise<LookedUp<Receipt>> => {
      const { outcome, receipt } = await call.ask(world, "Find", { key: call.key });
      if (outcome === "done") return { outcome, result: { receipt } };
      return outcome === "unknown" ? { outcome, reason: "The world has forgotten" } : { outcome };
    },
  },
}));

interface Deed {
  readonly way: Way;
  readonly once: boolean;
}

async function act({ way, once }: Deed, call: HandsCall): Promise<Receipt> {
  const isFirst = call.attempt === 1;
  if (way === "never") throw new ActorError("rejected", "never", "Not in this world");
  if (way === "later" && isFirst) throw new ActorError("transient", "later", "Not now");
  const receipt = await call.ask(world, "Do", { key: call.key, once });
  if (way === "lost" && isFirst) throw new ActorError("unknown", "lost", "No answer came back");
  if (way === "crash" && isFirst) throw new TypeError("A bug after the deed");
  return receipt;
}
