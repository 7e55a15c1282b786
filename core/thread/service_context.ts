/** What a service may do, in its own name or in the name of one message. */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError, unreached } from "@/core/kernel/errors.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { Protocol } from "@/core/kernel/message.ts";
import type { Runtime } from "./runtime.ts";
import type { Message } from "./work.ts";

/** Events have no deadline of their own; this only bounds what they may wait for. */
const EVENT_DEADLINE_MS = 60_000;

/** In its own name: for its start and its background work. */
export class OwnContext {
  readonly trace: string;
  protected readonly runtime: Runtime;
  /** Aborts when the actor is asked to stop. */
  protected readonly stopSignal: AbortSignal;

  constructor(runtime: Runtime, stopSignal: AbortSignal, trace: string) {
    this.runtime = runtime;
    this.stopSignal = stopSignal;
    this.trace = trace;
  }

  get config(): unknown {
    return this.runtime.config;
  }
  get clock(): Clock {
    return this.runtime.env.clock;
  }
  get random(): () => number {
    return this.runtime.env.random;
  }
  get log(): Log {
    return this.runtime.reports.log;
  }
  get incarnation(): number {
    return this.runtime.init.incarnation;
  }
  get signal(): AbortSignal {
    return this.stopSignal;
  }
  /** Until the deadline of the message being handled. */
  get leftMs(): number {
    return Infinity;
  }

  async ask(peer: Protocol, type: string, body: unknown): Promise<unknown> {
    const { trace, leftMs: withinMs } = this;
    return await this.runtime.peers.request(peer, type, { body, trace, withinMs })();
  }
  tell(peer: Protocol, type: string, body: unknown): Promise<void> | undefined {
    return this.runtime.peers.event(peer, type, { body, trace: this.trace })();
  }
  post(peer: Protocol, type: string, message: { key: string; body: unknown }): Promise<void> {
    return this.runtime.peers.post(peer, type, { ...message, trace: this.trace });
  }
  report(facts: Readonly<Record<string, string | number | boolean>>): void {
    this.runtime.reports.facts(facts);
  }
  finish(): void {
    this.runtime.finish();
  }
}

/** In the name of one message. Made for every message, so it makes little of its own. */
export class CallContext extends OwnContext {
  readonly from: string;
  /** Monotonic. */
  readonly deadlineAtMs: number;
  readonly #deadlineMs: number;
  readonly #work: Message;
  #controller: AbortController | null = null;
  #reason: ActorError | null = null;
  #onStop: (() => void) | null = null;

  constructor(runtime: Runtime, stopSignal: AbortSignal, work: Message) {
    super(runtime, stopSignal, work.trace);
    const { spec, ask, from, queuedAtMs } = work;
    this.#work = work;
    this.from = from;
    this.#deadlineMs = ask?.deadlineMs ??
      (spec.kind === "effect" ? spec.deadlineMs : EVENT_DEADLINE_MS);
    // An asker's time runs while its message waits.
    const fromMs = ask === null ? this.clock.monotonic() : queuedAtMs;
    this.deadlineAtMs = fromMs + this.#deadlineMs;
  }

  get key(): string {
    return this.#work.delivery?.key ?? "";
  }
  get attempt(): number {
    return this.#work.delivery?.attempt ?? 1;
  }
  get uncertain(): boolean {
    return this.#work.delivery?.uncertain ?? false;
  }
  override get leftMs(): number {
    return Math.max(0, this.deadlineAtMs - this.clock.monotonic());
  }
  get isAborted(): boolean {
    return this.#reason !== null || this.stopSignal.aborted;
  }

  /** Made when somebody looks: most handlers never do. */
  override get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      this.#onStop = () => this.#abort(this.stopSignal.reason);
      this.stopSignal.addEventListener("abort", this.#onStop, { once: true });
      this.#work.ask?.onGone(() => this.#abort(gone(this.from)));
      if (this.stopSignal.aborted) this.#onStop();
      else if (this.#reason !== null) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  expire(): void {
    const message = `${this.#work.type} took longer than ${this.#deadlineMs} ms`;
    this.#abort(unreached("deadline", message));
  }

  /** Nobody will look any more. */
  end(): void {
    if (this.#onStop !== null) this.stopSignal.removeEventListener("abort", this.#onStop);
  }

  #abort(reason: ActorError): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}

function gone(asker: string): ActorError {
  return new ActorError("peer-down", "asker-gone", `${asker} no longer waits for the answer`);
}
