/**
 * The supervisor: starts actors in order, stops them in reverse, restarts what dies, joins peers
 * by links, commits turns, delivers what is durable. It decides with `strategy.ts` and touches the
 * world through a host, a store and a clock.
 */

import type { z } from "zod";
import type { ActorSpec } from "./actor.ts";
import { parse, specOf } from "./check.ts";
import { Child, type Exit, type Facts } from "./child.ts";
import type { Clock } from "./clock.ts";
import { Deliveries } from "./delivery.ts";
import { ActorError, toWire, type WireError } from "./errors.ts";
import type { Host } from "./host.ts";
import { Link } from "./link.ts";
import type { Log } from "./log.ts";
import type {
  BodyOf,
  DurableOf,
  InputOf,
  Messages,
  Protocol,
  ReplyOf,
  RequestOf,
} from "./message.ts";
import { FencedError, StaleError, type Store } from "./store.ts";
import {
  type Backoff,
  decide,
  type History,
  type Intensity,
  NO_HISTORY,
  type Restart,
} from "./strategy.ts";
import type { TurnCommit, Up } from "./wire.ts";

/** Where and how an actor is placed. */
export interface ChildSpec {
  readonly actor: ActorSpec;
  /** Made anew for every incarnation; may look at what others reported, such as a port. */
  readonly config: (factsOf: (actor: string) => Facts) => unknown;
  readonly restart: Restart;
  readonly backoff: Backoff;
}

const DEFAULT_BACKOFF: Backoff = { minMs: 50, maxMs: 30_000, jitter: 0.2, healthyAfterMs: 10_000 };

/** One line of `main.ts`: this actor, with this configuration. */
export function child<P extends Protocol, U extends Protocol, C extends z.ZodType>(
  actor: ActorSpec<"turn" | "service", P, U, C>,
  options: {
    readonly config: (factsOf: (actor: string) => Facts) => z.input<C>;
    readonly restart?: Restart;
    readonly backoff?: Partial<Backoff>;
  },
): ChildSpec {
  return {
    actor,
    config: options.config,
    restart: options.restart ?? "permanent",
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
  };
}

/** Answers of main to the requests of a protocol of its own. */
export interface Served {
  readonly protocol: Protocol;
  readonly answers: Readonly<Record<string, (body: never, from: string) => unknown>>;
}

export function serve<N extends string, M extends Messages>(
  protocol: Protocol<N, M>,
  answers: {
    readonly [K in RequestOf<Protocol<N, M>>]: (
      body: BodyOf<Protocol<N, M>, K>,
      from: string,
    ) => Promise<ReplyOf<Protocol<N, M>, K>> | ReplyOf<Protocol<N, M>, K>;
  },
): Served {
  return { protocol, answers };
}

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

/** Main's own name on links. */
const MAIN = "main";
const COMMIT_RETRY_MIN_MS = 50;
const COMMIT_RETRY_MAX_MS = 2_000;

interface Placed {
  readonly spec: ChildSpec;
  readonly child: Child;
  history: History;
  nextRestartAtMs: number | null;
  cancelRestart: () => void;
  link: Link | null;
}

