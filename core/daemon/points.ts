/** The metrics of the house, made from what health and the vitals hold. */

import type { PoolStats } from "@/core/db/pool.ts";
import type { OutboxSummary } from "@/core/db/outbox_repo.ts";
import { type ActorHealth, type Health, isDisconnected } from "@/core/gateway/health.ts";
import type { MetricPoint } from "@/core/observability/catalogue.ts";
import type { LoggingCounts } from "@/core/observability/logging.ts";
import type { ReplyOf } from "@/core/kernel/message.ts";
import type { DeadCounts } from "@/core/kernel/tally.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import type { Pressure, ResourceSample } from "@/core/protocol/resources.ts";
import type { scanner } from "@/core/protocol/scanner.ts";
import type { signer } from "@/core/protocol/signer.ts";

/** Newest answers of those who know; null before the first. */
export type Observed = {
  /** Null: the database did not answer the last time. */
  roundTripMs: number | null;
  outbox: OutboxSummary | null;
  market: ReplyOf<typeof marketFetcher, "Status"> | null;
  budget: ReplyOf<typeof signer, "Budget"> | null;
  scans: ReplyOf<typeof scanner, "Status"> | null;
  sample: ResourceSample | null;
  pressure: Pressure | null;
};

export interface Seen {
  readonly health: Health;
  readonly observed: Observed;
  readonly logging: LoggingCounts;
  readonly pool: PoolStats;
  /** By reason. */
  readonly lost: DeadCounts;
}

export function pointsOf(seen: Seen): readonly MetricPoint[] {
  return [
    ...housePoints(seen),
    ...Object.entries(seen.health.actors).flatMap(([actor, health]) => actorPoints(actor, health)),
    ...marketPoints(seen.observed),
    ...scanPoints(seen.observed),
    ...resourcePoints(seen.observed),
    ...logPoints(seen.logging),
  ];
}

function housePoints({ health, observed, pool, lost }: Seen): MetricPoint[] {
  const { version, mode, lease, database } = health;
  return [
    { name: "build_info", value: 1, labels: { version, mode } },
    { name: "uptime_seconds", value: health.uptimeSeconds },
    { name: "zombie_actors", value: health.zombies },
    { name: "dead_letters_total", value: health.deadLetters },
    ...lostPoints(lost),
    { name: "outbox_pending", value: health.outbox.pending + health.outbox.attempting },
    { name: "outbox_unknown", value: health.outbox.unknown },
    { name: "outbox_oldest_age_seconds", value: health.outbox.oldestMs / 1_000 },
    { name: "lease_held", value: lease.held ? 1 : 0 },
    { name: "lease_epoch", value: lease.epoch },
    { name: "database_up", value: database.status === "up" ? 1 : 0 },
    { name: "database_round_trip_seconds", value: (observed.roundTripMs ?? NaN) / 1_000 },
    { name: "database_connections", value: pool.inUse, labels: { state: "busy" } },
    { name: "database_connections", value: pool.size - pool.inUse, labels: { state: "idle" } },
    { name: "database_connections", value: pool.waiting, labels: { state: "waiting" } },
  ];
}

export function lostPoints(lost: DeadCounts): MetricPoint[] {
  return Object.entries(lost).map(([reason, value]) => {
    return { name: "messages_lost_total", value, labels: { reason } };
  });
}

function actorPoints(actor: string, health: ActorHealth): MetricPoint[] {
  const labels = { actor };
  const up = health.status === "ready" || health.status === "degraded";
  const { mailbox } = health;
  const connection: MetricPoint[] = "connection" in health.facts
    ? [{ name: "actor_connected", value: isDisconnected(health) ? 0 : 1, labels }]
    : [];
  return [
    ...connection,
    { name: "actor_up", value: up ? 1 : 0, labels },
    { name: "actor_incarnation", value: health.incarnation, labels },
    { name: "actor_restarts_total", value: health.restarts, labels },
    { name: "actor_mailbox_depth", value: mailbox.depth, labels },
    { name: "actor_mailbox_capacity", value: mailbox.capacity, labels },
    { name: "actor_mailbox_dropped_total", value: mailbox.dropped + mailbox.refused, labels },
    { name: "actor_heartbeat_age_seconds", value: health.heartbeatAgeMs / 1_000, labels },
    {
      name: "actor_checkpoint_age_seconds",
      value: (health.checkpointAgeMs ?? NaN) / 1_000,
      labels,
    },
    { name: "actor_memory_bytes", value: health.memoryMB * 1e6, labels },
  ];
}

