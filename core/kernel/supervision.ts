/**
 * The kernel's second door, for the one program that runs the house. Actors come in by `mod.ts`,
 * which loads nothing of this: a worker has no use for a supervisor, and no business with one.
 */

import { workerHost } from "@/core/hosts/worker.ts";
import { MemoryStore } from "@/core/outbox/store_memory.ts";
import { Supervisor, type SupervisorOptions } from "@/core/supervision/supervisor.ts";
import { systemClock } from "./clock.ts";
import { ActorError } from "./errors.ts";
import type { GroupTree } from "./house.ts";
import type { Log } from "./log.ts";

export type { Child, Facts, Status } from "./child.ts";
export { systemClock } from "./clock.ts";
export type { Exit, SupervisorEvent } from "./events.ts";
export type { Host } from "./host.ts";
export { inlineHost } from "@/core/hosts/inline.ts";
export { processHost } from "@/core/hosts/process.ts";
export { workerHost } from "@/core/hosts/worker.ts";
export * from "./house.ts";
export { type Ending, type Phase, Shutdown } from "@/core/supervision/phases.ts";
export type { ActorSnapshot, HouseSnapshot } from "@/core/supervision/snapshot.ts";
export * from "./store.ts";
export * from "./tally.ts";
export { MemoryStore } from "@/core/outbox/store_memory.ts";
export { Supervisor, type SupervisorOptions } from "@/core/supervision/supervisor.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let supervisors = 0;

/**
 * A supervisor with a default for everything but chance: real workers, real time, state in memory,
 * no log. Whoever hands in a store hands in `onFenced` as well, because by default a lost lease
 * ends the program.
 */
export function supervise(
  root: GroupTree,
  options: Partial<SupervisorOptions> & Pick<SupervisorOptions, "random">,
): Supervisor {
  supervisors += 1;
  return new Supervisor({
    root,
    id: `supervisor-${supervisors}`,
    store: new MemoryStore(),
    host: (kind) => {
      if (kind === "worker") return workerHost();
      throw new ActorError(
        "fatal",
        "no-host",
        `Cannot place a ${kind} as no host was given for it`,
      );
    },
    clock: systemClock,
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
