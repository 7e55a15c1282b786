/**
 * Hands what lies in the outbox to one incarnation, in id order, a window at a time. A durable
 * message leaves the outbox with the commit that consumed it; an effect with its settlement.
 */

import type { Child } from "@/core/kernel/child.ts";
import { Timers } from "@/core/kernel/clock.ts";
import { ActorError, toWire, type WireError } from "@/core/kernel/errors.ts";
import type { EffectSpec } from "@/core/kernel/message.ts";
import type { Settlement, StoredMessage } from "@/core/kernel/store.ts";
import type { Delivery, EffectOutcome } from "@/core/kernel/wire.ts";
import type { Office } from "./office.ts";

/** Messages handed over and not yet consumed. */
const WINDOW = 16;
/** Effects that rest before their next attempt; more wait in the outbox. */
const RESTING_MAX = 256;
const STORE_RETRY_MS = 500;
const EFFECT_RETRY_MIN_MS = 1_000;
const EFFECT_RETRY_MAX_MS = 60_000;

interface Flight {
  readonly row: StoredMessage;
  /** Tells an effect how its attempt ended. */
  readonly settled: (outcome: EffectOutcome) => void;
}

/** How often an effect was tried; `uncertain` after an attempt without a known outcome. */
interface Tries {
  readonly attempts: number;
  readonly uncertain: boolean;
  /** How often the outside world was asked in vain. */
  readonly lookups: number;
}

export class Courier {
  readonly #office: Office;
  readonly #child: Child;
  readonly #inFlight = new Map<number, Flight>();
  /** Effects in flight that wait for their next attempt: they need no hand. */
  #resting = 0;
  /** Those of them whose rest is over. */
  readonly #rested: (() => void)[] = [];
  /** Finished while rows were being read: the reading may still show them. */
  readonly #finished = new Set<number>();
  readonly #timers: Timers;
  /** Effects are claimed, and so handed over, one after another. */
  #claiming: Promise<unknown> = Promise.resolve();
  #isOpen = true;
  #isReading = false;
  #again = false;
  /** The outbox may hold more than was handed over. */
  #more = false;

  constructor(office: Office, child: Child) {
    this.#office = office;
    this.#child = child;
    this.#timers = new Timers(office.env.clock);
  }

  /** No more deliveries; what is in flight stays in the outbox. */
  close(): void {
    this.#isOpen = false;
    this.#timers.cancelAll();
  }

  /** What was handed over under this id and is not finished. */
  inFlight(id: number): StoredMessage | undefined {
    return this.#inFlight.get(id)?.row;
  }

