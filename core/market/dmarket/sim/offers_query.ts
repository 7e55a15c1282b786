/** `GET /marketplace-api/v2/offers`: its parameters, and the rows they select. */

import type { GameId } from "@/core/domain/market.ts";
import { assetDetail } from "./asset.ts";
import { MAX_QUERY_ROWS } from "./cursors.ts";
import type { Market } from "./market.ts";
import { FLAG } from "./offer_table.ts";
import { choiceParam, gameParam, intParam } from "./params.ts";
import {
  type AttributePredicate,
  floatOf,
  splitTreeFilters,
  type TreeFilters,
} from "./tree_filters.ts";
import { offerWire } from "./wire.ts";
import type { TitleBook, Wire } from "./books.ts";

const ORDERS = ["price", "title", "float", "createdAt"] as const;
const DIRECTIONS = ["asc", "desc"] as const;
const MAX_PRICE = 1e15 - 1;
/** Gathered results kept; the least recently used goes first. */
const MAX_GATHERED = 8;

/** A checked question for listings; cents, inclusive. */
export interface OffersQuery {
  readonly game: GameId;
  /** Prefix, whatever the case; empty for all. */
  readonly title: string;
  readonly treeFilters: string;
  /** Inclusive, cents. */
  readonly priceFrom: number;
  readonly priceTo: number;
  readonly orderBy: typeof ORDERS[number];
  readonly orderDir: typeof DIRECTIONS[number];
}

/** Throws a 400 naming the parameter at fault. Unknown parameters are ignored, as live. */
export function offersQuery(params: URLSearchParams): OffersQuery {
  const price = { low: 0, high: MAX_PRICE };
  return {
    game: gameParam(params.get("gameId")),
    title: (params.get("title") ?? "").toLowerCase(),
    treeFilters: params.get("treeFilters") ?? "",
    priceFrom: intParam(params.get("priceFrom"), { ...price, name: "priceFrom", fallback: 0 }),
    priceTo: intParam(params.get("priceTo"), { ...price, name: "priceTo", fallback: MAX_PRICE }),
    orderBy: choiceParam(params.get("orderBy"), "orderBy", ORDERS),
    orderDir: choiceParam(params.get("orderDir"), "orderDir", DIRECTIONS),
  };
}

/** One page of rows. */
export interface Page {
  readonly rows: readonly number[];
  /** Rows that match, wherever the page lies. */
  readonly total: number;
}

/** Which part of the result a page is. */
export interface Window {
  readonly offset: number;
  readonly limit: number;
}

interface Gathered {
  readonly version: number;
  readonly total: number;
  /** At most as many as one query may yield. */
  readonly rows: Uint32Array;
}

/** Finds pages of listings. Price bands are read off the index; all else is gathered and kept. */
export class OffersSearch {
  readonly #market: Market;
  readonly #gathered = new Map<string, Gathered>();

  constructor(market: Market) {
    this.#market = market;
  }

  page(query: OffersQuery, window: Window, nowS: number): Page {
    const plain = query.title === "" && query.treeFilters === "" && query.orderBy === "price";
    if (plain) return this.#band(query, window);
    const { rows, total } = this.#gather(query, nowS);
    return { rows: [...rows.subarray(window.offset, window.offset + window.limit)], total };
  }

  #band(query: OffersQuery, { offset, limit }: Window): Page {
    const { index } = this.#market.game(query.game);
    const from = index.lowerBound(query.priceFrom);
    const to = Math.max(from, index.lowerBound(query.priceTo + 1));
    const total = to - from;
    const count = Math.max(0, Math.min(limit, Math.min(total, MAX_QUERY_ROWS) - offset));
    const rows = Array.from(
      { length: count },
      (_, i) => index.at(query.orderDir === "asc" ? from + offset + i : to - 1 - offset - i),
    );
    return { rows, total };
  }

  #gather(query: OffersQuery, nowS: number): Gathered {
    const key = JSON.stringify(query);
    const { version } = this.#market;
    const kept = this.#gathered.get(key);
    this.#gathered.delete(key);
    const gathered = kept?.version === version ? kept : this.#collect(query, nowS);
    this.#gathered.set(key, gathered);
    const [oldest] = this.#gathered.keys();
    if (this.#gathered.size > MAX_GATHERED && oldest !== undefined) this.#gathered.delete(oldest);
    return gathered;
  }

  #collect(query: OffersQuery, nowS: number): Gathered {
    const { table } = this.#market;
    const filters = query.treeFilters === "" ? null : splitTreeFilters(query.treeFilters);
    const rows = this.#market.withPrefix(query.game, query.title).flatMap((book) => {
      const within = book.rows.filter((row) =>
        table.price(row) >= query.priceFrom && table.price(row) <= query.priceTo &&
        (query.title === "" || !table.has(row, FLAG.stale))
      );
      return filters === null ? within : this.#filtered(book, within, { filters, nowS });
    });
    this.#sort(rows, query);
    return {
      version: this.#market.version,
      total: rows.length,
      rows: Uint32Array.from(rows.slice(0, MAX_QUERY_ROWS)),
    };
  }

  /** Rows of one title that pass; assets of a scenario say everything for themselves. */
  #filtered(
    { spec }: TitleBook,
    rows: readonly number[],
    { filters: { ofTitle, ofAsset }, nowS }: { filters: TreeFilters; nowS: number },
  ): readonly number[] {
    const [first] = rows;
    if (first === undefined) return rows;
    if (spec === null) {
      const whole = rows.filter((row) => ofTitle(this.#attributes(row, nowS)));
      return this.#passing(whole, ofAsset, nowS);
    }
    return ofTitle(this.#attributes(first, nowS)) ? this.#passing(rows, ofAsset, nowS) : [];
  }

  #passing(
    rows: readonly number[],
    suits: AttributePredicate | null,
    nowS: number,
  ): readonly number[] {
    return suits === null ? rows : rows.filter((row) => suits(this.#attributes(row, nowS)));
  }

  /** Rows of equal rank stay in the order of their prices. */
  #sort(rows: number[], { orderBy, orderDir }: OffersQuery): void {
    const { table } = this.#market;
    const sign = orderDir === "asc" ? 1 : -1;
    const rank = new Map(rows.map((row) => [row, this.#rank(row, orderBy)]));
    rows.sort((a, b) => {
      const [left = 0, right = 0] = [rank.get(a), rank.get(b)];
      const order = left < right ? -1 : left > right ? 1 : table.compare(a, b);
      return sign * order;
    });
  }

  #rank(row: number, orderBy: OffersQuery["orderBy"]): number | string {
    switch (orderBy) {
      case "price":
        return this.#market.table.price(row);
      case "title":
        return this.#market.bookOf(row).key;
      case "createdAt":
        return this.#market.table.createdAtS[row] ?? 0;
      case "float":
        return this.#float(row);
    }
  }

  /** Assets without wear come after all others. */
  #float(row: number): number {
    const { spec } = this.#market.bookOf(row);
    if (spec !== null) {
      const serial = this.#market.table.assetSerial[row] ?? 0;
      return Number(assetDetail(spec.item, this.#market.seed, serial).float ?? Infinity);
    }
    return floatOf(this.#attributes(row, 0)) ?? Infinity;
  }

  #attributes(row: number, nowS: number): Wire {
    return offerWire(this.#market, row, nowS).attributes as Wire;
  }
}
