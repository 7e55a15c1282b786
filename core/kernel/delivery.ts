/**
 * Hands what lies in the outbox to its receivers, in id order, a window at a time. A durable
 * message leaves the outbox with the commit that consumed it; an effect with its settlement.
 */

import type { Child } from "./child.ts";
import type { Clock } from "./clock.ts";
import { ActorError, toWire, type WireError } from "./errors.ts";
import type { Exit } from "./events.ts";
import type { Log } from "./log.ts";
import type { EffectSpec } from "./message.ts";
import { isWanted } from "./strategy.ts";
import type { Store, StoredMessage } from "./store.ts";
import type { EffectOutcome } from "./wire.ts";

/** Durable messages handed over and not yet consumed, per receiver. */
const WINDOW = 16;
/** Crashes of the receiver on one message before it is buried. */
const POISON_AFTER = 3;
const STORE_RETRY_MS = 500;
const EFFECT_RETRY_MIN_MS = 1_000;
const EFFECT_RETRY_MAX_MS = 60_000;

interface Target {
  readonly child: Child;
  readonly inFlight: Map<number, StoredMessage>;
  /** Finished while rows were being read: the reading may still show them. */
  readonly finished: Set<number>;
  readonly timers: Set<() => void>;
  open: boolean;
  pumping: boolean;
  again: boolean;
}

export interface DeliveryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
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
      finished: new Set(),
      timers: new Set(),
      open: true,
      pumping: false,
      again: false,
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
    this.close(child.name);
    if (exit.handling === null || isWanted(exit.kind) || child.spec.kind !== "turn") return;
    const error: WireError = exit.error ??
      { kind: "fatal", code: exit.kind, message: `${child.name} ended (${exit.kind})` };
    const crashes = await this.#options.store.countCrash(exit.handling, error);
    if (crashes < POISON_AFTER) return;
    await this.#options.store.bury(exit.handling, error);
    this.#options.log.error("Message buried", { target: child.name, id: exit.handling, crashes });
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
    this.#finish(name, id);
  }

  /** The receiver's schema refused it: it would be refused for ever. */
  async refused(name: string, id: number, error: WireError): Promise<void> {
    await this.#options.store.bury(id, error);
    this.#options.log.error("Message buried", { target: name, id, error });
    this.#finish(name, id);
  }

  async settled(name: string, id: number, outcome: EffectOutcome): Promise<void> {
    const target = this.#targets.get(name);
    const row = target?.inFlight.get(id);
    if (target === undefined || row === undefined) return;
    if (outcome.outcome === "retry" || outcome.outcome === "uncertain") {
      return await this.#retry(target, row, outcome);
    }
    await this.#options.store.settle(id, outcome);
    this.#finish(name, id);
  }

  async #pump(target: Target): Promise<void> {
    target.pumping = true;
    try {
      while (target.again && target.open) {
        target.again = false;
        target.finished.clear();
        const limit = WINDOW + target.inFlight.size;
        const rows = await this.#options.store.pending(target.child.name, 0, limit);
        for (const row of rows) await this.#offer(target, row);
      }
    } catch (error) {
      this.#options.onStoreError(error);
      this.#later(target, STORE_RETRY_MS, () => this.kick(target.child.name));
    } finally {
      target.pumping = false;
    }
  }

  async #offer(target: Target, row: StoredMessage): Promise<void> {
    const known = target.inFlight.has(row.id) || target.finished.has(row.id);
    if (known || !target.open || target.inFlight.size >= WINDOW) return;
    target.inFlight.set(row.id, row);
    if (row.kind === "effect") return await this.#attempt(target, row);
    this.#post(target, row, { attempt: row.attempts + 1, uncertain: false });
  }

  /** Claims an effect, then hands it over; one whose fate is unknown only if it may be repeated. */
  async #attempt(target: Target, row: StoredMessage): Promise<void> {
    const spec = target.child.spec.protocol.messages[row.type] as EffectSpec | undefined;
    const uncertain = row.status === "attempting";
    if (uncertain && spec?.safety === "blind") {
      const message = "An earlier attempt has no known outcome";
      return await this.#giveUp(target, row, { outcome: "unknown", message });
    }
    if (spec !== undefined && row.attempts >= spec.maxAttempts) {
      const message = `${row.attempts} attempts failed`;
      return await this.#giveUp(target, row, { outcome: "failed", message });
    }
    try {
      await this.#options.store.claim(row.id);
    } catch (error) {
      target.inFlight.delete(row.id);
      throw error;
    }
    if (!target.open) return;
    this.#post(target, row, { attempt: row.attempts + 1, uncertain });
  }

  async #retry(
    target: Target,
    row: StoredMessage,
    outcome: Extract<EffectOutcome, { outcome: "retry" | "uncertain" }>,
  ): Promise<void> {
    const certain = outcome.outcome === "retry";
    if (certain) await this.#options.store.settle(row.id, outcome);
    const attempts = row.attempts + 1;
    const delayMs = Math.min(EFFECT_RETRY_MAX_MS, EFFECT_RETRY_MIN_MS * 2 ** (attempts - 1));
    const next: StoredMessage = { ...row, attempts, status: certain ? "pending" : "attempting" };
    target.inFlight.set(row.id, next);
    this.#options.log.warn("Effect will be attempted again", {
      target: target.child.name,
      id: row.id,
      attempts,
      delayMs,
      error: outcome.error,
    });
    this.#later(target, delayMs, () => {
      this.#attempt(target, next).catch((error) => this.#options.onStoreError(error));
    });
  }

  async #giveUp(
    target: Target,
    row: StoredMessage,
    why: { readonly outcome: "unknown" | "failed"; readonly message: string },
  ): Promise<void> {
    const error = toWire(new ActorError("unknown", "given-up", why.message));
    await this.#options.store.settle(row.id, { outcome: why.outcome, error });
    this.#options.log.error("Effect given up", { target: target.child.name, id: row.id, ...why });
    this.#finish(target.child.name, row.id);
  }

  #post(
    target: Target,
    row: StoredMessage,
    how: { readonly attempt: number; readonly uncertain: boolean },
  ): void {
    const { id, kind, from, type, schemaVersion, body, trace } = row;
    target.child.post({ is: "deliver", id, kind, from, type, schemaVersion, body, trace, ...how });
  }

  #finish(name: string, id: number): void {
    const target = this.#targets.get(name);
    if (target === undefined || !target.inFlight.delete(id)) return;
    target.finished.add(id);
    this.kick(name);
  }

  #later(target: Target, delayMs: number, run: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      target.timers.delete(cancel);
      if (target.open) run();
    });
    target.timers.add(cancel);
  }
}
