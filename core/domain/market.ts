/**
 * The nouns of the market, as the rest of the product sees them: foreign wire forms end in
 * `core/market`. Money is integer cents, time is milliseconds since the Unix epoch.
 */

/** Game ids as DMarket's queries use them, in the order they are shown to people. */
export const GAMES = ["a8db", "9a92", "tf2", "rust"] as const;
export type GameId = typeof GAMES[number];

export const GAME_TITLES: Readonly<Record<GameId, string>> = {
  a8db: "CS2",
  "9a92": "Dota 2",
  tf2: "TF2",
  rust: "Rust",
};

/** What tells two assets of one title apart where the market prices them apart. */
export interface AssetClass {
  /** Float bucket such as `FT-2`; null where the game or the offer has none. */
  readonly floatPart: string | null;
  /** Doppler phase such as `phase-2` or `ruby`; null where there is none. */
  readonly phase: string | null;
  readonly paintSeed: number | null;
}

/** One listing on the ask side. */
export interface Offer {
  readonly offerId: string;
  readonly game: GameId;
  readonly title: string;
  readonly priceCents: number;
  /** Null when the market did not say. */
  readonly createdAtMs: number | null;
  /** Reserved by a trade in flight: cannot be bought now. */
  readonly reserved: boolean;
  /** End of the trade lock; null when the asset is free. */
  readonly unlockAtMs: number | null;
  /** Names of the market's flags that forbid listing the asset again; empty when it may be resold. */
  readonly resaleBlocks: readonly string[];
  /** The market's own reference price; null when it gives none. A sanity bound, never an exit. */
  readonly suggestedCents: number | null;
  readonly assetClass: AssetClass;
}

/** One level of buy orders. A null attribute means "any". */
export interface Bid {
  readonly priceCents: number;
  readonly amount: number;
  readonly wants: AssetClass;
}

/** One past sale. `offer`: a buyer took a listing; `target`: a seller hit a bid. */
export interface Sale {
  readonly priceCents: number;
  readonly soldAtMs: number;
  readonly side: "offer" | "target";
  /** Doppler phase of the asset sold; null: it has none, absent: the market did not say. */
  readonly phase?: string | null | undefined;
  /** It had what buyers pay extra for: stickers, or one of the best floats of its exterior. */
  readonly isPremium?: boolean | undefined;
}

/** Best prices and depth of one title over the whole book; may be stale or attribute-specific. */
export interface Quote {
  readonly title: string;
  readonly bestBidCents: number | null;
  readonly bidCount: number;
  readonly bestAskCents: number | null;
  readonly askCount: number;
}

/** Seller's fee of one price range; `feePpm` is parts per million of the sale price. */
export interface FeeRule {
  readonly feePpm: number;
  readonly minFeeCents: number;
}

/** A lower fee for one title inside `[minPriceCents, maxPriceCents]` until `expiresAtMs`. */
export interface ReducedFee extends FeeRule {
  readonly title: string;
  readonly minPriceCents: number;
  readonly maxPriceCents: number;
  readonly expiresAtMs: number;
}

/** Everything read about one title to verify its candidates, with the moment it was read. */
export interface TitleEvidence {
  readonly title: string;
  /** When listings and bids were read. */
  readonly readAtMs: number;
  /** When the sales were read, which are kept for longer; absent: with listings and bids. */
  readonly salesReadAtMs?: number | undefined;
  /** Cheapest exact-title listings, ascending by price. */
  readonly asks: readonly Offer[];
  readonly bids: readonly Bid[];
  /** Newest first, at most 20. */
  readonly sales: readonly Sale[];
  /** The game's default fee, and this title's reduced fees if it has any. */
  readonly fee: FeeRule;
  readonly reducedFees: readonly ReducedFee[];
}

/**
 * A first look at a title: the parts of its evidence that may refuse its offers before the rest is
 * read. Null: not read.
 */
export interface TitleLook extends Pick<TitleEvidence, "title" | "fee" | "reducedFees"> {
  readonly bids: readonly Bid[] | null;
  readonly sales: readonly Sale[] | null;
  /** When the sales were read; without them, when the bids were. */
  readonly readAtMs: number;
}
