import { z } from "zod";
import { event, protocol, request } from "@/core/kernel/mod.ts";
import { pressure } from "./resources.ts";

/** Classes of requests that the market limits apart. */
export const REQUEST_CLASSES = ["market-items", "last-sales", "fee", "other"] as const;
const requestClass = z.enum(REQUEST_CLASSES);
export type RequestClass = z.output<typeof requestClass>;

/** The signer: key, mode and request budgets. No permit, no signature; no signature, no request. */
export const signer = protocol("signer", {
  /** Waits for a permit of its class, then stamps and signs exactly these bytes. */
  Sign: request({
    body: z.object({
      class: requestClass,
      method: z.enum(["GET", "POST"]),
      /** Path and query exactly as they will be sent. */
      target: z.string().min(1).max(4_000).startsWith("/"),
      bodyText: z.string().max(1_000_000),
    }),
    reply: z.object({ headers: z.record(z.string(), z.string()) }),
    deadlineMs: 60_000,
  }),
  /** The market answered 429. */
  Throttled: event({
    body: z.object({ class: requestClass, retryAfterMs: z.number().min(0).nullable() }),
  }),
  /** The market announced its limit, or that this class's quota is spent for a while. */
  Quota: event({
    body: z.object({
      class: requestClass,
      pauseMs: z.number().min(0),
      limitPerSecond: z.number().positive().nullable(),
    }),
  }),
  /** The market's clock minus ours. */
  Skew: event({ body: z.object({ skewMs: z.number() }), overflow: "keep-latest" }),
  Pressure: event({ body: pressure, overflow: "keep-latest" }),
  Budget: request({
    body: z.object({}),
    reply: z.object({
      mode: z.enum(["dry"]),
      classes: z.array(z.object({
        class: requestClass,
        ratePerSecond: z.number(),
        waiting: z.int(),
        granted: z.int(),
      })),
    }),
  }),
});
