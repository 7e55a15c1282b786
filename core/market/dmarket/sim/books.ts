/** What a market knows about one title and one game, beside its listings. */

import type { GameId } from "@/core/domain/market.ts";
import type { PriceIndex } from "./price_index.ts";
import type { Phase, TitleSpec } from "./titles/spec.ts";

/** A JSON object on the wire. */
export type Wire = Readonly<Record<string, unknown>>;

/** One level of buy orders as the market keeps it. */
export interface BidLevel {
  readonly targetId: string;
  readonly priceCents: number;
  amount: number;
  /** In wire form; generic when every value is absent, "" or "any". */
  readonly attributes: Wire;
  /** Hidden: its owner withdraws it before a seller arrives. */
  readonly fleeting: boolean;
  /** Belongs to the account that signs. */
  readonly own: boolean;
}

/** One past sale. `Offer`: a buyer took a listing; `Target`: a seller hit a bid. */
export interface SaleRow {
  readonly priceCents: number;
  readonly atS: number;
  readonly operation: "Offer" | "Target" | "Order";
  readonly phase: Phase | null;
  /** It wore dear stickers. */
  readonly isDressed?: boolean;
  /** As a scenario gave it; null when the attributes are derived. */
  readonly recorded: Wire | null;
}

/** Per-title figures that stand in for what the books say, as stale aggregates do. Wire form. */
export interface AggregateOverride {
  readonly orderBestPrice?: string | undefined;
  readonly orderCount?: string | undefined;
  readonly offerBestPrice?: string | undefined;
  readonly offerCount?: string | undefined;
}

/** The forces behind a generated title, which no client can see. */
export interface Hidden {
  /** What the item is worth to its buyers now; cents, not rounded. */
  fairCents: number;
  /** Buyers who take listings, and owners who sell into bids, per day. */
  readonly buyersPerDay: number;
  readonly dumpsPerDay: number;
  readonly sellersPerDay: number;
  /** Relative drift and deviation of the fair price per day. */
  trendPerDay: number;
  readonly volatilityPerDay: number;
  /** A past that differs from what the figures above imply. */
  readonly past: Past | null;
}

/**
 * `pump`: washed sales above fair value. `dead`: trade ended `days` ago. `mixed`: rare phases.
 * `dressed`: some wear stickers that are worth more than nothing, and always will be.
 */
export interface Past {
  readonly kind: "pump" | "dead" | "mixed" | "dressed";
  readonly days: number;
  /** Prices then, relative to fair value now. */
  readonly factor: number;
}

/** Whether buying the cheapest free offer earns its level's minimum ROI by that way out. */
export interface Truth {
  readonly quick?: boolean | undefined;
  readonly list?: boolean | undefined;
  readonly label?: string | undefined;
}

/** One title: its book on both sides, its past, and what lies behind it. */
export interface TitleBook {
  readonly id: number;
  readonly game: GameId;
  readonly title: string;
  /** Lower case, for prefix search. */
  readonly key: string;
  /** Null for titles of a scenario: their offers carry their own attributes. */
  readonly spec: TitleSpec | null;
  readonly hidden: Hidden | null;
  /** What was planted here; null for an ordinary title. */
  readonly label: string | null;
  /** What else a scenario says was planted; generated titles have it drawn or visible. */
  readonly labels: readonly string[];
  /** As a scenario states it; null when unknown. */
  readonly truth: Truth | null;
  /** The market's reference price; null when it gives none. */
  readonly suggestedCents: number | null;
  readonly aggregate: AggregateOverride | null;
  /** Rows of its listings, cheapest first. */
  readonly rows: number[];
  bids: BidLevel[];
  /** Newest first; null until someone asks. */
  sales: SaleRow[] | null;
}

/** A reduced fee in wire form: cents inclusive, expiry in unix seconds. */
export interface ReducedFeeRow {
  readonly title: string;
  readonly fraction: string;
  readonly minPrice: number;
  readonly maxPrice: number;
  readonly expiresAt: number;
}

/** Fees of a game in wire form; `minAmount` in cents. */
export interface GameFees {
  readonly defaultFee: { readonly fraction: string; readonly minAmount: number };
  readonly reducedFees: readonly ReducedFeeRow[];
  /** The source had no fees: these are the documented default. */
  readonly assumed: boolean;
}

/** One game: its titles, its listings by price, its fees. */
export interface GameBook {
  readonly game: GameId;
  /** Ascending by key. */
  readonly titles: TitleBook[];
  readonly index: PriceIndex;
  fees: GameFees;
}
