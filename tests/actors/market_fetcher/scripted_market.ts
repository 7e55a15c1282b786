import type { MarketPort } from "@/actors/market_fetcher/reader.ts";
import type { Bid, Offer, Quote, Sale } from "@/core/domain/market.ts";
import type { Log } from "@/core/kernel/log.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import type { UnreadOffer } from "@/core/market/dmarket/offers.ts";

export const TITLE = "AK-47 | Redline (Field-Tested)";
export const NO_CLASS = { floatPart: null, phase: null, paintSeed: null };

export function offer(offerId: string, change: Partial<Offer> = {}): Offer {
  return {
    offerId,
    game: "a8db",
    title: TITLE,
    priceCents: 1_599,
    createdAtMs: null,
    reserved: false,
    unlockAtMs: null,
    resaleBlocks: [],
    suggestedCents: null,
    assetClass: NO_CLASS,
    ...change,
  };
}

export function quote(title: string): Quote {
  return { title, bestBidCents: 1, bidCount: 1, bestAskCents: 2, askCount: 1 };
}

export const BID: Bid = { priceCents: 1_310, amount: 3, wants: NO_CLASS };
export const SALE: Sale = { priceCents: 1_599, soldAtMs: 1, side: "offer" };
export const FEE = { feePpm: 70_000, minFeeCents: 1 };

export const DOWN = new ActorError("transient", "network", "The network is down");

/** A market whose answers a test sets, and which counts its questions. */
export class ScriptedMarket implements MarketPort {
  readonly asked: string[] = [];
  pages: readonly (readonly Offer[])[] = [[offer("1")]];
  quotePages: readonly (readonly Quote[])[] = [[quote(TITLE)]];
  /** On every page. */
  unread: readonly UnreadOffer[] = [];
  /** Thrown by the reads whose name it maps. */
  readonly failing = new Map<string, unknown>();
  /** Awaited by every read. */
  pause: Promise<void> = Promise.resolve();
  underWay = 0;
  mostUnderWay = 0;

  async #read<T>(name: string, detail: string, answer: () => T): Promise<T> {
    this.asked.push(`${name} ${detail}`);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await this.pause;
      const error = this.failing.get(`${name} ${detail}`) ?? this.failing.get(name);
      if (error !== undefined) throw error;
      return answer();
    } finally {
      this.underWay -= 1;
    }
  }

  count(name: string): number {
    return this.asked.filter((asked) => asked.startsWith(`${name} `)).length;
  }

  offersPage: MarketPort["offersPage"] = (query) =>
    this.#read("offers", query.title ?? "band", () => {
      const page = Number(query.cursor ?? 0);
      const isLast = page + 1 >= this.pages.length;
      const offers = this.pages[page] ?? [];
      return {
        offers,
        leftOut: 0,
        dearestCents: offers.at(-1)?.priceCents ?? null,
        total: 7,
        cursor: isLast ? null : String(page + 1),
        malformed: ["odd row"],
        assetIds: [],
        unread: this.unread,
      };
    });

  quotesPage: MarketPort["quotesPage"] = (query) =>
    this.#read("quotes", query.game, () => {
      const page = Number(query.cursor ?? 0);
      const isLast = page + 1 >= this.quotePages.length;
      const quotes = this.quotePages[page] ?? [];
      return { quotes, cursor: isLast ? null : String(page + 1), malformed: [] };
    });

  targetsByTitle: MarketPort["targetsByTitle"] = (_game, title) =>
    this.#read("targets", title, () => ({ bids: [BID], malformed: [] }));

  lastSales: MarketPort["lastSales"] = ({ title }) =>
    this.#read("sales", title, () => ({ sales: [SALE], malformed: [] }));

  customizedFees: MarketPort["customizedFees"] = ({ game }) =>
    this.#read("fees", game, () => ({
      standard: FEE,
      reduced: new Map([[TITLE, [{
        ...FEE,
        feePpm: 30_000,
        title: TITLE,
        minPriceCents: 1,
        maxPriceCents: 2,
        expiresAtMs: 3,
      }]]]),
      malformed: [],
    }));

  /** Ours, in every game. */
  ownOfferIds: readonly string[] = [];
  ownBids: readonly Bid[] = [];

  account: MarketPort["account"] = {
    offersPage: ({ game }) =>
      this.#read("own-offers", game, () => ({
        offers: this.ownOfferIds.map((offerId) => offer(offerId)),
        leftOut: 0,
        dearestCents: null,
        total: this.ownOfferIds.length,
        cursor: null,
        malformed: [],
        assetIds: [],
        unread: [],
      })),
    targetsPage: ({ game }) =>
      this.#read("own-targets", game, () => ({
        targets: this.ownBids.map((bid, i) => {
          return { ...bid, targetId: `target-${i}`, title: TITLE, isActive: true };
        }),
        total: this.ownBids.length,
        cursor: null,
        malformed: [],
      })),
  };

  reading: MarketPort["reading"] = () => ({
    breakers: {} as ReturnType<MarketPort["reading"]>["breakers"],
    attempts: { "offers.ok": 2 },
    retries: 0,
    skewMs: 40,
    signaturesRefused: false,
    unknownFields: { "offers.items.new": 1 },
    refusedRows: { "last-sales.price": 2 },
  });
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
