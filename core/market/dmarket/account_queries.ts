/** What the account's own lists can be asked, and each question as it is sent. */

import type { GameId } from "@/core/domain/market.ts";
import type { PriceBand } from "./bands.ts";
import { type ClosedTradesQuery, WIRE_STATUSES } from "./closed_trades.ts";
import { encodeQuery } from "./encoding.ts";
import {
  checkedCursor,
  checkedFilters,
  DIRECTIONS,
  type OrderDir,
  requireBand,
  requireOneOf,
  requireRange,
  type Span,
} from "./questions.ts";

const ORDERS = {
  userInventory: ["price", "title", "float", "createdAt", "updatedAt"],
  userOffers: ["price", "title", "float", "createdAt"],
  userTargets: ["price", "title", "createdAt"],
} as const;

type ListName = keyof typeof ORDERS;

export interface OwnPageQuery {
  readonly game: GameId;
  /** A prefix, whatever its case: other titles may come back with it. */
  readonly title?: string;
  /** In the market's grammar, such as `inMarket=true,exterior[]=factory new`; not matched again. */
  readonly treeFilters?: string;
  readonly orderDir?: OrderDir;
  readonly cursor?: string | null;
  /** 1 to 100. */
  readonly limit: number;
}

interface OrderedQuery<Name extends ListName> extends OwnPageQuery {
  readonly orderBy?: typeof ORDERS[Name][number];
}

export type InventoryQuery = OrderedQuery<"userInventory">;
export type OwnOffersQuery = OrderedQuery<"userOffers">;

export interface OwnTargetsQuery extends OrderedQuery<"userTargets"> {
  /** Left out: any price. */
  readonly band?: PriceBand;
}

/** Throws {@link ActorError} `rejected bad-query`. */
export function ownQuery(
  name: ListName,
  query: OrderedQuery<ListName> & { readonly band?: PriceBand },
): string {
  const { game, title, treeFilters, band, orderBy, orderDir, cursor, limit } = query;
  requireRange("limit", limit, { from: 1, to: 100 });
  requireOneOf("orderBy", orderBy, ORDERS[name]);
  requireOneOf("orderDir", orderDir, DIRECTIONS);
  if (band !== undefined) requireBand(band);
  return encodeQuery({
    gameId: game,
    title: title ?? null,
    treeFilters: checkedFilters("treeFilters", treeFilters),
    priceFrom: band?.fromCents ?? null,
    priceTo: band === undefined ? null : band.toCents - 1,
    orderBy: orderBy ?? null,
    orderDir: orderDir ?? null,
    limit,
    cursor: checkedCursor(cursor),
  });
}

const MAX_TRADES = 1_000;

/** Of purchases by targets or of sales. Throws {@link ActorError} `rejected bad-query`. */
export function closedQuery(of: "Target" | "Offer", query: ClosedTradesQuery): string {
  const { fromMs, toMs, created, final, statuses = [], orderDir, cursor, limit } = query;
  requireRange("limit", limit, { from: 1, to: MAX_TRADES });
  requireOneOf("orderDir", orderDir, DIRECTIONS);
  for (const status of statuses) requireOneOf("status", status, Object.keys(WIRE_STATUSES));
  return encodeQuery({
    Limit: String(limit),
    OrderDir: orderDir ?? "asc",
    ...spanOf(`${of}Created`, created),
    ...spanOf(`${of}Closed`, { fromMs, toMs }),
    ...spanOf("Finalization", final),
    Status: statuses.map((status) => WIRE_STATUSES[status]),
    Cursor: checkedCursor(cursor),
  });
}

function spanOf(name: string, span: Span = {}): Readonly<Record<string, number | null>> {
  return {
    [`${name}.From`]: secondsOf(`${name}.From`, span.fromMs),
    [`${name}.To`]: secondsOf(`${name}.To`, span.toMs),
  };
}

const MAX_DATE_S = 8_640_000_000_000;

function secondsOf(name: string, atMs: number | null | undefined): number | null {
  if (atMs === undefined || atMs === null) return null;
  const seconds = Math.floor(atMs / 1_000);
  requireRange(name, seconds, { from: 0, to: MAX_DATE_S });
  return seconds;
}
