/** What stands behind the kernel's door of the same name. */

import { inlineHost, type InlineOptions } from "@/core/hosts/inline.ts";
import { processHost, type ProcessHostOptions } from "@/core/hosts/process.ts";
import { workerHost } from "@/core/hosts/worker.ts";
import type { ActorSpec } from "@/core/kernel/actor.ts";
import { type Clock, systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { Host } from "@/core/kernel/host.ts";
import type { GroupTree, HostKind } from "@/core/kernel/house.ts";
import type { Log } from "@/core/kernel/log.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { Supervisor, type SupervisorOptions } from "./supervisor.ts";

/** What is left out has a default; see `supervise` in the kernel's door. */
export interface SuperviseOptions extends Partial<SupervisorOptions> {
  readonly random: () => number;
  /** For actors that are placed in processes of their own. */
  readonly processes?: ProcessHostOptions;
  /** For tests: what `turns` and `service` made; these actors run in the caller's own thread. */
  readonly definitions?: readonly { readonly spec: ActorSpec }[];
}

type Behaviours = InlineOptions["definitions"];

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let supervisors = 0;

export function supervise(root: GroupTree, options: SuperviseOptions): Supervisor {
  supervisors += 1;
  const { clock = systemClock } = options;
  return new Supervisor({
    root,
    id: `supervisor-${supervisors}`,
    store: new MemoryStore(),
    host: hostsOf(options, clock),
    clock,
    serve: [],
    log: SILENT,
    actorLog: () => SILENT,
    onEvent: () => {},
    onFenced: (error) => {
      throw error;
    },
    ...options,
  });
}

function hostsOf(
  { definitions, processes, random }: SuperviseOptions,
  clock: Clock,
): (kind: HostKind) => Host {
  if (definitions !== undefined) {
    const inline = inlineHost({ clock, random, definitions: definitions as Behaviours });
    return () => inline;
  }
  const process = processes === undefined ? null : processHost(processes);
  return (kind) => {
    if (kind === "worker") return workerHost();
    if (process !== null) return process;
    const message = "Cannot place an actor in a process as supervise() was given no `processes`";
    throw new ActorError("fatal", "no-host", message);
  };
}
