/**
 * Hands what lies in the outbox to one incarnation, in id order, a window at a time. A durable
 * message leaves the outbox with the commit that consumed it; an effect with its settlement.
 */

import type { Child } from "@/core/kernel/child.ts";
import { Timers } from "@/core/kernel/clock.ts";
import { ActorError, toWire, type WireError } from "@/core/kernel/errors.ts";
import type { EffectSpec } from "@/core/kernel/message.ts";
import type { Settlement, StoredMessage } from "@/core/kernel/store.ts";
import type { EffectOutcome } from "@/core/kernel/up.ts";
import type { Delivery } from "@/core/kernel/wire.ts";
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

/** What the outbox does not know of an effect that was tried. */
interface Rest {
  /** It has rested enough. */
  readonly isOver: boolean;
  /** How often the outside world was asked in vain. */
  readonly lookups: number;
}

export class Courier {
  readonly #office: Office;
  readonly #child: Child;
  readonly #inFlight = new Map<number, Flight>();
  readonly #resting = new Map<number, Rest>();
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
    for (const id of this.#inFlight.keys()) this.#office.release(id);
  }

  /** What was handed over under this id and is not finished. */
  inFlight(id: number): StoredMessage | undefined {
    return this.#inFlight.get(id)?.row;
  }

  /** What was handed over first of all that is not finished. */
  get oldest(): StoredMessage | undefined {
    return this.#inFlight.values().next().value?.row;
  }

  /** There may be something new. */
  kick(): void {
    this.#again = true;
    if (!this.#isReading) this.#read();
  }

  /** A commit consumed the message, or found that it had been consumed before. */
  consumed(id: number): void {
    this.#resting.delete(id);
    this.#letGo(id);
  }

  /** The receiver's schema refused it: it would be refused for ever. */
  async refused(id: number, error: WireError): Promise<void> {
    const row = this.inFlight(id);
    if (row === undefined) return;
    // What an earlier attempt left open stays open: it may have happened.
    if (row.status === "attempting") return await this.#settle(row, { outcome: "unknown", error });
    await this.#owe(() => this.#office.bury(row, error, "refused"));
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
    return this.#inFlight.size < hands;
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      await this.#office.owed(this.#child);
      while (this.#again && this.#takesMore) {
        this.#again = false;
        this.#finished.clear();
        const limit = WINDOW + this.#inFlight.size + this.#resting.size;
        const rows = await this.#office.env.store.pending(this.#child.name, 0, limit);
        this.#more = rows.length === limit;
        this.#office.inherit(this.#child.name, rows);
        for (const row of rows) {
          if (this.#mustWait(row)) {
            this.#more = true;
            break;
          }
          this.#offer(row);
        }
      }
    } catch (error) {
      this.#storeFailed(error);
    } finally {
      this.#isReading = false;
    }
  }

