/**
 * What actors ask of main: to commit a turn, to store a message, to answer a question, to settle an
 * effect. What the compiler forbids an actor is refused here again, where it counts.
 */

import type { ActorSpec } from "./actor.ts";
import { parse, specOf } from "./check.ts";
import type { Child } from "./child.ts";
import type { Deliveries } from "./delivery.ts";
import { ActorError, toWire, type WireError } from "./errors.ts";
import type { Served } from "./house.ts";
import type { Observations } from "./observations.ts";
import type { Persistence } from "./persist.ts";
import { type Committed, FencedError, type Store } from "./store.ts";
import { mayTalkTo } from "./switchboard.ts";
import type { TurnCommit, Up } from "./wire.ts";

export interface DeskOptions {
  readonly store: Store;
  readonly deliveries: Deliveries;
  readonly persistence: Persistence;
  readonly observations: Observations;
  readonly served: ReadonlyMap<string, Served>;
  readonly onStoreError: (error: unknown) => void;
}

export class Desk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  receive(child: Child, message: Up): void {
    const { deliveries, onStoreError } = this.#options;
    switch (message.is) {
      case "commit":
        this.#commit(child, message.commit, message.turn);
        return;
      case "post":
        this.#enqueue(child, message);
        return;
      case "settled":
        deliveries.settled(child.name, message.id, message.settlement).catch(onStoreError);
        return;
      case "refused":
        deliveries.refused(child.name, message.id, message.error).catch(onStoreError);
        return;
      case "ask":
        this.#answer(child, message);
        return;
      case "news":
        return this.#options.observations.hear(child.name, message);
    }
  }

  async #commit(child: Child, commit: number, turn: TurnCommit): Promise<void> {
    const { store, deliveries } = this.#options;
    const { incarnation, name } = child;
    const forbidden = forbiddenIn(child.spec, turn);
    if (forbidden !== null) return child.kill("crash", toWire(forbidden));
    const outbox = turn.outbox.map((row) => ({ ...row, from: name }));
    const record = { ...turn, actor: name, incarnation, outbox };
    const stored = await this.#untilStored(child, () => store.commit(record));
    if (stored !== null) {
      child.post({ is: "committed", commit, result: ownCommit(stored, turn) });
      if (turn.consumes !== null) deliveries.consumed(name, turn.consumes);
    }
    // Also when the actor is gone: the turn may have been written all the same.
    for (const target of new Set(outbox.map((row) => row.target))) deliveries.kick(target);
  }

  async #enqueue(child: Child, message: Extract<Up, { is: "post" }>): Promise<void> {
    const { store, deliveries } = this.#options;
    const row = { ...message.message, from: child.name };
    if (!mayTalkTo(child.spec, row.target)) {
      return child.kill("crash", toWire(notAPeer(child.spec, row.target)));
    }
    const stored = await this.#untilStored(child, () => store.enqueue([row]));
    if (stored !== null) child.post({ is: "posted", post: message.post });
    deliveries.kick(row.target);
  }

  /**
   * Repeats a write until the database answers: meanwhile the actor waits, its mailbox fills and
   * its senders run out of credit. Null: the incarnation is over, and what it asked for may be
   * written or not.
   */
  async #untilStored<T>(child: Child, write: () => Promise<T>): Promise<T | null> {
    const { persistence, onStoreError } = this.#options;
    const { incarnation } = child;
    const isOver = () => !child.isRunning || child.incarnation !== incarnation;
    try {
      const result = await persistence.write(write, isOver);
      return isOver() ? null : result;
    } catch (error) {
      // A newer incarnation is ours as well, and started because this one is over.
      if (error instanceof FencedError && error.by === "incarnation" && isOver()) return null;
      onStoreError(error);
      if (!isOver()) child.kill("crash", toWire(error));
      return null;
    }
  }

  async #answer(child: Child, ask: Extract<Up, { is: "ask" }>): Promise<void> {
    const reply = (answer: { ok: true; value: unknown } | { ok: false; error: WireError }) =>
      child.post({ is: "answered", ask: ask.ask, answer });
    try {
      const served = this.#options.served.get(ask.peer);
      if (served === undefined || !mayTalkTo(child.spec, ask.peer)) {
        throw notAPeer(child.spec, ask.peer);
      }
      const spec = specOf(served.protocol, ask.type, "request");
      const body = parse(spec.body, ask.body, `${ask.peer}.${ask.type}`);
      reply({ ok: true, value: await served.answers[ask.type]?.(body as never, child.name) });
    } catch (error) {
      reply({ ok: false, error: toWire(error) });
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
  const targets = turn.outbox.flatMap((
    row,
  ) => [row.target, ...(row.settled ? [row.settled.target] : [])]);
  const stranger = targets.find((target) => !mayTalkTo(spec, target));
  if (stranger !== undefined) return notAPeer(spec, stranger);
  const write = turn.writes.find(({ name }) => !spec.writes.includes(name));
  if (write === undefined) return null;
  const message = `${spec.protocol.name} may not write ${write.name}`;
  return new ActorError("fatal", "not-its-table", message);
}
