/** What happens to actors, for logs, alerts and watchers. */

import type { WireError } from "./errors.ts";
import type { ExitKind } from "./strategy.ts";

/** How and when an incarnation ended. */
export interface Exit {
  readonly kind: ExitKind;
  readonly error: WireError | null;
  /** Wall clock, ms. */
  readonly atMs: number;
  /** How long it had been ready; 0 when it never was. */
  readonly readyForMs: number;
  /** Outbox id of the durable message that was being handled, or null. */
  readonly handling: number | null;
}

/** That an incarnation ended, and why. */
interface Ended {
  readonly actor: string;
  readonly incarnation: number;
  readonly cause: ExitKind;
  readonly error: WireError | null;
}

/** It will be started again: after a failure of its own, or (`shutdown`) together with another. */
export interface Restarting extends Ended {
  readonly is: "restarting";
  readonly delayMs: number;
  /** Failures in a row; 0 when none is to blame. */
  readonly inARow: number;
  readonly severity: "info" | "warn" | "error";
}

/** It ended for good: nobody but a person starts it again. */
export interface Stopped extends Ended {
  readonly is: "stopped";
}

/** The end of an actor, for those who watch it. `unknown`: there never was one. */
export interface EndNotice extends Omit<Ended, "cause"> {
  readonly cause: ExitKind | "unknown";
}

/** What happens to one actor: `exit` once for every incarnation, then once what follows. */
export type ActorEvent =
  | { readonly is: "ready"; readonly actor: string; readonly incarnation: number; tookMs: number }
  | { readonly is: "exit"; readonly actor: string; readonly incarnation: number; exit: Exit }
  | Restarting
  | Stopped;

export type SupervisorEvent =
  | ActorEvent
  /** The root gave up: nothing runs any more. */
  | { readonly is: "escalated"; readonly group: string; readonly reason: string }
  /** A thread outlived its sentence, or ended after all; `zombies` counts those that live. */
  | {
    readonly is: "zombie";
    readonly actor: string;
    readonly alive: boolean;
    readonly zombies: number;
  };
