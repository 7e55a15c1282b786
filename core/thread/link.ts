/**
 * A link joins two actors by a port that main handed out; both sides may ask and tell. Credits
 * keep the host's invisible queue short: a sender may have as many frames out as the receiver
 * granted and has not taken from its mailbox, the rest waits on the sender's side, bounded.
 */

import { type Clock, Timers } from "@/core/kernel/clock.ts";
import { type ActorError, fromWire, unreached } from "@/core/kernel/errors.ts";
import type { Overflow } from "@/core/kernel/message.ts";
import type { Answer } from "@/core/kernel/turn.ts";
import { Mailbox } from "./mailbox.ts";

export type Frame =
  | { is: "ask"; id: number; type: string; body: unknown; trace: string; deadlineMs: number }
  | { is: "tell"; type: string; body: unknown; trace: string }
  | { is: "reply"; id: number } & Answer<unknown>
  | { is: "cancel"; id: number }
  | { is: "credit"; count: number };

/** What takes credit and carries a body. */
export type Sent = Extract<Frame, { is: "ask" | "tell" }>;

/** Who waits for the answer to an ask. */
export interface Asker {
  readonly deadlineMs: number;
  /** `gone` is called when the asker gave up or died; one listener. */
  onGone(gone: () => void): void;
  /** May be called once. */
  reply(answer: Answer<unknown>): void;
}

export interface LinkOptions {
  readonly peer: string;
  readonly port: MessagePort;
  readonly clock: Clock;
  /** `asker` is null for an event. */
  readonly onSent: (sent: Sent, asker: Asker | null) => void;
  /** An event of this type was lost: the queue was full, a newer one took its place, or nobody listens. */
  readonly onDropped: (type: string, why: Dropped) => void;
  /** A frame could not be handled; without it that is thrown. */
  readonly onBroken?: (error: unknown) => void;
  /** Frames that the other side may have out. */
  readonly window?: number;
  readonly queueMax?: number;
  readonly waitMs?: number;
}

export type Dropped = "full" | "superseded" | "down";

/** What a side grants; an actor with a smaller mailbox grants less. */
export const WINDOW = 64;
const QUEUE_MAX = 256;
/** Senders that wait for each other must not do so for ever. */
const WAIT_MS = 5_000;
/** Credits travel in batches of this share of the window: less is never missed by the sender. */
const BATCH_SHARE = 0.25;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ActorError) => void;
  readonly dueAtMs: number;
  readonly cancel: () => void;
}

export class Link {
  readonly peer: string;
  readonly #options: LinkOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #timers: Timers;
  readonly #serving = new Map<number, (() => void) | null>();
  readonly #queue: Mailbox<Sent>;
  #credits = 0;
  #roomy: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  #owed = 0;
  #nextId = 1;
  #closed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.peer = options.peer;
    this.#timers = new Timers(options.clock);
    this.#queue = new Mailbox(options.queueMax ?? QUEUE_MAX);
    options.port.onmessage = ({ data }: MessageEvent<Frame | readonly Frame[]>) => {
      try {
        for (const frame of Array.isArray(data) ? data : [data]) {
          if (!this.#closed) this.#receive(frame);
        }
      } catch (error) {
        if (options.onBroken === undefined) throw error;
        options.onBroken(error);
      }
    };
    this.#post({ is: "credit", count: this.#window });
  }

  /** Frames that may be sent at once. */
  get credits(): number {
    return this.#credits;
  }

  /** Frames waiting for credit on this side. */
  get queued(): number {
    return this.#queue.depth;
  }

