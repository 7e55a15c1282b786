/**
 * One supervised actor: starts its incarnations, watches them, folds every way of ending into one
 * exit. It decides nothing about restarts; the supervisor does.
 */

import type { ActorSpec } from "./actor.ts";
import { Beat, newBeatMemory } from "./beat.ts";
import type { Clock } from "./clock.ts";
import { parse } from "./check.ts";
import { ActorError, toWire, type WireError } from "./errors.ts";
import type { Gone, Host, Running } from "./host.ts";
import type { Checkpoint } from "./store.ts";
import type { ExitKind } from "./strategy.ts";
import type { Chaos, Down, Findings, Up } from "./wire.ts";

export type Status =
  | "starting"
  | "ready"
  | "degraded"
  | "backoff"
  | "draining"
  | "hung"
  | "failed"
  | "stopped";

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** How and when an incarnation ended. */
export interface Exit {
  readonly kind: ExitKind;
  readonly error: WireError | null;
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly zombie: boolean;
  /** Outbox id of the durable message that was being handled, or null. */
  readonly handling: number | null;
}

export interface ChildEnv {
  readonly host: Host;
  readonly clock: Clock;
  readonly served: readonly string[];
  /** Distinguishes the locks of two supervisors in one process. */
  readonly lockPrefix: string;
  load(actor: string): Promise<Checkpoint>;
  config(): unknown;
  /** The incarnation listens and may be linked to its peers; before, a port could be lost. */
  onUp(child: Child): void;
  onMessage(child: Child, message: Up): void;
  onExit(child: Child, exit: Exit): void;
}

/** Missed checks before a silent heartbeat means degraded, and hung. */
const HUNG_FACTOR = 3;

export class Child {
  readonly spec: ActorSpec;
  status: Status = "stopped";
  incarnation = 0;
  restarts = 0;
  lastExit: Exit | null = null;
  facts: Facts = {};
  startedAtMs = 0;
  /** Monotonic; 0 while not ready. */
  readyAtMs = 0;
  beat = new Beat(newBeatMemory());
  readonly #env: ChildEnv;
  #running: Running | null = null;
  #verdict: { kind: ExitKind; error: WireError | null } | null = null;
  #ready: PromiseWithResolvers<void> | null = null;
  #exited: PromiseWithResolvers<void> | null = null;
  #probes = new Map<number, (findings: Findings) => void>();
  #nextProbe = 1;
  #cancelled = false;
  #stopWatch = () => {};

  constructor(spec: ActorSpec, env: ChildEnv) {
    this.spec = spec;
    this.#env = env;
  }

  get name(): string {
    return this.spec.protocol.name;
  }
  get isRunning(): boolean {
    return this.#running !== null;
  }
  get isReady(): boolean {
    return this.status === "ready" || this.status === "degraded";
  }
  get beatAgeMs(): number {
    return this.#silentMs;
  }
  #silentMs = 0;

