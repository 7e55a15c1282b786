import { ActorError, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { SigningDesk } from "./desk.ts";
import { signerSpec } from "./spec.ts";

export default service(signerSpec, {
  async start({ config, clock }: ServiceContext<typeof signerSpec>) {
    const { publicKey, secretKey, rates } = config;
    const key = await SigningKey.import({ publicKey, secretKey });
    return new SigningDesk({ key, rates, clock });
  },
  stop: (desk) => desk.close(),
  handlers: {
    async Sign(desk, order, call) {
      try {
        return { headers: { ...await desk.sign(order, call.signal) } };
      } catch (error) {
        if (error instanceof ActorError && error.kind === "rejected") {
          call.log.warn("Signature refused", { from: call.from, reason: error.message });
        }
        throw error;
      }
    },
    Throttled(desk, { class: rateClass, retryAfterMs }, call) {
      desk.throttled(rateClass, retryAfterMs);
      call.log.warn("Market answered 429", { class: rateClass, retryAfterMs });
    },
    Quota(desk, { class: rateClass, pauseMs, limitPerSecond }) {
      desk.quota(rateClass, pauseMs, limitPerSecond);
    },
    Skew(desk, { skewMs }) {
      desk.setSkew(skewMs);
    },
    Pressure(desk, { factor }) {
      desk.setPressure(factor);
    },
    Budget: (desk, _body, call) => ({ mode: call.config.mode, classes: [...desk.classes()] }),
  },
});
