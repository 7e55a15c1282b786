/**
 * Main's half of the actors' messages and state: commits turns, stores and delivers what is
 * durable, answers what main serves, and keeps what did not arrive. What the compiler forbids an
 * actor is refused here again, where it counts.
 */

import type { ActorSpec } from "@/core/kernel/actor.ts";
import { parse, specOf, stored } from "@/core/kernel/check.ts";
import type { Child } from "@/core/kernel/child.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { ActorError, toWire } from "@/core/kernel/errors.ts";
import type { Exit } from "@/core/kernel/events.ts";
import { mayTalkTo, type Served } from "@/core/kernel/house.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { Protocol } from "@/core/kernel/message.ts";
import {
  type Checkpoint,
  type Committed,
  FencedError,
  type ParkedMessage,
  type Settlement,
  type Store,
} from "@/core/kernel/store.ts";
import type { Answer } from "@/core/kernel/turn.ts";
import { MAIN, type TurnCommit, type Up } from "@/core/kernel/wire.ts";
import { Deliveries } from "./delivery.ts";
import { Observations } from "./observations.ts";
import { Persistence } from "./persist.ts";

export interface OfficeOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly served: ReadonlyMap<string, Served>;
  readonly specOf: (actor: string) => ActorSpec | undefined;
  readonly onFenced: (error: FencedError) => void;
}

/** What a person may say became of an effect. */
export type Resolution = Extract<Settlement, { readonly outcome: "done" | "failed" }>;

