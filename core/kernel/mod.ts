/**
 * The kernel's one door: for whoever writes actors, for the threads they run in, and for the
 * program that runs the house.
 */

import type { SuperviseOptions } from "@/core/supervision/supervise.ts";
import type { Supervisor } from "@/core/supervision/supervisor.ts";
import type { GroupTree } from "./house.ts";

export { runActor } from "@/core/thread/worker.ts";
export * from "./actor.ts";
export * from "./clock.ts";
export * from "./errors.ts";
export * from "./house.ts";
export * from "./log.ts";
export * from "./message.ts";
export * from "./settlement.ts";
export * from "./store.ts";
export * from "./tally.ts";
export * from "./turn.ts";
export type { Child, Facts, Status } from "./child.ts";
export type { Exit, SupervisorEvent } from "./events.ts";
export type { ActorSnapshot, HouseSnapshot } from "@/core/supervision/snapshot.ts";
export type { SuperviseOptions, Supervisor };

/**
 * A supervisor with a default for everything but chance: real workers, real time, state in memory,
 * no log. Whoever hands in a store hands in `onFenced` as well, because by default a lost lease
 * ends the program. It is loaded only now: a worker, which comes through this door too, has no use
 * for it.
 */
export async function supervise(root: GroupTree, options: SuperviseOptions): Promise<Supervisor> {
  const room = await import("@/core/supervision/supervise.ts");
  return room.supervise(root, options);
}
