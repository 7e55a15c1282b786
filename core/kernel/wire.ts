/**
 * The control channel between main and one actor: the worker's built-in channel, because a
 * terminated worker is cut off from it at once. Everything here is plain, cloneable data.
 */

import type { Committed, StoredMessage } from "./store.ts";
import type { Up } from "./up.ts";

/** Main's own name among its actors. */
export const MAIN = "main";

/** Ways to break an actor on purpose; reachable only with MARKETD_CHAOS on. */
export const CHAOS = ["throw", "reject", "exit", "close", "hang", "oom"] as const;
export type Chaos = typeof CHAOS[number];

export interface Init {
  readonly is: "init";
  readonly name: string;
  readonly incarnation: number;
  readonly version: number;
  readonly saved: { readonly schemaVersion: number; readonly state: unknown } | null;
  readonly config: unknown;
  /** Shared with main; see beat.ts. */
  readonly beat: SharedArrayBuffer;
  /** Protocols that main answers itself, over its own link: `Type` of `views` is `views.Type`. */
  readonly served: readonly string[];
}

export interface Delivery
  extends Omit<StoredMessage, "target" | "settled" | "attempts" | "status"> {
  readonly is: "deliver";
  readonly attempt: number;
  readonly uncertain: boolean;
  /** Effects: ask the outside world what became of it, and change nothing. */
  readonly lookup: boolean;
}

/** From main to an actor. */
export type Down =
  | Init
  | Delivery
  | { readonly is: "link"; readonly peer: string; readonly port: MessagePort }
  | { readonly is: "unlink"; readonly peer: string }
  /** What was asked for is stored; `committed` for turns. */
  | { readonly is: "stored"; readonly call: number; readonly committed: Committed | null }
  /** `drain`: handle what was accepted first. Else only what is being handled is finished. */
  | { readonly is: "stop"; readonly drain: boolean }
  /** Messages come in and wait; what is being handled is finished. */
  | { readonly is: "suspend" }
  | { readonly is: "resume" }
  | { readonly is: "config"; readonly config: unknown }
  | { readonly is: "chaos"; readonly what: Chaos }
  | { readonly is: "probe"; readonly canaries: readonly string[] };

/** The actor's end of the control channel. */
export interface ControlPort {
  post(message: Up): void;
  /** Set once, synchronously, before the first await of the host's entry. */
  listen(receive: (message: Down) => void): void;
  /** Ends this host; nothing runs after it. */
  close(): void;
}