  /** There may be something new. */
  kick(): void {
    this.#again = true;
    if (!this.#isReading) this.#read();
  }

  /** A commit consumed the message, or found that it had been consumed before. */
  consumed(id: number): void {
    if (!this.#inFlight.delete(id)) return;
    this.#finished.add(id);
    this.#goOn();
  }

  /** The receiver's schema refused it: it would be refused for ever. */
  async refused(id: number, error: WireError): Promise<void> {
    const row = this.inFlight(id);
    if (row === undefined) return;
    await this.#write(() => this.#office.bury(row, error, "refused"));
    this.consumed(id);
  }

  settled(id: number, outcome: EffectOutcome): void {
    this.#inFlight.get(id)?.settled(outcome);
  }

  get #takesMore(): boolean {
    return this.#isOpen && this.#child.status !== "draining";
  }

  /** Effects are claimed before they are handed over: no more of them than are begun at once. */
  get #hasHand(): boolean {
    const { kind, limits } = this.#child.spec;
    const hands = kind === "turn" ? WINDOW : Math.min(WINDOW, limits.concurrency);
    return this.#inFlight.size - this.#resting < hands;
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.#again && this.#takesMore) {
        this.#again = false;
        this.#finished.clear();
        const limit = WINDOW + this.#inFlight.size;
        const rows = await this.#office.env.store.pending(this.#child.name, 0, limit);
        this.#more = rows.length === limit;
        for (const row of rows) this.#offer(row);
      }
    } catch (error) {
      this.#storeFailed(error);
    } finally {
      this.#isReading = false;
    }
  }

  #offer(row: StoredMessage): void {
    const { id, kind, attempts } = row;
    if (this.#inFlight.has(id) || this.#finished.has(id) || !this.#takesMore) return;
    if (!this.#hasHand || this.#resting >= RESTING_MAX) {
      this.#more = true;
      return;
    }
    this.#inFlight.set(id, { row, settled: () => {} });
    if (kind === "message") {
      return this.#post(row, { attempt: attempts + 1, uncertain: false, lookup: false });
    }
    this.#execute(row).catch((error) => {
      this.#inFlight.delete(id);
      this.#storeFailed(error);
    });
  }

  /** One effect, until it has ended or its service has. */
  async #execute(row: StoredMessage): Promise<void> {
    const { [row.type]: spec } = this.#child.spec.protocol.messages;
    let tries = { attempts: row.attempts, uncertain: row.status === "attempting", lookups: 0 };
    while (this.#takesMore) {
      const step = stepOf(spec?.kind === "effect" ? spec : undefined, tries);
      if (step === "failed" || step === "unknown") {
        const message = step === "failed"
          ? `${tries.attempts} attempts failed`
          : "An earlier attempt has no known outcome";
        const error = toWire(new ActorError("unknown", "given-up", message));
        return await this.#settle(row, { outcome: step, error });
      }
      const lookup = step === "lookup";
      const outcome = await this.#attempt(row, tries, lookup);
      if (outcome.outcome === "not-done") tries = { ...tries, uncertain: false, lookups: 0 };
      else if (outcome.outcome !== "retry" && outcome.outcome !== "uncertain") {
        return await this.#settle(row, outcome);
      } else {
        // What an earlier attempt left open, a later failure does not settle.
        const uncertain = outcome.outcome === "uncertain" || tries.uncertain;
        if (outcome.outcome === "retry" && !uncertain) {
          await this.#write(() => this.#office.env.store.settle(row.id, outcome));
        }
        tries = lookup
          ? { ...tries, lookups: tries.lookups + 1 }
          : { attempts: tries.attempts + 1, uncertain, lookups: 0 };
        await this.#rest(row, lookup ? tries.lookups : tries.attempts, outcome.error);
      }
    }
  }

  /** Claims the effect, or only asks what became of it, and hands it over. */
  async #attempt(row: StoredMessage, tries: Tries, lookup: boolean): Promise<EffectOutcome> {
    const claimed = this.#claiming.then(async () => {
      if (!this.#takesMore) return false;
      if (!lookup) await this.#office.env.store.claim(row.id);
      return this.#isOpen;
    });
    this.#claiming = claimed.catch(() => {});
    const isOurs = await claimed;
    const { promise, resolve } = Promise.withResolvers<EffectOutcome>();
    this.#inFlight.set(row.id, { row, settled: resolve });
    const attempt = tries.attempts + (lookup ? 0 : 1);
    if (isOurs) this.#post(row, { attempt, uncertain: tries.uncertain, lookup });
    return await promise;
  }

  /** Until the next attempt is due and there is a hand for it. */
  #rest({ id, target }: StoredMessage, tries: number, error: WireError): Promise<void> {
    const delayMs = Math.min(EFFECT_RETRY_MAX_MS, EFFECT_RETRY_MIN_MS * 2 ** (tries - 1));
    this.#office.env.log.warn("Effect will be attempted again", {
      target,
      id,
      tries,
      delayMs,
      error,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resting += 1;
    this.#after(delayMs, () => {
      this.#rested.push(resolve);
      this.#goOn();
    });
    this.#goOn();
    return promise;
  }

  async #settle(row: StoredMessage, settlement: Settlement): Promise<void> {
    await this.#write(() => this.#office.settle(row, settlement));
    if (settlement.outcome !== "done") {
      this.#office.dead("given-up", row);
      const props = { target: row.target, id: row.id, ...settlement };
      this.#office.env.log.error("Effect given up", props);
    }
    this.consumed(row.id);
  }

  #post(row: StoredMessage, how: Pick<Delivery, "attempt" | "uncertain" | "lookup">): void {
    const { id, kind, key, from, type, schemaVersion, body, trace } = row;
    const message = { id, kind, key, from, type, schemaVersion, body, trace, ...how };
    this.#child.post({ is: "deliver", ...message });
  }

  /** A hand may be free: for what has rested, or else for what the outbox holds. */
  #goOn(): void {
    const wake = this.#hasHand ? this.#rested.shift() : undefined;
    if (wake !== undefined) {
      this.#resting -= 1;
      wake();
    } else if (this.#more) this.kick();
  }

  async #write(run: () => Promise<unknown>): Promise<void> {
    const { storeFailed } = this.#office;
    await this.#office.untilDone(run, () => !this.#isOpen).catch(storeFailed);
  }

  #storeFailed(error: unknown): void {
    this.#office.storeFailed(error);
    this.#after(STORE_RETRY_MS, () => {
      this.kick();
      this.#goOn();
    });
  }

  #after(delayMs: number, run: () => void): void {
    if (this.#isOpen) this.#timers.after(delayMs, run);
  }
}

/** What comes next; one whose fate is unknown is repeated only where its kind allows that. */
function stepOf(
  spec: EffectSpec | undefined,
  { attempts, uncertain, lookups }: Tries,
): "attempt" | "lookup" | "failed" | "unknown" {
  const isSpent = spec !== undefined && Math.max(attempts, lookups) >= spec.maxAttempts;
  if (uncertain && (isSpent || spec?.safety === "blind")) return "unknown";
  if (uncertain && spec?.safety === "queryable") return "lookup";
  return isSpent ? "failed" : "attempt";
}
