/** Executes a turn actor: one message at a time, committed before anything of it is released. */

import type { TurnBehaviour } from "./actor.ts";
import { ActorError, toWire } from "./errors.ts";
import type { Protocol } from "./message.ts";
import { parse, specOf } from "./check.ts";
import type { Brain, Continuation, Message, Runtime } from "./runtime.ts";
import type { Committed, NewMessage } from "./store.ts";
import { type Answer, Turn, type TurnContext } from "./turn.ts";
import type { Down } from "./wire.ts";

type AnyTurn = Turn<unknown, unknown, Protocol, unknown>;
type AnyContext = TurnContext<unknown, unknown, Protocol>;
type AnyThen = (state: unknown, value: unknown, context: AnyContext) => AnyTurn;
type OwnTurn = (state: unknown, context: AnyContext) => AnyTurn;
type Handler = (state: unknown, body: unknown, context: AnyContext) => AnyTurn;

/** State that only lives in memory is written at most this often. */
const SNAPSHOT_MS = 1_000;

export class TurnBrain implements Brain {
  readonly concurrency = 1;
  readonly #runtime: Runtime;
  // deno-lint-ignore no-explicit-any -- the behaviour is checked where it is written
  readonly #behaviour: TurnBehaviour<any, any>;
  readonly #commits = new Map<number, (result: Committed) => void>();
  readonly #timers = new Map<string, () => void>();
  #state: unknown;
  #version: number;
  #dirty = false;
  #nextCommit = 1;

  // deno-lint-ignore no-explicit-any -- see above
  constructor(runtime: Runtime, behaviour: TurnBehaviour<any, any>) {
    this.#runtime = runtime;
    this.#behaviour = behaviour;
    this.#version = runtime.init.version;
  }

  async start(): Promise<void> {
    this.#state = this.#restore();
    const { start } = this.#behaviour;
    if (start !== undefined) await this.#take(start as unknown as OwnTurn);
  }

  async handle(work: Message | Continuation): Promise<void> {
    if (work.is === "then") {
      const run = work.run as AnyThen;
      await this.#perform((context) => run(this.#state, work.value, context), work.trace, null);
      return;
    }
    const handlers = this.#behaviour.handlers as unknown as Record<string, Handler>;
    const handler = handlers[work.type];
    if (handler === undefined) throw new ActorError("fatal", "no-handler", `No ${work.type}`);
    try {
      const decide = (context: AnyContext) => handler(this.#state, work.body, context);
      const turn = await this.#perform(decide, work.trace, work);
      if (work.ask !== null && turn !== null) this.#reply(work, turn);
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

  settled(message: Extract<Down, { is: "committed" | "posted" }>): void {
    if (message.is !== "committed") return;
    this.#commits.get(message.commit)?.(message.result);
    this.#commits.delete(message.commit);
  }

  #restore(): unknown {
    const { saved, name } = this.#runtime.init;
    const { version, schema, initial, upgrade = {} } = this.#behaviour.state;
    if (saved === null) return initial();
    if (saved.schemaVersion > version) {
      throw new ActorError(
        "fatal",
        "newer-checkpoint",
        `Checkpoint of ${name} has version ${saved.schemaVersion}, this release knows ${version}`,
      );
    }
    let state = saved.state;
    for (let from = saved.schemaVersion; from < version; from++) {
      const step = upgrade[from];
      if (step === undefined) {
        throw new ActorError("fatal", "no-upgrade", `State of ${name} has no upgrade from ${from}`);
      }
      state = step(state);
    }
    try {
      return parse(schema, state, `Checkpoint of ${name}`);
    } catch (cause) {
      const message = `Checkpoint of ${name} is corrupt and is left as it is`;
      throw new ActorError("fatal", "corrupt-checkpoint", message, { cause });
    }
  }

  /** A turn the actor takes by itself. */
  async #take(run: OwnTurn): Promise<void> {
    const trace = this.#runtime.newTrace();
    await this.#perform((context) => run(this.#state, context), trace, null);
  }

  /** Decides, commits if there is something to keep, releases. Null: it was a duplicate. */
  async #perform(
    decide: (context: AnyContext) => AnyTurn,
    trace: string,
    message: Message | null,
  ): Promise<AnyTurn | null> {
    const turn = decide(this.#context(trace, message));
    if (!(turn instanceof Turn)) throw new ActorError("fatal", "no-turn", "A handler must return");
    if (turn.isDurable || message?.delivery) {
      const result = await this.#commit(turn, trace, message?.delivery?.id ?? null);
      if (result.outcome === "duplicate") return null;
    } else if (turn.change === "memory") {
      this.#state = turn.state;
      this.#snapshotSoon();
    }
    this.#release(turn, trace);
    return turn;
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

  #commit(turn: AnyTurn, trace: string, consumes: number | null): Promise<Committed> {
    const { state: spec } = this.#behaviour;
    const changed = turn.change !== "none" || this.#dirty;
    const value = changed ? parse(spec.schema, turn.state, "New state") : null;
    const commit = this.#nextCommit++;
    this.#runtime.control.post({
      is: "commit",
      commit,
      turn: {
        expectVersion: this.#version,
        consumes,
        state: changed ? { schemaVersion: spec.version, value } : null,
        outbox: turn.outbox.map((row, index) => this.#outboxRow(row, trace, index)),
        writes: turn.writes,
      },
    });
    return new Promise((resolve) =>
      this.#commits.set(commit, (result) => {
        this.#version = result.version;
        if (result.outcome === "committed" && changed) {
          this.#state = turn.state;
          this.#dirty = false;
        }
        this.#runtime.beat.write("checkpointAtMs", this.#runtime.env.clock.now());
        resolve(result);
      })
    );
  }

  /** Ids follow from the turn, so a turn that is taken again after a crash makes the same rows. */
  #outboxRow(
    row: AnyTurn["outbox"][number],
    trace: string,
    index: number,
  ): Omit<NewMessage, "from"> {
    const spec = specOf(row.peer, row.type, row.kind === "effect" ? "effect" : "durable");
    return {
      key: row.key ?? `${this.#runtime.init.name}/${this.#version + 1}/${index}`,
      kind: row.kind,
      target: row.peer.name,
      type: row.type,
      schemaVersion: spec.version,
      body: parse(spec.body, row.body, `${row.peer.name}.${row.type}`),
      trace,
    };
  }

  #release(turn: AnyTurn, trace: string): void {
    const { log } = this.#runtime;
    for (const line of turn.logs) log[line.level](line.message, { ...line.props, trace });
    for (const { peer, type, body } of turn.tells) this.#runtime.tell(peer, type, { body, trace });
    for (const ask of turn.asks) this.#ask(ask, trace);
    for (const timer of turn.timers) this.#arm(timer, trace);
    if (turn.isLast) this.#runtime.finish();
  }

  #ask(ask: AnyTurn["asks"][number], trace: string): void {
    const resume = (value: Answer<unknown>) =>
      this.#runtime.resume({ is: "then", type: ask.type, trace, run: ask.then, value });
    this.#runtime.ask(ask.peer, ask.type, { body: ask.body, trace }).then(
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
      this.#runtime.resume({ is: "then", type: timer.key, trace, run: then, value: undefined });
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

  #reply(work: Message, turn: AnyTurn): void {
    if (turn.replied === null || work.spec.kind !== "request") {
      throw new ActorError("fatal", "no-reply", `The turn on ${work.type} did not reply`);
    }
    const value = parse(work.spec.reply, turn.replied.value, `${work.type} reply`);
    work.ask?.reply({ ok: true, value });
  }
}
