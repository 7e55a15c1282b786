/** What the outside may know of the house: health, readiness, metrics; all from memory. */

import type { Config } from "@/core/config/config.ts";
import type { Database } from "@/core/db/database.ts";
import type { Lease } from "@/core/db/lease.ts";
import { outboxSummary } from "@/core/db/outbox_repo.ts";
import { actorHealth, type Health, judgeHealth } from "@/core/gateway/health.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import type { Supervisor } from "@/core/kernel/mod.ts";
import type { Logging } from "@/core/observability/logging.ts";
import { createMetrics, METRICS_CONTENT_TYPE } from "@/core/observability/metrics.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import type { ResourceSample } from "@/core/protocol/resources.ts";
import { resourceMonitor } from "@/core/protocol/resources.ts";
import { createResourceProbe } from "@/core/resources/probe.ts";
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
}

const EVERY_MS = 2_000;

export function openMonitor(options: MonitorOptions): Monitor {
  const { db, config, clock } = options;
  const readText = (path: string) => Deno.readTextFile(path);
  const probe = createResourceProbe({ clock, home: config.home, readText });
  const sample = () => probe.sample();
  let house: Watched | null = null;
  const health = () => healthOf(options, house);
  const metrics = createMetrics(() =>
    house === null ? [] : pointsOf({
      health: health(),
      observed: house.vitals.values,
      logging: house.logging.counts(),
      pool: db.stats(),
      lost: house.supervisor.snapshot().deadLetters.counts,
    })
  );
  return {
    attach({ supervisor, logging }) {
      const sources = sourcesOf(supervisor, { db, sample });
      house = { supervisor, logging, vitals: watchVitals({ sources, everyMs: EVERY_MS, clock }) };
    },
    health,
    ready: () => judgeReadiness(health()),
    metrics: async () => ({ text: await metrics.text(), contentType: METRICS_CONTENT_TYPE }),
    sample,
    async stop() {
      await house?.vitals.stop();
    },
  };
}

/** What the monitor looks at once the house stands. */
interface Watched {
  readonly supervisor: Supervisor;
  readonly logging: Logging;
  readonly vitals: Vitals<Observed>;
}

function healthOf(options: MonitorOptions, house: Watched | null): Health {
  const { db, lease, config, clock } = options;
  const seen = house?.vitals.values ?? NOTHING_SEEN;
  const { outbox, sample } = seen;
  const now = house?.supervisor.snapshot();
  const waitingSinceMs = now?.waitingSinceMs ?? null;
  const known = {
    version: options.version,
    mode: config.mode,
    market: config.dmarket.apiUrl ?? "simulated",
    uptimeSeconds: Math.round((clock.now() - options.startedAtMs) / 1_000),
    actors: Object.fromEntries((now?.actors ?? []).map((one) => [one.name, actorHealth(one)])),
    zombies: now?.zombies ?? 0,
    deadLetters: outbox?.dead ?? 0,
    outbox: {
      pending: outbox?.pending ?? 0,
      attempting: outbox?.attempting ?? 0,
      unknown: outbox?.unknown ?? 0,
      oldestMs: outbox?.oldestMs ?? 0,
    },
    breakers: seen.market?.breakers ?? {},
    lease: {
      held: lease.held,
      epoch: lease.epoch,
      expiresInMs: Math.max(0, Math.round(lease.expiresInMs)),
    },
    database: {
      status: seen.roundTripMs === null ? "down" as const : "up" as const,
      kind: db.kind,
      roundTripMs: seen.roundTripMs,
      commitsWaitingMs: waitingSinceMs === null ? null : Math.max(0, clock.now() - waitingSinceMs),
    },
    disk: sample === null ? null : { freeBytes: sample.diskFreeBytes, usedRatio: sample.diskRatio },
  };
  return { ...judgeHealth(known), ...known };
}

function judgeReadiness(health: Health): { readonly ready: boolean; readonly reason: string } {
  const actors = Object.entries(health.actors);
  const late = actors.find(([, { status }]) => status !== "ready" && status !== "degraded");
  const reason = late !== undefined
    ? `${late[0]} is ${late[1].status}`
    : actors.length === 0
    ? "No actor has started"
    : !health.lease.held
    ? "The lease is not held"
    : health.database.status === "down"
    ? "The database is silent"
    : "";
  return { ready: reason === "", reason };
}

/** Before the first answers: the start itself has just spoken with the database. */
const NOTHING_SEEN: Observed = {
  roundTripMs: 0,
  outbox: null,
  market: null,
  budget: null,
  scans: null,
  sample: null,
  pressure: null,
};

function sourcesOf(
  supervisor: Supervisor,
  { db, sample }: { readonly db: Database; readonly sample: () => Promise<ResourceSample> },
) {
  const values = NOTHING_SEEN;
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
