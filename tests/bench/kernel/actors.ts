/** Actors that only carry messages, so that the bench measures the kernel and nothing else. */

import { z } from "zod";
import { durable, event, protocol, request, serviceActor, turnActor } from "@/core/kernel/mod.ts";

/** A message of ordinary size: six fields. */
export const parcel = z.object({
  id: z.int(),
  title: z.string().max(100),
  priceCents: z.int(),
  game: z.enum(["a8db", "9a92", "tf2", "rust"]),
  reserved: z.boolean(),
  note: z.string().max(100).nullable(),
});

/** How late this actor's timer was at worst since the last question. */
const late = request({ body: z.object({}), reply: z.object({ ms: z.number() }) });

export const pong = protocol("pong", {
  Echo: request({ body: parcel, reply: parcel }),
  Take: event({ body: parcel, overflow: "refuse" }),
  Taken: request({
    body: z.object({}),
    reply: z.object({ count: z.int(), inOrder: z.boolean() }),
    deadlineMs: 60_000,
  }),
  Late: late,
});

export const ping = protocol("ping", {
  /** Asks `count` times, one after another; replies with each round trip in microseconds. */
  RoundTrips: request({
    body: z.object({ count: z.int() }),
    reply: z.object({ micros: z.array(z.number()) }),
    deadlineMs: 120_000,
  }),
  /** Tells `count` times as fast as the link takes them; replies when all have been handled. */
  OneWay: request({
    body: z.object({ count: z.int() }),
    reply: z.object({ ms: z.number() }),
    deadlineMs: 120_000,
  }),
});

export const bystander = protocol("bystander", { Late: late });

/** The ways an actor ends without being asked to. */
export const DEATHS = ["throw", "reject", "close", "exit", "spin"] as const;
export type Death = typeof DEATHS[number];

export const prisoner = protocol("prisoner", {
  /** Whether it can read the file. */
  Read: request({
    body: z.object({ path: z.string() }),
    reply: z.object({ isRead: z.boolean() }),
  }),
  Never: request({ body: parcel, reply: z.object({}), deadlineMs: 60_000 }),
});

export const mortal = protocol("mortal", {
  /** Logs `diedAtMs`, wall clock with fractions, and dies. */
  Die: request({ body: z.object({ how: z.enum(DEATHS) }), reply: z.object({}) }),
});

export const ledger = protocol("ledger", {
  Add: durable({ body: parcel }),
  /** Takes one durable turn. */
  Turn: request({ body: parcel, reply: z.object({ count: z.int() }) }),
});

const config = z.object({});

export const pongSpec = serviceActor({
  protocol: pong,
  config,
  worker: import.meta.resolve("./pong_worker.ts"),
  limits: { mailbox: 1_024 },
});

export const pingSpec = serviceActor({
  protocol: ping,
  uses: [pong],
  config,
  worker: import.meta.resolve("./ping_worker.ts"),
});

export const bystanderSpec = serviceActor({
  protocol: bystander,
  config,
  worker: import.meta.resolve("./bystander_worker.ts"),
});

export const HEARTBEAT_MS = 400;

export const mortalSpec = serviceActor({
  protocol: mortal,
  config,
  worker: import.meta.resolve("./mortal_worker.ts"),
  limits: { heartbeatMs: HEARTBEAT_MS },
});

export const prisonerSpec = serviceActor({
  protocol: prisoner,
  config,
  worker: import.meta.resolve("./prisoner_worker.ts"),
});

export const ledgerSpec = turnActor({
  protocol: ledger,
  config,
  worker: import.meta.resolve("./ledger_worker.ts"),
});

export function sample(id: number): z.output<typeof parcel> {
  return {
    id,
    title: "AK-47 | Redline (Field-Tested)",
    priceCents: 1_599,
    game: "a8db",
    reserved: false,
    note: null,
  };
}

/** Wall clock with fractions, the same in every thread of the process. */
export function preciseMs(): number {
  return performance.timeOrigin + performance.now();
}
