/**
 * Circuit breaker, after Nygard, "Release It!": after too many failures within a window nothing is
 * sent for a while, then one probe decides. Pure: time is passed in, every function returns the
 * next state.
 */

export interface BreakerPolicy {
  readonly maxFailures: number;
  readonly windowMs: number;
  readonly openMs: number;
}

export const FIVE_IN_A_MINUTE: BreakerPolicy = {
  maxFailures: 5,
  windowMs: 60_000,
  openMs: 60_000,
};

export type Breaker =
  | { readonly phase: "closed"; readonly failuresAtMs: readonly number[] }
  | { readonly phase: "open"; readonly untilMs: number }
  | { readonly phase: "half-open"; readonly probeSinceMs: number };

export const CLOSED: Breaker = { phase: "closed", failuresAtMs: [] };

export type Admission =
  /** `probe`: this call alone decides whether the breaker closes. */
  | { readonly admitted: true; readonly probe: boolean; readonly next: Breaker }
  | { readonly admitted: false; readonly retryAfterMs: number };

/** May a call go out now? A probe that never reports is given up after `openMs`. */
export function admit(breaker: Breaker, nowMs: number, policy: BreakerPolicy): Admission {
  if (breaker.phase === "closed") return { admitted: true, probe: false, next: breaker };
  const freeAtMs = breaker.phase === "open" ? breaker.untilMs : breaker.probeSinceMs +
    policy.openMs;
  if (nowMs < freeAtMs) return { admitted: false, retryAfterMs: freeAtMs - nowMs };
  return { admitted: true, probe: true, next: { phase: "half-open", probeSinceMs: nowMs } };
}

export interface CallOutcome {
  readonly probe: boolean;
  /** `unjudged`: the call ended without saying anything about the other side. */
  readonly result: "success" | "failure" | "unjudged";
}

/**
 * State after a call. Calls that were under way when the breaker opened do not close it: in the
 * half-open phase only the probe counts.
 */
export function settle(
  breaker: Breaker,
  outcome: CallOutcome & { readonly nowMs: number },
  policy: BreakerPolicy,
): Breaker {
  const { nowMs, result } = outcome;
  if (breaker.phase === "closed") {
    if (result !== "failure") return breaker;
    const recent = breaker.failuresAtMs.filter((atMs) => nowMs - atMs < policy.windowMs);
    const failuresAtMs = [...recent, nowMs];
    return failuresAtMs.length >= policy.maxFailures
      ? { phase: "open", untilMs: nowMs + policy.openMs }
      : { phase: "closed", failuresAtMs };
  }
  if (breaker.phase === "open" || !outcome.probe) return breaker;
  if (result === "success") return CLOSED;
  // An unjudged probe frees its place at once.
  return { phase: "open", untilMs: result === "failure" ? nowMs + policy.openMs : nowMs };
}
