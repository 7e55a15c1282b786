/** Fee lists of whole games, each read once a day: a restart in between takes up what was kept. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import { type CacheReading, ReadCache } from "@/core/http/read_cache.ts";
import { ActorError, type Clock, type Log } from "@/core/kernel/mod.ts";
import type { FeesQuery } from "@/core/market/dmarket/client.ts";
import type { FeeList } from "@/core/market/dmarket/fees.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";

export interface FeesPort {
  customizedFees(query: FeesQuery, call: CallOptions): Promise<FeeList>;
}

/** Where lists outlive this actor. Both may fail: then the market is asked. */
export interface FeeShelf {
  /** Null: nothing that can be read. */
  recall(game: GameId): Promise<KeptFees | null>;
  keep(game: GameId, list: FeeList): Promise<void>;
}

/** A list with the wall clock when it was read. */
export interface KeptFees {
  readonly list: FeeList;
  readonly readAtMs: number;
}

export interface FeeListsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly shelf: FeeShelf;
}

const DAY_MS = 86_400_000;
const LOAD_MS = 60_000;
/** A list that cannot be read is large, and wanted with every title. */
const REST_MS = 60_000;

export class FeeLists {
  readonly #client: FeesPort;
  readonly #options: FeeListsOptions;
  readonly #lists: ReadCache<KeptFees>;
  /** Monotonic, of games whose list could not be read. */
  readonly #restUntilMs = new Map<GameId, number>();

  constructor(client: FeesPort, options: FeeListsOptions) {
    const { clock } = options;
    this.#client = client;
    this.#options = options;
    this.#lists = new ReadCache({
      clock,
      maxEntries: GAMES.length,
      ttlMs: DAY_MS,
      // Fees change daily: a list past its day is a doubt, and a doubt means the highest fee.
      staleMs: 0,
      ageMs: ({ readAtMs }) => Math.max(0, clock.now() - readAtMs),
    });
  }

  /**
   * The game's list of the last 24 hours; null when there is none to be had. Throws when `signal`
   * aborts, and what is `fatal`.
   */
  async of(game: GameId, signal: AbortSignal): Promise<FeeList | null> {
    const { clock, log } = this.#options;
    if (clock.monotonic() < (this.#restUntilMs.get(game) ?? -Infinity)) return null;
    try {
      const { list } = await this.#lists.get(game, signal, (reading) => this.#read(game, reading));
      return list;
    } catch (error) {
      if (signal.aborted || !(error instanceof ActorError) || error.kind === "fatal") throw error;
      this.#restUntilMs.set(game, clock.monotonic() + REST_MS);
      const { message: reason } = error;
      log.warn("Fee list not read: the highest fee is assumed", { game, reason });
      return null;
    }
  }

  reading(): CacheReading {
    return this.#lists.reading();
  }

  async #read(game: GameId, signal: AbortSignal): Promise<KeptFees> {
    const { clock, log, shelf } = this.#options;
    const kept = await shelf.recall(game).catch((error: unknown) => {
      log.warn("Kept fee list not recalled: it is read again", { game, error });
      return null;
    });
    const readAtMs = clock.now();
    // A moment that is still to come says that a clock was wrong.
    const ageMs = kept === null ? Infinity : readAtMs - kept.readAtMs;
    if (kept !== null && ageMs >= 0 && ageMs < DAY_MS) return kept;
    const deadlineAtMs = clock.monotonic() + LOAD_MS;
    const list = await this.#client.customizedFees({ game }, { signal, deadlineAtMs });
    shelf.keep(game, list).catch((error: unknown) => {
      log.warn("Fee list not kept: a restart will read it again", { game, error });
    });
    return { list, readAtMs };
  }
}
