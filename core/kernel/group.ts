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
import { affected, decide, type ExitKind, type History, NO_HISTORY, rested } from "./strategy.ts";

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
}

/** A member of a group: an actor, or another group. */
export interface Member {
  readonly name: string;
  readonly policy: Policy;
  /** Counts starts and stops: what ended in an earlier era is old news. */
  readonly era: number;
  /** How long it has been ready; null while it is not. */
  readonly readyForMs: number | null;
  /** Rejects when it could not start, and then tells `onEnd` nothing. */
  start(): Promise<Started>;
  /** Resolves when it is down; tells `onEnd` nothing. */
  stop(by: StopBy): Promise<void>;
  /** After an end or a stop: it will be started again. */
  wait(wait: Wait): void;
  /** After an end or a stop: nobody will start it again. */
  leave(): void;
  /** Set by the group that owns it; called when it ended after having been ready. */
  onEnd: (end: End) => void;
}

export interface GroupEnv {
  readonly clock: Clock;
  readonly random: () => number;
}

/** A member's place in its group. */
export interface Entry {
  readonly member: Member;
  /** Members added at run time do not come back when the group is restarted. */
  readonly declared: boolean;
  /** It should run; false once it ended for good or was stopped by a person. */
  wanted: boolean;
  history: History;
}

/** What members may take to stop when the group stops them for its own reasons. */
const STOP_MS = 10_000;

export class Group implements Member {
  spec: GroupSpec;
  era = 0;
  onEnd: (end: End) => void = () => {};
  readonly #env: GroupEnv;
  #entries: readonly Entry[] = [];
  #state: "down" | "starting" | "up" | "stopping" = "down";
  #upSinceMs = 0;
  /** Why it gave up while it was starting. */
  #failure: WireError | null = null;
  /** Restarts that are due; who is started or stopped before leaves them by its era. */
  readonly #timers = new Set<() => void>();
  /** Restarts that touch several members: one after another. */
  #working: Promise<unknown> = Promise.resolve();

  constructor(spec: GroupSpec, env: GroupEnv) {
    this.spec = spec;
    this.#env = env;
  }

  get name(): string {
    return this.spec.name;
  }
  get policy(): Policy {
    return this.spec;
  }
  get readyForMs(): number | null {
    return this.#state === "up" ? this.#now() - this.#upSinceMs : null;
  }
  get members(): readonly Member[] {
    return this.#entries.map(({ member }) => member);
  }

  /** Adds a member behind the others; it is not started, and unless declared not wanted. */
  add(member: Member, declared: boolean): void {
    const wanted = declared && this.#state === "down";
    const entry: Entry = { member, declared, wanted, history: NO_HISTORY };
    this.#entries = [...this.#entries, entry];
    member.onEnd = (end) => this.#ended(entry, end);
  }

  /** Forgets a member that is down. */
  remove(member: Member): void {
    this.#entries = this.#entries.filter((entry) => entry.member !== member);
  }

  entryOf(member: Member): Readonly<Entry> {
    return this.#entryOf(member);
  }

  /** Starts the members in order; when one fails, those before it stop again and this rejects. */
  start(): Promise<Started> {
    this.era += 1;
    this.#state = "starting";
    this.#failure = null;
    this.#entries = this.#entries.filter(({ declared }) => declared);
    for (const entry of this.#entries) {
      entry.wanted = true;
      entry.history = NO_HISTORY;
    }
    const started = this.#startAll();
    this.#working = started.catch(() => {});
    return started;
  }

  async stop(by: StopBy): Promise<void> {
    const { shutdown } = this.spec;
    const ownMs = shutdown === "unlimited" ? Infinity : this.#now() + shutdown;
    this.era += 1;
    this.#state = "stopping";
    await this.#stopAll({ ...by, untilMs: Math.min(by.untilMs, ownMs) });
    this.#state = "down";
  }

