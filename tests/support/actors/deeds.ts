/** Test actors for effects: a head that decides, hands that act on a world which the test keeps. */

import { z } from "zod";
import { child, type ChildSpec, serve, type Served } from "@/core/kernel/house.ts";
import {
  durable,
  effect,
  protocol,
  request,
  serviceActor,
  settlement,
  turnActor,
} from "@/core/kernel/mod.ts";

export const KINDS = ["Again", "Ask", "Once"] as const;
export type Kind = typeof KINDS[number];

/**
 * How the hands go about it the first time; later attempts go well. `later`: refused before the
 * deed. `never`: refused for good. `lost`: done, and the answer lost. `crash`: done, and then a bug.
 */
export const WAYS = ["well", "later", "never", "lost", "crash"] as const;
export type Way = typeof WAYS[number];

const deed = z.object({ way: z.enum(WAYS) });
const result = z.object({ receipt: z.string() });
const spec = { body: deed, reply: result };

export const hands = protocol("hands", {
  Again: effect({ ...spec, safety: "idempotent", maxAttempts: 4 }),
  Ask: effect({ ...spec, safety: "queryable", maxAttempts: 4 }),
  Once: effect({ ...spec, safety: "blind", maxAttempts: 4 }),
});

const ended = z.object({ key: z.string(), outcome: z.string(), receipt: z.string() });
export type Ended = z.output<typeof ended>;

export const head = protocol("head", {
  Decide: durable({ body: z.object({ id: z.string(), kind: z.enum(KINDS), way: z.enum(WAYS) }) }),
  DeedEnded: durable({ body: settlement(result) }),
  Ended: request({
    body: z.object({}),
    reply: z.object({ decided: z.array(z.string()), ended: z.array(ended) }),
  }),
});

/** Answered by the test: what the hands do, and what they can find out. */
export const world = protocol("world", {
  /** `once`: a key that the world knows is not done again. */
  Do: request({ body: z.object({ key: z.string(), once: z.boolean() }), reply: result }),
  Find: request({
    body: z.object({ key: z.string() }),
    reply: z.object({ outcome: z.enum(["done", "not-done", "unknown"]), receipt: z.string() }),
  }),
});

const config = z.object({});
const limits = { heartbeatMs: 2_000, startMs: 5_000 };

export const headSpec = turnActor({
  protocol: head,
  uses: [hands],
  config,
  worker: import.meta.resolve("./deeds_head_worker.ts"),
  limits,
});
export const handsSpec = serviceActor({
  protocol: hands,
  uses: [world],
  config,
  worker: import.meta.resolve("./deeds_hands_worker.ts"),
  limits,
});

/** The hands of a later release. */
const mendedHands = protocol("hands", {
  Again: effect({ ...spec, safety: "idempotent", version: 7 }),
});
export const mendedHandsSpec = serviceActor({
  protocol: mendedHands,
  uses: [world],
  config,
  worker: import.meta.resolve("./deeds_mended_worker.ts"),
  limits,
});

const backoff = { minMs: 1, maxMs: 20, jitter: 0 };

export const DEEDS_CHILDREN: readonly ChildSpec[] = [
  child(handsSpec, { config: () => ({}), backoff }),
  child(headSpec, { config: () => ({}), backoff }),
];

export const MENDED_CHILDREN: readonly ChildSpec[] = [
  child(mendedHandsSpec, { config: () => ({}), backoff }),
  child(headSpec, { config: () => ({}), backoff }),
];

/** The outside world: a ledger that outlives every actor and every supervisor. */
export class World {
  /** Keys in the order in which deeds were done; a key twice is a deed done twice. */
  readonly deeds: string[] = [];
  /** Keys in the order in which they arrived. */
  readonly calls: string[] = [];
  /** What the hands asked for, whether or not it was known. */
  readonly lookups: string[] = [];
  /** Whether it knows its own past. */
  isForgetful = false;
  /** Called when a deed arrives, before it happens and after. */
  before: (key: string) => Promise<void> | void = () => {};
  after: (key: string) => Promise<void> | void = () => {};

  readonly served: Served = serve(world, {
    Do: async ({ key, once }) => {
      this.calls.push(key);
      await this.before(key);
      if (!once || !this.deeds.includes(key)) this.deeds.push(key);
      await this.after(key);
      return { receipt: `receipt of ${key}` };
    },
    Find: ({ key }) => {
      this.lookups.push(key);
      const known = this.deeds.includes(key) ? "done" as const : "not-done" as const;
      const outcome = this.isForgetful ? "unknown" as const : known;
      return { outcome, receipt: `receipt of ${key}, looked up` };
    },
  });
}