  /** Settles always: with the reply, the peer's error, `deadline`, `overload` or `peer-down`. */
  ask(
    type: string,
    body: unknown,
    options: { readonly trace: string; readonly deadlineMs: number },
  ): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#down());
    const id = this.#nextId++;
    if (!this.#send({ is: "ask", id, type, body, ...options }, "refuse")) {
      return Promise.reject(unreached("overload", `The queue to ${this.peer} is full`));
    }
    return new Promise((resolve, reject) => {
      const dueAtMs = this.#options.clock.monotonic() + options.deadlineMs;
      const cancel = this.#timers.after(options.deadlineMs, () => this.#expire(id));
      this.#pending.set(id, { resolve, reject, dueAtMs, cancel });
    });
  }

  /** A promise only where an event that waits should be followed by no other for now. */
  tell(
    type: string,
    body: unknown,
    options: { readonly trace: string; readonly overflow: Overflow },
  ): Promise<void> | undefined {
    const { trace, overflow } = options;
    if (this.#closed) this.#options.onDropped(type, "down");
    else if (!this.#send({ is: "tell", type, body, trace }, overflow)) {
      this.#options.onDropped(type, "full");
    }
    return overflow === "wait" && this.#isPressed ? this.#room() : undefined;
  }

  /** The receiver took one counted frame out of its mailbox. */
  consumed(): void {
    this.#owed += 1;
    if (this.#closed || this.#owed < this.#window * BATCH_SHARE) return;
    this.#post({ is: "credit", count: this.#owed });
    this.#owed = 0;
  }

  /** The peer is gone: whatever is pending fails now, whatever it still sends is not heard. */
  close(): void {
    this.#closed = true;
    this.#options.port.onmessage = null;
    this.#options.port.close();
    for (const [id, pending] of this.#pending) this.#settle(id, () => pending.reject(this.#down()));
    for (const cancel of this.#serving.values()) cancel?.();
    this.#serving.clear();
    for (let lost = this.#queue.poll(); lost !== undefined; lost = this.#queue.poll()) {
      if (lost.is === "tell") this.#options.onDropped(lost.type, "down");
    }
    this.#roomy?.resolve();
    this.#timers.cancelAll();
  }

  get #window(): number {
    return this.#options.window ?? WINDOW;
  }

  get #isPressed(): boolean {
    return this.#queue.depth >= this.#queue.capacity / 2;
  }

  /** Resolves when the queue is short again, the peer is gone, or it took too long. */
  #room(): Promise<void> {
    if (this.#roomy === null) {
      const roomy = this.#roomy = Promise.withResolvers<void>();
      const { waitMs = WAIT_MS } = this.#options;
      const cancel = this.#timers.after(waitMs, roomy.resolve);
      roomy.promise.then(() => {
        cancel();
        this.#roomy = null;
      });
    }
    return this.#roomy.promise;
  }

  /** Sends it, or queues it until there is credit; false: there is no room. */
  #send(frame: Sent, overflow: Overflow): boolean {
    if (this.#credits > 0) {
      // Throws where the body cannot be cloned, and costs no credit then.
      this.#post(frame);
      this.#credits -= 1;
      return true;
    }
    // An event that waits does so with its sender; here it has no right to more room than others.
    const policy = overflow === "wait" ? "refuse" : overflow;
    const offered = this.#queue.offer(frame, frame.is === "tell" ? frame.type : null, policy);
    if (!offered.taken) return false;
    if (offered.dropped !== null) this.#options.onDropped(offered.dropped.type, offered.why);
    return true;
  }

  #receive(frame: Frame): void {
    switch (frame.is) {
      case "ask":
        return this.#options.onSent(frame, this.#askerOf(frame));
      case "tell":
        return this.#options.onSent(frame, null);
      case "reply":
        return this.#settle(frame.id, ({ resolve, reject }) => {
          return frame.ok ? resolve(frame.value) : reject(fromWire(frame.error));
        });
      case "cancel":
        this.#serving.get(frame.id)?.();
        return;
      case "credit":
        this.#credits += frame.count;
        return this.#drain();
    }
  }

  #askerOf({ id, deadlineMs }: Extract<Frame, { is: "ask" }>): Asker {
    this.#serving.set(id, null);
    return {
      deadlineMs,
      onGone: (gone) => {
        if (this.#serving.has(id)) this.#serving.set(id, gone);
      },
      reply: (answer) => {
        if (!this.#serving.has(id) || this.#closed) return;
        // Throws where the answer cannot be cloned, and then another may be given.
        this.#post({ is: "reply", id, ...answer });
        this.#serving.delete(id);
      },
    };
  }

  /** What has waited travels together, because a frame of its own costs more than its copy. */
  #drain(): void {
    const batch: Sent[] = [];
    while (this.#credits > 0) {
      const next = this.#queue.poll();
      if (next === undefined) break;
      this.#credits -= 1;
      batch.push(this.#dated(next));
    }
    if (batch.length > 0) this.#options.port.postMessage(batch);
    if (!this.#isPressed) this.#roomy?.resolve();
  }

  /** An ask that waited here has less time left than it had. */
  #dated(frame: Sent): Sent {
    const pending = frame.is === "ask" ? this.#pending.get(frame.id) : undefined;
    if (pending === undefined) return frame;
    const leftMs = pending.dueAtMs - this.#options.clock.monotonic();
    return { ...frame, deadlineMs: Math.max(1, leftMs) } as Sent;
  }

  #expire(id: number): void {
    const isUnsent = this.#queue.remove((frame) => frame.is === "ask" && frame.id === id);
    if (!isUnsent) this.#post({ is: "cancel", id });
    const error = unreached("deadline", `${this.peer} did not answer in time`);
    this.#settle(id, (pending) => pending.reject(error));
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.cancel();
    how(pending);
  }

  #post(frame: Frame): void {
    this.#options.port.postMessage(frame);
  }

  #down(): ActorError {
    return unreached("peer-down", `${this.peer} is not running`);
  }
}
