/**
 * A supervisor as OTP knows it: children in an order, a strategy, a limit, and a place in its
 * parent. Groups are logic only; every actor is spawned by main. Failures are counted per child;
 * a group that gives up counts as one failure of the group in its parent.
 */

import type { Clock } from "./clock.ts";
import { ActorError, toWire, type WireError } from "./errors.ts";
import {
  affected,
  type Backoff,
  decide,
  type ExitKind,
  type History,
  type Intensity,
  NO_HISTORY,
  type Restart,
  type Strategy,
} from "./strategy.ts";

/** How a member ended by itself. */
export interface End {
  readonly kind: ExitKind;
  readonly error: WireError | null;
}

/** A member of a group: an actor, or another group. */
export interface Member {
  readonly name: string;
  readonly restart: Restart;
  readonly significant: boolean;
  readonly backoff: Backoff;
  /** Resolves when ready; rejects when it could not start, and then tells `onEnd` nothing. */
  start(): Promise<void>;
  /** Resolves when it is down; tells `onEnd` nothing. `untilMs` is monotonic. */
  stop(untilMs: number): Promise<void>;
  /** How long it has been ready; 0 when it is not. */
  readyForMs(): number;
  /** It waits for its restart. */
  wait(delayMs: number, inARow: number): void;
  /** It was given up. */
  fail(reason: string): void;
  /** Set by the group that owns it; called when it ended after having been ready. */
  onEnd: (end: End) => void;
}

export interface GroupSpec {
  readonly name: string;
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  /** Ends the group when one, or the last, significant member has ended for good. */
  readonly autoShutdown: "never" | "any" | "all";
  readonly restart: Restart;
  readonly significant: boolean;
  readonly backoff: Backoff;
}

export interface GroupEnv {
  readonly clock: Clock;
  readonly random: () => number;
}

interface Entry {
  readonly member: Member;
  history: History;
  cancel: () => void;
  state: "down" | "up" | "waiting" | "ended";
}

/** What a member that fails for good may need to end; its own limits are shorter. */
const GIVE_UP_MS = 10_000;

export class Group implements Member {
  readonly spec: GroupSpec;
  onEnd: (end: End) => void = () => {};
  readonly #env: GroupEnv;
  #entries: Entry[] = [];
  #state: "down" | "starting" | "up" | "stopping" = "down";
  #upSinceMs = 0;
  /** Group restarts touch several members: one after another. */
  #working: Promise<void> = Promise.resolve();

  constructor(spec: GroupSpec, env: GroupEnv) {
    this.spec = spec;
    this.#env = env;
  }

  get name(): string {
    return this.spec.name;
  }
  get restart(): Restart {
    return this.spec.restart;
  }
  get significant(): boolean {
    return this.spec.significant;
  }
  get backoff(): Backoff {
    return this.spec.backoff;
  }
  get members(): readonly Member[] {
    return this.#entries.map((entry) => entry.member);
  }

  /** Adds a member behind the others; it is not started. */
  add(member: Member): void {
    const entry: Entry = { member, history: NO_HISTORY, cancel: () => {}, state: "down" };
    this.#entries.push(entry);
    member.onEnd = (end) => this.#ended(entry, end);
  }

  /** Forgets a member that is down. */
  remove(member: Member): void {
    this.#entries = this.#entries.filter((entry) => entry.member !== member);
  }

  historyOf(member: Member): History {
    return this.#entryOf(member)?.history ?? NO_HISTORY;
  }

