/** Executes a service: handlers may await, several at once, each with a deadline and a signal. */

import type { Call, ServiceBehaviour, ServiceContext } from "./actor.ts";
import { ActorError, toWire } from "./errors.ts";
import type { Protocol } from "./message.ts";
import { parse, specOf } from "./check.ts";
import type { Brain, Continuation, Message, Runtime } from "./runtime.ts";
import type { Down, EffectOutcome } from "./wire.ts";

type Handler = (resources: unknown, body: unknown, call: Call<never>) => unknown;

export class ServiceBrain implements Brain {
  readonly concurrency: number;
  readonly #runtime: Runtime;
  // deno-lint-ignore no-explicit-any -- the behaviour is checked where it is written
  readonly #behaviour: ServiceBehaviour<any, any>;
  readonly #stop = new AbortController();
  readonly #posts = new Map<number, () => void>();
  readonly #working = new Set<Promise<void>>();
  #resources: unknown;
  #running: Promise<void> = Promise.resolve();
  #nextPost = 1;

  // deno-lint-ignore no-explicit-any -- see above
  constructor(runtime: Runtime, behaviour: ServiceBehaviour<any, any>) {
    this.#runtime = runtime;
    this.#behaviour = behaviour;
    this.concurrency = Math.max(2, runtime.spec.limits.concurrency);
  }

  async start(): Promise<void> {
    const context = this.#context(this.#runtime.newTrace());
    this.#resources = await this.#behaviour.start(context as never);
    this.#running = this.#run(context);
  }

  handle(work: Message | Continuation): Promise<void> {
    if (work.is === "then") throw new ActorError("fatal", "no-turn", "A service takes no turns");
    const handled = this.#serve(work).finally(() => this.#working.delete(handled));
    this.#working.add(handled);
    return handled;
  }

  stopping(): void {
    this.#stop.abort(new ActorError("peer-down", "stopping", "The actor is stopping"));
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.#working, this.#running]);
    await this.#behaviour.stop?.(this.#resources);
  }

  settled(message: Extract<Down, { is: "committed" | "posted" }>): void {
    if (message.is !== "posted") return;
    this.#posts.get(message.post)?.();
    this.#posts.delete(message.post);
  }

  async #run(context: ServiceContext<never>): Promise<void> {
    const { run } = this.#behaviour;
    if (run === undefined) return;
    try {
      await run(this.#resources, context as never);
      if (this.#stop.signal.aborted) return;
      throw new ActorError("fatal", "run-ended", "The background work ended before the stop");
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#runtime.crash(error);
    }
  }

  async #serve(work: Message): Promise<void> {
    const { clock } = this.#runtime.env;
    const controller = new AbortController();
    const deadlineMs = work.ask?.deadlineMs ?? deadlineOf(work);
    const abort = () => controller.abort(this.#stop.signal.reason ?? work.ask?.signal.reason);
    const cancel = clock.after(deadlineMs, () => controller.abort(expired(work, deadlineMs)));
    this.#stop.signal.addEventListener("abort", abort, { once: true });
    work.ask?.signal.addEventListener("abort", abort, { once: true });
    try {
      await this.#call(work, this.#callContext(work, controller.signal, deadlineMs));
    } finally {
      cancel();
      this.#stop.signal.removeEventListener("abort", abort);
      work.ask?.signal.removeEventListener("abort", abort);
    }
  }

  async #call(work: Message, call: Call<never>): Promise<void> {
    const handlers = this.#behaviour.handlers as unknown as Record<string, Handler>;
    try {
      const handler = handlers[work.type];
      if (handler === undefined) throw new ActorError("fatal", "no-handler", `No ${work.type}`);
      const value = await handler(this.#resources, work.body, call);
      this.#succeed(work, value);
    } catch (error) {
      work.ask?.reply({ ok: false, error: toWire(error) });
      if (work.delivery !== null) this.#settle(work.delivery.id, failure(error));
      if (call.signal.aborted) return;
      if (!(error instanceof ActorError) || error.kind === "fatal") throw error;
      if (work.spec.kind === "event") {
        call.log.warn("Event not handled", { type: work.type, error: toWire(error) });
      }
    }
  }

  #succeed(work: Message, value: unknown): void {
    if (work.spec.kind === "event" || work.spec.kind === "durable") return;
    const result = parse(work.spec.reply, value, `${work.type} reply`);
    work.ask?.reply({ ok: true, value: result });
    if (work.delivery !== null) this.#settle(work.delivery.id, { outcome: "done", result });
  }

  #settle(id: number, settlement: EffectOutcome): void {
    this.#runtime.control.post({ is: "settled", id, settlement });
  }

  #context(trace: string): ServiceContext<never> {
    const { config, env, log, init, control } = this.#runtime;
    const context = {
      config,
      clock: env.clock,
      random: env.random,
      log,
      signal: this.#stop.signal,
      incarnation: init.incarnation,
      ask: (peer: Protocol, type: string, body: unknown) =>
        this.#runtime.ask(peer, type, { body, trace }),
      tell: (peer: Protocol, type: string, body: unknown) =>
        this.#runtime.tell(peer, type, { body, trace }),
      post: (peer: Protocol, type: string, message: { key: string; body: unknown }) =>
        this.#post(peer, type, { ...message, trace }),
      report: (facts: Readonly<Record<string, string | number | boolean>>) =>
        control.post({ is: "facts", facts }),
    };
    return context as unknown as ServiceContext<never>;
  }

  #callContext(work: Message, signal: AbortSignal, deadlineMs: number): Call<never> {
    const deadlineAtMs = this.#runtime.env.clock.monotonic() + deadlineMs;
    const withinMs = () => deadlineAtMs - this.#runtime.env.clock.monotonic();
    const call = {
      ...this.#context(work.trace),
      signal,
      from: work.from,
      trace: work.trace,
      deadlineAtMs,
      attempt: work.delivery?.attempt ?? 1,
      uncertain: work.delivery?.uncertain ?? false,
      ask: (peer: Protocol, type: string, body: unknown) =>
        this.#runtime.ask(peer, type, { body, trace: work.trace, withinMs: withinMs() }),
    };
    return call as unknown as Call<never>;
  }

  #post(
    peer: Protocol,
    type: string,
    message: { key: string; body: unknown; trace: string },
  ): Promise<void> {
    const spec = specOf(peer, type, "durable");
    const post = this.#nextPost++;
    this.#runtime.control.post({
      is: "post",
      post,
      message: {
        key: message.key,
        kind: "message",
        target: peer.name,
        type,
        schemaVersion: spec.version,
        body: parse(spec.body, message.body, `${peer.name}.${type}`),
        trace: message.trace,
      },
    });
    return new Promise((resolve) => this.#posts.set(post, resolve));
  }
}

/** Events have no deadline of their own; this only bounds what they may wait for. */
const EVENT_DEADLINE_MS = 60_000;

function deadlineOf(work: Message): number {
  return work.spec.kind === "effect" ? work.spec.deadlineMs : EVENT_DEADLINE_MS;
}

function expired(work: Message, deadlineMs: number): ActorError {
  return new ActorError("deadline", "deadline", `${work.type} took longer than ${deadlineMs} ms`);
}

/** `transient`: it surely did not happen; `rejected`: it never will; the rest: nobody knows. */
function failure(thrown: unknown): EffectOutcome {
  const error = toWire(thrown);
  if (error.kind === "transient" || error.kind === "overload") return { outcome: "retry", error };
  if (error.kind === "rejected") return { outcome: "failed", error };
  return { outcome: "uncertain", error };
}
