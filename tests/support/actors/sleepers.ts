/** Test actors that do not yield for a while, and then go on as if nothing had happened. */

import { z } from "zod";
import { child, type ChildSpec, serve, type Served } from "@/core/kernel/house.ts";
import {
  durable,
  effect,
  event,
  protocol,
  request,
  serviceActor,
  turnActor,
} from "@/core/kernel/mod.ts";

const none = z.object({});
/** Does not yield for `ms`, once; then does everything that a handler may do. */
const nap = z.object({ ms: z.number() });

/** Says what reached it. */
export const witness = protocol("witness", {
  Told: event({ body: z.object({ by: z.string() }) }),
  Sent: durable({ body: z.object({ by: z.string() }) }),
  Heard: request({ body: none, reply: z.object({ told: z.array(z.string()) }) }),
});

/** Answered by the test. */
export const outside = protocol("outside", {
  Act: request({ body: z.object({ by: z.string() }), reply: none }),
});

export const sleepyService = protocol("sleepy-service", {
  Nap: request({ body: nap, reply: none, deadlineMs: 30_000 }),
  Do: effect({ body: nap, reply: none, safety: "blind", deadlineMs: 30_000 }),
});

export const sleepyTurns = protocol("sleepy-turns", {
  Nap: request({ body: nap, reply: none, deadlineMs: 30_000 }),
  NapLater: durable({ body: nap }),
  /** Has the service nap over an effect. */
  Delegate: durable({ body: nap }),
  Naps: request({ body: none, reply: z.object({ naps: z.int() }) }),
});

const config = none;
const limits = { heartbeatMs: 400, startMs: 5_000 };

export const witnessSpec = turnActor({
  protocol: witness,
  config,
  worker: import.meta.resolve("./sleepers_witness_worker.ts"),
  limits: { ...limits, heartbeatMs: 5_000 },
});
export const sleepyServiceSpec = serviceActor({
  protocol: sleepyService,
  uses: [witness, outside],
  config,
  worker: import.meta.resolve("./sleepers_service_worker.ts"),
  limits,
});
export const sleepyTurnsSpec = turnActor({
  protocol: sleepyTurns,
  uses: [witness, sleepyService],
  config,
  worker: import.meta.resolve("./sleepers_turns_worker.ts"),
  limits,
});

const backoff = { minMs: 1, maxMs: 1, jitter: 0 };

export const SLEEPERS: readonly ChildSpec[] = [
  child(witnessSpec, { config: () => ({}), backoff }),
  child(sleepyServiceSpec, { config: () => ({}), backoff }),
  child(sleepyTurnsSpec, { config: () => ({}), backoff }),
];

/** Collects who acted on the outside world. */
export function serveOutside(acts: string[]): Served {
  return serve(outside, {
    Act({ by }) {
      acts.push(by);
      return {};
    },
  });
}

/** Blocks this thread: no timer of it fires, no message of it goes out. */
export function sleepHard(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
