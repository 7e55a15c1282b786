/** A market small enough to know by heart: it answers as market-fetcher would. */

import type { InputOf, ReplyOf } from "@/core/kernel/mod.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import type { Bid, Offer, Quote, Sale, TitleEvidence } from "@/core/domain/market.ts";
import { evidence, offer, steadySales } from "@/tests/core/domain/builders.ts";

export interface Listing {
  readonly title: string;
  readonly offers: readonly Offer[];
  readonly bids: readonly Bid[];
  readonly sales: readonly Sale[];
}

type PageRequest = InputOf<typeof marketFetcher, "OffersPage">;
type Page = ReplyOf<typeof marketFetcher, "OffersPage">;
type EvidenceRequest = InputOf<typeof marketFetcher, "Evidence">;
type LookRequest = InputOf<typeof marketFetcher, "Look">;
type Looks = ReplyOf<typeof marketFetcher, "Look">;
type Evidence = ReplyOf<typeof marketFetcher, "Evidence">;

export class Market {
  readonly #titles: Map<string, Listing>;
  nowMs = 0;
  /** Rows that one query shows, however many match. */
  queryRows = Infinity;
  /** Listings that pass a request's filter; the market itself knows no filters here. */
  passes: (offer: Offer, filter: PageRequest["filter"]) => boolean = () => true;

  constructor(listings: readonly Listing[]) {
    this.#titles = new Map(listings.map((listing) => [listing.title, listing]));
  }

  /** All listings, cheapest first, as the pages show them. */
  offers(): readonly Offer[] {
    return [...this.#titles.values()].flatMap(({ offers }) => offers).toSorted((a, b) =>
      a.priceCents - b.priceCents || a.offerId.localeCompare(b.offerId)
    );
  }

  remove(offerId: string): void {
    for (const [title, listing] of this.#titles) {
      const offers = listing.offers.filter((one) => one.offerId !== offerId);
      this.#titles.set(title, { ...listing, offers });
    }
  }

  add(listing: Listing): void {
    this.#titles.set(listing.title, listing);
  }

  page({ fromCents, toCents, cursor, limit, game, filter }: PageRequest): Page {
    const band = this.offers().filter((one) =>
      one.game === game && one.priceCents >= fromCents && one.priceCents < toCents
    );
    const start = cursor === null ? 0 : Number(cursor);
    const end = Math.min(start + limit, this.queryRows);
    const rows = band.slice(start, end);
    const offers = rows.filter((offer) => this.passes(offer, filter));
    const titles = [...new Set(offers.map(({ title }) => title))];
    return {
      offers,
      leftOut: rows.length - offers.length,
      dearestCents: rows.at(-1)?.priceCents ?? null,
      cursor: end < Math.min(band.length, this.queryRows) ? String(end) : null,
      total: band.length,
      quotes: titles.map((title) => this.#quote(title)),
      malformed: [],
    };
  }

  evidence({ titles }: EvidenceRequest): Evidence {
    const read = titles.flatMap((title) => {
      const listing = this.#titles.get(title);
      return listing === undefined ? [] : [this.#read(listing)];
    });
    const known = new Set(read.map(({ title }) => title));
    const missing = titles.filter((title) => !known.has(title)).map((title) => ({
      title,
      reason: "Not listed",
    }));
    return { evidence: read, missing };
  }

  look({ titles }: LookRequest): Looks {
    const looks = titles.flatMap(({ title, bids, sales }) => {
      const listing = this.#titles.get(title);
      if (listing === undefined) return [];
      const { asks: _unread, ...read } = this.#read(listing);
      return [{ ...read, bids: bids ? read.bids : null, sales: sales ? read.sales : null }];
    });
    return { looks, missing: [] };
  }

  #read({ title, offers, bids, sales }: Listing): TitleEvidence {
    const asks = offers.toSorted((a, b) => a.priceCents - b.priceCents);
    return evidence({ title, readAtMs: this.nowMs, asks, bids, sales });
  }

  #quote(title: string): Quote {
    const listing = this.#titles.get(title);
    const asks = listing?.offers.map(({ priceCents }) => priceCents) ?? [];
    const bids = listing?.bids.map(({ priceCents }) => priceCents) ?? [];
    return {
      title,
      bestBidCents: bids.length === 0 ? null : Math.max(...bids),
      bidCount: bids.length,
      bestAskCents: asks.length === 0 ? null : Math.min(...asks),
      askCount: asks.length,
    };
  }
}

export const GENERIC = { floatPart: null, phase: null, paintSeed: null };

/** Offers of one title at these prices; ids follow from title and place. */
export function listing(
  title: string,
  prices: readonly number[],
  more: Partial<Omit<Listing, "title" | "offers">> = {},
): Listing {
  return {
    title,
    offers: prices.map((priceCents, i) =>
      offer({
        offerId: `${title}#${i}`,
        title,
        priceCents,
        suggestedCents: 1_300,
        assetClass: GENERIC,
      })
    ),
    bids: [],
    sales: [],
    ...more,
  };
}

/** Bought at 10.00 plus `i` cents, listed for 11.80: pays. */
export function goodList(i: number): Listing {
  return listing(`list ${i}`, [1_000 + i, 1_200], { sales: steadySales(1_180) });
}

/** Bought at 10.50 plus `i` cents, sold into a bid of 12.00: pays. */
export function goodQuick(i: number): Listing {
  const bids = [{ priceCents: 1_200, amount: 2, wants: GENERIC }];
  return listing(`quick ${i}`, [1_050 + i, 1_060 + i], { bids });
}

/** Cheap, and nobody buys it: verified in vain. */
export function dead(i: number): Listing {
  return listing(`dead ${i}`, [1_020 + i, 1_500]);
}

/** Many sellers close together: refused on sight. */
export function crowded(i: number): Listing {
  return listing(`crowded ${i}`, [1_100 + i, 1_101 + i, 1_102 + i, 1_104 + i], {
    sales: steadySales(1_110),
  });
}

export function marketOf(count: number): Market {
  return new Market(
    [goodList, goodQuick, dead, crowded].flatMap((make) =>
      Array.from({ length: count }, (_, i) => make(i))
    ),
  );
}
