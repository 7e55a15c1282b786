/** Executes a service: handlers may await, several at once, each with a deadline and a signal. */

import type { Call, LookedUp, ServiceBehaviour } from "@/core/kernel/actor.ts";
import { parse } from "@/core/kernel/check.ts";
import { Timers } from "@/core/kernel/clock.ts";
import { ActorError, toWire } from "@/core/kernel/errors.ts";
import type { EffectOutcome } from "@/core/kernel/up.ts";
import type { Delivery } from "@/core/kernel/wire.ts";
import type { Brain, Runtime } from "./runtime.ts";
import { Context } from "./service_context.ts";
import type { Continuation, Message } from "./work.ts";

type Handler = (resources: unknown, body: unknown, call: Call<never>) => unknown;
type Handlers = Readonly<Record<string, Handler>>;

export class ServiceBrain implements Brain {
  readonly concurrency: number;
  readonly #runtime: Runtime;
  // deno-lint-ignore no-explicit-any -- the behaviour is checked where it is written
  readonly #behaviour: ServiceBehaviour<any, any>;
  readonly #timers: Timers;
  readonly #stop = new AbortController();
  readonly #handlers: Handlers;
  readonly #lookups: Handlers;
  #resources: unknown;
  #running: Promise<void> = Promise.resolve();

  // deno-lint-ignore no-explicit-any -- see above
  constructor(runtime: Runtime, behaviour: ServiceBehaviour<any, any>) {
    this.#runtime = runtime;
    this.#behaviour = behaviour;
    this.#handlers = behaviour.handlers as unknown as Handlers;
    this.#lookups = (behaviour.lookups ?? {}) as unknown as Handlers;
    this.#timers = new Timers(runtime.env.clock);
    this.concurrency = runtime.spec.limits.concurrency;
  }

  async start(): Promise<void> {
    const context = new Context(this.#runtime, this.#stop.signal, null);
    this.#resources = await this.#behaviour.start(context as never);
    this.#running = this.#run(context);
  }

  handle(work: Message | Continuation): Promise<void> | void {
    if (work.is === "then") throw new ActorError("fatal", "no-turn", "A service takes no turns");
    const call = new Context(this.#runtime, this.#stop.signal, work);
    const handler = (work.delivery?.lookup ? this.#lookups : this.#handlers)[work.type];
    if (handler === undefined) throw new ActorError("fatal", "no-handler", `No ${work.type}`);
    try {
      const value = handler(this.#resources, work.body, call as unknown as Call<never>);
      if (value instanceof Promise) return this.#await(work, call, value);
      this.#succeed(work, value);
    } catch (error) {
      this.#fail(work, call, error);
    }
    call.end();
  }

  async #await(work: Message, call: Context, value: Promise<unknown>): Promise<void> {
    const cancel = this.#timers.after(call.leftMs, () => call.expire());
    try {
      this.#succeed(work, await value);
    } catch (error) {
      this.#fail(work, call, error);
    } finally {
      cancel();
      call.end();
    }
  }

  stopping(): void {
    this.#stop.abort(new ActorError("peer-down", "stopping", "The actor is stopping"));
  }

  async stop(): Promise<void> {
    await this.#running;
    this.#timers.cancelAll();
    await this.#behaviour.stop?.(this.#resources);
  }

  async #run(context: Context): Promise<void> {
    const { run } = this.#behaviour;
    if (run === undefined) return;
    try {
      await run(this.#resources, context as never);
      throw new ActorError("fatal", "run-ended", "The background work ended before the stop");
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#runtime.crash(error);
    }
  }

  #fail(work: Message, call: Context, error: unknown): void {
    work.ask?.reply({ ok: false, error: toWire(error) });
    if (work.delivery !== null) this.#settle(work.delivery.id, failure(error, work.delivery));
    if (call.isAborted) return;
    if (!(error instanceof ActorError) || error.kind === "fatal") throw error;
    if (work.spec.kind === "event") {
      this.#runtime.reports.log.warn("Event not handled", {
        type: work.type,
        error: toWire(error),
      });
    }
  }

  #succeed(work: Message, value: unknown): void {
    const { ask, delivery, spec, type } = work;
    if (delivery !== null) {
      const outcome = delivery.lookup ? found(work, value as LookedUp<unknown>) : done(work, value);
      this.#settle(delivery.id, outcome);
    } else if (spec.kind === "request") {
      ask?.reply({ ok: true, value: parse(spec.reply, value, `${type} reply`) });
    }
  }

  #settle(id: number, settlement: EffectOutcome): void {
    this.#runtime.control.post({ is: "settled", id, settlement });
  }
}

function done({ spec, type }: Message, value: unknown): EffectOutcome {
  try {
    const result = spec.kind === "effect" ? parse(spec.reply, value, `${type} result`) : value;
    return { outcome: "done", result };
  } catch (cause) {
    // It happened all the same: to call it failed would be a lie.
    throw new ActorError("fatal", "bad-result", `${type} ended with a result`, { cause });
  }
}

function found(work: Message, found: LookedUp<unknown>): EffectOutcome {
  if (found.outcome === "not-done") return found;
  if (found.outcome === "done") return done(work, found.result);
  const error = toWire(new ActorError("unknown", "looked-up", found.reason));
  return { outcome: "unknown", error };
}

/** `transient`: it surely did not happen; `rejected`: it never will; the rest: nobody knows. */
function failure(thrown: unknown, { lookup }: Delivery): EffectOutcome {
  const error = toWire(thrown);
  if (lookup) return { outcome: "uncertain", error };
  if (error.kind === "transient" || error.kind === "overload") return { outcome: "retry", error };
  if (error.kind === "rejected") return { outcome: "failed", error };
  return { outcome: "uncertain", error };
}
