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
import { type End, Group } from "./group.ts";
import { checkTree, type ChildSpec, type GroupTree, type HostKind, type Served } from "./house.ts";
import type { Log } from "./log.ts";
import type { DurableOf, InputOf, Protocol, ReplyOf, RequestOf } from "./message.ts";
import { FencedError, type Store } from "./store.ts";
import type { SupervisorEvent } from "./events.ts";
import { Leaf } from "./leaf.ts";
import { MAIN, Switchboard } from "./switchboard.ts";
import type { Up } from "./wire.ts";

export interface SupervisorOptions {
  readonly root: GroupTree;
  readonly store: Store;
  readonly host: (kind: HostKind) => Host;
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

export class Supervisor {
  zombies = 0;
  readonly #options: SupervisorOptions;
  readonly #leaves = new Map<string, Leaf>();
  readonly #root: Group;
  readonly #served: ReadonlyMap<string, Served>;
  readonly #deliveries: Deliveries;
  readonly #desk: Desk;
  readonly #switchboard: Switchboard;
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
    checkTree(options.root, new Set([MAIN, ...this.#served.keys()]));
    this.#root = this.#grow(options.root);
    this.#root.onEnd = (end) => this.#escalated(end);
  }

  /** Wall clock since when turns wait for the database; null while they do not. */
  get commitsWaitSinceMs(): number | null {
    return this.#desk.waitingSinceMs;
  }

  get children(): readonly Child[] {
    return [...this.#leaves.values()].map((leaf) => leaf.child);
  }

  find(name: string): Child | undefined {
    return this.#leaves.get(name)?.child;
  }

  /** Restarts inside the window, and when the next one is due (wall clock, ms). */
  restartsOf(name: string): { inWindow: number; limit: number; nextAtMs: number | null } {
    const leaf = this.#leaves.get(name);
    if (leaf === undefined) return { inWindow: 0, limit: 0, nextAtMs: null };
    const { group } = leaf;
    return {
      inWindow: group.historyOf(leaf).restartsAtMs.length,
      limit: group.spec.intensity.max,
      nextAtMs: leaf.nextRestartAtMs,
    };
  }

  /** Starts everything in order; when a member fails, those before it are stopped and this rejects. */
  async start(): Promise<void> {
    await this.#root.start();
  }

  /** Stops everything in reverse order within `totalMs`; runs once. */
  stop(totalMs: number): Promise<void> {
    this.#stopping ??= this.#root.stop(this.#options.clock.monotonic() + totalMs);
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

  #grow(tree: GroupTree): Group {
    const { clock, random } = this.#options;
    const group = new Group(tree, { clock, random });
    for (const member of tree.children) {
      group.add("children" in member ? this.#grow(member) : this.#place(member, group));
    }
    return group;
  }

  #place(spec: ChildSpec, group: Group): Leaf {
    const { host, clock, store, id: lockPrefix } = this.#options;
    const { name } = spec.actor.protocol;
    const child = new Child(spec.actor, {
      host: host(spec.host),
      clock,
      lockPrefix,
      served: [...this.#served.keys()],
      load: (actor) => store.load(actor),
      config: () => spec.config((actor) => this.find(actor)?.facts ?? {}),
      onUp: (up) => this.#switchboard.connect(up, this.children),
      onMessage: (from, message) => this.#receive(from, message),
      onExit: (gone, exit) => this.#exited(gone, exit),
    });
    const leaf = new Leaf({ spec, child, group, clock, tell: (event) => this.#tell(event) });
    this.#leaves.set(name, leaf);
    return leaf;
  }

  #exited(child: Child, exit: Exit): void {
    this.#switchboard.disconnect(child, this.children);
    this.#deliveries.gone(child, exit).catch((error) => this.#storeFailed(error));
    this.#tell({ is: "exit", actor: child.name, incarnation: child.incarnation, exit });
    if (exit.zombie) {
      this.zombies += 1;
      this.#tell({ is: "zombie", actor: child.name, zombies: this.zombies });
    }
    this.#leaves.get(child.name)?.exited(exit);
  }

  #escalated({ error }: End): void {
    const reason = error?.message ?? "Its significant members have ended";
    this.#tell({ is: "escalated", group: this.#root.name, reason });
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
