/** A test actor that says to main what no actor says. */

import { z } from "zod";
import { protocol, request, serviceActor } from "@/core/kernel/mod.ts";
import { echo } from "./counter.ts";

export const rude = protocol("rude", {
  /**
   * Posts it on the control channel or on its link to main, or writes it to its process's pipe;
   * `memory` posts memory to share.
   */
  Post: request({
    body: z.object({ on: z.enum(["control", "link", "pipe", "memory"]), junk: z.unknown() }),
    reply: z.object({}),
  }),
});

export const rudeSpec = serviceActor({
  protocol: rude,
  uses: [echo],
  config: z.object({}),
  worker: import.meta.resolve("./rude_worker.ts"),
  limits: { startMs: 5_000 },
});
