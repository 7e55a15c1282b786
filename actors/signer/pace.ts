/**
 * What the market has taught about our pace, as text: kept by main, so that a signer that starts
 * anew begins no faster than the last one was left.
 */

import { z } from "zod";
import type { LeftPace, Pace } from "@/core/http/rate_limiter.ts";
import { MAX_SERVER_WAIT_MS } from "@/core/http/server_wait.ts";
import { RATE_CLASSES, type RateClass } from "@/core/market/dmarket/operations.ts";

/** Whatever is learnt is over or told again by then. */
const LIFE_MS = 3_600_000;

export interface Learnt {
  readonly pace: Pace<RateClass>;
  /** The market's clock minus ours. */
  readonly skewMs: number;
}

/** How a signer begins. */
export interface Beginning {
  readonly left: LeftPace<RateClass> | undefined;
  readonly skewMs: number;
}

const bucketPace = z.object({
  share: z.number().gt(0).max(1),
  restMs: z.number().min(0).max(MAX_SERVER_WAIT_MS),
  ceilingPerSecond: z.number().positive().nullable(),
});

const form = z.object({
  pace: z.record(z.enum([...RATE_CLASSES, "overall"]), bucketPace),
  skewMs: z.number(),
});

export const FRESH: Beginning = { left: undefined, skewMs: 0 };

/** Nobody can tell how the last one was left: half of every rate, which grows in five minutes. */
export const IN_DOUBT: Beginning = {
  left: { pace: sameForAll({ share: 0.5, restMs: 0, ceilingPerSecond: null }), agoMs: 0 },
  skewMs: 0,
};

export function packLearnt(learnt: Learnt): string {
  return JSON.stringify(learnt);
}

/** `keptAtMs` by a clock that may have been set back since; it then counts as now. */
export function beginningOf(
  { body, keptAtMs }: { readonly body: string; readonly keptAtMs: number },
  nowMs: number,
): Beginning {
  const agoMs = Math.max(0, nowMs - keptAtMs);
  if (agoMs >= LIFE_MS) return FRESH;
  const read = form.safeParse(parsed(body));
  if (!read.success) return IN_DOUBT;
  const { pace, skewMs } = read.data;
  return { left: { pace, agoMs }, skewMs };
}

function sameForAll(pace: z.output<typeof bucketPace>): Pace<RateClass> {
  const all = {} as Record<RateClass | "overall", typeof pace>;
  for (const name of [...RATE_CLASSES, "overall"] as const) all[name] = pace;
  return all;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