  /** Resolves when ready; rejects with the cause when the incarnation ends before that. */
  async start(): Promise<void> {
    this.status = "starting";
    this.startedAtMs = this.#env.clock.now();
    this.readyAtMs = 0;
    this.#verdict = null;
    this.#cancelled = false;
    const ready = this.#ready = Promise.withResolvers<void>();
    const exited = this.#exited = Promise.withResolvers<void>();
    ready.promise.catch(() => {});
    try {
      const checkpoint = await this.#env.load(this.name);
      if (this.#cancelled) throw new ActorError("transient", "stopped", `${this.name} was stopped`);
      this.#spawn(checkpoint);
    } catch (error) {
      this.#ended({ kind: "crash", error: toWire(error), zombie: false });
      throw error;
    }
    const cancel = this.#env.clock.after(this.spec.limits.startMs, () => {
      const message = `${this.name} was not ready within ${this.spec.limits.startMs} ms`;
      const error = toWire(new ActorError("transient", "start-timeout", message));
      this.#sentence("start-timeout", error);
    });
    exited.promise.then(cancel);
    await ready.promise.finally(cancel);
  }

  post(message: Down, transfer?: Transferable[]): void {
    this.#running?.post(message, transfer);
  }

  /** Asks the actor to finish; kills it when it does not within its shutdown time. */
  async stop(shutdownMs = this.spec.limits.shutdownMs): Promise<void> {
    const running = this.#running;
    if (running === null) {
      this.#cancelled = true;
      if (this.status === "starting") await this.#exited?.promise;
      this.status = "stopped";
      return;
    }
    this.status = "draining";
    this.#stopWatch();
    const cancel = this.#env.clock.after(shutdownMs, () => {
      const message = `${this.name} did not stop within ${shutdownMs} ms`;
      this.#sentence("killed", toWire(new ActorError("fatal", "stop-timeout", message)));
    });
    running.post({ is: "stop", drain: true });
    await this.#exited?.promise;
    cancel();
    this.status = "stopped";
  }

  /** Ends this incarnation now, for a reason the supervisor knows. */
  kill(kind: ExitKind, error: WireError): void {
    this.#sentence(kind, error);
  }

  chaos(what: Chaos): void {
    this.post({ is: "chaos", what });
  }

  probe(canaries: readonly string[], timeoutMs: number): Promise<Findings> {
    const probe = this.#nextProbe++;
    return new Promise((resolve, reject) => {
      const cancel = this.#env.clock.after(timeoutMs, () => {
        this.#probes.delete(probe);
        reject(new ActorError("deadline", "deadline", `${this.name} did not answer the probe`));
      });
      this.#probes.set(probe, (findings) => {
        cancel();
        resolve(findings);
      });
      this.post({ is: "probe", probe, canaries });
    });
  }

  #spawn(checkpoint: Checkpoint): void {
    const { host, served, lockPrefix } = this.#env;
    const config = parse(this.spec.config, this.#env.config(), `${this.name} config`);
    const memory = newBeatMemory();
    const lock = `${lockPrefix}/${this.name}/${checkpoint.incarnation}`;
    this.incarnation = checkpoint.incarnation;
    this.beat = new Beat(memory);
    this.#silentMs = 0;
    const running = host.start({
      spec: this.spec,
      name: this.name,
      permissions: this.spec.permissions(config),
      lock,
      receive: (message) => {
        if (this.#running === running) this.#receive(message);
      },
    });
    this.#running = running;
    running.gone.then((gone) => this.#gone(running, gone));
    running.post({
      is: "init",
      name: this.name,
      incarnation: checkpoint.incarnation,
      version: checkpoint.version,
      saved: checkpoint.saved,
      config,
      beat: memory,
      lock,
      served,
    });
  }

  #receive(message: Up): void {
    switch (message.is) {
      case "up":
        this.#env.onUp(this);
        break;
      case "ready":
        this.status = this.status === "draining" ? "draining" : "ready";
        this.readyAtMs = this.#env.clock.monotonic();
        this.#ready?.resolve();
        this.#watch(this.#env.clock);
        break;
      case "facts":
        this.facts = { ...this.facts, ...message.facts };
        break;
      case "crash":
        this.#verdict ??= { kind: "crash", error: message.error };
        break;
      case "stopped":
        this.#verdict ??= { kind: "normal", error: null };
        break;
      case "probed":
        this.#probes.get(message.probe)?.(message.findings);
        this.#probes.delete(message.probe);
        break;
    }
    this.#env.onMessage(this, message);
  }

  /**
   * From readiness on, because a slow start has its own deadline. Counts checks, not time: a machine that slept, or a main loop that lagged, misses its own
   * checks as well and condemns nobody.
   */
  #watch(clock: Clock): void {
    const everyMs = this.spec.limits.heartbeatMs / 4;
    let last = -1;
    const check = () => {
      const beats = this.beat.read("beats");
      this.#silentMs = beats === last ? this.#silentMs + everyMs : 0;
      last = beats;
      const { heartbeatMs } = this.spec.limits;
      if (this.#silentMs >= heartbeatMs * HUNG_FACTOR) return this.#condemn();
      if (this.status === "ready" && this.#silentMs >= heartbeatMs) this.status = "degraded";
      if (this.status === "degraded" && this.#silentMs === 0) this.status = "ready";
      cancel = clock.after(everyMs, check);
    };
    let cancel = clock.after(everyMs, check);
    this.#stopWatch = () => cancel();
  }

  #condemn(): void {
    this.status = "hung";
    const message = `${this.name} has not beaten for ${this.#silentMs} ms`;
    this.#sentence("hung", toWire(new ActorError("fatal", "hung", message)));
  }

  #sentence(kind: ExitKind, error: WireError): void {
    if (this.#running === null) return;
    this.#verdict ??= { kind, error };
    this.#running.kill();
  }

  #gone(running: Running, gone: Gone): void {
    if (this.#running !== running) return;
    const verdict = this.#verdict ??
      (gone.error === null
        ? { kind: "vanished" as const, error: null }
        : { kind: "crash" as const, error: gone.error });
    this.#ended({ ...verdict, zombie: gone.zombie });
  }

  #ended(end: { kind: ExitKind; error: WireError | null; zombie: boolean }): void {
    this.#stopWatch();
    this.#running = null;
    const handling = this.beat.read("currentId");
    const exit: Exit = {
      ...end,
      atMs: this.#env.clock.now(),
      handling: handling > 0 ? handling : null,
    };
    this.lastExit = exit;
    const message = end.error?.message ?? `ended (${end.kind}) before it was ready`;
    this.#ready?.reject(new ActorError("transient", "not-started", `${this.name}: ${message}`));
    this.#exited?.resolve();
    if (this.status !== "draining") this.status = "failed";
    this.#env.onExit(this, exit);
  }
}
