/**
 * Hands what lies in the outbox to its receivers, in id order, a window at a time. A durable
 * message leaves the outbox with the commit that consumed it; an effect with its settlement.
 */

import type { ActorSpec } from "@/core/kernel/actor.ts";
import type { Child } from "@/core/kernel/child.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import type { DeadReason } from "@/core/kernel/dead_letters.ts";
import { ActorError, toWire, type WireError } from "@/core/kernel/errors.ts";
import type { Exit } from "@/core/kernel/events.ts";
import type { Log } from "@/core/kernel/log.ts";
import type { EffectSpec } from "@/core/kernel/message.ts";
import type { NewMessage, Settlement, Store, StoredMessage } from "@/core/kernel/store.ts";
import { isWanted } from "@/core/kernel/strategy.ts";
import type { EffectOutcome } from "@/core/kernel/wire.ts";
import type { Persistence } from "./persist.ts";

/** Messages handed over and not yet consumed, per receiver. */
const WINDOW = 16;
/** Effects that rest before their next attempt, per receiver; more wait in the outbox. */
const RESTING_MAX = 256;
/** Crashes of the receiver on one message before it is buried. */
const POISON_AFTER = 3;
const STORE_RETRY_MS = 500;
const EFFECT_RETRY_MIN_MS = 1_000;
const EFFECT_RETRY_MAX_MS = 60_000;

interface Flight {
  readonly row: StoredMessage;
  /** Effects: how often the outside world was asked in vain. */
  readonly lookups: number;
}

interface Target {
  readonly child: Child;
  readonly inFlight: Map<number, Flight>;
  /** Those in flight that wait for their next attempt: they need no hand. */
  readonly resting: Set<number>;
  /** Those of them whose rest is over. */
  readonly rested: Flight[];
  /** Finished while rows were being read: the reading may still show them. */
  readonly finished: Set<number>;
  readonly timers: Set<() => void>;
  open: boolean;
  pumping: boolean;
  again: boolean;
  /** The outbox may hold more than was handed over. */
  more: boolean;
}

export interface DeliveryOptions {
  readonly store: Store;
  readonly persistence: Persistence;
  readonly clock: Clock;
  readonly log: Log;
  readonly specOf: (actor: string) => ActorSpec | undefined;
  readonly onDead: (reason: DeadReason, row: NewMessage) => void;
  readonly onStoreError: (error: unknown) => void;
}

