/** How fast we ask. The market's limits are known second hand, so every figure is configurable. */

import type { RateProfile } from "@/core/http/rate_limiter.ts";
import { rateBelow } from "@/core/http/token_bucket.ts";
import { RATE_CLASSES, type RateClass } from "./operations.ts";

/** Half the official limits or less: field reports say that 3 to 4 requests/s get through. */
export const DEFAULT_RATES: RateProfile<RateClass> = {
  classes: {
    "market-items": { ratePerSecond: 4, burst: 2 },
    "last-sales": { ratePerSecond: 3, burst: 2 },
    "fee": { ratePerSecond: 20, burst: 2 },
    "other": { ratePerSecond: 8, burst: 2 },
    "write": { ratePerSecond: 2, burst: 1 },
  },
  overall: { ratePerSecond: 10, burst: 2 },
};

/**
 * At most 30 requests in any 60 seconds, restarts included: none at once, as the life before may
 * just have sent one, then 29 a minute.
 */
export const STRICT_RATES: RateProfile<RateClass> = sameForAll({
  ratePerSecond: 29 / 60,
  burst: 1,
  initialTokens: 0,
});

/** Official limits per account, requests per second; writes count as "other" there. */
export const OFFICIAL_LIMITS: Readonly<Record<RateClass, number>> = {
  "market-items": 10,
  "last-sales": 6,
  "fee": 110,
  "other": 20,
  "write": 20,
};

/** What a pace allows besides the requests themselves. */
export interface Pace {
  readonly rates: RateProfile<RateClass>;
  /** Titles read at once, three requests each: what waits longer than a deadline is waste. */
  readonly titlesAtOnce: number;
  /** Titles that one scan asks for at a time. */
  readonly titlesPerRequest: number;
  /** Watched titles read per second, two requests each: a fifth of the budget, the rest scans. */
  readonly watchedPerSecond: number;
}

export type PaceName = "default" | "strict" | "official";

/** Rates just below limits that a server enforces per second; the burst makes up for late timers. */
export function ratesBelow(
  limits: Readonly<Record<RateClass, number>>,
  overallPerSecond: number,
): RateProfile<RateClass> {
  const classes = {} as Record<RateClass, { ratePerSecond: number; burst: number }>;
  for (const name of RATE_CLASSES) {
    classes[name] = { ratePerSecond: rateBelow(limits[name]), burst: 1.2 };
  }
  return { classes, overall: { ratePerSecond: overallPerSecond, burst: 2 } };
}

function sameForAll(policy: RateProfile<RateClass>["overall"]): RateProfile<RateClass> {
  const classes = {} as Record<RateClass, typeof policy>;
  for (const name of RATE_CLASSES) classes[name] = policy;
  return { classes, overall: policy };
}

const OFFICIAL_OVERALL_PER_SECOND = 30;

export const PACES: Readonly<Record<PaceName, Pace>> = {
  default: { rates: DEFAULT_RATES, titlesAtOnce: 8, titlesPerRequest: 10, watchedPerSecond: 1 },
  strict: { rates: STRICT_RATES, titlesAtOnce: 2, titlesPerRequest: 4, watchedPerSecond: 0.05 },
  official: {
    rates: ratesBelow(OFFICIAL_LIMITS, OFFICIAL_OVERALL_PER_SECOND),
    titlesAtOnce: 16,
    titlesPerRequest: 10,
    watchedPerSecond: 1.5,
  },
};
