/** The house at this moment, from what main knows: nobody is asked, so nothing can hang. */

import type { Child } from "@/core/kernel/child.ts";
import type { WireError } from "@/core/kernel/errors.ts";
import type { DeadCounts, DeadLetter, Latencies } from "@/core/kernel/tally.ts";

export interface ActorSnapshot {
  readonly name: string;
  readonly kind: "turn" | "service";
  /** `suspended`: it runs and takes no messages. */
  readonly status: Child["status"] | "suspended";
  readonly incarnation: number;
  readonly restarts: number;
  readonly lastExit: {
    readonly kind: string;
    readonly error: WireError | null;
    readonly atMs: number;
  } | null;
  readonly mailbox: {
    readonly depth: number;
    /** Of them, requests and events: lost if the actor dies. */
    readonly ephemeral: number;
    readonly capacity: number;
    readonly dropped: number;
    readonly refused: number;
  };
  readonly handled: number;
  /** How long the present handler has been at work; 0 when none is. */
  readonly busyMs: number;
  readonly heartbeatAgeMs: number;
  readonly lagMs: number;
  readonly heapBytes: number;
  /** By message type; a second old at most. */
  readonly latencies: Latencies;
}

export interface HouseSnapshot {
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly actors: readonly ActorSnapshot[];
  readonly zombies: number;
  /** Since when turns wait for the database, wall clock; null while they do not. */
  readonly waitingSinceMs: number | null;
  /** Since the process started, and the last hundred of them, oldest first. */
  readonly deadLetters: { readonly counts: DeadCounts; readonly last: readonly DeadLetter[] };
}

export function snapshotOf(child: Child, nowMs: number, latencies: Latencies): ActorSnapshot {
  const { beat, lastExit, spec } = child;
  const busySinceMs = beat.read("busySinceMs");
  return {
    name: child.name,
    kind: spec.kind,
    status: child.isSuspended && child.isReady ? "suspended" : child.status,
    incarnation: child.incarnation,
    restarts: child.restarts,
    lastExit: lastExit === null
      ? null
      : { kind: lastExit.kind, error: lastExit.error, atMs: lastExit.atMs },
    mailbox: {
      depth: beat.read("depth"),
      ephemeral: beat.read("ephemeral"),
      capacity: spec.limits.mailbox,
      dropped: beat.read("dropped"),
      refused: beat.read("refused"),
    },
    handled: beat.read("handled"),
    busyMs: busySinceMs === 0 ? 0 : Math.max(0, nowMs - busySinceMs),
    heartbeatAgeMs: child.beatAgeMs,
    lagMs: Math.round(beat.read("lagMs")),
    heapBytes: beat.read("heapBytes"),
    latencies,
  };
}