  /** What an earlier process left is in hand alone, and nothing overtakes it. */
  #mustWait(row: StoredMessage): boolean {
    if (row.kind === "effect" || this.#inFlight.has(row.id)) return false;
    const inHand = [...this.#inFlight.values()];
    if (inHand.some((flight) => this.#office.isInherited(flight.row))) return true;
    return this.#office.isInherited(row) && (inHand.length > 0 || !this.#office.isFree);
  }

  #offer(row: StoredMessage): void {
    const { id, kind, attempts } = row;
    if (this.#inFlight.has(id) || this.#finished.has(id) || !this.#takesMore) return;
    const rest = this.#resting.get(id);
    if (rest?.isOver === false) return;
    if (!this.#hasHand || (rest === undefined && this.#resting.size >= RESTING_MAX)) {
      this.#more = true;
      return;
    }
    this.#inFlight.set(id, { row, settled: () => {} });
    if (this.#office.isInherited(row)) {
      this.#deliverAlone(row).catch((error) => {
        this.#office.storeFailed(error);
        this.#after(STORE_RETRY_MS, () => {
          this.#letGo(id);
          this.kick();
        });
      });
      return;
    }
    if (kind === "message") {
      return this.#post(row, { attempt: attempts + 1, uncertain: false, lookup: false });
    }
    this.#execute(row, row.status === "attempting", rest?.lookups ?? 0).catch((error) => {
      this.#inFlight.delete(id);
      this.#storeFailed(error);
    });
  }

  async #deliverAlone(row: StoredMessage): Promise<void> {
    if (await this.#office.isPoison(row)) return this.consumed(row.id);
    const attempt = row.attempts + 1;
    if (this.#isOpen) this.#post(row, { attempt, uncertain: false, lookup: false });
  }

  /** Takes an effect as far as it comes without a rest. */
  async #execute(row: StoredMessage, uncertain: boolean, lookups: number): Promise<void> {
    const { [row.type]: spec } = this.#child.spec.protocol.messages;
    const tries = Math.max(row.attempts, lookups);
    const step = stepOf(spec?.kind === "effect" ? spec : undefined, uncertain, tries);
    if (step === "failed" || step === "unknown") return await this.#giveUp(row, step);
    const lookup = step === "lookup";
    const outcome = await this.#attempt(row, uncertain, lookup);
    switch (outcome.outcome) {
      case "not-done":
        return await this.#execute(row, false, 0);
      case "retry":
      case "uncertain":
        // What an earlier attempt left open, a later failure does not settle.
        if (outcome.outcome === "retry" && !uncertain) {
          await this.#owe(() => this.#office.env.store.settle(row.id, outcome));
        }
        return this.#rest(row, outcome.error, lookup ? lookups + 1 : 0);
      default:
        return await this.#settle(row, outcome);
    }
  }

  /** Claims the effect, or only asks what became of it, and hands it over. */
  async #attempt(row: StoredMessage, uncertain: boolean, lookup: boolean): Promise<EffectOutcome> {
    // Nothing has been done yet, so a claim whose answer is lost leaves nothing in doubt.
    const claim = async () => {
      if (!lookup) await this.#office.env.store.claim(row.id);
      return this.#isOpen;
    };
    const claimed = this.#claiming.then(() =>
      this.#office.untilDone(claim, () => !this.#takesMore)
    );
    this.#claiming = claimed.catch(() => {});
    const isOurs = await claimed;
    const { promise, resolve } = Promise.withResolvers<EffectOutcome>();
    this.#inFlight.set(row.id, { row, settled: resolve });
    const attempt = row.attempts + (lookup ? 0 : 1);
    if (isOurs) this.#post(row, { attempt, uncertain, lookup });
    return await promise;
  }

  /** Leaves it to the outbox until its next attempt is due; `lookups` is 0 after an attempt. */
  #rest({ id, target, attempts }: StoredMessage, error: WireError, lookups: number): void {
    const tries = lookups === 0 ? attempts + 1 : lookups;
    const delayMs = Math.min(EFFECT_RETRY_MAX_MS, EFFECT_RETRY_MIN_MS * 2 ** (tries - 1));
    const props = { target, id, tries, delayMs, error };
    this.#office.env.log.warn("Effect will be attempted again", props);
    this.#resting.set(id, { isOver: false, lookups });
    this.#after(delayMs, () => {
      this.#resting.set(id, { isOver: true, lookups });
      this.kick();
    });
    this.#letGo(id);
  }

  async #giveUp(row: StoredMessage, outcome: "unknown" | "failed"): Promise<void> {
    const message = outcome === "failed"
      ? `${row.attempts} attempts failed`
      : "An earlier attempt has no known outcome";
    const error = toWire(new ActorError("unknown", "given-up", message));
    await this.#settle(row, { outcome, error });
  }

  async #settle(row: StoredMessage, settlement: Settlement): Promise<void> {
    await this.#owe(() => this.#office.settle(row, settlement));
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

  #letGo(id: number): void {
    if (!this.#inFlight.delete(id)) return;
    this.#finished.add(id);
    this.#office.release(id);
    if (this.#more) this.kick();
  }

  async #owe(run: () => Promise<unknown>): Promise<void> {
    await this.#office.owe(this.#child, run);
  }

  #storeFailed(error: unknown): void {
    this.#office.storeFailed(error);
    this.#after(STORE_RETRY_MS, () => this.kick());
  }

  #after(delayMs: number, run: () => void): void {
    if (this.#isOpen) this.#timers.after(delayMs, run);
  }
}

/** What comes next; one whose fate is unknown is repeated only where its kind allows that. */
function stepOf(
  spec: EffectSpec | undefined,
  uncertain: boolean,
  tries: number,
): "attempt" | "lookup" | "failed" | "unknown" {
  const isSpent = spec !== undefined && tries >= spec.maxAttempts;
  if (uncertain && (isSpent || spec?.safety === "blind")) return "unknown";
  if (uncertain && spec?.safety === "queryable") return "lookup";
  return isSpent ? "failed" : "attempt";
}
