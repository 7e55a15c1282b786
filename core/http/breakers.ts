/** One circuit breaker per endpoint group, on the monotonic clock. */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  type Admission,
  admit,
  type Breaker,
  type BreakerPolicy,
  type CallOutcome,
  CLOSED,
  FIVE_IN_A_MINUTE,
  settle,
} from "./breaker.ts";

/** What /health and /metrics show of one group. */
export interface BreakerReading {
  readonly phase: Breaker["phase"];
  /** Failures inside the window; 0 unless closed. */
  readonly failures: number;
  /** How often the breaker has opened. */
  readonly openings: number;
  /** Until a probe may go out; 0 unless open. */
  readonly opensInMs: number;
}

export interface Admitted {
  /** Tells how the call ended; later calls of it change nothing. */
  done(result: CallOutcome["result"]): void;
}

export class Breakers<G extends string> {
  readonly #clock: Clock;
  readonly #policy: BreakerPolicy;
  readonly #groups: ReadonlyMap<G, { breaker: Breaker; openings: number }>;

  constructor(groups: readonly G[], clock: Clock, policy: BreakerPolicy = FIVE_IN_A_MINUTE) {
    this.#clock = clock;
    this.#policy = policy;
    this.#groups = new Map(groups.map((group) => [group, { breaker: CLOSED, openings: 0 }]));
  }

  /**
   * Throws what {@link enter} would throw now, and changes nothing: for calls that have to wait for
   * something else before they enter.
   */
  requireAdmitting(group: G): void {
    this.#admission(group);
  }

  /** Throws {@link ActorError} `transient breaker-open` while the group is not to be called. */
  enter(group: G): Admitted {
    const admission = this.#admission(group);
    this.#slot(group).breaker = admission.next;
    let open = true;
    return {
      done: (result) => {
        if (open) this.#settle(group, { probe: admission.probe, result });
        open = false;
      },
    };
  }

  #admission(group: G): Extract<Admission, { admitted: true }> {
    const admission = admit(this.#slot(group).breaker, this.#clock.monotonic(), this.#policy);
    if (admission.admitted) return admission;
    const seconds = Math.ceil(admission.retryAfterMs / 1_000);
    const message = `Calls to ${group} rest after repeated failures: next probe in ${seconds} s`;
    throw new ActorError("transient", "breaker-open", message);
  }

  readings(): Readonly<Record<G, BreakerReading>> {
    const nowMs = this.#clock.monotonic();
    const readings = {} as Record<G, BreakerReading>;
    for (const [group, { breaker, openings }] of this.#groups) {
      const { phase } = breaker;
      const failures = phase === "closed"
        ? breaker.failuresAtMs.filter((atMs) => nowMs - atMs < this.#policy.windowMs).length
        : 0;
      const opensInMs = phase === "open" ? Math.max(0, breaker.untilMs - nowMs) : 0;
      readings[group] = { phase, failures, openings, opensInMs };
    }
    return readings;
  }

  #settle(group: G, outcome: CallOutcome): void {
    const slot = this.#slot(group);
    const nowMs = this.#clock.monotonic();
    const next = settle(slot.breaker, { ...outcome, nowMs }, this.#policy);
    const opened = next.phase === "open" && next !== slot.breaker && outcome.result === "failure";
    if (opened) slot.openings += 1;
    slot.breaker = next;
  }

  #slot(group: G): { breaker: Breaker; openings: number } {
    const slot = this.#groups.get(group);
    if (slot === undefined) {
      throw new ActorError("fatal", "unknown-group", `No circuit breaker is named ${group}`);
    }
    return slot;
  }
}
