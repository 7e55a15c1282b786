/** A test actor that a message makes take all memory there is, or kill itself, and so its process. */

import { z } from "zod";
import { durable, protocol, turnActor } from "@/core/kernel/mod.ts";

export const glutton = protocol("glutton", {
  Taste: durable({ body: z.object({}) }),
  Devour: durable({ body: z.object({}) }),
  Choke: durable({ body: z.object({}) }),
});

export const gluttonSpec = turnActor({
  protocol: glutton,
  config: z.object({}),
  worker: import.meta.resolve("./glutton_worker.ts"),
  permissions: () => ({ run: true }),
  limits: { startMs: 5_000, heartbeatMs: 60_000 },
});
