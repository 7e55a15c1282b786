/**
 * Every metric of our own, in one list. Base units, counters end in `_total`, labels come from
 * small fixed sets: never a title, an id, a user or a URL. The prefix `marketd_` is added later.
 */

export interface MetricSpec<L extends readonly string[] = readonly string[]> {
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly labels: L;
}

function gauge<const L extends readonly string[]>(help: string, ...labels: L): MetricSpec<L> {
  return { type: "gauge", help, labels };
}

function counter<const L extends readonly string[]>(help: string, ...labels: L): MetricSpec<L> {
  return { type: "counter", help, labels };
}

export const CATALOGUE = {
  build_info: gauge("1; version and mode are in the labels", "version", "mode"),
  uptime_seconds: gauge("Time since main started"),

  actor_up: gauge("1 while the actor is ready or degraded, 0 otherwise", "actor"),
  actor_connected: gauge("1 while the actor reports that it is connected to the outside", "actor"),
  actor_incarnation: gauge("Starts of the actor over all time", "actor"),
  actor_restarts_total: counter("Restarts of the actor since main started", "actor"),
  actor_mailbox_depth: gauge("Messages waiting", "actor"),
  actor_mailbox_capacity: gauge("Messages that may wait", "actor"),
  actor_mailbox_dropped_total: counter("Messages refused or dropped by a full mailbox", "actor"),
  actor_heartbeat_age_seconds: gauge("Time since the actor's last heartbeat", "actor"),
  actor_checkpoint_age_seconds: gauge("Time since the actor's last durable turn", "actor"),
  actor_memory_bytes: gauge("Heap and buffers the actor reports", "actor"),
  zombie_actors: gauge("Fenced incarnations whose thread has not ended"),
  messages_lost_total: counter("Messages that reached nobody since main started", "reason"),
  dead_letters_total: counter("Messages that could not be delivered or handled"),

  outbox_pending: gauge("Durable messages and effects waiting for their receiver"),
  outbox_unknown: gauge("Effects parked for a person because their outcome is unknown"),
  outbox_oldest_age_seconds: gauge("Age of the oldest message waiting in the outbox"),
  lease_held: gauge("1 while this process holds the lease"),
  lease_epoch: gauge("Epoch of the lease; rises with every new holder"),
  database_up: gauge("1 while the database answers"),
  database_round_trip_seconds: gauge("Duration of the last health query"),
  database_connections: gauge("Connections of the pool", "state"),

  breaker_open: gauge("1 while a circuit breaker lets nothing through", "breaker"),
  market_requests_total: counter("Requests to the market", "class"),
  market_permits_total: counter("Requests the budget let through", "class"),
  market_permits_waiting: gauge("Requests waiting for their budget", "class"),
  market_budget_per_second: gauge("Requests per second the budget allows now", "class"),
  market_unknown_fields_total: counter(
    "Fields of market answers that no schema names",
    "operation",
    "field",
  ),
  market_refused_rows_total: counter(
    "Rows of market answers left out because a field could not be read",
    "operation",
    "field",
  ),
  market_cache_hits_total: counter("Reads answered from the cache or joined", "cache"),
  market_cache_misses_total: counter("Reads the cache could not answer", "cache"),
  market_cache_stale_total: counter("Reads answered past their time as the market failed", "cache"),
  market_clock_skew_seconds: gauge("The market's clock minus ours"),

  scan_last_success_timestamp_seconds: gauge(
    "When the newest completed scan ended; alert on its age",
    "game",
    "level",
  ),
  scan_candidates_total: counter("Candidates judged", "verdict"),
  guard_failures_total: counter("Candidates a guard refused", "guard"),
  opportunities_stored: gauge("Accepted opportunities in the database"),

  process_tree_cpu_ratio: gauge("Share of the available processors in use, 0 to 1"),
  memory_used_ratio: gauge("Memory in use as a share of its limit, 0 to 1"),
  memory_used_bytes: gauge("Memory in use under the limit that holds here"),
  memory_limit_bytes: gauge("The smaller of the machine's memory and its control group's limit"),
  disk_free_bytes: gauge("Free space where the home directory lies"),
  disk_used_ratio: gauge("Used share of the file system of the home directory, 0 to 1"),
  pressure_factor: gauge("1 at full speed; less while the house is asked to hold back"),

  log_lines_total: counter("Lines logged", "level"),
  log_lines_suppressed_total: counter("Repeated warnings and errors left out"),
  log_lines_dropped_total: counter("Lines nobody read fast enough"),
  secret_redactions_total: counter("Secrets taken out of log lines"),
} satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof CATALOGUE;
type LabelOf<N extends MetricName> = (typeof CATALOGUE)[N]["labels"][number];

/** One value of one metric, as plain data; the labels are exactly those of the catalogue. */
export type MetricPoint = {
  readonly [N in MetricName]:
    & { readonly name: N; readonly value: number }
    & ([LabelOf<N>] extends [never] ? { readonly labels?: undefined }
      : { readonly labels: Readonly<Record<LabelOf<N>, string>> });
}[MetricName];
