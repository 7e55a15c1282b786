/** What a server says about when to come back. */

/** No announcement is believed beyond this: a mistaken header must not silence us for a year. */
export const MAX_SERVER_WAIT_MS = 3_600_000;

/** Larger resets are Unix milliseconds, large ones Unix seconds, smaller ones seconds from now. */
const MILLISECONDS_FROM = 1_000_000_000_000;
const ABSOLUTE_FROM_SECONDS = 1_000_000_000;

/**
 * Milliseconds to wait by `Retry-After` (seconds or an HTTP date) or, after a 429, by
 * `RateLimit-Reset` (seconds from now, Unix time, or a date); null when the server says nothing
 * readable. Dates are compared with the server's own `Date` where it sends one, so that our clock
 * does not matter.
 */
export function serverWaitMs(
  reply: { readonly status: number; readonly headers: Headers },
  nowMs: number,
): number | null {
  const { status, headers } = reply;
  const serverNowMs = dateMs(headers.get("date")) ?? nowMs;
  const reset = status === 429 ? rateLimit(headers, "reset") : null;
  const waitMs = retryAfterMs(headers.get("retry-after"), serverNowMs) ??
    resetMs(reset, serverNowMs);
  return waitMs === null ? null : Math.min(MAX_SERVER_WAIT_MS, Math.max(0, Math.ceil(waitMs)));
}

/**
 * Milliseconds until a spent quota is renewed, for replies other than 429; null when there is
 * quota left or nothing is said. A reset within a second is the per-second window, which the
 * limiter's own pace keeps already.
 */
export function quotaWaitMs(headers: Headers, nowMs: number): number | null {
  if (rateLimit(headers, "remaining")?.trim() !== "0") return null;
  const serverNowMs = dateMs(headers.get("date")) ?? nowMs;
  const waitMs = resetMs(rateLimit(headers, "reset"), serverNowMs);
  return waitMs === null || waitMs <= 1_000 ? null : Math.min(MAX_SERVER_WAIT_MS, waitMs);
}

/**
 * Requests per second the server says it allows on this route, by `X-RateLimit-Limit-Second` or by
 * `RateLimit-Limit` over its window; null when it does not say. A window that is not named
 * (`;w=60`), there or in `RateLimit-Policy`, is the minute, hour or day that its reset still fits into; a reset within a second
 * fits into all of them and says nothing.
 */
export function limitPerSecond(headers: Headers, nowMs: number): number | null {
  const perSecond = number(headers.get("x-ratelimit-limit-second"));
  if (perSecond !== null) return perSecond <= 0 ? null : perSecond;
  const [limit, windowSeconds] = windowOf(headers, nowMs);
  return limit === null || limit <= 0 || windowSeconds === null ? null : limit / windowSeconds;
}

/** Requests left of this second's quota (`X-RateLimit-Remaining-Second`); null if nothing is said. */
export function leftThisSecond(headers: Headers): number | null {
  return number(headers.get("x-ratelimit-remaining-second"));
}

function windowOf(headers: Headers, nowMs: number): [number | null, number | null] {
  const said = headers.get("ratelimit-limit") ?? "";
  const limit = /^\s*(\d+)\s*(?:$|[,;])/.exec(said)?.[1];
  if (limit === undefined) return [null, null];
  const policy = new RegExp(`(?:^|,)\\s*${limit}\\s*;\\s*w=(\\d+)`);
  const policies = headers.get("ratelimit-policy") ?? "";
  const named = Number(/;\s*w=(\d+)/.exec(said)?.[1] ?? policy.exec(policies)?.[1] ?? 0);
  const serverNowMs = dateMs(headers.get("date")) ?? nowMs;
  const reset = resetMs(headers.get("ratelimit-reset"), serverNowMs);
  const fits = reset === null || reset <= 1_000
    ? undefined
    : WINDOW_SECONDS.find((window) => reset <= window * 1_000);
  return [Number(limit), named > 0 ? named : fits ?? null];
}

const WINDOW_SECONDS = [60, 3_600, 86_400];

function retryAfterMs(value: string | null, serverNowMs: number): number | null {
  const delaySeconds = number(value);
  if (delaySeconds !== null) return delaySeconds * 1_000;
  return untilDate(value, serverNowMs);
}

/** By today's name or the older one with `X-`. */
function rateLimit(headers: Headers, name: "remaining" | "reset"): string | null {
  return headers.get(`ratelimit-${name}`) ?? headers.get(`x-ratelimit-${name}`);
}

function resetMs(value: string | null, serverNowMs: number): number | null {
  const reset = number(value);
  if (reset === null) return untilDate(value, serverNowMs);
  if (reset >= MILLISECONDS_FROM) return reset - serverNowMs;
  return reset >= ABSOLUTE_FROM_SECONDS ? reset * 1_000 - serverNowMs : reset * 1_000;
}

function untilDate(value: string | null, serverNowMs: number): number | null {
  const atMs = dateMs(value);
  return atMs === null ? null : atMs - serverNowMs;
}

function number(value: string | null): number | null {
  return value !== null && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : null;
}

/** An HTTP date names its month; a bare number is none, though `Date.parse` would take it. */
export function dateMs(value: string | null): number | null {
  if (value === null || !/[a-z]{3}/i.test(value)) return null;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}
