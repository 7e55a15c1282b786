import { ActorError, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { counter, type echoSpec as Spec } from "./counter.ts";
import { echoSpec } from "./counter.ts";

export default service(echoSpec, {
  start: (context: ServiceContext<typeof Spec>) => {
    context.report({ port: 4_711 });
    return { prefix: context.config.prefix };
  },
  handlers: {
    Say: ({ prefix }, { text }) => ({ text: prefix + text }),
    Stall: (_resources, _body, call) =>
      new Promise((_resolve, reject) =>
        call.signal.addEventListener("abort", () => reject(call.signal.reason))
      ),
    Fail: (_resources, { kind }) => {
      if (kind === "rejected") throw new ActorError("rejected", "no", "Not this one");
      throw new TypeError("A bug");
    },
    Print: (_resources, { text }, call) => {
      if (text === "flaky" && call.attempt === 1) {
        throw new ActorError("transient", "later", "Not now");
      }
      if (text === "die" && call.attempt === 1) throw new TypeError("A bug while printing");
      return { printed: call.uncertain ? `${text} (again)` : text };
    },
    AskCounter: async (_resources, _body, call) => {
      const { count } = await call.ask(counter, "Count", {});
      return { count };
    },
  },
});
