/**
 * The supervisor: starts actors in order, stops them in reverse, restarts what dies, joins peers
 * by links, commits turns, delivers what is durable. It decides with `strategy.ts` and touches the
 * world through a host, a store and a clock.
 */

import { parse, specOf } from "./check.ts";
import { Child, type Exit } from "./child.ts";
import type { Clock } from "./clock.ts";
import { Deliveries } from "./delivery.ts";
import { Desk } from "./desk.ts";
import { ActorError, toWire } from "./errors.ts";
import type { Host } from "./host.ts";
import type { ChildSpec, Served } from "./house.ts";
import type { Log } from "./log.ts";
import type { DurableOf, InputOf, Protocol, ReplyOf, RequestOf } from "./message.ts";
import { FencedError, type Store } from "./store.ts";
import { decide, type History, type Intensity, NO_HISTORY } from "./strategy.ts";
import { MAIN, Switchboard } from "./switchboard.ts";
import type { Up } from "./wire.ts";

/** What happens to children, once each; for logs and alerts. */
export type SupervisorEvent =
  | { readonly is: "ready"; readonly actor: string; readonly incarnation: number; tookMs: number }
  | { readonly is: "exit"; readonly actor: string; readonly incarnation: number; exit: Exit }
  | { readonly is: "restarting"; readonly actor: string; delayMs: number; inARow: number }
  | { readonly is: "escalated"; readonly actor: string; readonly reason: string }
  | { readonly is: "zombie"; readonly actor: string; readonly zombies: number };

export interface SupervisorOptions {
  /** In starting order: sinks first, sources last, so that stopping drains. */
  readonly children: readonly ChildSpec[];
  readonly intensity: Intensity;
  readonly store: Store;
  readonly host: Host;
  readonly clock: Clock;
  readonly random: () => number;
  readonly serve: readonly Served[];
  readonly log: Log;
  readonly actorLog: (actor: string, incarnation: number) => Log;
  readonly onEvent: (event: SupervisorEvent) => void;
  /** The lease is lost: nothing can be written any more. */
  readonly onFenced: (error: FencedError) => void;
  /** One link, one lock name space per supervisor. */
  readonly id: string;
}

interface Placed {
  readonly spec: ChildSpec;
  readonly child: Child;
  history: History;
  nextRestartAtMs: number | null;
  cancelRestart: () => void;
}

