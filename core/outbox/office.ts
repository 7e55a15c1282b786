/**
 * Main's half of the actors' state and messages: commits turns, stores what is durable and has it
 * delivered, and keeps what did not arrive. What the compiler forbids an actor is refused here
 * again, where it counts.
 */

import type { ActorSpec } from "@/core/kernel/actor.ts";
import { stored } from "@/core/kernel/check.ts";
import type { Child } from "@/core/kernel/child.ts";
import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError, toWire, type WireError } from "@/core/kernel/errors.ts";
import type { Exit } from "@/core/kernel/events.ts";
import { mayTalkTo, notAPeer } from "@/core/kernel/house.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { DurableOf, InputOf, Protocol } from "@/core/kernel/message.ts";
import { settledBody } from "@/core/kernel/settlement.ts";
import {
  type Committed,
  FencedError,
  type NewMessage,
  type Settlement,
  StaleError,
  type Store,
  type TurnRecord,
} from "@/core/kernel/store.ts";
import { isWanted } from "@/core/kernel/strategy.ts";
import { type DeadLetter, type DeadReason, Tally } from "@/core/kernel/tally.ts";
import type { TurnCommit, Up } from "@/core/kernel/up.ts";
import { MAIN } from "@/core/kernel/wire.ts";
import { Courier } from "./courier.ts";

export interface OfficeEnv {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly specOf: (actor: string) => ActorSpec | undefined;
  readonly onFenced: (error: FencedError) => void;
}

/** What a person may say became of an effect. */
export type Resolution = Extract<Settlement, { readonly outcome: "done" | "failed" }>;

type Row = NewMessage & { readonly id: number };

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;
/** Crashes of the receiver on one message before it is buried. */
const POISON_AFTER = 3;
/** How long the others wait for the one inherited message in hand. */
const ALONE_MS = 5_000;
/** Dead letters shown; all are counted. */
const LETTERS_MAX = 100;

export class Office {
  readonly env: OfficeEnv;
  /** Wall clock since when work waits for the database; null while it does not. */
  waitingSinceMs: number | null = null;
  /** Messages of all actors that reached nobody, since the process started. */
  readonly news = new Tally(LETTERS_MAX);
  /** One for every actor that is ready. */
  readonly #couriers = new Map<string, Courier>();

  /** The last message that an earlier process may have had in hand, by actor. */
  readonly #inherited = new Map<string, number>();
  /** Of those, the one in hand. */
  #alone: { readonly id: number; readonly cancel: () => void } | null = null;
  /** The last durable message that each sender posted, on its way to the store. */
  readonly #posts = new Map<string, Promise<unknown>>();
  /** What is known of an actor and on its way to the store. */
  readonly #owed = new Map<string, Promise<unknown>>();
  /** Those handed over in this process and how often, as this is counted before. */
  readonly #marked = new Map<number, number>();

  constructor(env: OfficeEnv) {
    this.env = env;
  }

  // ---- for the supervisor -----------------------------------------------------------------------

  /** Everything undelivered goes to it, from the oldest. */
  ready(child: Child): void {
    this.#couriers.set(child.name, new Courier(this, child));
    this.kick(child.name);
  }

