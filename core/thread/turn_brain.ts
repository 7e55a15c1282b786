/** Executes a turn actor: one message at a time, committed before anything of it is released. */

import type { TurnBehaviour } from "@/core/kernel/actor.ts";
import { broughtUp, parse, stored } from "@/core/kernel/check.ts";
import { ActorError, toWire } from "@/core/kernel/errors.ts";
import type { Protocol } from "@/core/kernel/message.ts";
import { type Answer, Turn, type TurnContext } from "@/core/kernel/turn.ts";
import type { TurnCommit } from "@/core/kernel/up.ts";
import type { Brain, Runtime } from "./runtime.ts";
import type { Continuation, Message } from "./work.ts";

type AnyTurn = Turn<unknown, unknown, Protocol, unknown>;
type AnyContext = TurnContext<unknown, unknown, Protocol>;
type AnyThen = (state: unknown, value: unknown, context: AnyContext) => AnyTurn;
type OwnTurn = (state: unknown, context: AnyContext) => AnyTurn;
/** A promise where a peer has no room for now. */
type Waiting = Promise<void> | undefined;

/** State that only lives in memory is written at most this often. */
const SNAPSHOT_MS = 1_000;

export class TurnBrain implements Brain {
  readonly concurrency = 1;
  readonly #runtime: Runtime;
  // deno-lint-ignore no-explicit-any -- the behaviour is checked where it is written
  readonly #behaviour: TurnBehaviour<any, any>;
  readonly #timers = new Map<string, () => void>();
  #state: unknown;
  #version: number;
  #dirty = false;

  // deno-lint-ignore no-explicit-any -- see above
  constructor(runtime: Runtime, behaviour: TurnBehaviour<any, any>) {
    this.#runtime = runtime;
    this.#behaviour = behaviour;
    this.#version = runtime.init.version;
  }

  async start(): Promise<void> {
    const { saved } = this.#runtime.init;
    this.#state = this.#restore();
    // Written at once, so that every version is brought up once.
    if (saved !== null && saved.schemaVersion < this.#behaviour.state.version) {
      await this.#commit(new Turn(this.#state, "durable"), "upgrade", null);
    }
    const { start } = this.#behaviour;
    if (start !== undefined) await this.#take(start as unknown as OwnTurn);
  }

