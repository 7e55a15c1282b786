import { z } from "zod";
import { durable, event, protocol, request } from "@/core/kernel/mod.ts";
import { pressure } from "./resources.ts";
import { gameId, levelId, scanProgress } from "./schemas.ts";

const scanRequest = z.object({
  scanId: z.uuid(),
  game: gameId,
  level: levelId,
  /**
   * What the offers have to be, as `parseFilter` of core/domain/filters reads it; left out, null or
   * empty: anything.
   */
  filter: z.record(z.string().max(40), z.unknown()).nullish(),
  /** Who asked: `schedule`, `telegram:<userId>`, `debug`. */
  requestedBy: z.string().max(100),
});

export const scanner = protocol("scanner", {
  /**
   * Queues a scan; one of the same game, level and filter that is queued or running absorbs it. A
   * filter that does not exist ends it as failed, with the reason.
   */
  Scan: durable({ body: scanRequest }),
  /**
   * The same, for callers that want to know which scan it became. Refused with `bad-filter` for a
   * filter that does not exist, and with `queue-full`.
   */
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
