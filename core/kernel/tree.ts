/** Who there is, and what a person or a program may do with a member by its name. */

import { Child } from "./child.ts";
import { ActorError } from "./errors.ts";
import type { EndNotice, Stopped } from "./events.ts";
import { Group, type GroupEnv, type Member } from "./group.ts";
import { checkMember, checkTree, type ChildSpec, type GroupTree, nameOf } from "./house.ts";
import type { Started, Stop } from "./life.ts";

export interface TreeOptions extends GroupEnv {
  /** Names that are not free. */
  readonly taken: readonly string[];
  readonly place: (spec: ChildSpec) => Child;
}

/** What came of a wish to start: a running actor, or why it was not started. */
export interface StartAnswer {
  readonly outcome: Started | "already-started" | "already-present";
  readonly child: Child;
}

export type Watcher = (notice: EndNotice) => void;

export class Tree {
  readonly root: Group;
  readonly #options: TreeOptions;
  readonly #watchers = new Map<string, Set<Watcher>>();

  constructor(spec: GroupTree, options: TreeOptions) {
    this.#options = options;
    checkTree(spec, options.taken);
    this.root = this.#grow(spec);
  }

  get children(): readonly Child[] {
    return [...walk(this.root)].flatMap(({ member }) => member instanceof Child ? [member] : []);
  }

  find(name: string): Child | undefined {
    return this.children.find((child) => child.name === name);
  }

  /** Restarts inside the window, and when the next one is due (wall clock, ms). */
  restartsOf(name: string): { inWindow: number; limit: number; nextAtMs: number | null } {
    const child = this.find(name);
    if (child === undefined) return { inWindow: 0, limit: 0, nextAtMs: null };
    const { group } = this.#placeOf(name);
    const { intensity } = group.spec;
    const { restartsAtMs, readyMs } = group.entryOf(child).history;
    const nowMs = readyMs + (child.readyForMs ?? 0);
    return {
      inWindow: restartsAtMs.filter((at) => nowMs - at < intensity.withinMs).length,
      limit: intensity.max,
      nextAtMs: child.nextRestartAtMs,
    };
  }

  /** Adds an actor behind the others of a group and starts it; refused if it does not start. */
  async startChild(spec: ChildSpec, under = this.root.name): Promise<StartAnswer> {
    const group = under === this.root.name ? this.root : this.#placeOf(under).member;
    if (!(group instanceof Group)) throw refused("not-a-group", `${under} is no group`);
    const groups = [...walk(this.root)].filter(({ member }) => member instanceof Group);
    const names = groups.map(({ member }) => member.name);
    const taken = new Set([...this.#options.taken, this.root.name, ...names]);
    checkMember(spec, group.spec.intensity, taken);
    const known = this.find(nameOf(spec));
    if (known !== undefined) {
      const { wanted } = this.#placeOf(known.name).group.entryOf(known);
      return { outcome: wanted ? "already-started" : "already-present", child: known };
    }
    const child = this.#options.place(spec);
    group.add(child, false);
    try {
      return { outcome: await group.startMember(child), child };
    } catch (error) {
      group.remove(child);
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
   * Takes over new definitions, all or none. Limits and policies hold at once, the rest from an
   * actor's next start. What is new is known but not started; what is missing runs on.
   */
  redefine(spec: GroupTree): void {
    checkTree(spec, this.#options.taken);
    if (spec.name !== this.root.name) throw refused("moved", `The root is ${this.root.name}`);
    for (const { member, parent } of walkSpec(spec)) {
      const place = this.#lookUp(nameOf(member));
      if (place === undefined) continue;
      const isSame = place.member instanceof Group === "children" in member;
      if (place.group.name !== parent || !isSame) {
        throw refused("moved", `${nameOf(member)} cannot move or change its nature`);
      }
    }
    this.#adopt(this.root, spec);
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

  /** An actor has ended for good. */
  ended({ is: _, ...notice }: Stopped): void {
    const watchers = this.#watchers.get(notice.actor) ?? [];
    this.#watchers.delete(notice.actor);
    for (const watcher of watchers) watcher(notice);
  }

  #grow(tree: GroupTree): Group {
    const group = new Group(tree, this.#options);
    for (const member of tree.children) group.add(this.#make(member), true);
    return group;
  }

  #make(spec: ChildSpec | GroupTree): Member {
    return "children" in spec ? this.#grow(spec) : this.#options.place(spec);
  }

  #adopt(group: Group, spec: GroupTree): void {
    group.spec = spec;
    for (const one of spec.children) {
      const member = group.members.find(({ name }) => name === nameOf(one));
      if (member === undefined) group.add(this.#make(one), true);
      else if (member instanceof Group && "children" in one) this.#adopt(member, one);
      else if (member instanceof Child && !("children" in one)) member.policy = one;
    }
  }

  #lookUp(name: string): Place | undefined {
    return [...walk(this.root)].find(({ member }) => member.name === name);
  }

  #downAt(name: string): Place {
    const place = this.#placeOf(name);
    if (!place.group.entryOf(place.member).wanted) return place;
    throw refused("running", `${name} runs or is being restarted`);
  }

  #placeOf(name: string): Place {
    const place = this.#lookUp(name);
    if (place === undefined) throw refused("not-found", `No member is called ${name}`);
    return place;
  }
}

interface Place {
  readonly member: Member;
  readonly group: Group;
}

function* walk(group: Group): Generator<Place> {
  for (const member of group.members) {
    yield { member, group };
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
