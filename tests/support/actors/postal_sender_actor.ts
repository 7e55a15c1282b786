import { service } from "@/core/kernel/mod.ts";
import { EVENTS, mistaken, nobody, receiver, senderSpec, WRONG } from "./postal.ts";

export default service(senderSpec, {
  start: () => null,
  handlers: {
    async Burst(_resources, { type, from, to }, call) {
      const startedAtMs = call.clock.monotonic();
      for (let n = from; n <= to; n++) {
        if (type === "Patient") await call.tell(receiver, type, { n });
        else call.tell(receiver, type, { n });
      }
      return { ms: call.clock.monotonic() - startedAtMs };
    },
    async All(_resources, { n }, call) {
      for (const type of EVENTS) call.tell(receiver, type, { n });
      await call.ask(receiver, "Ask", { n });
      await call.post(receiver, "Keep", { key: `all-${n}`, body: { n } });
      return { trace: call.trace };
    },
    async Post(_resources, { key, ...body }, call) {
      await call.post(receiver, "Keep", { key, body });
      return {};
    },
    async Ask(_resources, body, call) {
      const startedAtMs = call.clock.monotonic();
      const { n } = await call.ask(receiver, "Ask", body);
      return { n, ms: call.clock.monotonic() - startedAtMs };
    },
    async AskInHaste(_resources, body, call) {
      await call.ask(receiver, "Ask", body);
      return {};
    },
    async AskNobody(_resources, _body, call) {
      await call.ask(nobody, "Ask", {});
      return {};
    },
    TellNobody(_resources, _body, call) {
      call.tell(nobody, "Hello", {});
      return {};
    },
    async Mistake(_resources, { how }, call) {
      const body = { n: WRONG };
      if (how === "tell") call.tell(mistaken, "Drop", body);
      if (how === "unheard") call.tell(mistaken, "Unheard", {});
      if (how === "post") await call.post(mistaken, "Keep", { key: crypto.randomUUID(), body });
      if (how === "ask") await call.ask(mistaken, "Ask", body);
      return {};
    },
  },
});
