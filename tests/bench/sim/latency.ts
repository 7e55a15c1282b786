/** What a list of times says. */

export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Percentiles by nearest rank, in the unit of `times`, to two decimals. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => {
    const rank = Math.max(0, Math.ceil(share * sorted.length) - 1);
    return Number((sorted[rank] ?? 0).toFixed(2));
  };
  return { count: times.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
