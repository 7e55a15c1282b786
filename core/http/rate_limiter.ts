/**
 * Hands out permits to send: one token bucket per class of requests and one over all of them.
 * First come, first served within a class; a class that has to wait does not hold up the others.
 */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  advance,
  type Bucket,
  type BucketPace,
  type BucketPolicy,
  currentRate,
  learnLimit,
  newBucket,
  paceOf,
  rest,
  resumed,
  shrink,
  take,
  waitMs,
} from "./token_bucket.ts";

export interface RateProfile<C extends string> {
  readonly classes: Readonly<Record<C, BucketPolicy>>;
  readonly overall: BucketPolicy;
}

export interface RateLimiterOptions<C extends string> {
  readonly profile: RateProfile<C>;
  readonly clock: Clock;
  /** Callers waiting at once, over all classes; one more is refused. */
  readonly maxWaiters: number;
  /** How another limiter of the same requests was left; absent: there was none. */
  readonly left?: LeftPace<C> | undefined;
}

export type Pace<C extends string> = Readonly<Record<C | "overall", BucketPace>>;

export interface LeftPace<C extends string> {
  readonly pace: Pace<C>;
  readonly agoMs: number;
}

/** What a reply said about the pace. */
export interface PaceReport<C extends string> {
  readonly rateClass: C;
  /** True for a 429: both buckets shrink. */
  readonly refused: boolean;
  /** The server wants nothing of this class for so long; 0 when it does not say. */
  readonly pauseMs: number;
  readonly limitPerSecond: number | null;
}

export interface BucketReading {
  readonly ratePerSecond: number;
  readonly waiting: number;
  readonly granted: number;
  readonly refusals: number;
}

interface Waiter {
  readonly grant: () => void;
}

interface Lane {
  readonly policy: BucketPolicy;
  bucket: Bucket;
  readonly waiters: Set<Waiter>;
  granted: number;
  refusals: number;
  /** Number of the grant that served it last. */
  lastGrant: number;
}

/** Pressure never stops the flow altogether. */
const MIN_PRESSURE_SHARE = 0.05;

export class RateLimiter<C extends string> {
  readonly #clock: Clock;
  readonly #maxWaiters: number;
  readonly #lanes: ReadonlyMap<C, Lane>;
  readonly #overall: Lane;
  #pressureShare = 1;
  #cancelTimer: (() => void) | null = null;

  constructor(options: RateLimiterOptions<C>) {
    this.#clock = options.clock;
    this.#maxWaiters = options.maxWaiters;
    const nowMs = options.clock.monotonic();
    const { profile, left } = options;
    const laneOf = (name: C | "overall", policy: BucketPolicy) =>
      newLane(
        name,
        policy,
        left === undefined
          ? newBucket(nowMs, policy.initialTokens)
          : resumed(left.pace[name], { nowMs, agoMs: left.agoMs }),
      );
    const classes = Object.entries(profile.classes) as [C, BucketPolicy][];
    this.#lanes = new Map(classes.map(([name, policy]) => [name, laneOf(name, policy)]));
    this.#overall = laneOf("overall", profile.overall);
  }

