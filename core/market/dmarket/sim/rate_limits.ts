/** DMarket's request limits: fixed windows of one second, per account or, unsigned, per address. */

/** What DMarket limits apart. */
export const REQUEST_CLASSES = ["market-items", "last-sales", "fee", "other"] as const;
/** One of the classes that are limited apart. */
export type RequestClass = typeof REQUEST_CLASSES[number];

/** Requests per second; 0 refuses everything, Infinity nothing. */
export type RateLimits = Readonly<Record<RequestClass, number>>;

/** Signed requests, per account. */
export const ACCOUNT_LIMITS: RateLimits = {
  "market-items": 10,
  "last-sales": 6,
  fee: 110,
  other: 20,
};

/** Unsigned requests, per address; last sales count among the others. */
export const ADDRESS_LIMITS: RateLimits = { "market-items": 2, "last-sales": 6, fee: 2, other: 6 };

/** What the limiter says about one request. */
export interface Permit {
  readonly granted: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends: at least 1. */
  readonly resetS: number;
}

/** Windows kept at a time: those of an earlier second are forgotten. */
const MAX_WINDOWS = 4_096;

/** Counts requests per class and account within a second. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #counts = new Map<string, number>();
  #second = 0;

  constructor(limits: Partial<RateLimits> = {}) {
    this.#limits = { ...ACCOUNT_LIMITS, ...limits };
    for (const [name, limit] of Object.entries(this.#limits)) {
      if (!(limit >= 0)) {
        throw new RangeError(`Limit ${name} must be a rate per second: current value is ${limit}`);
      }
    }
  }

  /** Counts one request; a null account is a request nobody vouched for. */
  take(kind: RequestClass, account: string | null, nowS: number): Permit {
    if (nowS !== this.#second || this.#counts.size > MAX_WINDOWS) {
      this.#counts.clear();
      this.#second = nowS;
    }
    const limit = account === null ? ADDRESS_LIMITS[kind] : this.#limits[kind];
    const window = account === null && kind === "last-sales" ? "other" : kind;
    const key = `${account ?? "unsigned"} ${window}`;
    const used = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, used);
    return { granted: used <= limit, limit, remaining: Math.max(0, limit - used), resetS: 1 };
  }
}

/** The headers DMarket sends with every answer, and `Retry-After` with a refusal. */
export function limitHeaders(permit: Permit): Record<string, string> {
  if (!Number.isFinite(permit.limit)) return {};
  const [limit, remaining] = [String(permit.limit), String(permit.remaining)];
  return {
    "X-RateLimit-Limit-Second": limit,
    "X-RateLimit-Remaining-Second": remaining,
    "RateLimit-Limit": limit,
    "RateLimit-Remaining": remaining,
    "RateLimit-Reset": String(permit.resetS),
    ...(permit.granted ? {} : { "Retry-After": String(permit.resetS) }),
  };
}
