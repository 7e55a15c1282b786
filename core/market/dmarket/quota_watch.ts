/** Watches what replies say about limits and quotas, and tells whoever hands out permits. */

import type { HttpReply } from "@/core/http/send.ts";
import {
  leftThisSecond,
  limitPerSecond,
  quotaWaitMs,
  serverWaitMs,
} from "@/core/http/server_wait.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import type { ReadClass } from "./operations.ts";

/** What a reply said about the pace of its class. */
export type PaceReport =
  | {
    readonly kind: "throttled";
    readonly rateClass: ReadClass;
    /** Null when the market did not say how long. */
    readonly retryAfterMs: number | null;
  }
  | {
    readonly kind: "quota";
    readonly rateClass: ReadClass;
    readonly pauseMs: number;
    readonly limitPerSecond: number | null;
  };

const SECOND_MS = 1_000;
/** A limit is told again, because whoever was told may have been started anew. */
const TELL_LIMIT_EVERY_MS = 60_000;

export class QuotaWatch {
  readonly #clock: Clock;
  readonly #report: (report: PaceReport) => void;
  /** When requests of the last second went out. */
  readonly #sentAtMs = new Map<ReadClass, readonly number[]>();
  /** Limits as they were told last, and when. */
  readonly #told = new Map<ReadClass, { readonly limit: number; readonly atMs: number }>();

  constructor(clock: Clock, report: (report: PaceReport) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** A request of this class goes out now. */
  sent(rateClass: ReadClass): void {
    this.#sentAtMs.set(rateClass, [...this.#recentlySent(rateClass), this.#clock.monotonic()]);
  }

  /** Learns from a reply. Returns how long it asks us to wait; null when it does not say. */
  observe(rateClass: ReadClass, reply: HttpReply): number | null {
    const waitMs = serverWaitMs(reply, reply.receivedAtMs);
    if (reply.status !== 429) this.#observeQuota(rateClass, reply);
    else this.#report({ kind: "throttled", rateClass, retryAfterMs: waitMs });
    return waitMs;
  }

  #observeQuota(rateClass: ReadClass, { headers, receivedAtMs }: HttpReply): void {
    const limit = limitPerSecond(headers, receivedAtMs);
    const isTaken = leftThisSecond(headers) === 0 && this.#isTakenByOthers(rateClass, limit);
    const pauseMs = Math.max(quotaWaitMs(headers, receivedAtMs) ?? 0, isTaken ? SECOND_MS : 0);
    const told = this.#told.get(rateClass);
    const nowMs = this.#clock.monotonic();
    const isTold = told?.limit === limit && nowMs - told.atMs < TELL_LIMIT_EVERY_MS;
    if (pauseMs === 0 && (limit === null || isTold)) return;
    if (limit !== null) this.#told.set(rateClass, { limit, atMs: nowMs });
    this.#report({ kind: "quota", rateClass, pauseMs, limitPerSecond: limit });
  }

  /** A second's quota that is spent with half of it by us at most: the account has other users. */
  #isTakenByOthers(rateClass: ReadClass, limitPerSecond: number | null): boolean {
    return limitPerSecond !== null && 2 * this.#recentlySent(rateClass).length <= limitPerSecond;
  }

  #recentlySent(rateClass: ReadClass): readonly number[] {
    const sinceMs = this.#clock.monotonic() - SECOND_MS;
    return (this.#sentAtMs.get(rateClass) ?? []).filter((atMs) => atMs > sinceMs);
  }
}
