/** What the account has: inventory, listings and targets, paged like the storefront. */

import type { AccountBook, OwnedAsset, OwnTarget } from "./account_book.ts";
import type { Wire } from "./books.ts";
import { cursorAt, cursorOffset } from "./cursors.ts";
import type { Market } from "./market.ts";
import { choiceParam, gameParam, intParam } from "./params.ts";
import { ok, type Reply } from "./replies.ts";
import type { Call, World } from "./routes.ts";
import { floatOf, OWN_FIELDS, parseTreeFilters } from "./tree_filters.ts";
import { attributesWire, dollarsOf, isoOf, offerWire } from "./wire.ts";

/** One row with what it can be found and ordered by. */
interface Entry {
  readonly title: string;
  readonly priceCents: number;
  readonly createdAtS: number;
  readonly updatedAtS: number;
  readonly attributes: Wire;
  readonly wire: Wire;
}

type Orders = readonly [string, ...string[]];

/** `GET /marketplace-api/v2/user/inventory`: what is on the market and on Steam. */
export function inventory(world: World, call: Call): Reply {
  const { market } = world;
  return page(world, call, {
    orders: ["createdAt", "price", "title", "float", "updatedAt"],
    entries: (account) =>
      [...account.assets.values()].filter(({ listing }) => listing === null)
        .map((asset) => inventoryEntry(market, asset, call.nowS)),
  });
}

function inventoryEntry(market: Market, asset: OwnedAsset, nowS: number): Entry {
  const { book, acquiredAtS, updatedAtS, inMarket } = asset;
  const lowest = book.rows[0];
  const suggestedCents = book.suggestedCents ?? 0;
  const recommendedCents = lowest === undefined ? suggestedCents : market.table.price(lowest);
  const attributes = ownAttributes(market, asset, nowS);
  // As with attributes, the document has other words for money than the live API.
  const money = (amount: string) =>
    attributes.cs2Attributes === undefined
      ? { Currency: "USD", Amount: amount }
      : { currency: "USD", amount };
  return {
    title: book.title,
    priceCents: suggestedCents,
    createdAtS: acquiredAtS,
    updatedAtS,
    attributes,
    wire: {
      attributes,
      // A title without a suggestion has an empty one here.
      suggestedPrice: money(book.suggestedCents === null ? "" : dollarsOf(suggestedCents)),
      offerRecommendedPrice: money(dollarsOf(recommendedCents)),
      createdAt: isoOf(acquiredAtS),
      updatedAt: isoOf(updatedAtS),
      inMarket,
    },
  };
}

function ownAttributes(market: Market, asset: OwnedAsset, nowS: number): Wire {
  if (asset.recorded !== null) return { id: asset.assetId, ...asset.recorded };
  return attributesWire(market, { ...asset, createdAtS: asset.acquiredAtS }, nowS);
}

/** `GET /marketplace-api/v2/user/offers` */
export function ownOffers(world: World, call: Call): Reply {
  const { market } = world;
  return page(world, call, {
    orders: ["createdAt", "price", "title", "float"],
    entries: (account) =>
      [...account.assets.values()].flatMap(({ book, listing, updatedAtS }) => {
        if (listing === null) return [];
        const wire = offerWire(market, listing.row, call.nowS);
        return [{
          title: book.title,
          priceCents: market.table.price(listing.row),
          createdAtS: listing.listedAtS,
          updatedAtS,
          attributes: wire.attributes as Wire,
          wire,
        }];
      }),
  });
}

/** `GET /marketplace-api/v2/user/targets`: inactive while the balance cannot pay for them. */
export function ownTargets(world: World, call: Call): Reply {
  return page(world, call, {
    orders: ["createdAt", "price", "title"],
    entries: (account) =>
      [...account.targets.values()].map((target) => targetEntry(target, account.balanceCents)),
  });
}

