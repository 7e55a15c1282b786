/** Turns measurements, given as plain data, into the text that Prometheus reads. */

import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { CATALOGUE, type MetricName, type MetricPoint } from "./catalogue.ts";

/** In front of every name. */
export const METRIC_PREFIX = "marketd_";
/** More series of one metric than this are left out: a label has gone wild. */
export const MAX_SERIES_PER_METRIC = 60;

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * What prom-client measures for Node and Deno answers with made-up values (an event loop without
 * lag, a version of Node) goes; the sizes of the heap come from V8 itself and stay.
 */
const FOREIGN = new RegExp(`^${METRIC_PREFIX}nodejs_(?!heap_size_|external_memory_)`);

/** A timer behind one of those would wake an idle daemon a hundred times a second. */
const NEVER_MS = 2 ** 31 - 1;

export interface Metrics {
  /** The exposition text; what nobody measured is not in it. */
  text(): Promise<string>;
}

/** Metrics of this process and of whatever `read` finds at each scrape. */
export function createMetrics(read: () => readonly MetricPoint[]): Metrics {
  const own = new Registry();
  collectDefaultMetrics({
    register: own,
    prefix: METRIC_PREFIX,
    eventLoopMonitoringPrecision: NEVER_MS,
  });
  for (const { name } of own.getMetricsAsArray()) {
    if (FOREIGN.test(name)) own.removeSingleMetric(name);
  }
  return {
    async text() {
      return `${await renderPoints(read())}\n${await own.metrics()}`;
    },
  };
}

/** The points as exposition text. Points that are not finite, or beyond the bound, are left out. */
export function renderPoints(points: readonly MetricPoint[]): Promise<string> {
  const registry = new Registry();
  const metrics = new Map<MetricName, Gauge | Counter>();
  const series = new Map<MetricName, Set<string>>();
  for (const point of points) {
    const { name, value } = point;
    const labels: Readonly<Record<string, string>> = point.labels ?? {};
    if (!Number.isFinite(value)) continue;
    const seen = series.get(name) ?? new Set();
    const key = JSON.stringify(Object.entries(labels).sort());
    if (seen.has(key) || seen.size >= MAX_SERIES_PER_METRIC) continue;
    series.set(name, seen.add(key));
    const metric = metrics.get(name) ?? register(name, registry);
    metrics.set(name, metric);
    if (metric instanceof Gauge) metric.set(labels, value);
    else metric.inc(labels, Math.max(0, value));
  }
  return registry.metrics();
}

function register(name: MetricName, registry: Registry): Gauge | Counter {
  const { type, help, labels } = CATALOGUE[name];
  const options = {
    name: METRIC_PREFIX + name,
    help,
    labelNames: [...labels],
    registers: [registry],
  };
  return type === "gauge" ? new Gauge(options) : new Counter(options);
}