export class Supervisor {
  zombies = 0;
  readonly #options: SupervisorOptions;
  readonly #placed = new Map<string, Placed>();
  readonly #served: ReadonlyMap<string, Served>;
  readonly #deliveries: Deliveries;
  readonly #desk: Desk;
  readonly #switchboard: Switchboard;
  #booting: string | null = null;
  #stopping: Promise<void> | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#served = new Map(options.serve.map((served) => [served.protocol.name, served]));
    this.#deliveries = new Deliveries({
      store: options.store,
      clock: options.clock,
      log: options.log,
      onStoreError: (error) => this.#storeFailed(error),
    });
    this.#desk = new Desk({
      store: options.store,
      deliveries: this.#deliveries,
      clock: options.clock,
      served: this.#served,
      onStoreError: (error) => this.#storeFailed(error),
    });
    this.#switchboard = new Switchboard(options.clock);
    for (const spec of options.children) this.#place(spec);
  }

  /** Wall clock since when turns wait for the database; null while they do not. */
  get commitsWaitSinceMs(): number | null {
    return this.#desk.waitingSinceMs;
  }

  get children(): readonly Child[] {
    return [...this.#placed.values()].map((placed) => placed.child);
  }

  find(name: string): Child | undefined {
    return this.#placed.get(name)?.child;
  }

  /** Restarts inside the window, and when the next one is due (wall clock, ms). */
  restartsOf(name: string): { inWindow: number; limit: number; nextAtMs: number | null } {
    const placed = this.#placed.get(name);
    return {
      inWindow: placed?.history.restartsAtMs.length ?? 0,
      limit: this.#options.intensity.max,
      nextAtMs: placed?.nextRestartAtMs ?? null,
    };
  }

  /** Starts every child in order; when one fails, those before it are stopped and this rejects. */
  async start(): Promise<void> {
    for (const { child } of this.#placed.values()) {
      if (this.#stopping !== null) return;
      this.#booting = child.name;
      try {
        await child.start();
      } catch (cause) {
        if (this.#stopping !== null) return;
        await this.stop(5_000);
        const message = `${child.name} did not start, so nothing runs`;
        throw new ActorError("fatal", "boot-failed", message, { cause });
      } finally {
        this.#booting = null;
      }
    }
  }

  /** Stops every child in reverse order, all of them within `totalMs`; runs once. */
  stop(totalMs: number): Promise<void> {
    this.#stopping ??= this.#stopAll(this.#options.clock.monotonic() + totalMs);
    return this.#stopping;
  }

  /** Stores a durable message from main; false when its key was seen before. */
  async post<P extends Protocol, K extends DurableOf<P>>(
    peer: P,
    type: K,
    message: { readonly key: string; readonly body: InputOf<P, K> },
  ): Promise<boolean> {
    const spec = specOf(peer, type, "durable");
    const stored = await this.#options.store.enqueue([{
      key: message.key,
      kind: "message",
      from: MAIN,
      target: peer.name,
      type,
      schemaVersion: spec.version,
      body: parse(spec.body, message.body, `${peer.name}.${type}`),
      trace: message.key,
    }]);
    this.#deliveries.kick(peer.name);
    return stored > 0;
  }

  /** A question from main, such as one that came over HTTP. */
  async ask<P extends Protocol, K extends RequestOf<P>>(
    peer: P,
    type: K,
    body: InputOf<P, K>,
  ): Promise<ReplyOf<P, K>> {
    const spec = specOf(peer, type, "request");
    const line = this.#switchboard.line(peer.name);
    if (line === undefined) {
      throw new ActorError("peer-down", "peer-down", `${peer.name} is not running`);
    }
    const checked = parse(spec.body, body, `${peer.name}.${type}`);
    const trace = `${MAIN}.${type}`;
    const value = await line.ask(type, checked, { trace, deadlineMs: spec.deadlineMs });
    return parse(spec.reply, value, `${peer.name}.${type} reply`) as ReplyOf<P, K>;
  }

  // ---- life and death ---------------------------------------------------------------------------

  #place(spec: ChildSpec): void {
    const { name } = spec.actor.protocol;
    if (this.#placed.has(name) || this.#served.has(name) || name === MAIN) {
      throw new ActorError("fatal", "duplicate-child", `Two children cannot be called ${name}`);
    }
    const child = new Child(spec.actor, {
      host: this.#options.host,
      clock: this.#options.clock,
      served: [...this.#served.keys()],
      lockPrefix: this.#options.id,
      load: (actor) => this.#options.store.load(actor),
      config: () => spec.config((actor) => this.find(actor)?.facts ?? {}),
      onUp: (up) => this.#switchboard.connect(up, this.children),
      onMessage: (from, message) => this.#receive(from, message),
      onExit: (gone, exit) => this.#exited(gone, exit),
    });
    const placed: Placed = {
      spec,
      child,
      history: NO_HISTORY,
      nextRestartAtMs: null,
      cancelRestart: () => {},
    };
    this.#placed.set(name, placed);
  }

  async #stopAll(deadlineMs: number): Promise<void> {
    for (const placed of this.#placed.values()) placed.cancelRestart();
    for (const { child } of [...this.#placed.values()].reverse()) {
      const left = Math.max(1, deadlineMs - this.#options.clock.monotonic());
      await child.stop(Math.min(child.spec.limits.shutdownMs, left));
    }
  }

  #exited(child: Child, exit: Exit): void {
    const placed = this.#placed.get(child.name);
    if (placed === undefined) return;
    this.#switchboard.disconnect(child, this.children);
    this.#deliveries.gone(child, exit).catch((error) => this.#storeFailed(error));
    this.#tell({ is: "exit", actor: child.name, incarnation: child.incarnation, exit });
    if (exit.zombie) {
      this.zombies += 1;
      this.#tell({ is: "zombie", actor: child.name, zombies: this.zombies });
    }
    if (this.#stopping === null && this.#booting !== child.name) this.#recover(placed, exit);
  }

  #recover(placed: Placed, exit: Exit): void {
    const { child, spec } = placed;
    const { clock, intensity, random } = this.#options;
    const nowMs = clock.monotonic();
    const decision = decide({
      kind: exit.kind,
      restart: spec.restart,
      history: placed.history,
      intensity,
      backoff: spec.backoff,
      readyForMs: child.readyAtMs === 0 ? 0 : nowMs - child.readyAtMs,
      nowMs,
      random: random(),
    });
    if (decision.do === "leave") return;
    if (decision.do === "escalate") {
      child.status = "failed";
      return this.#tell({ is: "escalated", actor: child.name, reason: decision.reason });
    }
    const { delayMs, history } = decision;
    placed.history = history;
    placed.nextRestartAtMs = clock.now() + delayMs;
    child.status = "backoff";
    child.restarts += 1;
    this.#tell({ is: "restarting", actor: child.name, delayMs, inARow: history.inARow });
    placed.cancelRestart = clock.after(delayMs, () => {
      placed.nextRestartAtMs = null;
      // A failed start ends in onExit like any other death, and is decided there.
      child.start().catch(() => {});
    });
  }

  #storeFailed(error: unknown): void {
    if (error instanceof FencedError) return this.#options.onFenced(error);
    this.#options.log.warn("Database did not take it", { error: toWire(error) });
  }

  #tell(event: SupervisorEvent): void {
    this.#options.onEvent(event);
  }

  #receive(child: Child, message: Up): void {
    if (message.is === "ready") {
      const tookMs = this.#options.clock.now() - child.startedAtMs;
      const { name: actor, incarnation } = child;
      this.#tell({ is: "ready", actor, incarnation, tookMs });
      return this.#deliveries.open(child);
    }
    if (message.is === "log") {
      const log = this.#options.actorLog(child.name, child.incarnation);
      return log[message.level](message.message, message.props);
    }
    this.#desk.receive(child, message);
  }
}