  wait(wait: Wait): void {
    for (const { member, declared } of this.#entries) {
      if (declared) member.wait({ ...wait, isCause: false });
      else member.leave();
    }
  }
  leave(): void {
    for (const { member } of this.#entries) member.leave();
  }

  /** Starts a member that is not wanted yet, with a clean record. */
  async startMember(member: Member): Promise<Started> {
    const entry = this.#entryOf(member);
    if (this.#isStopping) throw new ActorError("rejected", "stopped", `${this.name} is not up`);
    entry.wanted = true;
    entry.history = NO_HISTORY;
    try {
      return await this.#startOne(entry);
    } catch (error) {
      entry.wanted = false;
      member.leave();
      throw error;
    }
  }

  /** Stops a member until a person starts it again. */
  async stopMember(member: Member, by: StopBy): Promise<void> {
    const entry = this.#entryOf(member);
    entry.wanted = false;
    await member.stop(by);
    member.leave();
    if (member.policy.restart === "temporary") this.remove(member);
  }

  /** Drains a member and starts it anew: nobody else is touched, no failure is counted. */
  recycle(member: Member, kind: Stop["kind"]): void {
    const entry = this.#entryOf(member);
    const { era } = member;
    this.#work(async () => {
      if (member.era !== era || member.readyForMs === null || this.#isStopping) return;
      await this.#stopThese([entry], { untilMs: this.#now() + STOP_MS, kind, how: "drain" });
      if (member.era !== era + 1 || this.#isStopping) return;
      member.wait({ delayMs: 0, inARow: 0, isCause: true });
      await this.#startThese([{ entry, era: member.era }]);
    });
  }

  #now(): number {
    return this.#env.clock.monotonic();
  }
  get #isStopping(): boolean {
    return this.#state === "stopping" || this.#state === "down";
  }

