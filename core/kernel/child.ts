/**
 * An actor as a member of a group: one life after another. It decides nothing about restarts; its
 * group does.
 */

import type { ActorSpec, Permissions } from "./actor.ts";
import { Beat, newBeatMemory } from "./beat.ts";
import { parse } from "./check.ts";
import { ActorError, toWire, unreached, type WireError } from "./errors.ts";
import type { ActorEvent, Exit } from "./events.ts";
import { Member, type StopBy, type Wait } from "./group.ts";
import type { ChildSpec } from "./house.ts";
import { Life, type LifeEnv, type Started } from "./life.ts";
import type { Checkpoint } from "./store.ts";
import { type ExitKind, isWanted, severityOf } from "./strategy.ts";
import { Tally } from "./tally.ts";
import type { Findings, Up } from "./up.ts";
import type { Chaos, Down } from "./wire.ts";

/** `restarting`: it waits for the restart of its group; `backoff`: for its own. */
export type Status =
  | "starting"
  | "ready"
  | "degraded"
  | "backoff"
  | "restarting"
  | "draining"
  | "hung"
  | "failed"
  | "stopped";

export type Facts = Readonly<Record<string, string | number | boolean>>;

export interface ChildEnv extends LifeEnv {
  /** Waits for a database that is away; null when it was over first. */
  load(actor: string, isOver: () => boolean): Promise<Checkpoint | null>;
  config(spec: ChildSpec): unknown;
  /** A new incarnation can be linked to its peers. */
  onSpawn(child: Child): void;
  onMessage(child: Child, message: Up): void;
  onEvent(child: Child, event: ActorEvent): void;
  onZombie(child: Child, alive: boolean): void;
  /** Its heap has outgrown its soft limit. */
  onBloated(child: Child): void;
}

export class Child extends Member {
  policy: ChildSpec;
  status: Status = "stopped";
  /** Counts its starts over all time; 0 before the first. */
  incarnation = 0;
  restarts = 0;
  lastExit: Exit | null = null;
  facts: Facts = {};
  /** How long its messages waited and were handled, over all incarnations. */
  readonly tally = new Tally(0);
  /** Wall clock, ms; null while no restart is due. */
  nextRestartAtMs: number | null = null;
  /** It runs, also after a restart, and takes no message. */
  isSuspended = false;
  readonly #env: ChildEnv;
  readonly #noBeat = new Beat(newBeatMemory());
  #life: Life | null = null;
  /** The present life and those before it, as far as their threads may still run. */
  #past: Promise<void> = Promise.resolve();
  #attempt = Promise.withResolvers<Started>();
  #loaded = Promise.resolve<Checkpoint | null>(null);
  #hasLeft = true;
  /** In place of what the definition gives. */
  #config: { readonly value: unknown } | null = null;
  /** What the present life was granted, for as long as it lasts. */
  #permissions: Permissions | null = null;
  #probed: (findings: Findings) => void = () => {};

  constructor(spec: ChildSpec, env: ChildEnv) {
    super();
    this.policy = spec;
    this.#env = env;
  }

  get spec(): ActorSpec {
    return this.policy.actor;
  }
  get name(): string {
    return this.spec.protocol.name;
  }
  get isRunning(): boolean {
    return this.#life?.exit === null;
  }
  get isReady(): boolean {
    return this.status === "ready" || this.status === "degraded";
  }
  get isDown(): boolean {
    return this.#hasLeft;
  }
  /** It ended, and nobody will start it again. */
  get isOver(): boolean {
    return this.#hasLeft && this.era > 0;
  }
  get readyForMs(): number | null {
    const readyAtMs = this.isRunning ? this.#life?.readyAtMs ?? null : null;
    return readyAtMs === null ? null : this.#env.clock.monotonic() - readyAtMs;
  }
  get beat(): Beat {
    return this.#life?.beat ?? this.#noBeat;
  }
  get beatAgeMs(): number {
    return this.#life?.silentMs ?? 0;
  }