  async handle(work: Message | Continuation): Promise<void> {
    if (work.is === "then") {
      const run = work.run as AnyThen;
      const resume = (context: AnyContext) => run(this.#state, work.value, context);
      return await this.#perform(resume, work.trace, null);
    }
    const handlers = this.#behaviour.handlers as unknown as Record<string, AnyThen>;
    const handler = handlers[work.type];
    if (handler === undefined) throw new ActorError("fatal", "no-handler", `No ${work.type}`);
    try {
      const decide = (context: AnyContext) => handler(this.#state, work.body, context);
      await this.#perform(decide, work.trace, work);
    } catch (error) {
      work.ask?.reply({ ok: false, error: toWire(error) });
      const harmless = error instanceof ActorError && error.kind !== "fatal";
      if (work.ask === null || !harmless) throw error;
    }
  }

  stopping(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  async stop(): Promise<void> {
    const { stop } = this.#behaviour;
    if (stop !== undefined) await this.#take(stop as unknown as OwnTurn);
    if (this.#dirty) await this.#commit(new Turn(this.#state, "durable"), "stop", null);
  }

  #restore(): unknown {
    const { saved, name } = this.#runtime.init;
    const { schema, initial } = this.#behaviour.state;
    if (saved === null) return initial();
    const { schemaVersion, state: value } = saved;
    const what = `The checkpoint of ${name}`;
    try {
      const state = broughtUp(what, this.#behaviour.state, { schemaVersion, value });
      return parse(schema, state, what);
    } catch (cause) {
      const message = `${what} cannot be read and is left as it is`;
      throw new ActorError("fatal", "bad-checkpoint", message, { cause });
    }
  }

  /** A turn the actor takes by itself. */
  async #take(run: OwnTurn): Promise<void> {
    const trace = this.#runtime.newTrace();
    await this.#perform((context) => run(this.#state, context), trace, null);
  }

  /** Decides, checks what goes out, commits if there is something to keep, releases. */
  async #perform(
    decide: (context: AnyContext) => AnyTurn,
    trace: string,
    message: Message | null,
  ): Promise<void> {
    const turn = decide(this.#context(trace, message));
    if (!(turn instanceof Turn)) throw new ActorError("fatal", "no-turn", "A handler must return");
    const release = this.#prepare(turn, trace, message);
    if (turn.isDurable || message?.delivery) {
      if (!await this.#commit(turn, trace, message?.delivery?.id ?? null)) return;
    } else if (turn.change === "memory") {
      this.#state = turn.state;
      this.#snapshotSoon();
    }
    const waiting = release();
    if (waiting !== undefined) await waiting;
  }

  #context(trace: string, message: Message | null): AnyContext {
    const { config, env, init } = this.#runtime;
    const state = this.#state;
    return {
      nowMs: env.clock.now(),
      config,
      trace,
      from: message?.from ?? init.name,
      incarnation: init.incarnation,
      stay: () => new Turn(state, "none"),
      keep: (next) => new Turn(next, "memory"),
      commit: (next) => new Turn(next, "durable"),
    };
  }

  /** False when the message it consumes had been consumed before: then nothing was changed. */
  async #commit(turn: AnyTurn, trace: string, consumes: number | null): Promise<boolean> {
    const { state: spec } = this.#behaviour;
    const changed = turn.change !== "none" || this.#dirty;
    const value = changed ? parse(spec.schema, turn.state, "New state") : null;
    const record: TurnCommit = {
      expectVersion: this.#version,
      consumes,
      state: changed ? { schemaVersion: spec.version, value } : null,
      outbox: turn.outbox.map((row, index) =>
        stored({ ...row, key: row.key ?? this.#keyOf(index) }, trace)
      ),
      writes: turn.writes,
    };
    const committed = await this.#runtime.store((call) => ({ is: "commit", call, turn: record }));
    if (committed === null) return false;
    this.#version = committed.version;
    this.#runtime.beat.write("checkpointAtMs", this.#runtime.env.clock.now());
    if (committed.outcome === "duplicate") return false;
    if (changed) {
      // As the next life would find it: the schema may leave things out, or change them.
      this.#state = value;
      this.#dirty = false;
    }
    return true;
  }

  /** Follows from the turn, so that one that is taken again after a crash makes the same rows. */
  #keyOf(index: number): string {
    return `${this.#runtime.init.name}/${this.#version + 1}/${index}`;
  }

  /** Checks all that goes out, so that nothing fails once the turn is committed. */
  #prepare(turn: AnyTurn, trace: string, message: Message | null): () => Waiting {
    const { peers, reports: { log } } = this.#runtime;
    const reply = message === null || message.ask === null ? null : replyOf(message, turn);
    const tells = turn.tells.map(({ peer, type, body }) =>
      peers.event(peer, type, { body, trace })
    );
    const asks = turn.asks.map(({ peer, type, body, then }) => {
      return { send: peers.request(peer, type, { body, trace }), then };
    });
    const rest = () => {
      for (const { send, then } of asks) this.#ask(send, then as AnyThen, trace);
      for (const timer of turn.timers) this.#arm(timer, trace);
      if (turn.isLast) this.#runtime.finish();
      return undefined;
    };
    return () => {
      for (const line of turn.logs) log[line.level](line.message, { ...line.props, trace });
      if (reply !== null) message?.ask?.reply(reply);
      const waiting = sendAll(tells);
      return waiting === undefined ? rest() : waiting.then(rest);
    };
  }

  #ask(send: () => Promise<unknown>, run: AnyThen, trace: string): void {
    const resume = (value: Answer<unknown>) => this.#runtime.resume({ trace, run, value });
    send().then(
      (value) => resume({ ok: true, value }),
      (error) => resume({ ok: false, error: toWire(error) }),
    );
  }

  #arm(timer: AnyTurn["timers"][number], trace: string): void {
    this.#timers.get(timer.key)?.();
    this.#timers.delete(timer.key);
    const { then } = timer;
    if (then === null) return;
    const cancel = this.#runtime.env.clock.after(timer.delayMs, () => {
      this.#timers.delete(timer.key);
      this.#runtime.resume({ trace, run: then, value: undefined });
    });
    this.#timers.set(timer.key, cancel);
  }

  #snapshotSoon(): void {
    if (this.#dirty) return;
    this.#dirty = true;
    this.#arm({
      key: "kernel:snapshot",
      delayMs: SNAPSHOT_MS,
      then: (state) => new Turn(state, this.#dirty ? "durable" : "none") as never,
    }, this.#runtime.newTrace());
  }
}

/** Sends one after another; where an event has to wait, what follows waits with it. */
function sendAll(sends: readonly (() => Waiting)[]): Waiting {
  for (const [index, send] of sends.entries()) {
    const waiting = send();
    if (waiting !== undefined) return waiting.then(() => sendAll(sends.slice(index + 1)));
  }
}

function replyOf({ spec, type }: Message, { replied }: AnyTurn): { ok: true; value: unknown } {
  if (replied === null || spec.kind !== "request") {
    throw new ActorError("fatal", "no-reply", `The turn on ${type} did not reply`);
  }
  return { ok: true, value: parse(spec.reply, replied.value, `${type} reply`) };
}
