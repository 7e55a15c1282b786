/** What lies in an actor's mailbox. */

import type { MessageSpec } from "@/core/kernel/message.ts";
import type { Delivery } from "@/core/kernel/wire.ts";
import type { Asker, Link } from "./link.ts";

export interface Message {
  readonly is: "message";
  readonly spec: MessageSpec;
  readonly from: string;
  readonly type: string;
  readonly body: unknown;
  readonly trace: string;
  /** Monotonic. */
  readonly queuedAtMs: number;
  /** Where it came from and its credit goes back to; null for what main delivered. */
  readonly link: Link | null;
  /** The asker, for requests. */
  readonly ask: Asker | null;
  /** The outbox row, for durable messages and effects. */
  readonly delivery: Delivery | null;
}

/** An answer that came, or a timer of the actor itself. */
export interface Continuation {
  readonly is: "then";
  readonly trace: string;
  readonly queuedAtMs: number;
  readonly run: unknown;
  readonly value: unknown;
}

export type Work = Message | Continuation | { readonly is: "stop" };