  start(): Promise<Started> {
    this.era += 1;
    this.status = "starting";
    this.nextRestartAtMs = null;
    this.#hasLeft = false;
    const attempt = this.#attempt = Promise.withResolvers<Started>();
    this.#begin().then(attempt.resolve, attempt.reject);
    return attempt.promise;
  }

  async stop({ untilMs, kind = "shutdown", how, again = false }: StopBy): Promise<void> {
    const era = this.era += 1;
    this.nextRestartAtMs = null;
    // Also where a database that is silent keeps it from starting.
    this.#attempt.promise.catch(() => {});
    this.#attempt.reject(this.#stopped());
    if (this.isRunning) this.status = "draining";
    const hasFailed = this.status === "failed" || this.status === "hung";
    const { shutdown } = this.policy;
    const ownMs = typeof shutdown === "number" ? shutdown : Infinity;
    const leftMs = Math.max(1, untilMs - this.#env.clock.monotonic());
    const asked = how ?? (shutdown === "kill" ? "kill" : "drain");
    this.#life?.stop({
      kind,
      how: again && this.isSuspended && asked === "drain" ? "stop" : asked,
      withinMs: Math.min(ownMs, leftMs),
    });
    await this.#past;
    if (!hasFailed && this.era === era) this.status = "stopped";
  }

  wait({ delayMs, inARow, isCause }: Wait): void {
    this.status = isCause ? "backoff" : "restarting";
    this.nextRestartAtMs = this.#env.clock.now() + delayMs;
    this.restarts += 1;
    const severity = severityOf(isCause ? inARow : 0);
    this.#tell({ is: "restarting", ...this.#ended(), delayMs, inARow, severity });
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#tell({ is: "stopped", ...this.#ended() });
  }

  /** To the present incarnation; lost if there is none. */
  post(message: Down, transfer?: readonly MessagePort[]): void {
    this.#life?.post(message, transfer);
  }

  /** Ends this incarnation now, for a reason the supervisor knows. */
  kill(kind: ExitKind, error: WireError): void {
    this.#life?.kill(kind, error);
  }

  /**
   * From now on, also after a restart, it takes no message: they wait, within the bounds of its
   * mailbox, until it is resumed or stopped. What it is handling it finishes.
   */
  suspend(): void {
    this.isSuspended = true;
    this.post({ is: "suspend" });
  }
  resume(): void {
    this.isSuspended = false;
    this.post({ is: "resume" });
  }

  /**
   * Gives it another config, now and for every later start. Refused, and the old one kept, when its
   * schema refuses it or when it needs other permissions, which last for a thread's life.
   */
  configure(value: unknown): void {
    const config = parse(this.spec.config, value, `${this.name} config`);
    const permissions = JSON.stringify(this.spec.permissions(config));
    if (this.isRunning && permissions !== JSON.stringify(this.#permissions)) {
      const message = `${this.name} must be restarted, as its new config needs other permissions`;
      throw new ActorError("rejected", "needs-restart", message);
    }
    this.#config = { value };
    this.post({ is: "config", config });
  }

  chaos(what: Chaos): void {
    this.post({ is: "chaos", what });
  }

  /** Lets the actor try what it should not be able to do; one probe at a time. */
  probe(canaries: readonly string[], timeoutMs: number): Promise<Findings> {
    const { promise, resolve, reject } = Promise.withResolvers<Findings>();
    const cancel = this.#env.clock.after(timeoutMs, () => {
      reject(unreached("deadline", `${this.name} did not answer the probe`));
    });
    this.#probed = resolve;
    this.post({ is: "probe", canaries });
    return promise.finally(cancel);
  }

  async #begin(): Promise<Started> {
    const { era } = this;
    const startedAtMs = this.#env.clock.now();
    let life: Life;
    try {
      // One that comes late must not overtake: whoever loads last is the newest incarnation.
      const load = () => this.#env.load(this.name, () => this.era !== era);
      const checkpoint = await (this.#loaded = this.#loaded.then(load, load));
      if (checkpoint === null || this.era !== era) throw this.#stopped();
      this.incarnation = checkpoint.incarnation;
      life = this.#life = this.#spawn(checkpoint, startedAtMs);
      if (this.isSuspended) this.suspend();
      // First its links, so that it may use them from the first line on.
      this.#env.onSpawn(this);
      life.begin();
    } catch (error) {
      if (this.era === era) this.#stillborn(toWire(error));
      throw error;
    }
    return await life.ready;
  }

  #stillborn(error: WireError): void {
    const atMs = this.#env.clock.now();
    this.#fell({ kind: "crash", error, atMs, readyForMs: 0, handling: null });
  }

  #spawn(checkpoint: Checkpoint, startedAtMs: number): Life {
    const given = this.#config === null ? this.#env.config(this.policy) : this.#config.value;
    const { name: actor, incarnation } = this;
    const config = parse(this.spec.config, given, `${actor} config`);
    this.#permissions = this.spec.permissions(config);
    const life = new Life({
      name: actor,
      env: this.#env,
      spec: () => this.spec,
      checkpoint,
      config,
      onReady: () => {
        // Unless it is asked to stop already.
        if (this.status === "starting") this.status = "ready";
        const tookMs = this.#env.clock.now() - startedAtMs;
        this.#tell({ is: "ready", actor, incarnation, tookMs });
      },
      onMessage: (message) => this.#receive(message),
      onPulse: () => this.#look(life),
      onExit: (exit) => this.#exited(life, exit),
      onZombie: (alive) => this.#env.onZombie(this, alive),
    });
    this.#past = this.#past.then(() => life.over);
    return life;
  }

  #receive(message: Up): void {
    if (message.is === "facts") this.facts = { ...this.facts, ...message.facts };
    else if (message.is === "probed") this.#probed(message.findings);
    else {
      if (message.is === "news") this.tally.add(message.news);
      this.#env.onMessage(this, message);
    }
  }

  #look(life: Life): void {
    const isLate = life.silentMs >= this.spec.limits.heartbeatMs / 3 || this.#isStuck(life);
    if (this.isReady) this.status = isLate ? "degraded" : "ready";
    const { memorySoftMB, backoff } = this.policy;
    if (!this.isReady || memorySoftMB === null) return;
    const isBloated = life.beat.read("heapBytes") > memorySoftMB * 1e6;
    // One that is full as soon as it starts would be restarted without end.
    const isOld = (this.readyForMs ?? 0) >= backoff.healthyAfterMs;
    if (isBloated && isOld) this.#env.onBloated(this);
  }

  /** At work for longer than anybody waits for an answer of it. */
  #isStuck({ beat }: Life): boolean {
    const sinceMs = beat.read("busySinceMs");
    const deadlinesMs = Object.values(this.spec.protocol.messages)
      .flatMap((message) => "deadlineMs" in message ? [message.deadlineMs] : []);
    return sinceMs > 0 && deadlinesMs.length > 0 &&
      this.#env.clock.now() - sinceMs > Math.max(...deadlinesMs);
  }

  #exited(life: Life, exit: Exit): void {
    const wasAsked = this.status === "draining";
    this.#fell(exit);
    // What it had in hand is nobody's any more.
    this.#life = null;
    if (life.readyAtMs !== null && !wasAsked) this.onEnd({ ...exit, era: this.era });
  }

  #fell(exit: Exit): void {
    this.lastExit = exit;
    const failed = exit.kind === "hung" ? "hung" : "failed";
    if (this.status !== "draining") this.status = isWanted(exit.kind) ? "stopped" : failed;
    this.#tell({ is: "exit", actor: this.name, incarnation: this.incarnation, exit });
  }

  #tell(event: ActorEvent): void {
    this.#env.onEvent(this, event);
  }

  #stopped(): ActorError {
    return new ActorError("transient", "stopped", `${this.name} was stopped`);
  }

  #ended() {
    return {
      actor: this.name,
      incarnation: this.incarnation,
      cause: this.lastExit?.kind ?? "shutdown",
      error: this.lastExit?.error ?? null,
    };
  }
}
