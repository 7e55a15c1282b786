/** The house at this moment, from what main knows: nobody is asked, so nothing can hang. */

import type { Child, Status } from "@/core/kernel/child.ts";
import type { Office } from "@/core/outbox/office.ts";
import type { DeadCounts, DeadLetter } from "@/core/kernel/tally.ts";

export type ActorSnapshot = Readonly<ReturnType<typeof lookAt>>;

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

/** Everything at once. */
export function snapshotOf(
  children: readonly Child[],
  office: Office,
  zombies: number,
): HouseSnapshot {
  const atMs = office.env.clock.now();
  const { counts, letters: last } = office.news.read();
  const actors = children.map((child) => lookAt(child, atMs));
  const { waitingSinceMs } = office;
  return { atMs, actors, zombies, waitingSinceMs, deadLetters: { counts, last } };
}

function lookAt(child: Child, nowMs: number) {
  const { name, spec, incarnation, restarts, beat, lastExit } = child;
  /** `suspended`: it runs and takes no messages. */
  const status: Status | "suspended" = child.isSuspended && child.isReady
    ? "suspended"
    : child.status;
  const ageOf = (sinceMs: number) => sinceMs === 0 ? null : Math.max(0, nowMs - sinceMs);
  return {
    name,
    kind: spec.kind,
    status,
    incarnation,
    /** Null while it is not. */
    readyForMs: child.readyForMs,
    restarts,
    recentRestarts: {
      inWindow: child.restartsInWindow,
      limit: child.group?.policy.intensity.max ?? 0,
      /** Wall clock, ms; null while none is due. */
      nextAtMs: child.nextRestartAtMs,
    },
    lastExit,
    mailbox: {
      depth: beat.read("depth"),
      /** Of them, requests and events: lost if the actor dies. */
      ephemeral: beat.read("ephemeral"),
      capacity: spec.limits.mailbox,
      dropped: beat.read("dropped"),
      refused: beat.read("refused"),
    },
    handled: beat.read("handled"),
    /** How long the present handler has been at work; 0 when none is. */
    busyMs: ageOf(beat.read("busySinceMs")) ?? 0,
    heartbeatAgeMs: child.beatAgeMs,
    lagMs: Math.round(beat.read("lagMs")),
    /** Null before the first. */
    checkpointAgeMs: ageOf(beat.read("checkpointAtMs")),
    heapBytes: beat.read("heapBytes"),
    /** What it reports of itself, such as its port or its connection. */
    facts: child.facts,
    /** By message type, a second old at most. */
    latencies: child.tally.read().latencies,
  };
}
