/** A host runs one incarnation of an actor. Worker, process and inline hosts look alike from here. */

import type { ActorSpec, Permissions } from "./actor.ts";
import type { WireError } from "./errors.ts";
import type { Down } from "./wire.ts";

export interface HostStart {
  readonly spec: ActorSpec;
  readonly name: string;
  readonly permissions: Permissions;
  /** Tells the lock that its thread holds for life from all others. */
  readonly lock: string;
  /** Whatever the actor's thread posted, unchecked. */
  readonly receive: (message: unknown) => void;
}

/** How a host saw its actor end; the supervisor knows better why. */
export interface Gone {
  /** The uncaught error, when the host heard of one. */
  readonly error: WireError | null;
}

export interface Running {
  post(message: Down, transfer?: Transferable[]): void;
  /** Resolves once the thread or process is gone, whatever way; never, if it cannot be ended. */
  readonly gone: Promise<Gone>;
  /** Ends it now, if that is possible. */
  kill(): void;
}

export interface Host {
  start(options: HostStart): Running;
}
