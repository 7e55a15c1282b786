/** Phrases about titles, watches and filters. */

import type { Priority } from "@/core/protocol/watcher.ts";

export interface MarketWords {
  readonly marketTitle: string;
  readonly titles: (count: number) => string;
  readonly twoSided: (count: number) => string;
  readonly books: (offers: number, bids: number) => string;
  readonly medians: (offer: string, spread: string) => string;
  readonly oneSided: (values: { asksOnly: string; bidsOnly: string; crossed: string }) => string;
  readonly quotesSince: (time: string) => string;
  readonly noQuotes: string;

  readonly ideasTitle: string;
  readonly noIdeas: string;
  readonly ideaScore: (score: string) => string;
  readonly ideaBook: (bids: number, offers: number) => string;
  readonly liquidity: (score: string) => string;
  readonly salesUnread: string;
  readonly ideasMeaning: string;

  readonly unknownTitle: string;
  readonly sellsIn: (time: string) => string;
  readonly pricesVary: (variation: string) => string;
  readonly volume7d: (sum: string) => string;
  readonly sold: (
    values: {
      days: number;
      sales: string;
      offers: string;
      targets: string;
      sum: string;
      complete: boolean;
    },
  ) => string;
  readonly reference: (price: string, sales: number) => string;
  readonly noReference: string;
  readonly offerNow: (price: string) => string;
  readonly noOffer: string;
  readonly bidNow: (price: string) => string;
  readonly noBid: string;
  readonly executableBid: (price: string) => string;
  readonly spread: (price: string, share: string) => string;
  readonly depth: (
    values: { band: string; offers: number; offersSum: string; bids: number; bidsSum: string },
  ) => string;
  readonly pumped: string;
  readonly fallen: string;
  readonly calm: string;
  readonly outliers: (count: number) => string;
  readonly tooFewDays: string;
  readonly band: (lower: string, upper: string) => string;
  readonly days: (values: { sold: number; zero: number; gap: number }) => string;
  readonly readAgo: (time: string) => string;
  readonly olderBecause: string;

  readonly whichTitle: string;
  readonly noTitle: (text: string) => string;
  readonly notWatching: (text: string) => string;
  readonly moreTitles: (count: number) => string;

  readonly watchesTitle: string;
  readonly noWatches: string;
  readonly watching: string;
  readonly notWatchedAnyMore: string;
  readonly wasNotWatched: string;
  readonly watchRefused: string;
  readonly priority: Readonly<Record<Priority, string>>;
  /** One of these among other things. */
  readonly priorityOf: (one: string) => string;
  readonly every: (time: string) => string;
  readonly unread: string;
  readonly unreadable: (times: number) => string;
  readonly lastChange: (change: string, time: string) => string;
  readonly side: Readonly<Record<"ask" | "bid", string>>;
  readonly gone: Readonly<Record<"ask" | "bid", string>>;
  readonly back: Readonly<Record<"ask" | "bid", string>>;
  /** What is told and what is not, and that prices are polled. */
  readonly polled: string;

  readonly filtersTitle: string;
  readonly filterTitle: string;
  readonly noFilter: string;
  readonly anyValue: string;
  readonly yes: string;
  readonly no: string;
  readonly filterUse: string;
  readonly filterTap: string;
  readonly filterType: (example: string) => string;
  readonly filterRefused: string;
  readonly filterUnknown: (field: string, allowed: string) => string;
  /** Followed by what it can be. */
  readonly filterCannot: (field: string, value: string) => string;
  readonly filterTakes: {
    readonly words: (allowed: string) => string;
    readonly numbers: (from: string, to: string) => string;
    readonly flag: string;
    readonly path: string;
    readonly names: string;
  };
  readonly withFilter: (filter: string) => string;

  readonly languageNow: string;
  readonly titleUsage: string;
  readonly watchUsage: string;
  readonly gameUsage: (games: string) => string;
  readonly filterUsage: string;

  readonly button: Readonly<
    Record<
      | "market"
      | "ideas"
      | "watches"
      | "filters"
      | "scan"
      | "finds"
      | "status"
      | "language"
      | "analysis"
      | "watch"
      | "unwatch"
      | "refresh"
      | "clear"
      | "back"
      | "any",
      string
    >
  >;
}
