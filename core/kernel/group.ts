/**
 * A supervisor as OTP knows it: members in an order, a strategy, a limit, and a place in its
 * parent. Groups are logic only; every actor is spawned by main. A group that gives up counts as
 * one failure of the group in its parent.
 */

import { type Clock, Timers } from "./clock.ts";
import { ActorError, fromWire, toWire, type WireError } from "./errors.ts";
import type { Exit } from "./events.ts";
import type { GroupSpec, Policy } from "./house.ts";
import type { Started, Stop } from "./life.ts";
import { affected, decide, type ExitKind, NO_HISTORY, rested } from "./strategy.ts";

/** How a member ended by itself. */
export interface End extends Pick<Exit, "kind" | "error" | "readyForMs"> {
  /** The member's era at its end. */
  readonly era: number;
}

/** A restart that is due. */
export interface Wait {
  readonly delayMs: number;
  readonly inARow: number;
  /** This member is the cause; the others only go with it. */
  readonly isCause: boolean;
}

/** When and how a member is to be down; `untilMs` is monotonic. */
export interface StopBy extends Partial<Omit<Stop, "withinMs">> {
  readonly untilMs: number;
  /** It will be started again: what a suspended actor holds stays where it is. */
  readonly again?: boolean;
}

/** A member of a group, an actor or another group, and its place there. */
export abstract class Member {
  abstract readonly name: string;
  /** Replaced when the house is redefined; what it changes holds from now on or the next start. */
  abstract policy: Policy;
  /** How long it has been ready; null while it is not. */
  abstract readonly readyForMs: number | null;
  /** Nothing of it runs. */
  abstract readonly isDown: boolean;
  /** Counts starts and stops: what ended in an earlier era is old news. */
  era = 0;
  /** Null for the root. */
  group: Group | null = null;
  /** Members added at run time do not come back when the group is restarted. */
  declared = true;
  /** It should run; false once it ended for good or was stopped by a person. */
  wanted = false;
  history = NO_HISTORY;
  /** Set by its owner; called when it ended after having been ready. */
  onEnd: (end: End) => void = () => {};

  /** Rejects when it could not start, and then tells `onEnd` nothing. */
  abstract start(): Promise<Started>;
  /** Resolves when it is down; tells `onEnd` nothing. */
  abstract stop(by: StopBy): Promise<void>;
  /** After an end or a stop: it will be started again. */
  abstract wait(wait: Wait): void;
  /** After an end or a stop: nobody will start it again. */
  abstract leave(): void;

  /** Restarts that its group's limit counts now. */
  get restartsInWindow(): number {
    const { restartsAtMs, readyMs } = this.history;
    const nowMs = readyMs + (this.readyForMs ?? 0);
    const withinMs = this.group?.policy.intensity.withinMs ?? 0;
    return restartsAtMs.filter((at) => nowMs - at < withinMs).length;
  }
}

/** A member that is to be started, unless another hand is faster. */
interface Due {
  readonly member: Member;
  readonly era: number;
}

export interface GroupEnv {
  readonly clock: Clock;
  readonly random: () => number;
}

/** What members may take to stop when the group stops them for its own reasons. */
const STOP_MS = 10_000;

export class Group extends Member {
  policy: GroupSpec;
  /** In starting order. */
  members: readonly Member[] = [];
  readonly #env: GroupEnv;
  #state: "down" | "starting" | "up" | "stopping" = "down";
  #upSinceMs = 0;
  /** Why it gave up while it was starting. */
  #failure: WireError | null = null;
  /** Restarts that are due; who is started or stopped before leaves them by its era. */
  readonly #timers = new Set<() => void>();
  /** Restarts that touch several members: one after another. */
  #working: Promise<unknown> = Promise.resolve();
  /** The last start of all, which its own end waits for. */
  #starting: Promise<unknown> = Promise.resolve();

  constructor(spec: GroupSpec, env: GroupEnv) {
    super();
    this.policy = spec;
    this.#env = env;
  }

  get name(): string {
    return this.policy.name;
  }
  get isDown(): boolean {
    return this.#state === "down";
  }
  get readyForMs(): number | null {
    return this.#state === "up" ? this.#now() - this.#upSinceMs : null;
  }

  /** Adds a member behind the others; it is not started, and unless declared not wanted. */
  add(member: Member, declared: boolean): void {
    member.group = this;
    member.declared = declared;
    member.wanted = declared && this.#state === "down";
    member.onEnd = (end) => this.#ended(member, end);
    this.members = [...this.members, member];
  }