  #entryOf(member: Member): Entry {
    const entry = this.#entries.find((one) => one.member === member);
    if (entry !== undefined) return entry;
    throw new ActorError("rejected", "not-found", `${this.name} has no member ${member.name}`);
  }

  async #startAll(): Promise<Started> {
    const { era } = this;
    for (const entry of this.#entries) {
      const failed = await this.#startOne(entry).then(() => null, (error: unknown) => ({ error }));
      if (this.era !== era) {
        const stopped = new ActorError("transient", "stopped", `${this.name} was stopped`);
        throw this.#failure === null ? stopped : fromWire(this.#failure);
      }
      if (failed === null) continue;
      await this.#stopAll({ untilMs: this.#now() + STOP_MS });
      if (this.era === era) this.#state = "down";
      const message = `${entry.member.name} did not start, so nothing of ${this.name} runs`;
      throw new ActorError("fatal", "boot-failed", message, { cause: failed.error });
    }
    this.#state = "up";
    this.#upSinceMs = this.#now();
    return "started";
  }

  async #startOne(entry: Entry): Promise<Started> {
    const started = await entry.member.start();
    if (started === "nothing-to-do") this.#retire(entry);
    return started;
  }

  async #stopAll(by: StopBy): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    await this.#stopThese(this.#entries, by);
  }

  async #stopThese(entries: readonly Entry[], by: StopBy): Promise<void> {
    for (const entry of entries) this.#credit(entry, entry.member.readyForMs ?? 0);
    if (this.spec.stopping === "parallel") {
      await Promise.all(entries.map(({ member }) => member.stop(by)));
      return;
    }
    const late = Promise.withResolvers<void>();
    const timers = new Timers(this.#env.clock);
    timers.after(Math.max(0, by.untilMs - this.#now()), late.resolve);
    const stops: Promise<void>[] = [];
    for (const { member } of entries.toReversed()) {
      const stop = member.stop(by);
      stops.push(stop);
      // Past the deadline nobody waits for another.
      await Promise.race([stop, late.promise]);
    }
    await Promise.all(stops);
    timers.cancelAll();
  }

  #ended(entry: Entry, end: End): void {
    this.#credit(entry, end.readyForMs);
    if (!this.#isStopping) this.#work(() => this.#recover(entry, end));
  }

  /** Also where nothing is decided about its end, because another member's end came first. */
  #credit(entry: Entry, readyForMs: number): void {
    entry.history = rested(entry.history, readyForMs, entry.member.policy.backoff);
  }

  /** One-for-one touches nobody else, so its members need not wait for each other. */
  #work(run: () => Promise<void>): void {
    const before = this.spec.strategy === "one" ? Promise.resolve() : this.#working;
    // Whatever goes wrong in here is a failure of this supervisor, for its parent to judge.
    this.#working = before.then(run).catch((error) => this.#giveUp(toWire(error)));
  }

  async #recover(entry: Entry, end: End): Promise<void> {
    const { member } = entry;
    if (this.#isStopping || end.era !== member.era) return;
    const decision = decide({
      ...member.policy,
      kind: end.kind,
      history: entry.history,
      intensity: this.spec.intensity,
      random: this.#env.random(),
    });
    if (decision.do === "leave") {
      this.#retire(entry);
      return await this.#shutDownAfter(member);
    }
    if (decision.do === "escalate") {
      const message = `${member.name} failed for good: ${decision.reason}`;
      return await this.#giveUp(toWire(new ActorError("fatal", "limit-reached", message)));
    }
    const { delayMs, history } = decision;
    entry.history = history;
    const touched = affected(this.spec.strategy, this.#entries, entry)
      .filter(({ wanted }) => wanted);
    const others = touched.filter((one) => one !== entry);
    // Whoever is started or stopped by another hand in the meantime is left to it.
    const ours = touched.map((one) => ({
      entry: one,
      era: one.member.era + (one === entry ? 0 : 1),
    }));
    await this.#stopThese(others, { untilMs: this.#now() + STOP_MS });
    if (this.#isStopping) return;
    const due = ours.filter(({ entry: { member }, era }) => member.era === era);
    for (const { entry: one } of due) {
      one.member.wait({ delayMs, inARow: history.inARow, isCause: one === entry });
    }
    const cancel = this.#env.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      this.#work(() => this.#startThese(due));
    });
    this.#timers.add(cancel);
  }

  /** Starts what nobody has started or stopped in the meantime. */
  async #startThese(due: readonly { readonly entry: Entry; readonly era: number }[]) {
    for (const { entry, era: dueEra } of due) {
      if (this.#isStopping) return;
      if (entry.member.era !== dueEra) continue;
      const started = this.#startOne(entry);
      // Whoever stops it from now on begins another era, and this start's failure is old news.
      const { era } = entry.member;
      try {
        await started;
      } catch (error) {
        return await this.#recover(entry, {
          kind: "crash",
          error: toWire(error),
          readyForMs: 0,
          era,
        });
      }
    }
  }

  /** It ended for good, and not because anybody gave it up. */
  #retire(entry: Entry): void {
    const { member } = entry;
    entry.wanted = false;
    member.leave();
    if (member.policy.restart === "temporary") this.remove(member);
  }

  /** Perhaps the group has nothing left to do. */
  async #shutDownAfter({ policy }: Member): Promise<void> {
    const { autoShutdown } = this.spec;
    if (!policy.significant || autoShutdown === "never") return;
    const open = this.#entries.some(({ member, wanted }) => member.policy.significant && wanted);
    if (autoShutdown === "any" || !open) await this.#endWith("normal", null);
  }

  async #giveUp(error: WireError): Promise<void> {
    if (!this.#isStopping) await this.#endWith("crash", error);
  }

  async #endWith(kind: ExitKind, error: WireError | null): Promise<void> {
    const { readyForMs } = this;
    this.#failure = error;
    await this.stop({ untilMs: this.#now() + STOP_MS });
    // One that is still starting says so by its start.
    if (readyForMs !== null) this.onEnd({ kind, error, readyForMs, era: this.era });
  }
}