  /**
   * Resolves when a request of this class may be sent. Throws {@link ActorError} `overload
   * permit-queue-full` at once, or `deadline permit-not-granted` when `signal` aborts first.
   */
  acquire(rateClass: C, signal: AbortSignal): Promise<void> {
    const lane = this.#lane(rateClass);
    if (signal.aborted) return Promise.reject(notGranted(rateClass, signal));
    if (this.#waiting() >= this.#maxWaiters) {
      const message = `Cannot wait for a permit as ${this.#maxWaiters} callers wait already`;
      return Promise.reject(new ActorError("overload", "permit-queue-full", message));
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        lane.waiters.delete(waiter);
        reject(notGranted(rateClass, signal));
        this.#pump();
      };
      const waiter: Waiter = {
        grant: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      lane.waiters.add(waiter);
      this.#pump();
    });
  }

  /** Adapts the pace to what a reply said. */
  observe(report: PaceReport<C>): void {
    const lane = this.#lane(report.rateClass);
    const nowMs = this.#clock.monotonic();
    const { pauseMs } = report;
    if (report.limitPerSecond !== null) {
      lane.bucket = learnLimit(lane.bucket, report.limitPerSecond);
    }
    if (report.refused) {
      lane.refusals += 1;
      this.#overall.refusals += 1;
      lane.bucket = shrink(lane.bucket, { nowMs, pauseMs }, this.#policy(lane));
      const overall = this.#policy(this.#overall);
      this.#overall.bucket = shrink(this.#overall.bucket, { nowMs, pauseMs: 0 }, overall);
    } else if (pauseMs > 0) {
      lane.bucket = rest(lane.bucket, { nowMs, pauseMs });
    }
    this.#pump();
  }

  /** Runs at `share` (0.05 to 1) of all rates, until told otherwise. */
  setPressureShare(share: number): void {
    const nowMs = this.#clock.monotonic();
    for (const lane of [...this.#lanes.values(), this.#overall]) {
      lane.bucket = advance(lane.bucket, nowMs, this.#policy(lane));
    }
    this.#pressureShare = Math.min(1, Math.max(MIN_PRESSURE_SHARE, share));
    this.#pump();
  }

  readings(): Readonly<Record<C | "overall", BucketReading>> {
    const readings = {} as Record<C | "overall", BucketReading>;
    for (const [name, lane] of this.#lanes) readings[name] = this.#read(lane);
    readings.overall = this.#read(this.#overall);
    return readings;
  }

  /** To be handed to the next limiter of the same requests. */
  pace(): Pace<C> {
    const nowMs = this.#clock.monotonic();
    const pace = {} as Record<C | "overall", BucketPace>;
    const lanes = [...this.#lanes, ["overall", this.#overall] as const];
    for (const [name, lane] of lanes) pace[name] = paceOf(lane.bucket, nowMs, this.#policy(lane));
    return pace;
  }

  /** Stops the timer; callers still waiting are released by their own signals. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Grants what can be granted now, and wakes up for the next. */
  #pump(): void {
    this.close();
    const nowMs = this.#clock.monotonic();
    let nextMs = Infinity;
    for (const lane of this.#inTurn()) {
      const laneWaitMs = this.#grant(lane, nowMs);
      if (lane.waiters.size > 0) nextMs = Math.min(nextMs, laneWaitMs);
    }
    if (nextMs === Infinity) return;
    this.#cancelTimer = this.#clock.after(Math.ceil(nextMs), () => this.#pump());
  }

  /** Grants to the lane's head as often as both buckets allow; returns the wait for the next. */
  #grant(lane: Lane, nowMs: number): number {
    for (;;) {
      const delayMs = Math.max(
        waitMs(lane.bucket, nowMs, this.#policy(lane)),
        waitMs(this.#overall.bucket, nowMs, this.#policy(this.#overall)),
      );
      const [head] = lane.waiters;
      if (head === undefined || delayMs > 0) return delayMs;
      for (const one of [lane, this.#overall]) {
        one.bucket = take(one.bucket, nowMs, this.#policy(one));
        one.granted += 1;
      }
      lane.waiters.delete(head);
      lane.lastGrant = this.#overall.granted;
      head.grant();
    }
  }

  /** The lane served longest ago first, so that none starves at the overall bucket. */
  #inTurn(): readonly Lane[] {
    return [...this.#lanes.values()].sort((a, b) => a.lastGrant - b.lastGrant);
  }

  #policy(lane: Lane): BucketPolicy {
    if (this.#pressureShare === 1) return lane.policy;
    const { ratePerSecond } = lane.policy;
    return { ...lane.policy, ratePerSecond: ratePerSecond * this.#pressureShare };
  }

  #read(lane: Lane): BucketReading {
    const bucket = advance(lane.bucket, this.#clock.monotonic(), this.#policy(lane));
    return {
      ratePerSecond: currentRate(bucket, this.#policy(lane)),
      waiting: lane === this.#overall ? this.#waiting() : lane.waiters.size,
      granted: lane.granted,
      refusals: lane.refusals,
    };
  }

  #waiting(): number {
    let waiting = 0;
    for (const lane of this.#lanes.values()) waiting += lane.waiters.size;
    return waiting;
  }

  #lane(rateClass: C): Lane {
    const lane = this.#lanes.get(rateClass);
    if (lane === undefined) {
      throw new ActorError("fatal", "unknown-rate-class", `No rate class is named ${rateClass}`);
    }
    return lane;
  }
}

function newLane(name: string, policy: BucketPolicy, bucket: Bucket): Lane {
  if (!(policy.ratePerSecond > 0) || !(policy.burst >= 1)) {
    const message = `Cannot limit ${name} as the rate must be above 0 and the burst at least 1: ` +
      `they are ${policy.ratePerSecond} and ${policy.burst}`;
    throw new ActorError("fatal", "bad-rate", message);
  }
  return {
    policy,
    bucket,
    waiters: new Set(),
    granted: 0,
    refusals: 0,
    lastGrant: 0,
  };
}

function notGranted(rateClass: string, signal: AbortSignal): ActorError {
  const message = `No permit for ${rateClass} was granted in time`;
  return new ActorError("deadline", "permit-not-granted", message, { cause: signal.reason });
}
