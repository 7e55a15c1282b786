/** Test actors of a third release: what both keep and exchange had two other forms before. */

import { z } from "zod";
import { child, type ChildSpec } from "@/core/kernel/house.ts";
import {
  durable,
  effect,
  protocol,
  request,
  serviceActor,
  settlement,
  turnActor,
  type Upgrades,
} from "@/core/kernel/mod.ts";

export const list = z.object({ ns: z.array(z.int()) });
export type List = z.output<typeof list>;

/** Version 3 of everything; 1 was a single number, 2 a number under another name. */
export const upgrade: Upgrades = {
  1: (old) => ({ number: old }),
  2: (old) => ({ ns: [(old as { number: number }).number] }),
};

export const errand = protocol("errand", {
  Run: effect({ body: list, reply: list, safety: "idempotent", version: 3, upgrade }),
});
export const elder = protocol("elder", {
  Write: durable({ body: list, version: 3, upgrade }),
  Ran: durable({ body: settlement(list) }),
  Read: request({ body: z.object({}), reply: list }),
});

const config = z.object({});
export const errandSpec = serviceActor({
  protocol: errand,
  config,
  worker: import.meta.resolve("./elder_errand_worker.ts"),
});
export const elderSpec = turnActor({
  protocol: elder,
  config,
  worker: import.meta.resolve("./elder_worker.ts"),
});

const backoff = { minMs: 1, maxMs: 20, jitter: 0 };
export const ELDERS: readonly ChildSpec[] = [
  child(errandSpec, { config: () => ({}), backoff }),
  child(elderSpec, { config: () => ({}), backoff }),
];
