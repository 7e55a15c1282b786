/**
 * What actors ask of main: to commit a turn, to store a message, to answer a question, to settle an
 * effect. What the compiler forbids an actor is refused here again, where it counts.
 */

import type { ActorSpec } from "./actor.ts";
import { parse, specOf } from "./check.ts";
import type { Child } from "./child.ts";
import { type Clock, sleep } from "./clock.ts";
import type { Deliveries } from "./delivery.ts";
import { ActorError, toWire, type WireError } from "./errors.ts";
import type { Served } from "./house.ts";
import { FencedError, StaleError, type Store } from "./store.ts";
import { mayTalkTo } from "./switchboard.ts";
import type { TurnCommit, Up } from "./wire.ts";

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;

export interface DeskOptions {
  readonly store: Store;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly served: ReadonlyMap<string, Served>;
  readonly onStoreError: (error: unknown) => void;
}

export class Desk {
  /** Wall clock since when writes wait for the database; null while they do not. */
  waitingSinceMs: number | null = null;
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
    }
  }

  async #commit(child: Child, commit: number, turn: TurnCommit): Promise<void> {
    const { store, deliveries } = this.#options;
    const { incarnation, name } = child;
    const forbidden = forbiddenIn(child.spec, turn);
    if (forbidden !== null) return child.kill("crash", toWire(forbidden));
    const outbox = turn.outbox.map((row) => ({ ...row, from: name }));
    const record = { ...turn, actor: name, incarnation, outbox };
    const result = await this.#untilStored(child, () => store.commit(record));
    if (result === null) return;
    child.post({ is: "committed", commit, result });
    if (turn.consumes !== null) deliveries.consumed(name, turn.consumes);
    for (const target of new Set(outbox.map((row) => row.target))) deliveries.kick(target);
  }

  async #enqueue(child: Child, message: Extract<Up, { is: "post" }>): Promise<void> {
    const { store, deliveries } = this.#options;
    const row = { ...message.message, from: child.name };
    if (!mayTalkTo(child.spec, row.target)) {
      return child.kill("crash", toWire(notAPeer(child.spec, row.target)));
    }
    const stored = await this.#untilStored(child, () => store.enqueue([row]));
    if (stored === null) return;
    child.post({ is: "posted", post: message.post });
    deliveries.kick(row.target);
  }

  /**
   * Repeats a write until the database answers: meanwhile the actor waits, its mailbox fills and
   * its senders run out of credit. A write of an incarnation that is over is dropped: null.
   */
  async #untilStored<T>(child: Child, write: () => Promise<T>): Promise<T | null> {
    const { clock, onStoreError } = this.#options;
    const { incarnation } = child;
    const over = () => !child.isRunning || child.incarnation !== incarnation;
    for (let delayMs = RETRY_MIN_MS; !over(); delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      try {
        const result = await write();
        this.waitingSinceMs = null;
        return over() ? null : result;
      } catch (error) {
        onStoreError(error);
        if (isFinal(error)) {
          if (!over()) child.kill("crash", toWire(error));
          return null;
        }
        this.waitingSinceMs ??= clock.now();
        await sleep(clock, delayMs);
      }
    }
    return null;
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

/** Writing the same again would end the same. */
export function isFinal(error: unknown): boolean {
  return error instanceof FencedError || error instanceof StaleError ||
    error instanceof ActorError && (error.kind === "rejected" || error.kind === "fatal");
}

function notAPeer(spec: ActorSpec, peer: string): ActorError {
  return new ActorError("fatal", "not-a-peer", `${spec.protocol.name} may not talk to ${peer}`);
}

function forbiddenIn(spec: ActorSpec, turn: TurnCommit): ActorError | null {
  const stranger = turn.outbox.find((row) => !mayTalkTo(spec, row.target));
  if (stranger !== undefined) return notAPeer(spec, stranger.target);
  const write = turn.writes.find(({ name }) => !spec.writes.includes(name));
  if (write === undefined) return null;
  const message = `${spec.protocol.name} may not write ${write.name}`;
  return new ActorError("fatal", "not-its-table", message);
}
