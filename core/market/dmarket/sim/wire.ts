/** Market state into DMarket's wire forms: int64 as strings, dates in three styles, five moneys. */

import type { GameId } from "@/core/domain/market.ts";
import type { Aggregate } from "./aggregates.ts";
import { type AssetDetail, assetDetail, DEAR_STICKER } from "./asset.ts";
import type { BidLevel, SaleRow, TitleBook, Wire } from "./books.ts";
import { isDrawn } from "./drawn_labels.ts";
import { uuidOf } from "./ids.ts";
import type { Market } from "./market.ts";
import { FLAG } from "./offer_table.ts";
import { hashText, mix } from "./random.ts";
import type { Cs2Item, Item } from "./titles/spec.ts";

const STEAM_APP_IDS: Readonly<Record<GameId, number>> = {
  a8db: 730,
  "9a92": 570,
  tf2: 440,
  rust: 252_490,
};
const DAY_S = 86_400;
const WITHDRAW_ONLY_S = 10 * DAY_S;

/** A row of `GET /marketplace-api/v2/offers`. */
export function offerWire(market: Market, row: number, nowS: number): Wire {
  const { table } = market;
  const offerId = market.offerId(row);
  const price = table.price(row);
  const locked = table.has(row, FLAG.reserved);
  const recorded = market.recordedAt(row);
  const attributes = (recorded?.wire.attributes as Wire | undefined) ??
    attributesWire(market, assetAt(market, row), nowS);
  // Rows in the words of the document have its whole numbers, too.
  const priceCents = attributes.cs2Attributes === undefined ? String(price) : price;
  if (recorded !== undefined) return { ...recorded.wire, offerId, priceCents, locked };
  const discount = discountPercent(price, market.bookOf(row).suggestedCents);
  return {
    offerId,
    priceCents,
    createdAt: isoOf(table.createdAtS[row] ?? 0),
    locked,
    ...(discount === null ? {} : { discountPercent: discount }),
    attributes,
  };
}

/** Discount against the reference price in whole percent, cut off towards zero. */
export function discountPercent(priceCents: number, suggestedCents: number | null): number | null {
  if (suggestedCents === null || suggestedCents <= 0) return null;
  // Adding 0 turns -0 into 0.
  return Math.trunc(((suggestedCents - priceCents) * 100) / suggestedCents) + 0;
}

/** Unix seconds as `2026-01-17T13:00:00Z`. */
export function isoOf(unixS: number): string {
  return new Date(unixS * 1_000).toISOString().replace(".000Z", "Z");
}