  exited(child: Child, exit: Exit): void {
    const { name } = child;
    const count = child.beat.read("ephemeral");
    if (count > 0) this.#lost({ reason: "died", from: "*", to: name, type: "*", count });
    const courier = this.#couriers.get(name);
    this.#couriers.delete(name);
    courier?.close();
    // A process that died without a word had in hand what was handed to it first, if anything.
    const isSilent = exit.error?.code === "process-died";
    const row = courier?.inFlight(exit.handling ?? 0) ?? (isSilent ? courier?.oldest : undefined);
    if (row === undefined || isWanted(exit.kind) || child.spec.kind !== "turn") return;
    const message = `${name} ended (${exit.kind})`;
    const error = exit.error ?? toWire(new ActorError("fatal", exit.kind, message));
    this.owe(child, () => this.#crashed(row, error));
  }

  /** What an actor asks of main. */
  receive(child: Child, message: Up): void {
    const courier = this.#couriers.get(child.name);
    switch (message.is) {
      case "commit":
        this.#commit(child, message);
        return;
      case "post":
        this.#enqueue(child, message);
        return;
      case "settled":
        return courier?.settled(message.id, message.settlement);
      case "refused":
        courier?.refused(message.id, message.error).catch(this.storeFailed);
        return;
      case "news":
        return this.news.add({ ...message.news, latencies: {} });
    }
  }

  /** Stores a durable message from main; false when its key was seen before. */
  async post<P extends Protocol, K extends DurableOf<P>>(
    peer: P,
    type: K,
    message: { readonly key: string; readonly body: InputOf<P, K> },
  ): Promise<boolean> {
    const row = stored({ kind: "message", peer, type, ...message }, message.key);
    const write = () => this.env.store.enqueue([{ ...row, from: MAIN }]);
    const count = await this.#inOrder(MAIN, (before) => before.then(write));
    this.kick(peer.name);
    return count > 0;
  }

  /**
   * Delivers a parked message, or attempts a parked effect, once more, as if it had never been
   * tried; false when nothing is parked under this id.
   */
  async replay(id: number): Promise<boolean> {
    const target = await this.env.store.replay(id);
    if (target !== null) this.kick(target);
    return target !== null;
  }

  /** Closes a parked effect: a person has looked, or it does not matter any more. */
  async resolve(id: number, settlement: Resolution): Promise<void> {
    const [row] = await this.env.store.parked(1, id + 1);
    if (row?.id !== id || row.kind !== "effect") {
      throw new ActorError("rejected", "not-parked", `No effect is parked under ${id}`);
    }
    await this.settle(row, settlement);
  }

  // ---- for its couriers -------------------------------------------------------------------------

  /** There may be something new for `target`. */
  kick(target: string): void {
    this.#couriers.get(target)?.kick();
  }

  /** The first look of this process into an actor's outbox. */
  inherit(actor: string, rows: readonly Row[]): void {
    if (!this.#inherited.has(actor)) this.#inherited.set(actor, rows.at(-1)?.id ?? 0);
  }

  isInherited({ kind, target, id }: Row): boolean {
    return kind === "message" && id <= (this.#inherited.get(target) ?? 0);
  }

  /** Whether an inherited message may be taken in hand. */
  get isFree(): boolean {
    return this.#alone === null;
  }

  /**
   * An earlier process may have died of it: takes it in hand alone, marked, so that the next process
   * knows. True where it has had its chances and is buried.
   */
  async isPoison(row: Row): Promise<boolean> {
    const { id, target } = row;
    this.#alone = { id, cancel: this.env.clock.after(ALONE_MS, () => this.release(id)) };
    if (this.#marked.has(id)) return false;
    const message = `The process ended while ${target} had this message in hand`;
    const error = toWire(new ActorError("fatal", "process-ended", message));
    const crashes = await this.env.store.countCrash(id, error);
    if (crashes > POISON_AFTER) await this.bury(row, error, "poison");
    else this.#marked.set(id, crashes);
    return crashes > POISON_AFTER;
  }

  /** It is no longer in hand. */
  release(id: number): void {
    if (this.#alone?.id !== id) return;
    this.#alone.cancel();
    this.#alone = null;
    for (const courier of this.#couriers.values()) courier.kick();
  }

  /** Records how an effect ended, and tells whoever wants to know. */
  async settle(row: Row, settlement: Settlement): Promise<void> {
    const notice = this.#notice(row, settlement);
    try {
      await this.env.store.settle(row.id, settlement, notice);
    } finally {
      if (notice !== undefined) this.kick(notice.target);
    }
  }

  /** Keeps a message that nobody can handle for a person, and tells whoever wants to know. */
  async bury(row: Row, error: WireError, reason: "poison" | "refused"): Promise<void> {
    const notice = this.#notice(row, { outcome: "failed", error });
    await this.env.store.bury(row.id, error, notice);
    this.dead(reason, row);
    this.env.log.error("Message buried", { target: row.target, id: row.id, reason, error });
    if (notice !== undefined) this.kick(notice.target);
  }

  dead(reason: DeadReason, { from, target: to, type }: Row): void {
    this.#lost({ reason, from, to, type, count: 1 });
  }

  /** Has what is known of an actor stored, also when it is gone: only then it is given more. */
  owe(child: Child, run: () => Promise<unknown>): Promise<unknown> {
    const stored = this.untilDone(run, () => child.isOver).catch(this.storeFailed);
    this.#owed.set(child.name, Promise.all([this.owed(child), stored]));
    return stored;
  }

  owed({ name }: Child): Promise<unknown> | undefined {
    return this.#owed.get(name);
  }

  /**
   * Repeats work of the database until it answers. Null: it was over before it was done. Throws
   * where another try would end the same.
   */
  async untilDone<T>(run: () => Promise<T>, isOver: () => boolean): Promise<T | null> {
    for (let delayMs = RETRY_MIN_MS; !isOver(); delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      try {
        const result = await run();
        this.waitingSinceMs = null;
        return result;
      } catch (error) {
        if (isFinal(error)) throw error;
        this.storeFailed(error);
        this.waitingSinceMs ??= this.env.clock.now();
        await sleep(this.env.clock, delayMs);
      }
    }
    return null;
  }

  readonly storeFailed = (error: unknown): void => {
    if (error instanceof FencedError) return this.env.onFenced(error);
    this.env.log.warn("Database did not take it", { error: toWire(error) });
  };

  // ---- its own ----------------------------------------------------------------------------------

  async #commit(child: Child, { call, turn }: Extract<Up, { is: "commit" }>): Promise<void> {
    const { incarnation, name } = child;
    const courier = this.#couriers.get(name);
    const { consumes } = turn;
    const consumed = consumes === null ? null : courier?.inFlight(consumes);
    const forbidden = forbiddenIn(child.spec, turn, consumed);
    if (forbidden !== null) return child.kill("crash", toWire(forbidden));
    const outbox = turn.outbox.map((row) => ({ ...row, from: name }));
    const record = { ...turn, actor: name, incarnation, outbox };
    const committed = await this.#untilStored(child, onceCommitted(this.env.store, record));
    if (committed !== null) {
      child.post({ is: "stored", call, committed });
      if (consumes !== null) courier?.consumed(consumes);
    }
    // Also when the actor is gone: the turn may have been written all the same.
    for (const target of new Set(outbox.map((row) => row.target))) this.kick(target);
  }

  async #enqueue(child: Child, { call, message }: Extract<Up, { is: "post" }>): Promise<void> {
    const row = { ...message, from: child.name };
    if (!mayTalkTo(child.spec, row.target)) {
      return child.kill("crash", toWire(notAPeer(child.spec, row.target)));
    }
    const write = () => this.env.store.enqueue([row]);
    const count = await this.#inOrder(
      child.name,
      (before) => this.#untilStored(child, () => before.then(write)),
    );
    if (count !== null) child.post({ is: "stored", call, committed: null });
    this.kick(row.target);
  }

  /** One at a time: neither a faster connection nor a first try overtakes another's second. */
  #inOrder<T>(sender: string, write: (before: Promise<unknown>) => Promise<T>): Promise<T> {
    const written = write(this.#posts.get(sender) ?? Promise.resolve());
    this.#posts.set(sender, written.catch(() => {}));
    return written;
  }

  /**
   * While the database is away the actor waits, its mailbox fills and its senders run out of
   * credit. Null: the incarnation is over, and what it asked for may be written or not.
   */
  async #untilStored<T>(child: Child, write: () => Promise<T>): Promise<T | null> {
    const { incarnation } = child;
    const isOver = () => !child.isRunning || child.incarnation !== incarnation;
    try {
      const result = await this.untilDone(write, isOver);
      return isOver() ? null : result;
    } catch (error) {
      // A newer incarnation is ours as well, and started because this one is over.
      if (error instanceof FencedError && error.by === "incarnation" && isOver()) return null;
      this.storeFailed(error);
      if (!isOver()) child.kill("crash", toWire(error));
      return null;
    }
  }

  /** A message that keeps killing its receiver is buried. */
  async #crashed(row: Row, error: WireError): Promise<void> {
    const crashes = this.#marked.get(row.id) ?? await this.env.store.countCrash(row.id, error);
    // Another try does not count again.
    this.#marked.set(row.id, crashes);
    if (crashes >= POISON_AFTER) await this.bury(row, error, "poison");
    this.#marked.delete(row.id);
  }

  /** What the actor that decided an effect wants to hear of its end. */
  #notice(row: NewMessage, settlement: Settlement): NewMessage | undefined {
    const { settled, target: from, trace } = row;
    if (!settled || settlement.outcome === "retry") return undefined;
    const { target, type } = settled;
    const spec = this.env.specOf(target)?.protocol.messages[type];
    const schemaVersion = spec?.kind === "durable" ? spec.version : 1;
    const body = settledBody(row.key, settlement);
    const key = `${row.key}/${settlement.outcome}`;
    return { key, kind: "message", from, target, type, schemaVersion, body, trace };
  }