export class Office {
  readonly observations: Observations;
  readonly #options: OfficeOptions;
  readonly #persistence: Persistence;
  readonly #deliveries: Deliveries;
  readonly #storeFailed = (error: unknown): void => {
    if (error instanceof FencedError) return this.#options.onFenced(error);
    this.#options.log.warn("Database did not take it", { error: toWire(error) });
  };

  constructor(options: OfficeOptions) {
    const { store, clock, log } = options;
    const onStoreError = this.#storeFailed;
    const persistence = new Persistence(clock, onStoreError);
    const observations = new Observations(clock);
    const deliveries = new Deliveries({
      store,
      persistence,
      clock,
      log,
      specOf: options.specOf,
      onDead: (reason, row) => observations.dead(reason, row),
      onStoreError,
    });
    this.#options = options;
    this.#persistence = persistence;
    this.observations = observations;
    this.#deliveries = deliveries;
  }

  /** Wall clock since when writes wait for the database; null while they do not. */
  get waitingSinceMs(): number | null {
    return this.#persistence.waitingSinceMs;
  }

  ready(child: Child): void {
    this.#deliveries.open(child);
  }

  exited(child: Child, exit: Exit): void {
    this.observations.died(child.name, child.beat.read("ephemeral"));
    this.#deliveries.gone(child, exit).catch(this.#storeFailed);
  }

  /** Null when it was over before there was a database. */
  load(actor: string, isOver: () => boolean): Promise<Checkpoint | null> {
    return this.#persistence.untilDone(() => this.#options.store.load(actor), isOver);
  }

  /** What an actor asks of main. */
  receive(child: Child, message: Up): void {
    const deliveries = this.#deliveries;
    switch (message.is) {
      case "commit":
        this.#commit(child, message.commit, message.turn);
        return;
      case "post":
        this.#enqueue(child, message);
        return;
      case "settled":
        deliveries.settled(child.name, message.id, message.settlement).catch(this.#storeFailed);
        return;
      case "refused":
        deliveries.refused(child.name, message.id, message.error).catch(this.#storeFailed);
        return;
      case "news":
        return this.observations.hear(child.name, message);
    }
  }

  /** Answers an actor's request to a protocol that main serves; `what` is `protocol.Type`. */
  async answer(child: Child, what: string, body: unknown): Promise<Answer<unknown>> {
    const [peer = "", type = ""] = what.split(".");
    try {
      const served = this.#options.served.get(peer);
      if (served === undefined || !mayTalkTo(child.spec, peer)) throw notAPeer(child.spec, peer);
      const spec = specOf(served.protocol, type, "request");
      const checked = parse(spec.body, body, what) as never;
      return { ok: true, value: await served.answers[type]?.(checked, child.name) };
    } catch (error) {
      return { ok: false, error: toWire(error) };
    }
  }

  /** Stores a durable message from main; false when its key was seen before. */
  async post(
    peer: Protocol,
    type: string,
    message: { readonly key: string; readonly body: unknown },
  ): Promise<boolean> {
    const row = stored({ kind: "message", peer, type, ...message }, message.key);
    const count = await this.#options.store.enqueue([{ ...row, from: MAIN }]);
    this.#deliveries.kick(peer.name);
    return count > 0;
  }

  /** What waits for a person, newest first, at most 500; `beforeId` goes on from the last one. */
  parked(limit: number, beforeId?: number): Promise<readonly ParkedMessage[]> {
    return this.#options.store.parked(limit, beforeId);
  }

  /**
   * Delivers a parked message, or attempts a parked effect, once more, as if it had never been
   * tried; false when nothing is parked under this id.
   */
  async replay(id: number): Promise<boolean> {
    const target = await this.#options.store.replay(id);
    if (target !== null) this.#deliveries.kick(target);
    return target !== null;
  }

  /** Closes a parked effect: a person has looked, or it does not matter any more. */
  async resolve(id: number, settlement: Resolution): Promise<void> {
    const [row] = await this.#options.store.parked(1, id + 1);
    if (row?.id !== id || row.kind !== "effect") {
      throw new ActorError("rejected", "not-parked", `No effect is parked under ${id}`);
    }
    await this.#deliveries.resolve(row, settlement);
  }

  async #commit(child: Child, commit: number, turn: TurnCommit): Promise<void> {
    const { store } = this.#options;
    const { incarnation, name } = child;
    const forbidden = forbiddenIn(child.spec, turn);
    if (forbidden !== null) return child.kill("crash", toWire(forbidden));
    const outbox = turn.outbox.map((row) => ({ ...row, from: name }));
    const record = { ...turn, actor: name, incarnation, outbox };
    const result = await this.#untilStored(child, () => store.commit(record));
    if (result !== null) {
      child.post({ is: "committed", commit, result: ownCommit(result, turn) });
      if (turn.consumes !== null) this.#deliveries.consumed(name, turn.consumes);
    }
    // Also when the actor is gone: the turn may have been written all the same.
    for (const target of new Set(outbox.map((row) => row.target))) this.#deliveries.kick(target);
  }

  async #enqueue(child: Child, message: Extract<Up, { is: "post" }>): Promise<void> {
    const { store } = this.#options;
    const row = { ...message.message, from: child.name };
    if (!mayTalkTo(child.spec, row.target)) {
      return child.kill("crash", toWire(notAPeer(child.spec, row.target)));
    }
    const count = await this.#untilStored(child, () => store.enqueue([row]));
    if (count !== null) child.post({ is: "posted", post: message.post });
    this.#deliveries.kick(row.target);
  }

  /**
   * Repeats a write until the database answers: meanwhile the actor waits, its mailbox fills and
   * its senders run out of credit. Null: the incarnation is over, and what it asked for may be
   * written or not.
   */
  async #untilStored<T>(child: Child, write: () => Promise<T>): Promise<T | null> {
    const { incarnation } = child;
    const isOver = () => !child.isRunning || child.incarnation !== incarnation;
    try {
      const result = await this.#persistence.untilDone(write, isOver);
      return isOver() ? null : result;
    } catch (error) {
      // A newer incarnation is ours as well, and started because this one is over.
      if (error instanceof FencedError && error.by === "incarnation" && isOver()) return null;
      this.#storeFailed(error);
      if (!isOver()) child.kill("crash", toWire(error));
      return null;
    }
  }
}

/**
 * A commit that was tried again may find its own first try, whose outcome had remained unknown.
 * Only this incarnation can have written, so a version that is one further is its own.
 */
function ownCommit(stored: Committed, { expectVersion }: TurnCommit): Committed {
  return stored.version > expectVersion ? { ...stored, outcome: "committed" } : stored;
}

function notAPeer(spec: ActorSpec, peer: string): ActorError {
  return new ActorError("fatal", "not-a-peer", `${spec.protocol.name} may not talk to ${peer}`);
}

function forbiddenIn(spec: ActorSpec, turn: TurnCommit): ActorError | null {
  const targets = turn.outbox.flatMap(({ target, settled }) =>
    settled ? [target, settled.target] : [target]
  );
  const stranger = targets.find((target) => !mayTalkTo(spec, target));
  if (stranger !== undefined) return notAPeer(spec, stranger);
  const write = turn.writes.find(({ name }) => !spec.writes.includes(name));
  if (write === undefined) return null;
  const message = `${spec.protocol.name} may not write ${write.name}`;
  return new ActorError("fatal", "not-its-table", message);
}
