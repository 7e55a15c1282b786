/** What a service may do, in the name of one message or, without one, in its own. */

import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError, unreached } from "@/core/kernel/errors.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { Protocol } from "@/core/kernel/message.ts";
import type { Runtime } from "./runtime.ts";
import type { Message } from "./work.ts";

/** Events have no deadline of their own; this only bounds what they may wait for. */
const EVENT_DEADLINE_MS = 60_000;

/** Made for every message, so it makes little of its own. */
export class Context {
  readonly trace: string;
  /** Monotonic; its own time has no end. */
  readonly deadlineAtMs: number;
  readonly #runtime: Runtime;
  /** Aborts when the actor is asked to stop. */
  readonly #stopSignal: AbortSignal;
  readonly #work: Message | null;
  readonly #deadlineMs: number;
  #controller: AbortController | null = null;
  #reason: ActorError | null = null;
  #onStop: (() => void) | null = null;

  constructor(runtime: Runtime, stopSignal: AbortSignal, work: Message | null) {
    this.#runtime = runtime;
    this.#stopSignal = stopSignal;
    this.#work = work;
    this.trace = work?.trace ?? runtime.newTrace();
    this.#deadlineMs = work === null ? Infinity : deadlineOf(work);
    // An asker's time runs while its message waits.
    const fromMs = work?.ask ? work.queuedAtMs : this.clock.monotonic();
    this.deadlineAtMs = fromMs + this.#deadlineMs;
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
    return this.#runtime.reports.log;
  }
  get incarnation(): number {
    return this.#runtime.init.incarnation;
  }
  get from(): string {
    return this.#work?.from ?? this.#runtime.init.name;
  }
  get key(): string {
    return this.#work?.delivery?.key ?? "";
  }
  get attempt(): number {
    return this.#work?.delivery?.attempt ?? 1;
  }
  get uncertain(): boolean {
    return this.#work?.delivery?.uncertain ?? false;
  }
  get leftMs(): number {
    return Math.max(0, this.deadlineAtMs - this.clock.monotonic());
  }
  get isAborted(): boolean {
    return this.#reason !== null || this.#stopSignal.aborted;
  }

  /** Made when somebody looks: most handlers never do. */
  get signal(): AbortSignal {
    if (this.#work === null) return this.#stopSignal;
    if (this.#controller === null) {
      this.#controller = new AbortController();
      this.#onStop = () => this.#abort(this.#stopSignal.reason);
      this.#stopSignal.addEventListener("abort", this.#onStop, { once: true });
      this.#work.ask?.onGone(() => this.#abort(gone(this.from)));
      if (this.#stopSignal.aborted) this.#onStop();
      else if (this.#reason !== null) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  async ask(peer: Protocol, type: string, body: unknown): Promise<unknown> {
    const { trace, leftMs: withinMs } = this;
    return await this.#runtime.peers.request(peer, type, { body, trace, withinMs })();
  }
  tell(peer: Protocol, type: string, body: unknown): Promise<void> | undefined {
    return this.#runtime.peers.event(peer, type, { body, trace: this.trace })();
  }
  post(peer: Protocol, type: string, message: { key: string; body: unknown }): Promise<void> {
    return this.#runtime.peers.post(peer, type, { ...message, trace: this.trace });
  }
  report(facts: Readonly<Record<string, string | number | boolean>>): void {
    this.#runtime.reports.facts(facts);
  }
  finish(): void {
    this.#runtime.finish();
  }

  expire(): void {
    const message = `${this.#work?.type} took longer than ${this.#deadlineMs} ms`;
    this.#abort(unreached("deadline", message));
  }

  /** Nobody will look any more. */
  end(): void {
    if (this.#onStop !== null) this.#stopSignal.removeEventListener("abort", this.#onStop);
  }

  #abort(reason: ActorError): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}

function deadlineOf({ ask, spec }: Message): number {
  return ask?.deadlineMs ?? (spec.kind === "effect" ? spec.deadlineMs : EVENT_DEADLINE_MS);
}

function gone(asker: string): ActorError {
  return new ActorError("peer-down", "asker-gone", `${asker} no longer waits for the answer`);
}
