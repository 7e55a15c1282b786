/** A market out of a scenario, its dates moved so that the scenario's `now` is the present. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import type { BidLevel, GameFees, SaleRow, Wire } from "./books.ts";
import { uuidOf } from "./ids.ts";
import { OURS } from "./labels.ts";
import { ASSUMED_FEES, Market } from "./market.ts";
import { FLAG } from "./offer_table.ts";
import {
  parseScenario,
  type ScenarioGame,
  type ScenarioOffer,
  type ScenarioSale,
  type ScenarioTitle,
} from "./scenario.ts";

/** How dates are taken. */
export interface LoadOptions {
  /** The present, unix seconds. */
  readonly nowS: number;
  /** Leaves all dates as the file has them; default false. */
  readonly keepDates?: boolean;
}

/** Throws ScenarioError when `value` is no scenario. */
export function loadScenario(value: unknown, { nowS, keepDates = false }: LoadOptions): Market {
  const { seed, now, games } = parseScenario(value);
  const thenS = now === undefined ? nowS : Math.floor(Date.parse(now) / 1_000);
  const shiftS = keepDates ? 0 : nowS - thenS;
  const market = new Market({ seed, startS: nowS });
  for (const id of GAMES) {
    for (const row of games[id]?.titles ?? []) loadTitle(market, { game: id, row, shiftS });
  }
  market.seal();
  for (const id of GAMES) market.game(id).fees = feesOf(games[id]?.fees, shiftS);
  return market;
}

interface TitleLoad {
  readonly game: GameId;
  readonly row: ScenarioTitle;
  readonly shiftS: number;
}

function loadTitle(market: Market, { game, row, shiftS }: TitleLoad): void {
  const { title, labels = [], truth, aggregated } = row;
  const book = market.addTitle({
    game,
    title,
    spec: null,
    hidden: null,
    label: truth?.label ?? null,
    labels,
    truth: truth ?? null,
    suggestedCents: null,
    aggregate: aggregated ?? null,
    bids: bidsOf(market, row),
    sales: row.sales.map((sale) => saleOf(sale, shiftS)).sort((a, b) => b.atS - a.atS),
  });
  for (const offer of row.offers) {
    const serial = market.takeSerial();
    const { offerId, priceCents, locked: _, labels = [], purchase, ...rest } = shifted(
      offer,
      shiftS,
    );
    const attributes = { title, gameId: game, ...rest.attributes };
    market.stock({
      titleId: book.id,
      priceCents: Number(priceCents),
      createdAtS: secondsOf(rest.createdAt),
      unlockAtS: secondsOf(attributes.unlockDate),
      flags: flagsOf(offer),
      label: 0,
      serial,
      assetSerial: serial,
    }, {
      offerId,
      wire: { ...rest, attributes },
      labels: purchase === undefined ? labels : [...labels, purchase],
    });
  }
}

function bidsOf(market: Market, { targets }: ScenarioTitle): BidLevel[] {
  return targets.map(({ amount, price, attributes, labels = [] }) => ({
    targetId: uuidOf(market.seed, market.takeSerial(), 51),
    priceCents: Number(price),
    amount: Number(amount),
    attributes,
    fleeting: labels.includes("fleeting-bid"),
    own: labels.includes(OURS),
  }));
}

function saleOf(sale: ScenarioSale, shiftS: number): SaleRow {
  const atS = Number(sale.date) + shiftS;
  return {
    priceCents: Math.round(Number(sale.price) * 100),
    atS,
    operation: sale.txOperationType,
    phase: null,
    recorded: { ...sale, date: String(atS) },
  };
}

function shifted(offer: ScenarioOffer, shiftS: number): ScenarioOffer {
  const { attributes, createdAt } = offer;
  const dates = [
    "unlockDate",
    "settlementTime",
    "withdrawOnlyEndTime",
    "revertPendingUntil",
  ] as const;
  const moved: Record<string, unknown> = {};
  for (const name of dates) {
    const date = attributes[name];
    if (typeof date === "string") moved[name] = later(date, shiftS);
  }
  return {
    ...offer,
    ...(typeof createdAt === "string" ? { createdAt: later(createdAt, shiftS) } : {}),
    attributes: { ...attributes, ...moved },
  };
}

function later(date: string, shiftS: number): string {
  if (shiftS === 0) return date;
  return new Date(Date.parse(date) + shiftS * 1_000).toISOString().replace(".000Z", "Z");
}

function secondsOf(date: string | null | undefined): number {
  return typeof date === "string" ? Math.floor(Date.parse(date) / 1_000) : 0;
}

function flagsOf({ locked, labels = [], attributes }: ScenarioOffer): number {
  const said: Wire = attributes;
  return (locked ? FLAG.reserved : 0) |
    (labels.includes(OURS) ? FLAG.own : 0) |
    (labels.includes("stale-row") ? FLAG.stale : 0) |
    (said.saleRestricted === true ? FLAG.saleRestricted : 0) |
    (said.overstocked === true ? FLAG.overstocked : 0) |
    (said.sellUnavailable === true ? FLAG.sellUnavailable : 0) |
    (typeof said.withdrawOnlyEndTime === "string" ? FLAG.withdrawOnly : 0);
}

function feesOf(fees: ScenarioGame["fees"], shiftS: number): GameFees {
  if (fees === undefined) return ASSUMED_FEES;
  const { defaultFee: { fraction, minAmount }, reducedFees, assumed } = fees;
  return {
    defaultFee: { fraction, minAmount },
    reducedFees: reducedFees.map((fee) => ({
      title: fee.title,
      fraction: fee.fraction,
      minPrice: fee.minPrice,
      maxPrice: fee.maxPrice,
      expiresAt: fee.expiresAt + shiftS,
    })),
    assumed,
  };
}
