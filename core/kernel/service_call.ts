/** One message in the hands of a service. Made for every message, so it makes little of its own. */

import type { Clock } from "./clock.ts";
import { ActorError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Protocol } from "./message.ts";
import type { Runtime } from "./runtime.ts";
import type { ServiceBrain } from "./service_brain.ts";
import type { Message } from "./work.ts";

/** Events have no deadline of their own; this only bounds what they may wait for. */
const EVENT_DEADLINE_MS = 60_000;

export class ServiceCall {
  readonly from: string;
  readonly trace: string;
  readonly deadlineMs: number;
  /** Monotonic. */
  readonly deadlineAtMs: number;
  readonly #brain: ServiceBrain;
  readonly #runtime: Runtime;
  readonly #work: Message;
  #controller: AbortController | null = null;
  #reason: ActorError | null = null;
  #onStop: (() => void) | null = null;

  constructor(brain: ServiceBrain, runtime: Runtime, work: Message) {
    this.#brain = brain;
    this.#runtime = runtime;
    this.#work = work;
    this.from = work.from;
    this.trace = work.trace;
    const { spec, ask } = work;
    this.deadlineMs = ask?.deadlineMs ??
      (spec.kind === "effect" ? spec.deadlineMs : EVENT_DEADLINE_MS);
    // An asker's time runs while its message waits.
    const fromMs = ask === null ? runtime.env.clock.monotonic() : work.queuedAtMs;
    this.deadlineAtMs = fromMs + this.deadlineMs;
  }

  get config(): unknown {
    return this.#runtime.config;
  }
  get clock(): Clock {
    return this.#runtime.env.clock;
  }
  get random(): () => number {
    return this.#runtime.env.random;
  }
  get log(): Log {
    return this.#runtime.log;
  }
  get incarnation(): number {
    return this.#runtime.init.incarnation;
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

  /** Made when somebody looks: most handlers never do. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      this.#onStop = () => this.#abort(this.#brain.stopSignal.reason);
      this.#brain.stopSignal.addEventListener("abort", this.#onStop, { once: true });
      this.#work.ask?.onGone(() => this.#abort(gone(this.from)));
      if (this.#brain.stopSignal.aborted) this.#onStop();
      else if (this.#reason !== null) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }
  get isAborted(): boolean {
    return this.#reason !== null || this.#brain.stopSignal.aborted;
  }

  leftMs(): number {
    return Math.max(0, this.deadlineAtMs - this.#runtime.env.clock.monotonic());
  }

  expire(): void {
    const message = `${this.#work.type} took longer than ${this.deadlineMs} ms`;
    this.#abort(new ActorError("deadline", "deadline", message));
  }

  /** Nobody will look any more. */
  end(): void {
    if (this.#onStop !== null) {
      this.#brain.stopSignal.removeEventListener("abort", this.#onStop);
    }
  }

  ask(peer: Protocol, type: string, body: unknown): Promise<unknown> {
    const withinMs = this.leftMs();
    return this.#runtime.peers.ask(peer, type, { body, trace: this.trace, withinMs });
  }
  tell(peer: Protocol, type: string, body: unknown): Promise<void> | undefined {
    return this.#runtime.peers.tell(peer, type, { body, trace: this.trace });
  }
  post(peer: Protocol, type: string, message: { key: string; body: unknown }): Promise<void> {
    return this.#brain.post(peer, type, { ...message, trace: this.trace });
  }
  report(facts: Readonly<Record<string, string | number | boolean>>): void {
    this.#runtime.report(facts);
  }
  finish(): void {
    this.#runtime.finish();
  }

  #abort(reason: ActorError): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}

function gone(asker: string): ActorError {
  return new ActorError("peer-down", "asker-gone", `${asker} no longer waits for the answer`);
}
