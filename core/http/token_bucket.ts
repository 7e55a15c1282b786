/**
 * Token bucket whose rate shrinks when the server objects and grows back by itself. Pure: time is
 * passed in, every function returns the next state.
 */

export interface BucketPolicy {
  readonly ratePerSecond: number;
  /** Tokens it can hold; at least 1. A fraction above 1 makes up for late timers. */
  readonly burst: number;
  /** Tokens at the start; left out: 1. At 0 any number of restarts brings not one request more. */
  readonly initialTokens?: number | undefined;
}

/** The shrunken rate is never below this, unless the policy itself is. */
export const FLOOR_PER_SECOND = 0.5;
/** One an hour. */
const LEAST_PER_SECOND = 1 / 3_600;
const SHRINK_FACTOR = 0.5;
const RECOVERY_PER_MS = 0.1 / 60_000;
/** Objections within this time of the last one are about the same excess and count once. */
const ONE_EXCESS_MS = 1_000;
const ROUNDING = 1e-9;

export interface Bucket {
  readonly tokens: number;
  /** When `tokens` was counted; in the future while the bucket rests. */
  readonly atMs: number;
  /** Share of the policy's rate in force, in (0, 1]. */
  readonly share: number;
  readonly shrunkAtMs: number | null;
  /** The server's announced limit; null when it announced none. */
  readonly ceilingPerSecond: number | null;
}

/** A bucket with one token unless the policy says otherwise: a start is no reason for a burst. */
export function newBucket(nowMs: number, tokens = 1): Bucket {
  return { tokens, atMs: nowMs, share: 1, shrunkAtMs: null, ceilingPerSecond: null };
}

/** What of a bucket outlives whoever held it. */
export interface BucketPace {
  readonly share: number;
  /** How long it still rests. */
  readonly restMs: number;
  readonly ceilingPerSecond: number | null;
}

export function paceOf(bucket: Bucket, nowMs: number, policy: BucketPolicy): BucketPace {
  const { share, atMs, ceilingPerSecond } = advance(bucket, nowMs, policy);
  return { share, restMs: Math.max(0, atMs - nowMs), ceilingPerSecond };
}

/** A bucket that goes on where another was left `agoMs` ago; empty, so that it is not faster. */
export function resumed(
  pace: BucketPace,
  { nowMs, agoMs }: { readonly nowMs: number; readonly agoMs: number },
): Bucket {
  const { share, restMs, ceilingPerSecond } = pace;
  const sinceRestMs = Math.max(0, agoMs - restMs);
  return {
    tokens: 0,
    atMs: nowMs + Math.max(0, restMs - agoMs),
    share: Math.min(1, share + sinceRestMs * RECOVERY_PER_MS),
    shrunkAtMs: null,
    ceilingPerSecond,
  };
}

/** Requests per second in force at `bucket.atMs`. */
export function currentRate(bucket: Bucket, policy: BucketPolicy): number {
  const base = baseRate(bucket, policy);
  return Math.max(base * bucket.share, Math.min(FLOOR_PER_SECOND, base));
}

/** The bucket at `nowMs`: tokens earned, rate recovered by a tenth of the policy's per minute. */
export function advance(bucket: Bucket, nowMs: number, policy: BucketPolicy): Bucket {
  const elapsedMs = nowMs - bucket.atMs;
  if (elapsedMs <= 0) return bucket;
  const later = {
    ...bucket,
    atMs: nowMs,
    share: Math.min(1, bucket.share + elapsedMs * RECOVERY_PER_MS),
  };
  // The rate only grows meanwhile, so the earlier one errs on the side of fewer requests.
  const earned = elapsedMs / 1_000 * currentRate(bucket, policy);
  return { ...later, tokens: Math.min(policy.burst, bucket.tokens + earned) };
}

/** Milliseconds until a token can be taken; 0 when one can be taken now. */
export function waitMs(bucket: Bucket, nowMs: number, policy: BucketPolicy): number {
  const now = advance(bucket, nowMs, policy);
  const restMs = Math.max(0, now.atMs - nowMs);
  const missing = 1 - now.tokens;
  if (missing <= ROUNDING) return restMs;
  return restMs + missing / currentRate(now, policy) * 1_000;
}

/** Takes one token; to be called only when {@link waitMs} is 0. */
export function take(bucket: Bucket, nowMs: number, policy: BucketPolicy): Bucket {
  const now = advance(bucket, nowMs, policy);
  return { ...now, tokens: Math.max(0, now.tokens - 1) };
}

/** The server objected (429): half the rate, and rest for `pauseMs`. */
export function shrink(
  bucket: Bucket,
  objection: { readonly nowMs: number; readonly pauseMs: number },
  policy: BucketPolicy,
): Bucket {
  const { nowMs } = objection;
  const now = rest(advance(bucket, nowMs, policy), objection);
  if (bucket.shrunkAtMs !== null && nowMs - bucket.shrunkAtMs < ONE_EXCESS_MS) return now;
  const base = baseRate(now, policy);
  const share = Math.max(now.share * SHRINK_FACTOR, Math.min(1, FLOOR_PER_SECOND / base));
  return { ...now, share, shrunkAtMs: nowMs, tokens: Math.min(now.tokens, 1) };
}

/** Nothing until `nowMs + pauseMs`, and no burst then. */
export function rest(
  bucket: Bucket,
  pause: { readonly nowMs: number; readonly pauseMs: number },
): Bucket {
  const untilMs = pause.nowMs + pause.pauseMs;
  if (untilMs <= Math.max(bucket.atMs, pause.nowMs)) return bucket;
  return { ...bucket, atMs: untilMs, tokens: Math.min(bucket.tokens, 1) };
}

/** Keeps below a limit the server announced. One announced by mistake must not silence us for days. */
export function learnLimit(bucket: Bucket, limitPerSecond: number): Bucket {
  return { ...bucket, ceilingPerSecond: Math.max(LEAST_PER_SECOND, rateBelow(limitPerSecond)) };
}

/**
 * The rate that, with a burst up to 1.2, never sends more than `limitPerSecond` within any second:
 * rate plus burst stay below the next whole request, and at 10 a second that still holds when
 * requests arrive up to 15 ms closer together than they were sent.
 */
export function rateBelow(limitPerSecond: number): number {
  return Math.max(limitPerSecond / 2, Math.min(limitPerSecond - 0.25, limitPerSecond * 0.965));
}

function baseRate(bucket: Bucket, policy: BucketPolicy): number {
  return Math.min(policy.ratePerSecond, bucket.ceilingPerSecond ?? policy.ratePerSecond);
}
