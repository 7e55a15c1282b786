/** The body of GET /health, made from memory: nothing is asked, so nothing can hang. */

import { type Explained, explained, type KnownReason, reason } from "@/core/domain/reasons.ts";
import type { WireError } from "@/core/kernel/errors.ts";
import type { ActorSnapshot } from "@/core/kernel/mod.ts";

export type HealthStatus = "pass" | "warn" | "fail";

export interface ActorHealth {
  readonly status: string;
  readonly incarnation: number;
  readonly uptimeSeconds: number;
  readonly restarts: number;
  readonly restartsInWindow: number;
  readonly restartLimit: number;
  readonly nextRestartAt: string | null;
  readonly lastExit: {
    readonly kind: string;
    readonly error: string | null;
    readonly at: string;
  } | null;
  readonly mailbox: {
    readonly depth: number;
    readonly capacity: number;
    readonly dropped: number;
    readonly refused: number;
  };
  readonly handled: number;
  readonly busyMs: number;
  readonly heartbeatAgeMs: number;
  readonly lagMs: number;
  readonly checkpointAgeMs: number | null;
  readonly memoryMB: number;
  /** What the actor reports of itself, such as its port or its connection. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

export interface OutboxHealth {
  readonly pending: number;
  readonly attempting: number;
  readonly unknown: number;
  readonly oldestMs: number;
}
export interface LeaseHealth {
  readonly held: boolean;
  readonly epoch: number;
  readonly expiresInMs: number;
}
export interface DatabaseHealth {
  readonly status: "up" | "down";
  readonly kind: "embedded" | "external";
  readonly roundTripMs: number | null;
  /** How long commits have been waiting; null when they are not. */
  readonly commitsWaitingMs: number | null;
}
export interface DiskHealth {
  readonly freeBytes: number;
  readonly usedRatio: number;
}

export interface Health {
  readonly status: HealthStatus;
  /** Why it is not `pass`. */
  readonly notes: readonly Explained[];
  readonly version: string;
  readonly mode: string;
  readonly market: string;
  readonly uptimeSeconds: number;
  readonly actors: Readonly<Record<string, ActorHealth>>;
  readonly zombies: number;
  readonly deadLetters: number;
  readonly outbox: OutboxHealth;
  readonly breakers: Readonly<Record<string, string>>;
  readonly lease: LeaseHealth;
  readonly database: DatabaseHealth;
  readonly disk: DiskHealth | null;
}

/** One actor of the snapshot, in the form and the units of the report. */
export function actorHealth(seen: ActorSnapshot): ActorHealth {
  const { lastExit, mailbox: { depth, capacity, dropped, refused } } = seen;
  const { inWindow, limit, nextAtMs } = seen.recentRestarts;
  return {
    status: seen.status,
    incarnation: seen.incarnation,
    uptimeSeconds: Math.round((seen.readyForMs ?? 0) / 1_000),
    restarts: seen.restarts,
    restartsInWindow: inWindow,
    restartLimit: limit,
    nextRestartAt: nextAtMs === null ? null : new Date(nextAtMs).toISOString(),
    lastExit: lastExit === null ? null : {
      kind: lastExit.kind,
      error: lastExit.error === null ? null : chain(lastExit.error),
      at: new Date(lastExit.atMs).toISOString(),
    },
    mailbox: { depth, capacity, dropped, refused },
    handled: seen.handled,
    busyMs: seen.busyMs,
    heartbeatAgeMs: seen.heartbeatAgeMs,
    lagMs: seen.lagMs,
    checkpointAgeMs: seen.checkpointAgeMs,
    memoryMB: Math.round(seen.heapBytes / 1e5) / 10,
    facts: seen.facts,
  };
}

/** An error and its causes in one line. */
export function chain(error: WireError): string {
  return error.cause === undefined ? error.message : `${error.message}: ${chain(error.cause)}`;
}

/** Connections that are as they should be; `terminal`: messages are printed. */
const CONNECTED = new Set(["online", "terminal"]);

/** Whether an actor reports a connection and it is not up. */
export function isDisconnected({ facts }: Pick<ActorHealth, "facts">): boolean {
  const { connection } = facts;
  return typeof connection === "string" && !CONNECTED.has(connection);
}

/** `fail`: it does not do its work. `warn`: it does, and a person should look. */
export function judgeHealth(
  health: Omit<Health, "status" | "notes">,
): Pick<Health, "status" | "notes"> {
  const failures: KnownReason[] = [];
  const warnings: KnownReason[] = [];
  for (const [name, actor] of Object.entries(health.actors)) {
    if (actor.status === "failed") failures.push(reason("actor-failed", { actor: name }));
    else if (actor.status !== "ready") {
      warnings.push(reason("actor-is", { actor: name, state: actor.status }));
    } else if (isDisconnected(actor)) {
      const state = String(actor.facts["connection"]);
      warnings.push(reason("actor-is", { actor: name, state }));
    }
  }
  if (!health.lease.held) failures.push(reason("lease-lost", {}));
  if (health.database.status === "down") failures.push(reason("database-silent", {}));
  if (health.database.commitsWaitingMs !== null) warnings.push(reason("commits-wait", {}));
  if (health.zombies > 0) {
    warnings.push(reason("threads-hang", { threadCount: health.zombies }));
  }
  if (health.deadLetters > 0) {
    warnings.push(reason("dead-letters", { letterCount: health.deadLetters }));
  }
  if (health.outbox.unknown > 0) {
    warnings.push(reason("effects-unknown", { effectCount: health.outbox.unknown }));
  }
  for (const [breaker, state] of Object.entries(health.breakers)) {
    if (state !== "closed") warnings.push(reason("breaker-is", { breaker, state }));
  }
  if (health.disk !== null && health.disk.usedRatio > 0.9) warnings.push(reason("disk-full", {}));
  const status = failures.length > 0 ? "fail" : warnings.length > 0 ? "warn" : "pass";
  return { status, notes: [...failures, ...warnings].map(explained) };
}