/** Cents as the dollars of last-sales: `1599` is `"15.99"`. */
export function dollarsOf(cents: number): string {
  const text = String(cents).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** A single asset, wherever it is: listed, or in someone's inventory. */
export interface AssetView {
  readonly book: TitleBook;
  readonly assetSerial: number;
  readonly unlockAtS: number;
  readonly flags: number;
  /** When it came onto the market, unix seconds. */
  readonly createdAtS: number;
}

/** The asset listed in a row. */
export function assetAt(market: Market, row: number): AssetView {
  const { table } = market;
  return {
    book: market.bookOf(row),
    assetSerial: table.assetSerial[row] ?? 0,
    unlockAtS: table.unlockAtS[row] ?? 0,
    flags: table.flags[row] ?? 0,
    createdAtS: table.createdAtS[row] ?? 0,
  };
}

/** The asset id behind a serial, in a market grown from `seed`. */
export function assetIdOf(seed: number, assetSerial: number): string {
  return uuidOf(seed, assetSerial, 41);
}

/** The `attributes` of an asset of a generated title. */
export function attributesWire({ seed }: Market, asset: AssetView, nowS: number): Wire {
  const { book: { spec, title, game }, assetSerial, flags, createdAtS } = asset;
  if (spec === null) throw new RangeError(`"${title}" of a scenario has no derived form`);
  const classId = mix(hashText(title), 1);
  const has = (flag: number) => (flags & flag) !== 0;
  return {
    id: assetIdOf(seed, assetSerial),
    title,
    gameId: game,
    categoryPath: spec.categoryPath,
    classId: `${classId}:${mix(classId, 2)}`,
    inGameAssetId: `0:${mix(classId, 2)}:4${String(mix(seed, assetSerial)).padStart(10, "0")}:` +
      STEAM_APP_IDS[game],
    imageUri: `https://images.invalid/${classId}.png`,
    ...lockWire(seed, asset, nowS),
    withdrawOnlyEndTime: has(FLAG.withdrawOnly) ? isoOf(createdAtS + WITHDRAW_ONLY_S) : null,
    overstocked: has(FLAG.overstocked),
    sellUnavailable: has(FLAG.sellUnavailable),
    saleRestricted: has(FLAG.saleRestricted),
    ...itemWire(spec.item, {
      detail: assetDetail(spec.item, seed, assetSerial),
      isInSpecWords: isDrawn("spec-attributes", seed, assetSerial),
    }),
  };
}

/** A lock that is over may leave traces: a negative rest, or the dates of its protection. */
function lockWire(seed: number, { unlockAtS, assetSerial, createdAtS }: AssetView, nowS: number) {
  const leftS = Math.max(0, unlockAtS - nowS);
  const isFree = leftS === 0;
  const isSettled = isFree && isDrawn("settled-lock", seed, assetSerial);
  const isNegative = isFree && isDrawn("negative-lock", seed, assetSerial);
  const until = isFree ? null : isoOf(unlockAtS);
  const protectedUntil = isSettled ? isoOf(createdAtS) : until;
  return {
    tradable: isFree,
    withdrawable: true,
    tradeLockDays: Math.ceil(leftS / DAY_S),
    tradeLockDuration: isNegative ? "-1s" : `${leftS}s`,
    unlockDate: until,
    settlementTime: protectedUntil,
    revertPendingUntil: protectedUntil,
    tradeProtectionRemoved: isSettled,
  };
}

interface Described {
  readonly detail: AssetDetail;
  /** As the document's example says it, not as the live API does. */
  readonly isInSpecWords: boolean;
}

function itemWire(item: Item, { detail, isInSpecWords }: Described): Wire {
  switch (item.type) {
    case "cs2":
      return isInSpecWords
        ? { cs2Attributes: specWire(item, detail) }
        : { cs2: cs2Wire(item, detail) };
    case "dota2":
      return {
        dota2: {
          hero: item.hero,
          rarity: item.rarity,
          quality: item.quality,
          gems: detail.gems.map((gem) => ({ ...gem, image: "" })),
        },
      };
    case "tf2":
      return {
        tf2: { quality: item.quality, effect: item.effect ?? "", isCraftable: item.craftable },
      };
    case "rust":
      return { rust: { type: item.itemType } };
  }
}

function cs2Wire(item: Cs2Item, detail: AssetDetail): Wire {
  const { phase, floatPart } = detail;
  return {
    category: `CATEGORY_${item.category === "★" ? "STAR" : item.category.toUpperCase()}`,
    exterior: `EXTERIOR_${enumOf(item.exterior ?? "not painted")}`,
    ...(detail.float === null ? {} : { float: detail.float }),
    floatPart: `FLOAT_PART_${floatPart === null ? "UNSPECIFIED" : enumOf(floatPart)}`,
    paintSeed: detail.paintSeed,
    paintIndex: item.paintIndex,
    phase: phase ?? "",
    phaseTitle: phaseTitle(phase),
    fadePercent: detail.fadePercent,
    stickers: detail.stickers.map((name) => ({ name })),
    charms: detail.charm === null ? [] : [{ name: detail.charm }],
  };
}

function specWire(item: Cs2Item, detail: AssetDetail): Wire {
  const { float, paintSeed, phase, fadePercent, stickers, charm } = detail;
  return {
    category: item.category,
    exterior: item.exterior ?? "not painted",
    ...(float === null ? {} : { floatValue: Number(float) }),
    paintSeed,
    ...(phase === null ? {} : { phase }),
    fadePercent,
    stickers: stickers.map((name) => ({ name })),
    charms: charm === null ? [] : [{ name: charm }],
  };
}

function phaseTitle(phase: string | null): string {
  return `PHASE_TITLE_${phase === null ? "UNSPECIFIED" : enumOf(phase)}`;
}

function enumOf(words: string): string {
  return words.toUpperCase().replaceAll(/[ -]/g, "_");
}

/** A row of `targets-by-title`. */
export function bidWire({ seed }: Market, { title, spec, id }: TitleBook, bid: BidLevel): Wire {
  const isBlank = spec !== null && isDrawn("blank-wishes", seed, id);
  const wishes = Object.entries(bid.attributes)
    .map(([name, wish]) => [name, isBlank && wish === "any" ? "" : wish]);
  return {
    amount: String(bid.amount),
    price: String(bid.priceCents),
    title,
    attributes: Object.fromEntries(wishes),
  };
}

/** A row of `last-sales`; the asset sold is drawn from the sale itself. */
export function saleWire(market: Market, book: TitleBook, sale: SaleRow): Wire {
  const isOrder = sale.operation === "Target" && book.spec !== null &&
    isDrawn("order-sales", market.seed, book.id);
  const money = {
    price: dollarsOf(sale.priceCents),
    date: String(sale.atS),
    txOperationType: isOrder ? "Order" : sale.operation,
  };
  if (sale.recorded !== null) return { ...money, ...sale.recorded };
  const item = book.spec?.item;
  if (item?.type !== "cs2") return { ...money, offerAttributes: {}, orderAttributes: {} };
  const detail = assetDetail(item, market.seed, mix(book.id, sale.atS, sale.priceCents));
  return {
    ...money,
    offerAttributes: {
      ...(detail.float === null ? {} : { floatValue: Number(detail.float) }),
      paintSeed: detail.paintSeed,
      ...(sale.phase === null ? {} : { phaseTitle: phaseTitle(sale.phase) }),
      stickers: sale.isDressed === true ? [{ name: DEAR_STICKER }] : [],
    },
    orderAttributes: sale.operation === "Offer" ? {} : { floatPartValue: "any" },
  };
}

/** A row of `aggregated-prices`; what a title was told to say comes first. */
export function aggregateWire({ title, aggregate: said }: TitleBook, found: Aggregate): Wire {
  const money = (text: string | undefined, cents: number) => ({
    Currency: "USD",
    Amount: text ?? String(cents),
  });
  return {
    title,
    orderBestPrice: money(said?.orderBestPrice, found.bestBidCents),
    orderCount: said?.orderCount ?? String(found.bidCount),
    offerBestPrice: money(said?.offerBestPrice, found.bestAskCents),
    offerCount: said?.offerCount ?? String(found.askCount),
  };
}