function targetEntry(target: OwnTarget, balanceCents: number): Entry {
  const { book, priceCents, createdAtS } = target;
  const attributes = targetAttributes(target);
  const canPay = balanceCents >= priceCents;
  return {
    title: book.title,
    priceCents,
    createdAtS,
    updatedAtS: createdAtS,
    attributes,
    wire: {
      targetId: target.targetId,
      title: book.title,
      amount: String(target.amount),
      status: `TARGET_STATUS_${canPay ? "ACTIVE" : "INACTIVE"}`,
      priceCents: String(priceCents),
      attributes,
      createdAt: isoOf(createdAtS),
      updatedAt: isoOf(createdAtS),
    },
  };
}

function targetAttributes({ book, attributes }: OwnTarget): Wire {
  const item = book.spec?.item;
  const { floatPartValue, phase, paintSeed } = attributes;
  const isAdvanced = [floatPartValue, phase, paintSeed].some((value) => value !== "any");
  return {
    categoryPath: book.spec?.categoryPath ?? "",
    image: "",
    title: book.title,
    name: book.title.replace(/ \([^()]*\)$/, ""),
    cs2: {
      category: item?.type === "cs2" ? item.category : "",
      exterior: item?.type === "cs2" ? item.exterior ?? "" : "",
      phase: phase === "any" ? "" : phase,
      paintSeed: paintSeed === "any" ? 0 : Number(paintSeed),
      floatPart: floatPartValue === "any" ? "" : floatPartValue,
      isAdvanced,
    },
  };
}

interface Listed {
  /** The first is what an absent `orderBy` means. */
  readonly orders: Orders;
  readonly entries: (account: AccountBook) => readonly Entry[];
}

function page(world: World, { params, account, nowS }: Call, listed: Listed): Reply {
  const game = gameParam(params.get("gameId"));
  const limit = intParam(params.get("limit"), { name: "limit", low: 1, high: 100 });
  const title = (params.get("title") ?? "").toLowerCase();
  const treeFilters = params.get("treeFilters") ?? "";
  const filter = treeFilters === "" ? null : parseTreeFilters(treeFilters, OWN_FIELDS);
  // What a row says beside its asset can be asked for, too.
  const suits = ({ wire, attributes }: Entry) => filter?.({ ...wire, ...attributes }) ?? true;
  const orderBy = choiceParam(params.get("orderBy"), "orderBy", listed.orders);
  const orderDir = choiceParam(params.get("orderDir"), "orderDir", ["asc", "desc"]);
  const bounds = { low: 0, high: 1e15 - 1 };
  const from = intParam(params.get("priceFrom"), { ...bounds, name: "priceFrom", fallback: 0 });
  const to = intParam(params.get("priceTo"), { ...bounds, name: "priceTo", fallback: 1e15 });
  const query = JSON.stringify([game, title, treeFilters, orderBy, orderDir, from, to]);
  const rules = { filter: query, nowS, maxAgeS: world.cursorMaxAgeS };
  const offset = cursorOffset(params.get("cursor") ?? "", rules);
  const entries = listed.entries(world.ledger.account(account, nowS))
    .filter(({ attributes }) => (attributes.gameId ?? game) === game)
    .filter((entry) => entry.title.toLowerCase().startsWith(title) && suits(entry))
    .filter(({ priceCents }) => priceCents >= from && priceCents <= to);
  const sorted = ordered(entries, orderBy, orderDir);
  const end = offset + limit;
  return ok({
    items: sorted.slice(offset, end).map(({ wire }) => wire),
    total: String(sorted.length),
    cursor: end < sorted.length ? cursorAt(end, rules) : "",
  });
}

function ordered(entries: readonly Entry[], orderBy: string, orderDir: string): readonly Entry[] {
  const sign = orderDir === "asc" ? 1 : -1;
  const sorted = [...entries].sort((a, b) => {
    const [left, right] = [rank(a, orderBy), rank(b, orderBy)];
    return left < right ? -sign : left > right ? sign : 0;
  });
  return sorted;
}

function rank(entry: Entry, orderBy: string): number | string {
  switch (orderBy) {
    case "price":
      return entry.priceCents;
    case "title":
      return entry.title.toLowerCase();
    case "updatedAt":
      return entry.updatedAtS;
    case "float":
      return floatOf(entry.attributes) ?? Infinity;
    default:
      return entry.createdAtS;
  }
}
