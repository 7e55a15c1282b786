/**
 * One incarnation of an actor, from its spawn to its end. Every way of dying is folded into one
 * exit; from that moment nothing of it is heard, even if its thread lives on.
 */

import type { ActorSpec } from "./actor.ts";
import { Beat, newBeatMemory } from "./beat.ts";
import { type Clock, Timers } from "./clock.ts";
import { ActorError, fromWire, toWire, type WireError } from "./errors.ts";
import type { Exit } from "./events.ts";
import type { Gone, Host, Running } from "./host.ts";
import type { Checkpoint } from "./store.ts";
import type { ExitKind } from "./strategy.ts";
import { checkedUp } from "./up.ts";
import type { Up } from "./up.ts";
import type { Down } from "./wire.ts";

/** Where lives are led. */
export interface LifeEnv {
  readonly host: Host;
  readonly clock: Clock;
  /** Protocols that main answers itself. */
  readonly served: readonly string[];
  /** Distinguishes the locks of two supervisors in one process. */
  readonly lockPrefix: string;
}

export interface LifeOptions {
  readonly name: string;
  readonly env: LifeEnv;
  /** May change during life. */
  readonly spec: () => ActorSpec;
  readonly checkpoint: Checkpoint;
  readonly config: unknown;
  readonly onReady: () => void;
  readonly onMessage: (message: Up) => void;
  readonly onPulse: () => void;
  readonly onExit: (exit: Exit) => void;
  /** Its thread outlived its sentence (true), or ended after all (false). */
  readonly onZombie: (alive: boolean) => void;
}

/** What came of a start; `nothing-to-do` is the actor's own answer. */
export type Started = "started" | "nothing-to-do";

/** How a life is to end: in peace, `drain`ing what was accepted or not, or at once by a kill. */
export interface Stop {
  readonly kind: "shutdown" | "memory";
  readonly how: "drain" | "stop" | "kill";
  readonly withinMs: number;
}

/** A healthy thread is gone about 1 ms after it was ended; one that is not by then loops. */
const ZOMBIE_AFTER_MS = 2_000;
/** Somebody waits for it. */
const ZOMBIE_AT_STOP_MS = 500;
/** Longest time between two looks at the heartbeat. */
const MAX_PULSE_MS = 200;

export class Life {
  readonly incarnation: number;
  readonly #memory = newBeatMemory();
  readonly beat = new Beat(this.#memory);
  /** Rejects with the cause when it ends before it is ready. */
  readonly ready: Promise<Started>;
  /** Resolves when its thread is gone, or will not go. */
  readonly over: Promise<void>;
  exit: Exit | null = null;
  /** Monotonic; null before. */
  readyAtMs: number | null = null;
  silentMs = 0;
  readonly #options: LifeOptions;
  readonly #running: Running;
  readonly #ready = Promise.withResolvers<Started>();
  readonly #over = Promise.withResolvers<void>();
  readonly #timers: Timers;
  #verdict: { kind: ExitKind; error: WireError | null } | null = null;
  #asked: "shutdown" | "memory" | null = null;
  #isZombie = false;
  /** Until it listens. */
  #waiting: { message: Down; transfer: readonly MessagePort[] }[] | null = [];
  #inTime = () => {};
  /** What it has main store and was not answered yet. */
  #unstored = 0;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#timers = new Timers(options.env.clock);
    this.incarnation = options.checkpoint.incarnation;
    this.ready = this.#ready.promise;
    this.over = this.#over.promise;
    this.ready.catch(() => {});
    this.#running = this.#spawn();
    this.#awaitReady();
  }

  /** Lets it begin, with everything that was posted to it before. */
  begin(): void {
    const { name, config, checkpoint, env: { served } } = this.#options;
    const { incarnation, version, saved } = checkpoint;
    const beat = this.#memory;
    this.post({ is: "init", name, incarnation, version, saved, config, beat, served });
  }

