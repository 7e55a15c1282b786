import { z } from "zod";
import { protocol, request } from "@/core/kernel/mod.ts";

/** How much the house asks its actors to hold back: 1 is full speed, 0.25 a quarter of it. */
export const pressure = z.object({
  factor: z.number().min(0.05).max(1),
  reason: z.string().max(300),
});
export type Pressure = z.output<typeof pressure>;

export const resourceSample = z.object({
  sampledAtMs: z.number(),
  cpuRatio: z.number().min(0),
  memoryRatio: z.number().min(0),
  memoryBytes: z.number().min(0),
  memoryLimitBytes: z.number().min(0),
  diskFreeBytes: z.number().min(0),
  diskRatio: z.number().min(0).max(1),
});
export type ResourceSample = z.output<typeof resourceSample>;

/** Served by main, because reading /proc needs more than a worker is given. */
export const resources = protocol("resources", {
  Sample: request({ body: z.object({}), reply: resourceSample }),
});

export const resourceMonitor = protocol("resource-monitor", {
  /** The newest sample and what is asked of the others because of it. */
  Status: request({
    body: z.object({}),
    reply: z.object({ sample: resourceSample.nullable(), pressure }),
  }),
});