  #lost(letter: Omit<DeadLetter, "atMs">): void {
    this.news.lost({ atMs: this.env.clock.now(), ...letter });
  }
}

function isFinal(error: unknown): boolean {
  // A value that the store's format does not know is a TypeError.
  return error instanceof FencedError || error instanceof StaleError ||
    error instanceof TypeError ||
    error instanceof ActorError && (error.kind === "rejected" || error.kind === "fatal");
}

/**
 * A commit that is tried again may find its own first try, whose outcome had remained unknown. Only
 * this incarnation can have written, so a version that is further is its own.
 */
function onceCommitted(store: Store, turn: TurnRecord): () => Promise<Committed> {
  let isAgain = false;
  const own: Committed = { outcome: "committed", version: turn.expectVersion + 1 };
  return async () => {
    try {
      const committed = await store.commit(turn);
      return committed.version === own.version ? own : committed;
    } catch (error) {
      if (isAgain && error instanceof StaleError) return own;
      throw error;
    } finally {
      isAgain = true;
    }
  };
}

/** `consumed`: the row in its hands, undefined where it has none under the id; null: it names none. */
function forbiddenIn(
  spec: ActorSpec,
  turn: TurnCommit,
  consumed: Row | null | undefined,
): ActorError | null {
  const targets = turn.outbox.flatMap(({ target, settled }) =>
    settled ? [target, settled.target] : [target]
  );
  const stranger = targets.find((target) => !mayTalkTo(spec, target));
  if (stranger !== undefined) return notAPeer(spec, stranger);
  if (consumed !== null && consumed?.kind !== "message") {
    const message = `${spec.protocol.name} has no message ${turn.consumes} in hand`;
    return new ActorError("fatal", "not-its-message", message);
  }
  const write = turn.writes.find(({ name }) => !spec.writes.includes(name));
  if (write === undefined) return null;
  const message = `${spec.protocol.name} may not write ${write.name}`;
  return new ActorError("fatal", "not-its-table", message);
}
