/** A market that may be unreadable in places: what it does not show is noted and passed over. */

import type { OffersPage } from "@/actors/scanner/page.ts";
import type { EvidenceReply, LookReply, Wanted } from "@/actors/scanner/verify.ts";
import type { GameId } from "@/core/domain/market.ts";
import { ActorError } from "@/core/kernel/mod.ts";
import type { PriceBand } from "@/core/market/dmarket/bands.ts";
import type { MarketPort } from "./scan_once.ts";

/** Prices in which listings may have been missed, and why. */
export interface Gap extends PriceBand {
  readonly reason: string;
}

const NOTHING: OffersPage = {
  offers: [],
  leftOut: 0,
  dearestCents: null,
  cursor: null,
  total: 0,
  quotes: [],
  malformed: [],
};

export class ForgivingMarket implements MarketPort {
  readonly gaps: Gap[] = [];
  /** Why titles could not be read. */
  readonly missing = new Map<string, string>();
  readonly #market: MarketPort;

  constructor(market: MarketPort) {
    this.#market = market;
  }

  async offersPage(query: Parameters<MarketPort["offersPage"]>[0]): Promise<OffersPage> {
    const { fromCents, toCents } = query;
    try {
      const page = await this.#market.offersPage(query);
      for (const reason of page.malformed) this.gaps.push({ fromCents, toCents, reason });
      return page;
    } catch (error) {
      this.gaps.push({ fromCents, toCents, reason: messageOf(error) });
      return NOTHING;
    }
  }

  async look(game: GameId, titles: readonly Wanted[]): Promise<LookReply> {
    try {
      return await this.#market.look(game, titles);
    } catch (error) {
      messageOf(error);
      return { looks: [], missing: [] };
    }
  }

  async evidence(game: GameId, titles: readonly string[]): Promise<EvidenceReply> {
    try {
      const reply = await this.#market.evidence(game, titles);
      for (const { title, reason } of reply.missing) this.missing.set(title, reason);
      return reply;
    } catch (error) {
      const reason = messageOf(error);
      for (const title of titles) this.missing.set(title, reason);
      return { evidence: [], missing: [] };
    }
  }

  now(): number {
    return this.#market.now();
  }
}

/** Throws what is no answer of a market. */
function messageOf(error: unknown): string {
  if (error instanceof ActorError) return error.message;
  throw error;
}