  /** Forgets a member that is down. */
  remove(member: Member): void {
    this.members = this.members.filter((one) => one !== member);
  }

  /** Starts the members in order; when one fails, those before it stop again and this rejects. */
  start(): Promise<Started> {
    this.era += 1;
    this.#state = "starting";
    this.#failure = null;
    this.members = this.members.filter(({ declared }) => declared);
    for (const member of this.members) {
      member.wanted = true;
      member.history = NO_HISTORY;
    }
    const started = this.#startAll();
    this.#working = this.#starting = started.catch(() => {});
    return started;
  }

  async stop(by: StopBy): Promise<void> {
    this.era += 1;
    this.#state = "stopping";
    await this.#stopAll(by);
    this.#state = "down";
  }

  wait(wait: Wait): void {
    for (const member of this.members) {
      if (member.declared) member.wait({ ...wait, isCause: false });
      else member.leave();
    }
  }
  leave(): void {
    for (const member of this.members) member.leave();
  }

  /** Starts a member that is not wanted yet, with a clean record. */
  async startMember(member: Member): Promise<Started> {
    if (this.#isStopping) throw new ActorError("rejected", "stopped", `${this.name} is not up`);
    member.wanted = true;
    member.history = NO_HISTORY;
    const started = this.#startOne(member);
    const { era } = member;
    try {
      return await started;
    } catch (error) {
      // Whoever stopped it in the meantime says what becomes of it.
      if (member.era === era) {
        member.wanted = false;
        member.leave();
      }
      throw error;
    }
  }

  /** Stops a member until a person starts it again. */
  async stopMember(member: Member, by: StopBy): Promise<void> {
    member.wanted = false;
    await member.stop(by);
    // Unless the whole group was started in the meantime.
    if (!member.wanted) this.#retire(member);
  }

  /** Drains a member and starts it anew: nobody else is touched, no failure is counted. */
  recycle(member: Member, kind: Stop["kind"]): void {
    const { era } = member;
    this.#work(async () => {
      if (member.era !== era || !member.wanted || member.readyForMs === null) return;
      const by = { untilMs: this.#now() + STOP_MS, kind, how: "drain", again: true } as const;
      await this.#stopThese([member], by);
      if (member.era !== era + 1 || this.#isStopping) return;
      member.wait({ delayMs: 0, inARow: 0, isCause: true });
      await this.#startThese([dueNow(member)]);
    });
  }

  #now(): number {
    return this.#env.clock.monotonic();
  }
  get #isStopping(): boolean {
    return this.#state === "stopping" || this.#state === "down";
  }

  async #startAll(): Promise<Started> {
    const { era } = this;
    const failed = await this.#startEach(this.members.map(dueNow));
    if (failed === null && this.#state === "starting" && this.era === era) {
      this.#state = "up";
      this.#upSinceMs = this.#now();
      return "started";
    }
    if (this.era === era) {
      this.#state = "stopping";
      await this.#stopAll({ untilMs: this.#now() + STOP_MS });
    }
    if (this.era === era) this.#state = "down";
    if (this.#failure !== null) throw fromWire(this.#failure);
    if (failed === null) throw new ActorError("transient", "stopped", `${this.name} was stopped`);
    const message = `${failed.member.name} did not start, so nothing of ${this.name} runs`;
    throw new ActorError("fatal", "boot-failed", message, { cause: failed.error });
  }

  /** Starts, in order, what nobody has started or stopped in the meantime, until one fails. */
  async #startEach(due: readonly Due[]) {
    for (const { member, era: dueEra } of due) {
      if (this.#isStopping || member.era !== dueEra) continue;
      const started = this.#startOne(member);
      // Whoever stops it from now on begins another era, and this start's failure is old news.
      const { era } = member;
      const failed = await started.then(() => null, (error: unknown) => ({ member, error, era }));
      if (failed !== null && member.era === era) return failed;
    }
    return null;
  }

  async #startOne(member: Member): Promise<Started> {
    const started = await member.start();
    if (started === "nothing-to-do") this.#retire(member);
    return started;
  }

  async #stopAll(by: StopBy): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    const { shutdown } = this.policy;
    const ownMs = shutdown === "unlimited" ? Infinity : this.#now() + shutdown;
    await this.#stopThese(this.members, { ...by, untilMs: Math.min(by.untilMs, ownMs) });
  }

  /** Tells in which era each was stopped. */
  async #stopThese(members: readonly Member[], by: StopBy): Promise<Map<Member, number>> {
    const eras = new Map<Member, number>();
    const stopOne = (member: Member) => {
      this.#credit(member, member.readyForMs ?? 0);
      const stop = member.stop(by);
      eras.set(member, member.era);
      return stop;
    };
    if (this.policy.stopping === "parallel") {
      await Promise.all(members.map(stopOne));
      return eras;
    }
    const late = Promise.withResolvers<void>();
    const timers = new Timers(this.#env.clock);
    timers.after(Math.max(0, by.untilMs - this.#now()), late.resolve);
    const stops: Promise<void>[] = [];
    for (const member of members.toReversed()) {
      const stop = stopOne(member);
      stops.push(stop);
      // Past the deadline nobody waits for another.
      await Promise.race([stop, late.promise]);
    }
    await Promise.all(stops);
    timers.cancelAll();
    return eras;
  }

  #ended(member: Member, end: End): void {
    this.#credit(member, end.readyForMs);
    this.#work(() => this.#recover(member, end));
  }

  /** Also where nothing is decided about its end, because another member's end came first. */
  #credit(member: Member, readyForMs: number): void {
    member.history = rested(member.history, readyForMs, member.policy.backoff);
  }

  /** One-for-one touches nobody else, so its members need not wait for each other. */
  #work(run: () => Promise<void>): void {
    const before = this.policy.strategy === "one" ? Promise.resolve() : this.#working;
    // Whatever goes wrong in here is a failure of this supervisor, for its parent to judge.
    this.#working = before.then(run).catch((error) => this.#giveUp(toWire(error)));
  }

  async #recover(member: Member, end: End): Promise<void> {
    if (this.#isStopping || end.era !== member.era) return;
    const decision = decide({
      ...member.policy,
      kind: end.kind,
      history: member.history,
      intensity: this.policy.intensity,
      random: this.#env.random(),
    });
    if (decision.do === "leave") {
      this.#retire(member);
      return await this.#shutDownAfter(member);
    }
    if (decision.do === "escalate") {
      const message = `${member.name} failed for good: ${decision.reason}`;
      return await this.#giveUp(toWire(new ActorError("fatal", "limit-reached", message)));
    }
    const { delayMs, history } = decision;
    member.history = history;
    const touched = affected(this.policy.strategy, this.members, member)
      .filter(({ wanted }) => wanted);
    const others = touched.filter((one) => one !== member);
    const eras = await this.#stopThese(others, { untilMs: this.#now() + STOP_MS, again: true });
    if (this.#isStopping) return;
    eras.set(member, end.era);
    // Whoever is started or stopped by another hand in the meantime is left to it.
    const ours = touched.filter((one) => one.wanted && one.era === eras.get(one));
    for (const one of ours) {
      if (one.policy.restart === "temporary") this.#retire(one);
      else one.wait({ delayMs, inARow: history.inARow, isCause: one === member });
    }
    const due = ours.filter(({ wanted }) => wanted).map(dueNow);
    const cancel = this.#env.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      this.#work(() => this.#startThese(due));
    });
    this.#timers.add(cancel);
  }

  async #startThese(due: readonly Due[]): Promise<void> {
    const failed = await this.#startEach(due);
    if (failed === null) return;
    const { member, era } = failed;
    await this.#recover(member, { kind: "crash", error: toWire(failed.error), readyForMs: 0, era });
  }

  /** It ended for good, and not because anybody gave it up. */
  #retire(member: Member): void {
    member.wanted = false;
    member.leave();
    if (member.policy.restart === "temporary") this.remove(member);
  }

  /** Perhaps the group has nothing left to do. */
  async #shutDownAfter({ policy }: Member): Promise<void> {
    const { policy: { autoShutdown }, era } = this;
    if (!policy.significant || autoShutdown === "never") return;
    // Whoever has not started yet may fail to, and that would be another end.
    await this.#starting;
    if (this.#isStopping || this.era !== era) return;
    const open = this.members.some((member) => member.policy.significant && member.wanted);
    if (autoShutdown === "any" || !open) await this.#endWith("normal", null);
  }

  async #giveUp(error: WireError): Promise<void> {
    if (!this.#isStopping) await this.#endWith("crash", error);
  }

  async #endWith(kind: ExitKind, error: WireError | null): Promise<void> {
    const { readyForMs, era } = this;
    this.#failure = error;
    this.#state = "stopping";
    await this.#stopAll({ untilMs: this.#now() + STOP_MS });
    // One that is still starting says so by its start.
    if (readyForMs === null || this.era !== era) return;
    this.#state = "down";
    this.onEnd({ kind, error, readyForMs, era });
  }
}

function dueNow(member: Member): Due {
  return { member, era: member.era };
}
