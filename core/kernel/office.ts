/**
 * Main's half of the actors' messages and state: commits turns, stores and delivers what is
 * durable, answers what main serves, and keeps what did not arrive.
 */

import type { ActorSpec } from "./actor.ts";
import { stored } from "./check.ts";
import type { Child } from "./child.ts";
import type { Clock } from "./clock.ts";
import { Deliveries } from "./delivery.ts";
import { Desk } from "./desk.ts";
import { ActorError, toWire } from "./errors.ts";
import type { Exit } from "./events.ts";
import type { Served } from "./house.ts";
import type { Log } from "./log.ts";
import type { Protocol } from "./message.ts";
import { Observations } from "./observations.ts";
import { Persistence } from "./persist.ts";
import { FencedError, type ParkedMessage, type Settlement, type Store } from "./store.ts";
import { MAIN } from "./switchboard.ts";
import type { Up } from "./wire.ts";

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
  readonly #desk: Desk;

  constructor(options: OfficeOptions) {
    const { store, clock, log, served } = options;
    const onStoreError = (error: unknown) => this.#storeFailed(error);
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
    this.#desk = new Desk({ store, deliveries, persistence, observations, served, onStoreError });
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
    this.#deliveries.gone(child, exit).catch((error) => this.#storeFailed(error));
  }

  receive(child: Child, message: Up): void {
    this.#desk.receive(child, message);
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

  #storeFailed(error: unknown): void {
    if (error instanceof FencedError) return this.#options.onFenced(error);
    this.#options.log.warn("Database did not take it", { error: toWire(error) });
  }
}
