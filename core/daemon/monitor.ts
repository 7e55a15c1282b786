/** What the outside may know of the house: health, readiness, metrics; all from memory. */

import type { Config } from "@/core/config/config.ts";
import type { Database } from "@/core/db/database.ts";
import type { Lease } from "@/core/db/lease.ts";
import { outboxSummary } from "@/core/db/outbox_repo.ts";
import { actorHealth, type Health, judgeHealth } from "@/core/gateway/health.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import type { Supervisor } from "@/core/kernel/supervisor.ts";
import type { Logging } from "@/core/observability/logging.ts";
import { createMetrics, METRICS_CONTENT_TYPE } from "@/core/observability/metrics.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import type { ResourceSample } from "@/core/protocol/resources.ts";
import { resourceMonitor } from "@/core/protocol/resources.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { signer } from "@/core/protocol/signer.ts";
import { type Observed, pointsOf } from "./points.ts";
import { type Vitals, watchVitals } from "./vitals.ts";

export interface Monitor {
  /** From now on there is somebody to look at. */
  attach(house: { readonly supervisor: Supervisor; readonly logging: Logging }): void;
  health(): Health;
  ready(): { readonly ready: boolean; readonly reason: string };
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>;
  /** Measures now. */
  sample(): Promise<ResourceSample>;
  stop(): Promise<void>;
}

export interface MonitorOptions {
  readonly db: Database;
  readonly lease: Lease;
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  /** Wall clock, ms. */
  readonly startedAtMs: number;
  readonly sample: () => Promise<ResourceSample>;
}

const EVERY_MS = 2_000;

export function openMonitor(options: MonitorOptions): Monitor {
  const { db, lease, config, clock } = options;
  let house: { readonly supervisor: Supervisor; readonly logging: Logging } | null = null;
  let vitals: Vitals<Observed> | null = null;
  const metrics = createMetrics(() =>
    house === null || vitals === null ? [] : pointsOf({
      health: health(),
      observed: vitals.values,
      logging: house.logging.counts(),
      pool: db.stats(),
    })
  );

  function health(): Health {
    const observed = vitals?.values;
    const known = {
      version: options.version,
      mode: config.mode,
      market: config.dmarket.apiUrl ?? "simulated",
      uptimeSeconds: Math.round((clock.now() - options.startedAtMs) / 1_000),
      actors: actorsOf(house?.supervisor ?? null, clock),
      zombies: house?.supervisor.zombies ?? 0,
      deadLetters: observed?.outbox?.dead ?? 0,
      outbox: {
        pending: observed?.outbox?.pending ?? 0,
        attempting: observed?.outbox?.attempting ?? 0,
        unknown: observed?.outbox?.unknown ?? 0,
        oldestMs: observed?.outbox?.oldestMs ?? 0,
      },
      breakers: observed?.market?.breakers ?? {},
      lease: {
        held: lease.held,
        epoch: lease.epoch,
        expiresInMs: Math.max(0, Math.round(lease.expiresInMs)),
      },
      database: {
        status: observed?.roundTripMs === null ? "down" as const : "up" as const,
        kind: db.kind,
        roundTripMs: observed?.roundTripMs ?? null,
        commitsWaitingMs: waitingMs(house?.supervisor.commitsWaitSinceMs ?? null, clock),
      },
      disk: observed?.sample
        ? { freeBytes: observed.sample.diskFreeBytes, usedRatio: observed.sample.diskRatio }
        : null,
    };
    return { ...judgeHealth(known), ...known };
  }

  return {
    attach(attached) {
      house = attached;
      vitals = watchVitals({
        sources: sourcesOf(attached.supervisor, options),
        everyMs: EVERY_MS,
        clock,
      });
    },
    health,
    ready() {
      const { actors, lease, database } = health();
      const late = Object.entries(actors).find(([, actor]) =>
        actor.status !== "ready" && actor.status !== "degraded"
      );
      if (late !== undefined) return { ready: false, reason: `${late[0]} is ${late[1].status}` };
      if (Object.keys(actors).length === 0) return { ready: false, reason: "No actor has started" };
      if (!lease.held) return { ready: false, reason: "The lease is not held" };
      if (database.status === "down") return { ready: false, reason: "The database is silent" };
      return { ready: true, reason: "" };
    },
    metrics: async () => ({ text: await metrics.text(), contentType: METRICS_CONTENT_TYPE }),
    sample: options.sample,
    async stop() {
      await vitals?.stop();
    },
  };
}

function sourcesOf(supervisor: Supervisor, { db, sample }: MonitorOptions) {
  const values: Observed = {
    roundTripMs: 0,
    outbox: null,
    market: null,
    budget: null,
    scans: null,
    sample: null,
    pressure: null,
  };
  return {
    roundTripMs: { initial: values.roundTripMs, ask: () => db.ping().catch(() => null) },
    outbox: { initial: values.outbox, ask: () => outboxSummary(db) },
    market: { initial: values.market, ask: () => supervisor.ask(marketFetcher, "Status", {}) },
    budget: { initial: values.budget, ask: () => supervisor.ask(signer, "Budget", {}) },
    scans: { initial: values.scans, ask: () => supervisor.ask(scanner, "Status", {}) },
    sample: { initial: values.sample, ask: sample },
    pressure: {
      initial: values.pressure,
      ask: async () => (await supervisor.ask(resourceMonitor, "Status", {})).pressure,
    },
  };
}

function actorsOf(supervisor: Supervisor | null, clock: Clock): Health["actors"] {
  const now = { nowMs: clock.now(), monotonicMs: clock.monotonic() };
  return Object.fromEntries(
    (supervisor?.children ?? []).map((child) => [
      child.name,
      actorHealth(child, supervisor?.restartsOf(child.name) ?? NO_RESTARTS, now),
    ]),
  );
}

const NO_RESTARTS = { inWindow: 0, limit: 0, nextAtMs: null };

function waitingMs(sinceMs: number | null, clock: Clock): number | null {
  return sinceMs === null ? null : Math.max(0, clock.now() - sinceMs);
}
