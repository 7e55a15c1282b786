/** Decides what is signed, when, and with which time. */

import { RateLimiter, type RateProfile } from "@/core/http/rate_limiter.ts";
import { ActorError, type Clock } from "@/core/kernel/mod.ts";
import { matchOperation, type RateClass } from "@/core/market/dmarket/operations.ts";
import type { SignatureHeaders, SigningKey } from "@/core/market/dmarket/signing.ts";
import { REQUEST_CLASSES, type RequestClass } from "@/core/protocol/signer.ts";
import { type Beginning, FRESH, type Learnt } from "./pace.ts";

/** Callers waiting for a permit at once; below the actor's concurrency. */
const MAX_WAITERS = 200;

export interface DeskOptions {
  readonly key: SigningKey;
  readonly rates: RateProfile<RateClass>;
  readonly clock: Clock;
  /** Left out: as if there had been no signer before. */
  readonly beginning?: Beginning;
}

export interface SignOrder {
  readonly class: RequestClass;
  readonly method: string;
  /** Path and query, exactly as they will be sent. */
  readonly target: string;
  readonly bodyText: string;
}

export interface ClassReading {
  readonly class: RequestClass;
  readonly ratePerSecond: number;
  readonly waiting: number;
  readonly granted: number;
}

export class SigningDesk {
  readonly #key: SigningKey;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter<RateClass>;
  #skewMs: number;

  constructor(options: DeskOptions) {
    this.#key = options.key;
    this.#clock = options.clock;
    const { left, skewMs } = options.beginning ?? FRESH;
    this.#skewMs = skewMs;
    this.#limiter = new RateLimiter({
      profile: options.rates,
      clock: options.clock,
      maxWaiters: MAX_WAITERS,
      left,
    });
  }

  /**
   * Headers for one read, once it may be sent. Throws {@link ActorError} `rejected` with
   * `not-a-read` for anything that is not in the table of reads, `wrong-class`, `bad-target`; and
   * what {@link RateLimiter.acquire} throws.
   */
  async sign(order: SignOrder, signal: AbortSignal): Promise<SignatureHeaders> {
    const request = readRequest(order);
    await this.#limiter.acquire(order.class, signal);
    const unixSeconds = Math.floor((this.#clock.now() + this.#skewMs) / 1_000);
    return await this.#key.sign(request, unixSeconds);
  }

  /** The market's clock minus ours. */
  setSkew(skewMs: number): void {
    this.#skewMs = skewMs;
  }

  setPressure(factor: number): void {
    this.#limiter.setPressureShare(factor);
  }

  /** The market answered 429. */
  throttled(rateClass: RequestClass, retryAfterMs: number | null): void {
    const pauseMs = retryAfterMs ?? 0;
    this.#limiter.observe({ rateClass, refused: true, pauseMs, limitPerSecond: null });
  }

  quota(rateClass: RequestClass, pauseMs: number, limitPerSecond: number | null): void {
    this.#limiter.observe({ rateClass, refused: false, pauseMs, limitPerSecond });
  }

  /** What the next signer has to know to go on as this one does. */
  learnt(): Learnt {
    return { pace: this.#limiter.pace(), skewMs: this.#skewMs };
  }

  classes(): readonly ClassReading[] {
    const readings = this.#limiter.readings();
    return REQUEST_CLASSES.map((name) => {
      const { ratePerSecond, waiting, granted } = readings[name];
      return { class: name, ratePerSecond, waiting, granted };
    });
  }

  close(): void {
    this.#limiter.close();
  }
}

/** Nobody's word is taken for what a request does: its method and path decide. */
function readRequest(order: SignOrder) {
  const { method, target, bodyText } = order;
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark + 1);
  const operation = matchOperation(method, path);
  if (operation === null || operation.access !== "read") {
    const message = `Cannot sign ${method} ${path} as only known reads are signed: ` +
      (operation === null ? "it is not one of the API's operations" : "it would change something");
    throw new ActorError("rejected", "not-a-read", message);
  }
  if (operation.rateClass !== order.class) {
    const message = `Cannot sign ${method} ${path} as ${order.class}: it is ${operation.rateClass}`;
    throw new ActorError("rejected", "wrong-class", message);
  }
  if (URL.parse(`http://market.invalid${target}`)?.pathname !== path) {
    const message = `Cannot sign ${method} ${path} as it would be sent as another path`;
    throw new ActorError("rejected", "bad-target", message);
  }
  return { method, path, query, body: bodyText };
}
