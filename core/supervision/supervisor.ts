/**
 * The supervisor: starts actors in order, stops them in reverse, restarts what dies, joins peers
 * by links, commits turns, delivers what is durable. It decides with `strategy.ts` and touches the
 * world through a host, a store and a clock.
 */

import { parse, specOf } from "@/core/kernel/check.ts";
import { Child } from "@/core/kernel/child.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { unreached } from "@/core/kernel/errors.ts";
import type { ActorEvent, SupervisorEvent } from "@/core/kernel/events.ts";
import type { End } from "@/core/kernel/group.ts";
import type { Host } from "@/core/kernel/host.ts";
import type { ChildSpec, GroupTree, HostKind, Served } from "@/core/kernel/house.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { InputOf, Protocol, ReplyOf, RequestOf } from "@/core/kernel/message.ts";
import type { FencedError, Store } from "@/core/kernel/store.ts";
import { Tree } from "@/core/kernel/tree.ts";
import type { Up } from "@/core/kernel/up.ts";
import { MAIN } from "@/core/kernel/wire.ts";
import { Office } from "@/core/outbox/office.ts";
import { type HouseSnapshot, snapshotOf } from "./snapshot.ts";
import { Switchboard } from "./switchboard.ts";

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
  /** Threads that outlived their sentence and still burn a core. */
  zombies = 0;
  readonly #options: SupervisorOptions;
  readonly #tree: Tree;
  readonly #office: Office;
  readonly #switchboard: Switchboard;
  #nextTrace = 1;
  #stopping: Promise<void> | null = null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#office = new Office({
      store: options.store,
      clock: options.clock,
      log: options.log,
      specOf: (actor) => this.find(actor)?.spec,
      onFenced: options.onFenced,
    });
    this.#switchboard = new Switchboard(options.clock, options.serve);
    this.#tree = new Tree(options.root, {
      clock: options.clock,
      random: options.random,
      taken: [MAIN, ...this.#switchboard.served],
      place: (spec) => this.#place(spec),
    });
    this.#tree.root.onEnd = (end) => this.#escalated(end);
  }

  readonly startChild: Tree["startChild"] = (...of) => this.#tree.startChild(...of);
  readonly terminate: Tree["terminate"] = (...of) => this.#tree.terminate(...of);
  readonly restart: Tree["restart"] = (...of) => this.#tree.restart(...of);
  readonly delete: Tree["delete"] = (...of) => this.#tree.delete(...of);
  readonly recycle: Tree["recycle"] = (...of) => this.#tree.recycle(...of);
  readonly redefine: Tree["redefine"] = (...of) => this.#tree.redefine(...of);
  readonly watch: Tree["watch"] = (...of) => this.#tree.watch(...of);
  readonly restartsOf: Tree["restartsOf"] = (...of) => this.#tree.restartsOf(...of);

  /** What runs, waits and did not arrive, at this moment; asks nobody. */
  snapshot(): HouseSnapshot {
    return snapshotOf(this.#tree, this.#office, this.zombies);
  }

  readonly post: Office["post"] = (...of) => this.#office.post(...of);
  readonly parked: Office["parked"] = (...of) => this.#office.parked(...of);
  readonly replay: Office["replay"] = (...of) => this.#office.replay(...of);
  readonly resolve: Office["resolve"] = (...of) => this.#office.resolve(...of);

  get children(): readonly Child[] {
    return this.#tree.children;
  }

  find(name: string): Child | undefined {
    return this.#tree.find(name);
  }

  /** Starts everything in order; when a member fails, those before it are stopped and this rejects. */
  async start(): Promise<void> {
    const { root } = this.#tree;
    try {
      await root.start();
    } catch (error) {
      root.leave();
      throw error;
    }
  }

  /** Stops everything in reverse order within `totalMs`; runs once. */
  stop(totalMs: number): Promise<void> {
    const { root } = this.#tree;
    this.#stopping ??= root.stop({ untilMs: this.#options.clock.monotonic() + totalMs })
      .then(() => root.leave());
    return this.#stopping;
  }

  /** A question from main, such as one that came over HTTP. */
  async ask<P extends Protocol, K extends RequestOf<P>>(
    peer: P,
    type: K,
    body: InputOf<P, K>,
  ): Promise<ReplyOf<P, K>> {
    const spec = specOf(peer, type, "request");
    const line = this.#switchboard.line(peer.name);
    if (line === undefined) throw unreached("peer-down", `${peer.name} is not running`);
    const checked = parse(spec.body, body, `${peer.name}.${type}`);
    const trace = `${MAIN}.${this.#nextTrace++}`;
    const value = await line.ask(type, checked, { trace, deadlineMs: spec.deadlineMs });
    return parse(spec.reply, value, `${peer.name}.${type} reply`) as ReplyOf<P, K>;
  }

  // ---- life and death ---------------------------------------------------------------------------

  #place(spec: ChildSpec): Child {
    const { host, clock, id: lockPrefix } = this.#options;
    return new Child(spec, {
      host: host(spec.host),
      clock,
      lockPrefix,
      served: this.#switchboard.served,
      load: (actor, isOver) => this.#office.load(actor, isOver),
      config: ({ config }) => config((actor) => this.find(actor)?.facts ?? {}),
      onSpawn: (child) => this.#switchboard.connect(child, this.children),
      onMessage: (child, message) => this.#receive(child, message),
      onEvent: (child, event) => this.#heard(child, event),
      onZombie: (child, alive) => this.#counted(child, alive),
      onBloated: (child) => this.recycle(child.name, "memory"),
    });
  }

  #heard(child: Child, event: ActorEvent): void {
    if (event.is === "exit") {
      this.#switchboard.disconnect(child, this.children);
      this.#office.exited(child, event.exit);
    }
    this.#options.onEvent(event);
    if (event.is === "ready") this.#office.ready(child);
    if (event.is === "stopped") this.#tree.ended(event);
  }

  #counted(child: Child, alive: boolean): void {
    this.zombies += alive ? 1 : -1;
    this.#options.onEvent({ is: "zombie", actor: child.name, alive, zombies: this.zombies });
  }

  #escalated({ error }: End): void {
    const { root } = this.#tree;
    root.leave();
    const reason = error?.message ?? "Its significant members have ended";
    this.#options.onEvent({ is: "escalated", group: root.name, reason });
  }

  #receive(child: Child, message: Up): void {
    if (message.is === "log") {
      const log = this.#options.actorLog(child.name, child.incarnation);
      return log[message.level](message.message, message.props);
    }
    this.#office.receive(child, message);
  }
}
