/** Test actors: a turn actor that counts durably and a service that echoes. */

import { z } from "zod";
import {
  durable,
  effect,
  event,
  protocol,
  request,
  serviceActor,
  turnActor,
} from "@/core/kernel/mod.ts";

export const counter = protocol("counter", {
  Add: durable({ body: z.object({ amount: z.int() }) }),
  /** Crashes on every delivery. */
  Poison: durable({ body: z.object({}) }),
  Count: request({ body: z.object({}), reply: z.object({ count: z.int(), starts: z.int() }) }),
  /** Commits and replies. */
  AddNow: request({ body: z.object({ amount: z.int() }), reply: z.object({ count: z.int() }) }),
  /** Asks echo and adds the length of its answer. */
  AddEcho: durable({ body: z.object({ text: z.string() }) }),
  Shout: durable({ body: z.object({ text: z.string() }) }),
  Note: event({ body: z.object({ n: z.int() }) }),
});

export const echo = protocol("echo", {
  Say: request({
    body: z.object({ text: z.string() }),
    reply: z.object({ text: z.string() }),
    deadlineMs: 2_000,
  }),
  /** Never answers. */
  Stall: request({ body: z.object({}), reply: z.object({}), deadlineMs: 30_000 }),
  Fail: request({ body: z.object({ kind: z.enum(["rejected", "bug"]) }), reply: z.object({}) }),
  Print: effect({
    body: z.object({ text: z.string() }),
    reply: z.object({ printed: z.string() }),
    safety: "idempotent",
  }),
  /** Forwards a request to the counter. */
  AskCounter: request({ body: z.object({}), reply: z.object({ count: z.int() }) }),
});

export const clockView = protocol("clock-view", {
  Now: request({ body: z.object({}), reply: z.object({ nowMs: z.number() }) }),
});

export const counterSpec = turnActor({
  protocol: counter,
  uses: [echo],
  config: z.object({ step: z.int() }),
  worker: import.meta.resolve("./counter_worker.ts"),
  writes: ["counts"],
  limits: { heartbeatMs: 400, mailbox: 32, shutdownMs: 2_000, startMs: 5_000 },
});

export const echoSpec = serviceActor({
  protocol: echo,
  uses: [counter, clockView],
  config: z.object({ prefix: z.string() }),
  worker: import.meta.resolve("./echo_worker.ts"),
  limits: { heartbeatMs: 400, mailbox: 8, concurrency: 2, shutdownMs: 2_000, startMs: 5_000 },
});
