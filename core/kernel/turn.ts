/**
 * A turn is what a handler decides, as data: the next state and everything that goes out. The
 * runtime commits it in one transaction and only then releases anything.
 */

import type { WireError } from "./errors.ts";
import type { LogLevel, LogProps } from "./log.ts";
import type {
  DurableOf,
  EffectOf,
  EventOf,
  InputOf,
  Protocol,
  ReplyOf,
  RequestOf,
} from "./message.ts";
import type { SettledOf } from "./settlement.ts";

/** The outcome of an ask, as a later turn sees it. */
export type Answer<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly error: WireError };

/**
 * What a handler is given besides state and message. `U`: the protocols the actor may talk to.
 * `stay` changes nothing; `keep` changes the state in memory only (snapshotted when the actor
 * stops); `commit` makes the new state durable together with everything chained to the turn.
 */
export interface TurnContext<S, C, U extends Protocol> {
  /** Wall clock at the start of the turn, ms. */
  readonly nowMs: number;
  readonly config: C;
  /** Correlates everything that follows from one cause. */
  readonly trace: string;
  /** Name of the sender; the actor's own name for timers and answers. */
  readonly from: string;
  /** Counts this actor's starts. */
  readonly incarnation: number;
  stay(): Turn<S, C, U>;
  keep(state: S): Turn<S, C, U>;
  commit(state: S): Turn<S, C, U>;
}

/** Runs as a turn of its own, with the state of that moment. */
export type Then<S, C, U extends Protocol, V> = (
  state: S,
  value: V,
  context: TurnContext<S, C, U>,
) => Turn<S, C, U>;

interface Sent {
  readonly peer: Protocol;
  readonly type: string;
  readonly body: unknown;
}
export interface Outgoing extends Sent {
  readonly kind: "message" | "effect";
  readonly key?: string;
  readonly settled?: { readonly peer: Protocol; readonly type: string };
}
export interface OutgoingAsk<S, C, U extends Protocol> extends Sent {
  readonly then: Then<S, C, U, Answer<unknown>>;
}
/** A later turn; a timer with the same key is replaced, a null `then` cancels it. */
export interface Timer<S, C, U extends Protocol> {
  readonly key: string;
  readonly delayMs: number;
  readonly then: Then<S, C, U, void> | null;
}

/** Immutable: every method returns the same turn with one thing more. */
export class Turn<S, C, U extends Protocol, R = void> {
  readonly state: S;
  readonly change: "none" | "memory" | "durable";
  readonly outbox: readonly Outgoing[] = [];
  readonly writes: readonly { readonly name: string; readonly rows: readonly unknown[] }[] = [];
  readonly asks: readonly OutgoingAsk<S, C, U>[] = [];
  readonly tells: readonly Sent[] = [];
  readonly timers: readonly Timer<S, C, U>[] = [];
  readonly logs: readonly { level: LogLevel; message: string; props: LogProps }[] = [];
  readonly replied: { readonly value: R } | null = null;
  readonly isLast: boolean = false;

  constructor(state: S, change: "none" | "memory" | "durable") {
    this.state = state;
    this.change = change;
  }

  /** True when the turn has to be written: new durable state, outbox rows or domain rows. */
  get isDurable(): boolean {
    return this.change === "durable" || this.outbox.length > 0 || this.writes.length > 0;
  }

  /** Durable message, delivered after the commit. The default key is derived from the turn. */
  send<P extends U, K extends DurableOf<P>>(
    peer: P,
    type: K,
    body: InputOf<P, K>,
    key?: string,
  ): Turn<S, C, U, R> {
    const row: Outgoing = { kind: "message", peer, type, body };
    return this.#with({ outbox: [...this.outbox, key === undefined ? row : { ...row, key }] });
  }

  /**
   * Change of the outside world, executed after the commit by the service `peer`. `key` names it for
   * ever: a second effect with that key is the same effect. `settled` names a durable message, with
   * a body made by `settlement`, that tells how it ended.
   */
  effect<P extends U, K extends EffectOf<P>, O extends U = never>(
    peer: P,
    type: K,
    body: InputOf<P, K>,
    options: string | {
      readonly key?: string;
      readonly settled?: { readonly peer: O; readonly type: SettledOf<O, ReplyOf<P, K>> };
    } = {},
  ): Turn<S, C, U, R> {
    const more = typeof options === "string" ? { key: options } : options;
    return this.#with({ outbox: [...this.outbox, { kind: "effect", peer, type, body, ...more }] });
  }

  /** Rows for a domain table, in the same transaction. */
  write(name: string, rows: readonly unknown[]): Turn<S, C, U, R> {
    return rows.length === 0 ? this : this.#with({ writes: [...this.writes, { name, rows }] });
  }

  /** Ephemeral message, sent after the commit; while one that waits has no room, so does the actor. */
  tell<P extends U, K extends EventOf<P>>(
    peer: P,
    type: K,
    body: InputOf<P, K>,
  ): Turn<S, C, U, R> {
    return this.#with({ tells: [...this.tells, { peer, type, body }] });
  }

  /**
   * Request sent after the commit; its answer, or its failure, runs `then` as a turn. Forgotten
   * when the actor restarts: `start` asks again from the checkpoint.
   */
  ask<P extends U, K extends RequestOf<P>>(
    peer: P,
    type: K,
    ask: {
      readonly body: InputOf<P, K>;
      readonly then: Then<S, C, U, Answer<ReplyOf<P, K>>>;
    },
  ): Turn<S, C, U, R> {
    const then = ask.then as Then<S, C, U, Answer<unknown>>;
    return this.#with({ asks: [...this.asks, { peer, type, body: ask.body, then }] });
  }

  /** Runs `then` as a turn after `delayMs`. Forgotten when the actor restarts. */
  after(key: string, delayMs: number, then: Then<S, C, U, void>): Turn<S, C, U, R> {
    return this.#with({ timers: [...this.timers, { key, delayMs, then }] });
  }

  cancel(key: string): Turn<S, C, U, R> {
    return this.#with({ timers: [...this.timers, { key, delayMs: 0, then: null }] });
  }

  log(level: LogLevel, message: string, props: LogProps = {}): Turn<S, C, U, R> {
    return this.#with({ logs: [...this.logs, { level, message, props }] });
  }

  /**
   * The actor has nothing more to do: it ends normally once what it accepted is handled. As the
   * first turn it means that there was nothing to do at all.
   */
  finish(): Turn<S, C, U, R> {
    return this.#with({ isLast: true });
  }

  /** Answers the request being handled, after the commit. */
  reply<V>(value: V): Turn<S, C, U, V> {
    const turn = this as unknown as Turn<S, C, U, V>;
    return turn.#with({ replied: { value } });
  }

  #with(change: Partial<Turn<S, C, U, R>>): Turn<S, C, U, R> {
    return Object.assign(new Turn<S, C, U, R>(this.state, this.change), this, change);
  }
}
