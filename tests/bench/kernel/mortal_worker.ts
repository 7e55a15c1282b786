/// <reference lib="deno.worker" />
import { runActor, service, type ServiceContext } from "@/core/kernel/mod.ts";
import { type Death, mortalSpec, preciseMs } from "./actors.ts";

const DIE: Readonly<Record<Death, () => void>> = {
  throw() {
    throw new Error("Thrown on purpose");
  },
  reject: () => void Promise.reject(new Error("Rejected on purpose")),
  close: () => self.close(),
  exit: () => Deno.exit(0),
  spin() {
    for (;;);
  },
};

runActor(service(mortalSpec, {
  start: (_context: ServiceContext<typeof mortalSpec>) => null,
  handlers: {
    Die(_state, { how }, call) {
      call.log.info("Dies", { diedAtMs: preciseMs() });
      DIE[how]();
      return {};
    },
  },
}));
