/** The reading routes of the market. Each answers from the market's state and changes nothing. */

import type { GameId } from "@/core/domain/market.ts";
import { floatPartOf } from "./asset.ts";
import type { SaleRow, TitleBook, Wire } from "./books.ts";
import { hasLabel } from "./drawn_labels.ts";
import { cursorAt, cursorOffset, type CursorRules, MAX_QUERY_ROWS } from "./cursors.ts";
import { offersQuery } from "./offers_query.ts";
import { choiceParam, gameParam, intParam, jsonObject, objectIn, titleParam } from "./params.ts";
import { badRequest, ok, type Reply } from "./replies.ts";
import type { Call, World } from "./routes.ts";
import { parseTreeFilters } from "./tree_filters.ts";
import { aggregateWire, bidWire, offerWire, saleWire } from "./wire.ts";

const MAX_AGGREGATED_ROWS = 1_000;
const MAX_FEE_ROWS = 100_000;

/** What the path of `targets-by-title` may call a game, beside its id. */
const GAME_ALIASES: Readonly<Record<string, GameId>> = { csgo: "a8db", dota2: "9a92" };

/** `GET /marketplace-api/v2/offers` */
export function offers(world: World, { params, nowS }: Call): Reply {
  const { market, search, cursorMaxAgeS } = world;
  const query = offersQuery(params);
  const limit = intParam(params.get("limit"), { name: "limit", low: 1, high: 100 });
  const rules = { filter: JSON.stringify(query), nowS, maxAgeS: cursorMaxAgeS };
  const offset = cursorOffset(params.get("cursor") ?? "", rules);
  const window = { offset, limit: Math.max(0, Math.min(limit, MAX_QUERY_ROWS - offset)) };
  const { rows, total } = search.page(query, window, nowS);
  const end = offset + rows.length;
  const last = rows.at(-1);
  const isRepeated = rows.length > 1 && last !== undefined &&
    hasLabel(market, last, "repeated-row");
  return ok({
    items: rows.map((row) => offerWire(market, row, nowS)),
    total: String(total),
    cursor: end < Math.min(total, MAX_QUERY_ROWS)
      ? cursorAt(isRepeated ? end - 1 : end, rules)
      : "",
  });
}

/** `POST /marketplace-api/v1/aggregated-prices`: some titles, or a whole game page by page. */
export function aggregatedPrices(world: World, { body, nowS }: Call): Reply {
  const asked = jsonObject(body);
  const filter = objectIn(asked.filter ?? {}, "filter");
  const game = gameParam(typeof filter.game === "string" ? filter.game : null, "filter.game");
  const titles = titlesIn(filter.titles);
  const limit = intParam(asked.limit === undefined ? null : String(asked.limit), {
    name: "limit",
    low: 1,
    high: MAX_AGGREGATED_ROWS,
    fallback: 100,
  });
  const rules: CursorRules = {
    filter: JSON.stringify([game, titles]),
    nowS,
    maxAgeS: world.cursorMaxAgeS,
  };
  const offset = cursorOffset(typeof asked.cursor === "string" ? asked.cursor : "", rules);
  const books = booksOf(world, game, titles);
  const end = offset + limit;
  const page = books.slice(offset, end);
  return ok({
    aggregatedPrices: page.map((book) => aggregateWire(book, world.aggregates.of(book))),
    nextCursor: end < books.length ? cursorAt(end, rules) : "",
  });
}

function titlesIn(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > MAX_AGGREGATED_ROWS) {
    throw badRequest(`filter.titles must be at most ${MAX_AGGREGATED_ROWS} titles`);
  }
  return value.map((title) => titleParam(typeof title === "string" ? title : null));
}

function booksOf(world: World, game: GameId, titles: readonly string[]): readonly TitleBook[] {
  if (titles.length === 0) return world.market.game(game).titles;
  return titles.flatMap((title) => world.market.title(game, title) ?? []);
}

/** `GET /marketplace-api/v1/targets-by-title/{game_id}/{title}` */
export function targetsByTitle(
  { market, ledger }: World,
  { path: [name = "", title = ""] }: Call,
): Reply {
  const game = GAME_ALIASES[name] ?? gameParam(name, "game_id");
  const book = market.title(game, titleParam(title));
  if (book === undefined) return ok({ orders: [] });
  const standing = book.bids.filter((bid) => !bid.own || ledger.targets.canPay(bid));
  return ok({ orders: standing.map((bid) => bidWire(market, book, bid)) });
}

/** `GET /trade-aggregator/v1/last-sales`, newest first. */
export function lastSales({ market }: World, { params }: Call): Reply {
  const game = gameParam(params.get("gameId"));
  const book = market.title(game, titleParam(params.get("title")));
  const operation = choiceParam(params.get("txOperationType"), "txOperationType", [
    "",
    "Target",
    "Offer",
  ]);
  const limit = intParam(params.get("limit"), { name: "limit", low: 1, high: 20, fallback: 20 });
  const offset = intParam(params.get("offset"), {
    name: "offset",
    low: 0,
    high: 100_000,
    fallback: 0,
  });
  const suits = salePredicate(params.get("filters") ?? "");
  if (book === undefined) return ok({ sales: [] });
  const sales = market.salesOf(book)
    .filter((sale) => operation === "" || isOperation(sale, operation))
    .map((sale) => saleWire(market, book, sale))
    .filter((sale) => suits(book, sale));
  return ok({ sales: sales.slice(offset, offset + limit) });
}

/** The answers call a hit bid `Target` or `Order`; the parameter knows only the first. */
function isOperation(sale: SaleRow, operation: "Target" | "Offer"): boolean {
  return (sale.operation === "Offer") === (operation === "Offer");
}

/** The `filters` of last-sales: the grammar of treeFilters over what was sold. */
function salePredicate(filters: string): (book: TitleBook, sale: Wire) => boolean {
  if (filters === "") return () => true;
  const suits = parseTreeFilters(filters.replaceAll(/float(?=\[\]=|=)/g, "floatPart"));
  return (book, sale) => {
    const sold = (sale.offerAttributes ?? {}) as Wire;
    const item = book.spec?.item;
    const exterior = item?.type === "cs2" ? item.exterior : null;
    const phase = String(sold.phaseTitle ?? "").replace("PHASE_TITLE_", "");
    return suits({ cs2: { exterior, phase, paintSeed: sold.paintSeed, floatPart: bucket(sold) } });
  };
}

function bucket(sold: Wire): string | null {
  const part = floatPartOf(Number(sold.floatValue ?? NaN));
  return part === null ? null : part.slice(-1);
}

/** `GET /exchange/v1/customized-fees` */
export function customizedFees({ market }: World, { params }: Call): Reply {
  const game = gameParam(params.get("gameId"));
  choiceParam(params.get("offerType"), "offerType", ["dmarket", "p2p"]);
  const range = { low: 0, high: MAX_FEE_ROWS };
  const limit = intParam(params.get("limit"), { ...range, name: "limit", fallback: 10 });
  const offset = intParam(params.get("offset"), { ...range, name: "offset", fallback: 0 });
  const { defaultFee, reducedFees } = market.game(game).fees;
  return ok({ defaultFee, reducedFees: reducedFees.slice(offset, offset + limit) });
}