  /** A thread that dies before it listens takes what was posted with it, ports included: it waits. */
  post(message: Down, transfer: readonly MessagePort[] = []): void {
    if (message.is === "stored") this.#unstored -= 1;
    if (this.exit !== null) { for (const port of transfer) port.close(); }
    else if (this.#waiting === null) this.#running.post(message, [...transfer]);
    else this.#waiting.push({ message, transfer });
  }

  stop({ kind, how, withinMs }: Stop): void {
    const { name } = this.#options;
    if (this.exit !== null) return;
    this.#asked ??= kind;
    if (how === "kill") this.kill("killed", `${name} was killed`);
    else {
      this.post({ is: "stop", drain: how === "drain" });
      const message = `${name} did not stop within ${Math.round(withinMs)} ms`;
      this.#timers.after(withinMs, () => this.kill("killed", message));
    }
  }

  /** Ends it now: whatever it does from here on reaches nobody. */
  kill(kind: ExitKind, cause: string | WireError): void {
    if (this.exit !== null) return;
    const error = typeof cause === "string" ? toWire(new ActorError("fatal", kind, cause)) : cause;
    this.#verdict ??= { kind, error };
    this.#running.kill();
    this.#end();
    const zombieAfterMs = this.#asked === null ? ZOMBIE_AFTER_MS : ZOMBIE_AT_STOP_MS;
    const cancel = this.#options.env.clock.after(zombieAfterMs, () => {
      this.#isZombie = true;
      this.#options.onZombie(true);
      this.#over.resolve();
    });
    this.#running.gone.then(cancel);
  }

  #awaitReady(): void {
    const { startMs } = this.#options.spec().limits;
    this.#inTime = this.#timers.after(startMs, () => {
      // The database is late, not the actor.
      if (this.#unstored > 0) return this.#awaitReady();
      this.kill("start-timeout", `${this.#options.name} was not ready within ${startMs} ms`);
    });
  }

  #spawn(): Running {
    const { env, name, config } = this.#options;
    const spec = this.#options.spec();
    const running = env.host.start({
      spec,
      name,
      permissions: spec.permissions(config),
      lock: `${env.lockPrefix}/${name}/${this.incarnation}`,
      receive: (message) => this.#receive(message),
    });
    running.gone.then((gone) => this.#gone(gone));
    return running;
  }

  /** What cannot be handled ends the life that said it, and nobody else. */
  #receive(message: unknown): void {
    if (this.exit !== null) return;
    try {
      this.#hear(checkedUp(message));
    } catch (error) {
      this.kill("crash", toWire(error));
    }
  }

  #hear(message: Up): void {
    switch (message.is) {
      case "up":
        return this.#flush();
      case "ready":
        if (this.readyAtMs !== null) {
          throw new ActorError("fatal", "invalid-message", "It was ready already");
        }
        this.#inTime();
        this.readyAtMs = this.#options.env.clock.monotonic();
        this.#watch();
        this.#options.onReady();
        return this.#ready.resolve("started");
      case "finishing": {
        const { shutdownMs } = this.#options.spec().limits;
        const message = `${this.#options.name} did not finish within ${shutdownMs} ms`;
        this.#timers.after(shutdownMs, () => this.kill("killed", message));
        return;
      }
      case "crash":
        this.#verdict ??= { kind: "crash", error: message.error };
        return;
      case "stopped":
        this.#verdict ??= { kind: this.#asked ?? "normal", error: null };
        return;
      default:
        if (message.is === "commit" || message.is === "post") this.#unstored += 1;
        return this.#options.onMessage(message);
    }
  }

  /**
   * From readiness on, because a slow start has its own deadline. Counts looks, not time: a machine
   * that slept, or a main loop that lagged, misses its own looks as well and condemns nobody.
   */
  #watch(): void {
    let last = -1;
    const look = () => {
      const { heartbeatMs } = this.#options.spec().limits;
      const everyMs = heartbeatMs / Math.max(8, Math.ceil(heartbeatMs / MAX_PULSE_MS));
      const beats = this.beat.read("beats");
      if (last >= 0) this.silentMs = beats === last ? this.silentMs + everyMs : 0;
      last = beats;
      if (this.silentMs >= heartbeatMs) {
        const silentMs = Math.round(this.silentMs);
        return this.kill("hung", `${this.#options.name} has not beaten for ${silentMs} ms`);
      }
      this.#options.onPulse();
      this.#timers.after(everyMs, look);
    };
    look();
  }

  #gone(gone: Gone): void {
    if (this.#isZombie) this.#options.onZombie(false);
    if (this.exit === null) {
      this.#verdict ??= gone.error !== null
        ? { kind: "crash", error: gone.error }
        : { kind: this.#asked ?? "vanished", error: null };
      this.#end();
    }
    this.#over.resolve();
  }

  #end(): void {
    const { name, env: { clock } } = this.#options;
    const { kind, error } = this.#verdict ?? { kind: "vanished", error: null };
    this.#timers.cancelAll();
    const handling = this.beat.read("currentId");
    const readyForMs = this.readyAtMs === null ? 0 : clock.monotonic() - this.readyAtMs;
    this.exit = {
      kind,
      error,
      atMs: clock.now(),
      readyForMs,
      handling: handling > 0 ? handling : null,
    };
    if (kind === "normal") this.#ready.resolve("nothing-to-do");
    else {
      const message = `${name}: ${error?.message ?? `ended (${kind}) before it was ready`}`;
      const cause = error === null ? undefined : { cause: fromWire(error) };
      this.#ready.reject(new ActorError("transient", "not-started", message, cause));
    }
    this.#flush();
    this.#options.onExit(this.exit);
  }

  #flush(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const { message, transfer } of waiting) this.post(message, transfer);
  }
}
