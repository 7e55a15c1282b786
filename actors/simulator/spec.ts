import { z } from "zod";
import { serviceActor } from "@/core/kernel/mod.ts";
import { simulator } from "@/core/protocol/simulator.ts";

/** Runs only when no key is configured; the rest of the house cannot tell the difference. */
export const simulatorSpec = serviceActor({
  protocol: simulator,
  config: z.object({
    seed: z.int().min(0),
    /** 0 before the first start; afterwards the port it had, so that others find it again. */
    port: z.int().min(0).max(65_535),
  }),
  worker: import.meta.resolve("./worker.ts"),
  permissions: ({ port }) => ({ net: [`127.0.0.1:${port}`] }),
});