/** What the market's fetcher and the signer told last; nothing of those who told nothing. */
export function marketPoints(
  { market, budget }: Pick<Observed, "market" | "budget">,
): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (const [breaker, state] of Object.entries(market?.breakers ?? {})) {
    points.push({ name: "breaker_open", value: state === "open" ? 1 : 0, labels: { breaker } });
  }
  for (const [name, value] of Object.entries(market?.requests ?? {})) {
    points.push({ name: "market_requests_total", value, labels: { class: name } });
  }
  for (const one of budget?.classes ?? []) {
    const labels = { class: one.class };
    points.push({ name: "market_permits_total", value: one.granted, labels });
    points.push({ name: "market_permits_waiting", value: one.waiting, labels });
    points.push({ name: "market_budget_per_second", value: one.ratePerSecond, labels });
  }
  if (market === null) return points;
  for (const [path, value] of Object.entries(market.unknownFields)) {
    points.push({ name: "market_unknown_fields_total", value, labels: fieldLabels(path) });
  }
  for (const [path, value] of Object.entries(market.refusedRows)) {
    points.push({ name: "market_refused_rows_total", value, labels: fieldLabels(path) });
  }
  for (const { name: cache, hits, misses, stale } of market.caches) {
    const labels = { cache };
    points.push({ name: "market_cache_hits_total", value: hits, labels });
    points.push({ name: "market_cache_misses_total", value: misses, labels });
    points.push({ name: "market_cache_stale_total", value: stale, labels });
  }
  return [
    ...points,
    { name: "market_clock_skew_seconds", value: (market.skewMs ?? NaN) / 1_000 },
  ];
}

/** The client names fields by their path and bounds how many there are. */
function fieldLabels(path: string): { readonly operation: string; readonly field: string } {
  const [operation = "", ...field] = path.split(".");
  return { operation, field: field.join(".") };
}

/** Of each game and level the newest completed scan. */
function scanPoints({ scans }: Observed): MetricPoint[] {
  return (scans?.recent ?? [])
    .filter((scan) => scan.status === "completed")
    .map(({ game, level, updatedAtMs }) => ({
      name: "scan_last_success_timestamp_seconds",
      value: updatedAtMs / 1_000,
      labels: { game, level },
    }));
}

function resourcePoints({ sample, pressure }: Observed): MetricPoint[] {
  if (sample === null) return [];
  return [
    { name: "process_tree_cpu_ratio", value: sample.cpuRatio },
    { name: "memory_used_ratio", value: sample.memoryRatio },
    { name: "memory_used_bytes", value: sample.memoryBytes },
    { name: "memory_limit_bytes", value: sample.memoryLimitBytes },
    { name: "disk_free_bytes", value: sample.diskFreeBytes },
    { name: "disk_used_ratio", value: sample.diskRatio },
    { name: "pressure_factor", value: pressure?.factor ?? 1 },
  ];
}

function logPoints(counts: LoggingCounts): MetricPoint[] {
  const { lines, suppressed, dropped, redactions } = counts;
  return [
    ...(Object.entries(lines) as [keyof typeof lines, number][]).map(([level, value]) => ({
      name: "log_lines_total" as const,
      value,
      labels: { level },
    })),
    { name: "log_lines_suppressed_total", value: suppressed },
    { name: "log_lines_dropped_total", value: dropped },
    { name: "secret_redactions_total", value: redactions },
  ];
}