export class Supervisor {
  zombies = 0;
  /** Set while the database refuses commits. */
  storeDownSinceMs: number | null = null;
  readonly #options: SupervisorOptions;
  readonly #placed = new Map<string, Placed>();
  readonly #served: ReadonlyMap<string, Served>;
  readonly #deliveries: Deliveries;
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
    for (const spec of options.children) this.#place(spec);
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
    const link = this.#placed.get(peer.name)?.link ?? null;
    if (link === null) {
      throw new ActorError("peer-down", "peer-down", `${peer.name} is not running`);
    }
    const checked = parse(spec.body, body, `${peer.name}.${type}`);
    const { deadlineMs } = spec;
    const value = await link.ask(type, checked, { trace: `${MAIN}.${type}`, deadlineMs });
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
      onUp: (up) => this.#linkUp(up),
      onMessage: (from, message) => this.#receive(from, message),
      onExit: (gone, exit) => this.#exited(gone, exit),
    });
    const placed: Placed = {
      spec,
      child,
      history: NO_HISTORY,
      nextRestartAtMs: null,
      cancelRestart: () => {},
      link: null,
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
    this.#unlink(placed);
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

  // ---- links ------------------------------------------------------------------------------------

  #linkUp(child: Child): void {
    const placed = this.#placed.get(child.name);
    if (placed === undefined) return;
    for (const other of this.#placed.values()) {
      if (other !== placed && other.child.isRunning && joined(child.spec, other.child.spec)) {
        const { port1, port2 } = new MessageChannel();
        child.post({ is: "link", peer: other.child.name, port: port1 }, [port1]);
        other.child.post({ is: "link", peer: child.name, port: port2 }, [port2]);
      }
    }
    const { port1, port2 } = new MessageChannel();
    child.post({ is: "link", peer: MAIN, port: port1 }, [port1]);
    const ignore = () => {};
    const { clock } = this.#options;
    placed.link = new Link({
      peer: child.name,
      port: port2,
      clock,
      onAsk: ignore,
      onTell: ignore,
      onDropped: ignore,
    });
  }

  #unlink(placed: Placed): void {
    placed.link?.close();
    placed.link = null;
    this.#deliveries.close(placed.child.name);
    for (const other of this.#placed.values()) {
      if (other !== placed && joined(placed.child.spec, other.child.spec)) {
        other.child.post({ is: "unlink", peer: placed.child.name });
      }
    }
  }

  // ---- what actors say --------------------------------------------------------------------------

  #receive(child: Child, message: Up): void {
    switch (message.is) {
      case "ready":
        this.#tell({
          is: "ready",
          actor: child.name,
          incarnation: child.incarnation,
          tookMs: this.#options.clock.now() - child.startedAtMs,
        });
        return this.#deliveries.open(child);
      case "commit":
        this.#commit(child, message.commit, message.turn);
        return;
      case "post":
        this.#enqueue(child, message);
        return;
      case "settled":
        this.#deliveries.settled(child.name, message.id, message.settlement)
          .catch((error) => this.#storeFailed(error));
        return;
      case "refused":
        this.#deliveries.refused(child.name, message.id, message.error)
          .catch((error) => this.#storeFailed(error));
        return;
      case "ask":
        this.#answer(child, message);
        return;
      case "log":
        this.#options.actorLog(child.name, child.incarnation)[message.level](
          message.message,
          message.props,
        );
        return;
    }
  }

  async #commit(child: Child, commit: number, turn: TurnCommit): Promise<void> {
    const { incarnation, name } = child;
    const forbidden = forbiddenIn(child.spec, turn);
    if (forbidden !== null) return child.kill("crash", toWire(forbidden));
    const record = {
      ...turn,
      actor: name,
      incarnation,
      outbox: turn.outbox.map((row) => ({ ...row, from: name })),
    };
    const result = await this.#untilStored(child, () => this.#options.store.commit(record));
    if (result === null) return;
    child.post({ is: "committed", commit, result });
    if (turn.consumes !== null) this.#deliveries.consumed(name, turn.consumes);
    for (const target of new Set(turn.outbox.map((row) => row.target))) {
      this.#deliveries.kick(target);
    }
  }

  async #enqueue(child: Child, message: Extract<Up, { is: "post" }>): Promise<void> {
    if (!mayTalkTo(child.spec, message.message.target)) {
      return child.kill("crash", toWire(notAPeer(child.spec, message.message.target)));
    }
    const row = { ...message.message, from: child.name };
    const stored = await this.#untilStored(child, () => this.#options.store.enqueue([row]));
    if (stored === null) return;
    child.post({ is: "posted", post: message.post });
    this.#deliveries.kick(row.target);
  }

  /**
   * Repeats a write until the database answers: meanwhile the actor waits, its mailbox fills and
   * its senders run out of credit. A write of an incarnation that is over is dropped: null.
   */
  async #untilStored<T>(child: Child, write: () => Promise<T>): Promise<T | null> {
    const { clock } = this.#options;
    const { incarnation } = child;
    for (let delayMs = COMMIT_RETRY_MIN_MS;; delayMs = Math.min(delayMs * 2, COMMIT_RETRY_MAX_MS)) {
      if (!child.isRunning || child.incarnation !== incarnation) return null;
      try {
        const result = await write();
        this.storeDownSinceMs = null;
        return child.isRunning && child.incarnation === incarnation ? result : null;
      } catch (error) {
        if (error instanceof FencedError) this.#storeFailed(error);
        if (error instanceof FencedError || error instanceof StaleError) {
          child.kill("crash", toWire(error));
          return null;
        }
        if (error instanceof ActorError && error.kind === "rejected") {
          child.kill("crash", toWire(error));
          return null;
        }
        this.storeDownSinceMs ??= clock.now();
        this.#storeFailed(error);
        await new Promise<void>((resolve) => clock.after(delayMs, resolve));
      }
    }
  }

  async #answer(child: Child, ask: Extract<Up, { is: "ask" }>): Promise<void> {
    const reply = (answer: { ok: true; value: unknown } | { ok: false; error: WireError }) =>
      child.post({ is: "answered", ask: ask.ask, answer });
    try {
      const served = this.#served.get(ask.peer);
      if (served === undefined || !mayTalkTo(child.spec, ask.peer)) {
        throw notAPeer(child.spec, ask.peer);
      }
      const spec = specOf(served.protocol, ask.type, "request");
      const body = parse(spec.body, ask.body, `${ask.peer}.${ask.type}`);
      const answer = served.answers[ask.type];
      reply({ ok: true, value: await answer?.(body as never, child.name) });
    } catch (error) {
      reply({ ok: false, error: toWire(error) });
    }
  }
}

/** Two actors are joined when either uses the other. */
function joined(one: ActorSpec, other: ActorSpec): boolean {
  return mayTalkTo(one, other.protocol.name) || mayTalkTo(other, one.protocol.name);
}

function mayTalkTo(spec: ActorSpec, peer: string): boolean {
  return peer === spec.protocol.name || spec.uses.some((used) => used.name === peer);
}

function notAPeer(spec: ActorSpec, peer: string): ActorError {
  return new ActorError("fatal", "not-a-peer", `${spec.protocol.name} may not talk to ${peer}`);
}

/** What the compiler refuses, refused again where it counts. */
function forbiddenIn(spec: ActorSpec, turn: TurnCommit): ActorError | null {
  const stranger = turn.outbox.find((row) => !mayTalkTo(spec, row.target));
  if (stranger !== undefined) return notAPeer(spec, stranger.target);
  const write = turn.writes.find(({ name }) => !spec.writes.includes(name));
  if (write === undefined) return null;
  const message = `${spec.protocol.name} may not write ${write.name}`;
  return new ActorError("fatal", "not-its-table", message);
}
