/**
 * The supervisor of a house: who there is, what a person or a program may do with a member by its
 * name, and what joins the members to each other, to main and to the database. Who restarts whom is
 * decided in the groups.
 */

import { parse, specOf } from "@/core/kernel/check.ts";
import { Child } from "@/core/kernel/child.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError, unreached } from "@/core/kernel/errors.ts";
import type { ActorEvent, EndNotice, Stopped, SupervisorEvent } from "@/core/kernel/events.ts";
import { type End, Group, type Member } from "@/core/kernel/group.ts";
import type { Host } from "@/core/kernel/host.ts";
import {
  checkMember,
  checkTree,
  type ChildSpec,
  type GroupTree,
  type HostKind,
  nameOf,
  type Served,
} from "@/core/kernel/house.ts";
import type { Started, Stop } from "@/core/kernel/life.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { InputOf, Protocol, ReplyOf, RequestOf } from "@/core/kernel/message.ts";
import type { FencedError, Store } from "@/core/kernel/store.ts";
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

/** What came of a wish to start: a running actor, or why it was not started. */
export interface StartAnswer {
  readonly outcome: Started | "already-started" | "already-present";
  readonly child: Child;
}

export type Watcher = (notice: EndNotice) => void;

export class Supervisor {
  /** Threads that outlived their sentence and still burn a core. */
  zombies = 0;
  readonly #options: SupervisorOptions;
  readonly #root: Group;
  /** Names that no member may have. */
  readonly #taken: readonly string[];
  readonly #office: Office;
  readonly #switchboard: Switchboard;
  readonly #watchers = new Map<string, Set<Watcher>>();
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
    this.#taken = [MAIN, ...this.#switchboard.served];
    checkTree(options.root, this.#taken);
    this.#root = this.#grow(options.root);
    this.#root.onEnd = (end) => this.#escalated(end);
  }

  // ---- all of it --------------------------------------------------------------------------------