  /** Starts the members in order; when one fails, those before it stop again and this rejects. */
  async start(): Promise<void> {
    this.#state = "starting";
    for (const entry of this.#entries) {
      if (this.#isStopping()) return;
      try {
        await this.#startOne(entry);
      } catch (cause) {
        if (this.#isStopping()) return;
        await this.#stopAll(this.#entries, this.#env.clock.monotonic() + GIVE_UP_MS);
        this.#state = "down";
        const message = `${entry.member.name} did not start, so nothing of ${this.name} runs`;
        throw new ActorError("fatal", "boot-failed", message, { cause });
      }
    }
    if (this.#isStopping()) return;
    this.#state = "up";
    this.#upSinceMs = this.#env.clock.monotonic();
  }

  /** Stops the members in reverse order, those that wait for a restart included. */
  async stop(untilMs: number): Promise<void> {
    this.#state = "stopping";
    await this.#stopAll(this.#entries, untilMs);
    this.#state = "down";
  }

  readyForMs(): number {
    return this.#state === "up" ? this.#env.clock.monotonic() - this.#upSinceMs : 0;
  }
  wait(delayMs: number, inARow: number): void {
    for (const { member } of this.#entries) member.wait(delayMs, inARow);
  }
  fail(reason: string): void {
    for (const { member } of this.#entries) member.fail(reason);
  }

  /** Starts a member that is down; one that is up or on its way is refused. */
  async startMember(member: Member): Promise<void> {
    const entry = this.#entryOf(member);
    if (entry === undefined || entry.state === "up" || entry.state === "waiting") {
      throw new ActorError("rejected", "already-started", `${member.name} is not down`);
    }
    entry.history = NO_HISTORY;
    await this.#startOne(entry);
  }

  /** Stops a member for good; one that is down already stays so. */
  async stopMember(member: Member, untilMs: number): Promise<void> {
    const entry = this.#entryOf(member);
    if (entry === undefined) return;
    entry.cancel();
    await entry.member.stop(untilMs);
    entry.state = "down";
  }

  #entryOf(member: Member): Entry | undefined {
    return this.#entries.find((entry) => entry.member === member);
  }

  #isStopping(): boolean {
    return this.#state === "stopping" || this.#state === "down";
  }

  async #startOne(entry: Entry): Promise<void> {
    entry.state = "down";
    await entry.member.start();
    entry.state = "up";
  }

  async #stopAll(entries: readonly Entry[], untilMs: number): Promise<void> {
    for (const entry of [...entries].reverse()) {
      entry.cancel();
      await entry.member.stop(untilMs);
      if (entry.state !== "ended") entry.state = "down";
    }
  }

  #ended(entry: Entry, end: End): void {
    if (this.#isStopping()) return;
    entry.state = "down";
    this.#work(() => this.#recover(entry, end));
  }

  /** One-for-one touches nobody else, so its members need not wait for each other. */
  #work(run: () => Promise<void>): void {
    const before = this.spec.strategy === "one" ? Promise.resolve() : this.#working;
    this.#working = before.then(run).catch((error) => this.#giveUp(toWire(error)));
  }

  async #recover(entry: Entry, end: End): Promise<void> {
    // Another member's restart may have brought it up, or the group down, in the meantime.
    if (this.#isStopping() || entry.state === "up") return;
    const { member } = entry;
    const decision = decide({
      kind: end.kind,
      restart: member.restart,
      history: entry.history,
      intensity: this.spec.intensity,
      backoff: member.backoff,
      readyForMs: member.readyForMs(),
      nowMs: this.#env.clock.monotonic(),
      random: this.#env.random(),
    });
    if (decision.do === "leave") return await this.#left(entry);
    if (decision.do === "escalate") {
      member.fail(decision.reason);
      const message = `${member.name} failed for good: ${decision.reason}`;
      return await this.#giveUp(toWire(new ActorError("fatal", "limit-reached", message)));
    }
    entry.history = decision.history;
    const names = this.#entries.map((one) => one.member.name);
    const touched = affected(this.spec.strategy, names, member.name);
    const entries = this.#entries.filter((one) => touched.includes(one.member.name));
    const others = entries.filter((one) => one !== entry);
    await this.#stopAll(others, this.#env.clock.monotonic() + GIVE_UP_MS);
    if (this.#isStopping()) return;
    for (const one of entries) one.state = "waiting";
    for (const one of entries) one.member.wait(decision.delayMs, decision.history.inARow);
    entry.cancel = this.#env.clock.after(
      decision.delayMs,
      () => this.#work(() => this.#startAgain(entries)),
    );
  }

  async #startAgain(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      if (this.#isStopping()) return;
      try {
        await this.#startOne(entry);
      } catch (error) {
        return await this.#recover(entry, { kind: "crash", error: toWire(error) });
      }
    }
  }

  /** A member is gone for good and was not given up: perhaps the group has nothing left to do. */
  async #left(entry: Entry): Promise<void> {
    entry.state = "ended";
    const { autoShutdown } = this.spec;
    if (!entry.member.significant || autoShutdown === "never") return;
    const open = this.#entries.some((one) => one.member.significant && one.state !== "ended");
    if (autoShutdown === "all" && open) return;
    await this.stop(this.#env.clock.monotonic() + GIVE_UP_MS);
    this.onEnd({ kind: "normal", error: null });
  }

  async #giveUp(error: WireError): Promise<void> {
    if (this.#isStopping()) return;
    await this.stop(this.#env.clock.monotonic() + GIVE_UP_MS);
    this.onEnd({ kind: "crash", error });
  }
}
