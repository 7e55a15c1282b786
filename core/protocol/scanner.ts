import { z } from "zod";
import { durable, event, protocol, request } from "@/core/kernel/mod.ts";
import { pressure } from "./resources.ts";
import { gameId, levelId, scanProgress } from "./schemas.ts";

const scanRequest = z.object({
  scanId: z.uuid(),
  game: gameId,
  level: levelId,
  /** Who asked: `schedule`, `telegram:<userId>`, `debug`. */
  requestedBy: z.string().max(100),
});

export const scanner = protocol("scanner", {
  /** Queues a scan; one of the same game and level that is queued or running absorbs it. */
  Scan: durable({ body: scanRequest }),
  /** The same, for callers that want to know which scan it became. */
  StartScan: request({
    body: scanRequest,
    reply: z.object({ scanId: z.uuid(), joined: z.boolean() }),
  }),
  /** Stops running scans and starts no new ones until the next Scan. Survives restarts. */
  StopScans: durable({ body: z.object({ requestedBy: z.string().max(100) }) }),
  Status: request({
    body: z.object({}),
    reply: z.object({
      paused: z.boolean(),
      active: z.array(scanProgress).max(20),
      queued: z.array(scanProgress).max(100),
      /** Newest first. */
      recent: z.array(scanProgress).max(20),
      nextScanAtMs: z.number().nullable(),
    }),
  }),
  Pressure: event({ body: pressure, overflow: "keep-latest" }),
});
