/** A supervisor with the test actors, on real workers and a store in memory. */

import { type Clock, systemClock } from "@/core/kernel/clock.ts";
import type { Host } from "@/core/kernel/host.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import type { Log } from "@/core/kernel/log.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import type { Store } from "@/core/kernel/store.ts";
import {
  child,
  type ChildSpec,
  group,
  type GroupTree,
  type HostKind,
  serve,
  type Served,
} from "@/core/kernel/house.ts";
import type { SupervisorEvent } from "@/core/kernel/events.ts";
import { Supervisor } from "@/core/supervision/supervisor.ts";
import { clockView, counterSpec, echoSpec } from "./actors/counter.ts";

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export const TEST_CHILDREN: readonly ChildSpec[] = [
  child(echoSpec, { config: () => ({ prefix: "> " }), backoff: { minMs: 1, maxMs: 50 } }),
  child(counterSpec, { config: () => ({ step: 1 }), backoff: { minMs: 1, maxMs: 50 } }),
];

export interface House {
  readonly supervisor: Supervisor;
  readonly store: MemoryStore;
  readonly events: SupervisorEvent[];
  readonly fenced: unknown[];
}

export interface HouseOptions {
  readonly children?: readonly ChildSpec[];
  readonly root?: GroupTree;
  readonly store?: MemoryStore;
  readonly wrap?: (store: MemoryStore) => Store;
  /** What main answers, besides the clock. */
  readonly serve?: readonly Served[];
  readonly host?: Host;
  /** Where it differs by the child's own word. */
  readonly hosts?: (kind: HostKind) => Host;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly maxRestarts?: number;
}

export function house(options: HouseOptions = {}): House {
  const events: SupervisorEvent[] = [];
  const fenced: unknown[] = [];
  const store = options.store ?? new MemoryStore();
  const supervisor = new Supervisor({
    id: crypto.randomUUID(),
    root: options.root ?? group("root", {
      intensity: { max: options.maxRestarts ?? 5, withinMs: 60_000 },
      children: options.children ?? TEST_CHILDREN,
    }),
    store: options.wrap?.(store) ?? store,
    host: options.hosts ?? (() => options.host ?? workerHost()),
    clock: options.clock ?? systemClock,
    random: options.random ?? (() => 0.5),
    serve: [serve(clockView, { Now: () => ({ nowMs: 1 }) }), ...options.serve ?? []],
    log: silentLog,
    actorLog: () => silentLog,
    onEvent: (event) => events.push(event),
    onFenced: (error) => fenced.push(error),
  });
  return { supervisor, store, events, fenced };
}

/** Runs `test` in a started house and stops it, whatever happens. */
export async function inHouse(
  test: (house: House) => Promise<void>,
  options: HouseOptions = {},
): Promise<void> {
  const made = house(options);
  await made.supervisor.start();
  try {
    await test(made);
  } finally {
    await made.supervisor.stop(5_000);
  }
}
