/** Grows a whole market from a seed. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import type { GameFees, ReducedFeeRow } from "./books.ts";
import { drawSales } from "./history.ts";
import { labelCode } from "./labels.ts";
import { Market } from "./market.ts";
import { type Draft, naturalDraft } from "./natural.ts";
import { plant } from "./plants.ts";
import { plantApart } from "./plants_apart.ts";
import { Rng } from "./random.ts";
import { drawTitles, vanillaKnives } from "./titles/draw.ts";

/** Titles over all games unless said otherwise. */
export const DEFAULT_TITLES = 4_000;
/** More titles than the vocabularies can name are not asked for. */
export const MAX_TITLES = 20_000;
/** Most listings per title, relative to the default. */
export const MAX_DEPTH = 40;

/** What a market is grown from. */
export interface GenerateOptions {
  readonly seed: number;
  /** The moment the market starts from, unix seconds. */
  readonly nowS: number;
  /** Titles over all games, 4 to 20,000; default 4,000. */
  readonly titles?: number | undefined;
  /** Listings per title relative to the default of about seven; above 0 to 40; default 1. */
  readonly depth?: number | undefined;
  /** Whether chances and traps are planted; default true. */
  readonly planted?: boolean | undefined;
}

/** Serials of what is planted apart: far above those that everything else takes in order. */
const SERIALS_APART = 2 ** 31;

const DEFAULT_FRACTIONS: Readonly<Record<GameId, string>> = {
  a8db: "0.07",
  "9a92": "0.07",
  tf2: "0.07",
  rust: "0.1",
};

/** The same seed, moment and size give the same market; throws RangeError on a size out of range. */
export function generateMarket(options: GenerateOptions): Market {
  const { seed, nowS, titles = DEFAULT_TITLES, depth = 1, planted = true } = options;
  checkRange("titles", titles, [4, MAX_TITLES]);
  checkRange("depth", depth, [0.01, MAX_DEPTH]);
  const market = new Market({
    seed,
    startS: nowS,
    drawSales: (book) => drawSales(book, seed, nowS),
  });
  const reduced = new Map<GameId, ReducedFeeRow[]>(GAMES.map((game) => [game, []]));
  const drawn = drawTitles(seed, titles);
  let serialApart = SERIALS_APART;
  const takeApart = () => serialApart++;
  for (
    const [index, spec] of [...drawn, ...(planted ? vanillaKnives(drawn, seed) : [])].entries()
  ) {
    const takeSerial = index < drawn.length ? () => market.takeSerial() : takeApart;
    const ground = { seed, nowS, depth, rng: new Rng(seed, index, 71), takeSerial };
    const draft = naturalDraft(ground, spec);
    if (planted) plant(draft, ground);
    if (planted && draft.label === "") {
      plantApart(draft, { ...ground, takeSerial: takeApart }, index);
    }
    place(market, draft);
    if (draft.reducedFee !== null) reduced.get(spec.game)?.push(draft.reducedFee);
  }
  market.seal();
  for (const game of GAMES) market.game(game).fees = feesOf(game, reduced.get(game) ?? []);
  return market;
}

function place(market: Market, draft: Draft): void {
  const book = market.addTitle({
    game: draft.spec.game,
    title: draft.spec.title,
    spec: draft.spec,
    hidden: draft.hidden,
    label: draft.label === "" ? null : draft.label,
    labels: [],
    truth: null,
    suggestedCents: draft.suggestedCents,
    aggregate: draft.aggregate,
    bids: draft.bids,
    sales: null,
  });
  for (const ask of draft.asks) {
    market.stock({
      titleId: book.id,
      priceCents: ask.priceCents,
      createdAtS: ask.createdAtS,
      unlockAtS: ask.unlockAtS,
      flags: ask.flags,
      label: labelCode(ask.label),
      serial: ask.assetSerial,
      assetSerial: ask.assetSerial,
    });
  }
}

function feesOf(game: GameId, reducedFees: readonly ReducedFeeRow[]): GameFees {
  const fraction = DEFAULT_FRACTIONS[game];
  return { defaultFee: { fraction, minAmount: 1 }, reducedFees, assumed: false };
}

function checkRange(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(
      `Market size ${name} must be ${low} to ${high}: current value is ${value}`,
    );
  }
}
