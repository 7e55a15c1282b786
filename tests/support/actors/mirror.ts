/**
 * A test actor for a process of its own: it gives back what it gets, whatever that is;
 * the fact `pid` says which process that is.
 */

import { z } from "zod";
import { event, protocol, request, serviceActor } from "@/core/kernel/mod.ts";

const bytes = z.object({ bytes: z.int() });

export const bulk = protocol("bulk", {
  Get: request({ body: bytes, reply: z.unknown(), deadlineMs: 20_000 }),
});

export const mirror = protocol("mirror", {
  Show: request({ body: z.unknown(), reply: z.unknown(), deadlineMs: 20_000 }),
  /** Replies with so many bytes. */
  Grow: request({ body: bytes, reply: z.unknown(), deadlineMs: 20_000 }),
  /** Asks main for so many bytes. */
  Fetch: request({ body: bytes, reply: z.unknown(), deadlineMs: 20_000 }),
  /** Keeps so many megabytes outside its heap, for ever. */
  Hold: request({ body: z.object({ megabytes: z.int() }), reply: z.unknown() }),
  /** Prints it, as a library might. */
  Print: request({ body: z.unknown(), reply: z.unknown() }),
  Hear: event({ body: z.unknown() }),
});

export const visitor = protocol("visitor", {
  /** Tells the mirror so many bytes. */
  Tell: request({ body: bytes, reply: z.object({}) }),
});

export const mirrorSpec = serviceActor({
  protocol: mirror,
  uses: [bulk],
  config: z.object({}),
  worker: import.meta.resolve("./mirror_worker.ts"),
  limits: { startMs: 10_000 },
});

export const visitorSpec = serviceActor({
  protocol: visitor,
  uses: [mirror],
  config: z.object({}),
  worker: import.meta.resolve("./visitor_worker.ts"),
  limits: { startMs: 10_000 },
});