export class Deliveries {
  readonly #options: DeliveryOptions;
  readonly #targets = new Map<string, Target>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** The child is ready: everything undelivered goes to it, from the oldest. */
  open(child: Child): void {
    this.#targets.set(child.name, {
      child,
      inFlight: new Map(),
      resting: new Set(),
      rested: [],
      finished: new Set(),
      timers: new Set(),
      open: true,
      pumping: false,
      again: false,
      more: false,
    });
    this.kick(child.name);
  }

  /** No more deliveries to it; what is in flight stays in the outbox. */
  close(name: string): void {
    const target = this.#targets.get(name);
    if (target === undefined) return;
    target.open = false;
    for (const cancel of target.timers) cancel();
    this.#targets.delete(name);
  }

  /** The incarnation ended; a message that keeps killing its receiver is buried. */
  async gone(child: Child, exit: Exit): Promise<void> {
    const row = this.#targets.get(child.name)?.inFlight.get(exit.handling ?? 0)?.row;
    this.close(child.name);
    if (row === undefined || isWanted(exit.kind) || child.spec.kind !== "turn") return;
    const { store, log, onDead } = this.#options;
    const error: WireError = exit.error ??
      { kind: "fatal", code: exit.kind, message: `${child.name} ended (${exit.kind})` };
    const crashes = await store.countCrash(row.id, error);
    if (crashes < POISON_AFTER) return;
    await store.bury(row.id, error);
    onDead("poison", row);
    log.error("Message buried", { target: child.name, id: row.id, crashes });
  }

  /** There may be something new for `name`. */
  kick(name: string): void {
    const target = this.#targets.get(name);
    if (target === undefined) return;
    target.again = true;
    if (!target.pumping) this.#pump(target);
  }

  /** A commit consumed the message, or found that it had been consumed before. */
  consumed(name: string, id: number): void {
    const target = this.#targets.get(name);
    if (target !== undefined) this.#finish(target, id);
  }

  /** The receiver's schema refused it: it would be refused for ever. */
  async refused(name: string, id: number, error: WireError): Promise<void> {
    const target = this.#targets.get(name);
    const row = target?.inFlight.get(id)?.row;
    if (target === undefined || row === undefined) return;
    const notice = this.#notice(row, { outcome: "failed", error });
    await this.#write(target, () => this.#options.store.bury(id, error, notice));
    this.#options.onDead("refused", row);
    this.#options.log.error("Message buried", { target: name, id, error });
    if (notice !== undefined) this.kick(notice.target);
    this.#finish(target, id);
  }

  async settled(name: string, id: number, outcome: EffectOutcome): Promise<void> {
    const target = this.#targets.get(name);
    const flight = target?.inFlight.get(id);
    if (target === undefined || flight === undefined) return;
    switch (outcome.outcome) {
      case "not-done":
        return await this.#attempt(target, {
          row: { ...flight.row, status: "pending" },
          lookups: 0,
        });
      case "retry":
      case "uncertain":
        return await this.#retry(target, flight, outcome);
      default:
        return await this.#settle(target, flight.row, outcome);
    }
  }

  /** Closes a parked effect as a person says. */
  async resolve(row: NewMessage & { readonly id: number }, settlement: Settlement): Promise<void> {
    const notice = this.#notice(row, settlement);
    await this.#options.store.settle(row.id, settlement, notice);
    if (notice !== undefined) this.kick(notice.target);
  }

  async #pump(target: Target): Promise<void> {
    target.pumping = true;
    try {
      while (target.again && takesMore(target)) {
        target.again = false;
        target.finished.clear();
        const limit = WINDOW + target.inFlight.size;
        const rows = await this.#options.store.pending(target.child.name, 0, limit);
        target.more = rows.length === limit;
        for (const row of rows) await this.#offer(target, row);
      }
    } catch (error) {
      this.#storeFailed(target, error);
    } finally {
      target.pumping = false;
    }
  }

  async #offer(target: Target, row: StoredMessage): Promise<void> {
    const { inFlight, finished, resting } = target;
    if (inFlight.has(row.id) || finished.has(row.id) || !takesMore(target)) return;
    if (!hasHand(target, row.kind) || resting.size >= RESTING_MAX) {
      target.more = true;
      return;
    }
    const flight = { row, lookups: 0 };
    inFlight.set(row.id, flight);
    if (row.kind === "effect") return await this.#attempt(target, flight);
    this.#post(target, row, { attempt: row.attempts + 1, uncertain: false, lookup: false });
  }

  /** Claims an effect, then hands it over; one whose fate is unknown only if it may be repeated. */
  async #attempt(target: Target, flight: Flight): Promise<void> {
    const { row, lookups } = flight;
    const spec = target.child.spec.protocol.messages[row.type] as EffectSpec | undefined;
    const uncertain = row.status === "attempting";
    if (!takesMore(target)) return;
    const isSpent = spec !== undefined && Math.max(row.attempts, lookups) >= spec.maxAttempts;
    target.inFlight.set(row.id, flight);
    if (uncertain && (spec?.safety === "blind" || isSpent)) {
      return await this.#giveUp(target, row, "unknown");
    }
    if (uncertain && spec?.safety === "queryable") {
      return this.#post(target, row, { attempt: row.attempts, uncertain, lookup: true });
    }
    if (isSpent) return await this.#giveUp(target, row, "failed");
    try {
      await this.#options.store.claim(row.id);
    } catch (error) {
      target.inFlight.delete(row.id);
      return this.#storeFailed(target, error);
    }
    if (!target.open) return;
    this.#post(target, row, { attempt: row.attempts + 1, uncertain, lookup: false });
  }

  async #retry(
    target: Target,
    { row, lookups }: Flight,
    outcome: Extract<EffectOutcome, { outcome: "retry" | "uncertain" }>,
  ): Promise<void> {
    const { store, log } = this.#options;
    const spec = target.child.spec.protocol.messages[row.type] as EffectSpec | undefined;
    const wasUncertain = row.status === "attempting";
    const wasLookup = wasUncertain && spec?.safety === "queryable";
    // What an earlier attempt left open, a later failure does not settle.
    const isCertain = outcome.outcome === "retry" && !wasUncertain;
    if (isCertain) await this.#write(target, () => store.settle(row.id, outcome));
    const next: Flight = {
      row: {
        ...row,
        attempts: row.attempts + (wasLookup ? 0 : 1),
        status: isCertain ? "pending" : "attempting",
      },
      lookups: wasLookup ? lookups + 1 : 0,
    };
    const tries = wasLookup ? next.lookups : next.row.attempts;
    const delayMs = Math.min(EFFECT_RETRY_MAX_MS, EFFECT_RETRY_MIN_MS * 2 ** (tries - 1));
    const { error } = outcome;
    const props = { target: row.target, id: row.id, tries, delayMs, error };
    log.warn("Effect will be attempted again", props);
    target.resting.add(row.id);
    this.#later(target, delayMs, () => {
      target.rested.push(next);
      this.#goOn(target);
    });
    this.#goOn(target);
  }

  async #giveUp(target: Target, row: StoredMessage, outcome: "unknown" | "failed"): Promise<void> {
    const message = outcome === "failed"
      ? `${row.attempts} attempts failed`
      : "An earlier attempt has no known outcome";
    const error = toWire(new ActorError("unknown", "given-up", message));
    await this.#settle(target, row, { outcome, error });
  }

  async #settle(target: Target, row: StoredMessage, settlement: Settlement): Promise<void> {
    const { store, log, onDead } = this.#options;
    const notice = this.#notice(row, settlement);
    await this.#write(target, () => store.settle(row.id, settlement, notice));
    if (settlement.outcome !== "done") {
      onDead("given-up", row);
      log.error("Effect given up", { target: row.target, id: row.id, ...settlement });
    }
    if (notice !== undefined) this.kick(notice.target);
    this.#finish(target, row.id);
  }

  /** What the actor that decided the effect wants to hear of its end. */
  #notice(row: NewMessage, settlement: Settlement): NewMessage | undefined {
    const { settled, key, target: from, trace } = row;
    if (settled === undefined || settled === null) return undefined;
    const { outcome } = settlement;
    if (outcome === "retry") return undefined;
    const { target, type } = settled;
    const spec = this.#options.specOf(target)?.protocol.messages[type];
    const schemaVersion = spec?.kind === "durable" ? spec.version : 1;
    const body = outcome === "done"
      ? { outcome, key, result: settlement.result }
      : { outcome, key, error: brief(settlement.error) };
    return {
      key: `${key}/${outcome}`,
      kind: "message",
      from,
      target,
      type,
      schemaVersion,
      body,
      trace,
    };
  }

  #post(
    target: Target,
    row: StoredMessage,
    how: { readonly attempt: number; readonly uncertain: boolean; readonly lookup: boolean },
  ): void {
    const { id, kind, key, from, type, schemaVersion, body, trace } = row;
    const message = { id, kind, key, from, type, schemaVersion, body, trace, ...how };
    target.child.post({ is: "deliver", ...message });
  }

  #finish(target: Target, id: number): void {
    if (!target.inFlight.delete(id)) return;
    target.finished.add(id);
    this.#goOn(target);
  }

  /** A hand may be free: for what has rested, or else for what the outbox holds. */
  #goOn(target: Target): void {
    const flight = hasHand(target, "effect") ? target.rested.shift() : undefined;
    if (flight === undefined) {
      if (target.more) this.kick(target.child.name);
      return;
    }
    target.resting.delete(flight.row.id);
    this.#attempt(target, flight);
  }

  async #write(target: Target, run: () => Promise<unknown>): Promise<void> {
    const { persistence, onStoreError } = this.#options;
    await persistence.untilDone(run, () => !target.open).catch(onStoreError);
  }

  #storeFailed(target: Target, error: unknown): void {
    this.#options.onStoreError(error);
    this.#later(target, STORE_RETRY_MS, () => {
      this.kick(target.child.name);
      this.#goOn(target);
    });
  }

  #later(target: Target, delayMs: number, run: () => void): void {
    if (!target.open) return;
    const cancel = this.#options.clock.after(delayMs, () => {
      target.timers.delete(cancel);
      if (target.open) run();
    });
    target.timers.add(cancel);
  }
}

/** Effects are claimed before they are handed over: no more of them than are begun at once. */
function hasHand({ child, inFlight, resting }: Target, kind: StoredMessage["kind"]): boolean {
  const { concurrency } = child.spec.limits;
  const hands = kind === "message" ? WINDOW : Math.min(WINDOW, concurrency);
  return inFlight.size - resting.size < hands;
}

function takesMore({ open, child }: Target): boolean {
  return open && child.status !== "draining";
}

function brief({ kind, code, message }: WireError): Pick<WireError, "kind" | "code" | "message"> {
  return { kind, code, message };
}
