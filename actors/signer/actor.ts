import { ActorError, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { keepsakes } from "@/core/protocol/keepsakes.ts";
import { SigningDesk } from "./desk.ts";
import { Keeper } from "./keeper.ts";
import { type Beginning, beginningOf, FRESH, IN_DOUBT } from "./pace.ts";
import { signerSpec } from "./spec.ts";

type Context = ServiceContext<typeof signerSpec>;

export default service(signerSpec, {
  async start(context: Context) {
    const { publicKey, secretKey, rates } = context.config;
    const key = await SigningKey.import({ publicKey, secretKey });
    const beginning = await recall(context);
    const desk = new SigningDesk({ key, rates, clock: context.clock, beginning });
    const { clock, log } = context;
    const keeper = new Keeper({
      clock,
      log,
      learnt: () => desk.learnt(),
      keep: async (body) => void await context.ask(keepsakes, "Keep", { name: "pace", body }),
    });
    return { desk, keeper };
  },
  stop: ({ desk }) => desk.close(),
  handlers: {
    async Sign({ desk }, order, call) {
      try {
        return { headers: { ...await desk.sign(order, call.signal) } };
      } catch (error) {
        if (error instanceof ActorError && error.kind === "rejected") {
          call.log.warn("Signature refused", { from: call.from, reason: error.message });
        }
        throw error;
      }
    },
    async Throttled({ desk, keeper }, { class: rateClass, retryAfterMs }, call) {
      desk.throttled(rateClass, retryAfterMs);
      call.log.warn("Market answered 429", { class: rateClass, retryAfterMs });
      await keeper.changed();
    },
    async Quota({ desk, keeper }, { class: rateClass, pauseMs, limitPerSecond }) {
      desk.quota(rateClass, pauseMs, limitPerSecond);
      await keeper.changed();
    },
    async Skew({ desk, keeper }, { skewMs }) {
      desk.setSkew(skewMs);
      await keeper.changed();
    },
    Pressure({ desk }, { factor }) {
      desk.setPressure(factor);
    },
    Budget: ({ desk }, _body, call) => ({ mode: call.config.mode, classes: [...desk.classes()] }),
  },
});

async function recall(context: Context): Promise<Beginning> {
  try {
    const { kept } = await context.ask(keepsakes, "Recall", { name: "pace" });
    return kept === null ? FRESH : beginningOf(kept, context.clock.now());
  } catch (error) {
    // A house in which nobody keeps anything has kept nothing.
    if (error instanceof ActorError && error.kind === "peer-down") return FRESH;
    context.log.warn("Pace of the last signer is not known: this one begins at half", { error });
    return IN_DOUBT;
  }
}
