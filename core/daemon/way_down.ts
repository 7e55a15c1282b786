/** The way down of the daemon: what is closed after what, and how long each may take. */

import type { Clock } from "@/core/kernel/clock.ts";
import type { Log } from "@/core/kernel/log.ts";
import { Shutdown } from "@/core/supervision/phases.ts";
import { EXIT } from "@/core/process/exit_codes.ts";

/** Actors go down within this. */
export const STOP_ACTORS_MS = 8_000;

/** Doors stay open until the actors are down, so that `/health` tells of the stop. */
const PHASES = [
  { name: "upkeep", timeoutMs: 1_000 },
  { name: "actors", after: ["upkeep"], timeoutMs: STOP_ACTORS_MS },
  { name: "doors", after: ["actors"], timeoutMs: 1_000 },
  { name: "lease", after: ["doors"], timeoutMs: 1_000 },
  { name: "database", after: ["lease"], timeoutMs: 8_000 },
  { name: "home", after: ["database"], timeoutMs: 500 },
];
/** systemd and Docker kill what is not down by then: they allow 10 s and more. */
const TOTAL_MS = 9_500;

export function wayDown(clock: Clock, log: Log): Shutdown {
  return new Shutdown({ phases: PHASES, totalMs: TOTAL_MS, clock, log, onDeadline() {} });
}

/** The exit code: a stop that was cut off is no clean one; every other reason keeps its code. */
export function codeAfter(ending: Awaited<ReturnType<Shutdown["run"]>>, code: number): number {
  return ending === "deadline" && code === EXIT.clean ? EXIT.cutOff : code;
}