  /** Starts everything in order; when a member fails, those before it are stopped and this rejects. */
  async start(): Promise<void> {
    try {
      await this.#root.start();
    } catch (error) {
      // A stop says itself when all are down.
      if (this.#stopping === null) this.#root.leave();
      throw error;
    }
  }

  /** Stops everything in reverse order within `totalMs`; runs once. */
  stop(totalMs: number): Promise<void> {
    this.#stopping ??= this.#root.stop({ untilMs: this.#options.clock.monotonic() + totalMs })
      .then(() => this.#root.leave());
    return this.#stopping;
  }

  /** What runs, waits and did not arrive, at this moment; asks nobody. */
  snapshot(): HouseSnapshot {
    return snapshotOf(this.children, this.#office, this.zombies);
  }

  /**
   * Takes over new definitions, all or none. Limits and policies hold at once, the rest from an
   * actor's next start, with two exceptions: its `host` stays as it was placed, and a config set by
   * hand stays in force. What is new is known but not started; what is missing runs on.
   */
  redefine(spec: GroupTree): void {
    checkTree(spec, this.#taken);
    if (spec.name !== this.#root.name) throw refused("moved", `The root is ${this.#root.name}`);
    for (const { member, parent } of walkSpec(spec)) {
      const known = this.#members.find(({ name }) => name === nameOf(member));
      if (known === undefined) continue;
      const isSame = known instanceof Group === "children" in member;
      if (known.group?.name !== parent || !isSame) {
        throw refused("moved", `${nameOf(member)} cannot move or change its nature`);
      }
    }
    this.#adopt(this.#root, spec);
  }

  // ---- its members ------------------------------------------------------------------------------

  get children(): readonly Child[] {
    return this.#members.filter((member) => member instanceof Child);
  }

  find(name: string): Child | undefined {
    return this.children.find((child) => child.name === name);
  }

  /** Adds an actor behind the others of a group and starts it; refused if it does not start. */
  async startChild(spec: ChildSpec, under = this.#root.name): Promise<StartAnswer> {
    const group = under === this.#root.name ? this.#root : this.#placeOf(under).member;
    if (!(group instanceof Group)) throw refused("not-a-group", `${under} is no group`);
    const groups = this.#members.filter((member) => member instanceof Group);
    const taken = new Set([...this.#taken, this.#root.name, ...groups.map(({ name }) => name)]);
    checkMember(spec, group.policy.intensity, taken);
    const known = this.find(nameOf(spec));
    if (known !== undefined) {
      return { outcome: known.wanted ? "already-started" : "already-present", child: known };
    }
    const child = this.#place(spec);
    group.add(child, false);
    try {
      return { outcome: await group.startMember(child), child };
    } catch (error) {
      if (child.isDown) group.remove(child);
      throw error;
    }
  }

  /** Stops a member until it is restarted by hand; one that is down stays so. */
  async terminate(name: string, how: Stop["how"] = "drain"): Promise<void> {
    const { group, member } = this.#placeOf(name);
    await group.stopMember(member, { untilMs: Infinity, ...(how === "drain" ? {} : { how }) });
  }

  /** Starts a member that is down; one that runs, or is on its way, is refused. */
  async restart(name: string): Promise<Started> {
    const { group, member } = this.#downAt(name);
    return await group.startMember(member);
  }

  /** Forgets a member that is down. */
  delete(name: string): void {
    const { group, member } = this.#downAt(name);
    group.remove(member);
  }

  /** Lets a running member finish and starts it anew. */
  recycle(name: string, kind: Stop["kind"] = "shutdown"): void {
    const { group, member } = this.#placeOf(name);
    group.recycle(member, kind);
  }

  /**
   * Tells `watcher` once when the actor has ended for good, at once if it already has. Watching
   * twice is watching once; the returned function ends it.
   */
  watch(name: string, watcher: Watcher): () => void {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(watcher));
    const child = this.find(name);
    if (child === undefined || child.isOver) {
      const { kind: cause, error } = child?.lastExit ?? { kind: "unknown" as const, error: null };
      const notice = { actor: name, incarnation: child?.incarnation ?? 0, cause, error };
      queueMicrotask(() => watchers.delete(watcher) && watcher(notice));
    }
    return () => watchers.delete(watcher);
  }

  // ---- its messages -----------------------------------------------------------------------------

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

  readonly post: Office["post"] = (...of) => this.#office.post(...of);
  readonly parked: Store["parked"] = (...of) => this.#options.store.parked(...of);
  readonly replay: Office["replay"] = (...of) => this.#office.replay(...of);
  readonly resolve: Office["resolve"] = (...of) => this.#office.resolve(...of);

  // ---- who there is -----------------------------------------------------------------------------

  /** Without the root. */
  get #members(): readonly Member[] {
    return [...walk(this.#root)];
  }

  #placeOf(name: string): { readonly group: Group; readonly member: Member } {
    const member = this.#members.find((one) => one.name === name);
    if (member?.group) return { group: member.group, member };
    throw refused("not-found", `No member is called ${name}`);
  }

  #downAt(name: string) {
    const place = this.#placeOf(name);
    if (!place.member.wanted && place.member.isDown) return place;
    throw refused("running", `${name} runs, or is being restarted or stopped`);
  }

  #grow(tree: GroupTree): Group {
    const group = new Group(tree, this.#options);
    for (const member of tree.children) group.add(this.#make(member), true);
    return group;
  }

  #make(spec: ChildSpec | GroupTree): Member {
    return "children" in spec ? this.#grow(spec) : this.#place(spec);
  }

  #adopt(group: Group, spec: GroupTree): void {
    group.policy = spec;
    for (const one of spec.children) {
      const member = group.members.find(({ name }) => name === nameOf(one));
      if (member === undefined) group.add(this.#make(one), true);
      else {
        member.declared = true;
        if (member instanceof Group && "children" in one) this.#adopt(member, one);
        else member.policy = one;
      }
    }
  }

  #place(spec: ChildSpec): Child {
    const { host, clock, store, id: lockPrefix } = this.#options;
    return new Child(spec, {
      host: host(spec.host),
      clock,
      lockPrefix,
      served: this.#switchboard.served,
      load: (actor, isOver) => this.#office.untilDone(() => store.load(actor), isOver),
      config: ({ config }) => config((actor) => this.find(actor)?.facts ?? {}),
      onSpawn: (child) => this.#switchboard.connect(child, this.children),
      onMessage: (child, message) => this.#receive(child, message),
      onEvent: (child, event) => this.#heard(child, event),
      onZombie: (child, alive) => this.#counted(child, alive),
      onBloated: (child) => this.recycle(child.name, "memory"),
    });
  }

  // ---- what happens to them ---------------------------------------------------------------------

  #heard(child: Child, event: ActorEvent): void {
    if (event.is === "exit") {
      this.#switchboard.disconnect(child, this.children);
      this.#office.exited(child, event.exit);
    }
    this.#options.onEvent(event);
    if (event.is === "ready") this.#office.ready(child);
    if (event.is === "stopped") this.#ended(event);
  }

  #ended({ is: _, ...notice }: Stopped): void {
    const watchers = this.#watchers.get(notice.actor) ?? [];
    this.#watchers.delete(notice.actor);
    for (const watcher of watchers) watcher(notice);
  }

  #counted(child: Child, alive: boolean): void {
    this.zombies += alive ? 1 : -1;
    this.#options.onEvent({ is: "zombie", actor: child.name, alive, zombies: this.zombies });
  }

  #escalated({ error }: End): void {
    this.#root.leave();
    const reason = error?.message ?? "Its significant members have ended";
    this.#options.onEvent({ is: "escalated", group: this.#root.name, reason });
  }

  #receive(child: Child, message: Up): void {
    if (message.is === "log") {
      const log = this.#options.actorLog(child.name, child.incarnation);
      return log[message.level](message.message, message.props);
    }
    this.#office.receive(child, message);
  }
}

function* walk(group: Group): Generator<Member> {
  for (const member of group.members) {
    yield member;
    if (member instanceof Group) yield* walk(member);
  }
}

function* walkSpec(
  tree: GroupTree,
): Generator<{ readonly member: ChildSpec | GroupTree; readonly parent: string }> {
  for (const member of tree.children) {
    yield { member, parent: tree.name };
    if ("children" in member) yield* walkSpec(member);
  }
}

function refused(code: string, message: string): ActorError {
  return new ActorError("rejected", code, message);
}
