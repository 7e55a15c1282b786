/** Sales before the market opened, drawn backwards along the hidden price of a title. */

import { drawPhase, phaseFactor } from "./asset.ts";
import type { Hidden, SaleRow, TitleBook } from "./books.ts";
import { Rng } from "./random.ts";
import type { Phase } from "./titles/spec.ts";

const DAY_S = 86_400;
const HISTORY_DAYS = 365;
/** Rows drawn per title; DMarket shows at most twelve months. */
const MAX_DRAWN = 120;
const WASH_PER_DAY = 5;
/** Share of the sales to buyers that wear stickers, where it matters. */
const DRESSED_SHARE = 0.35;

/** What sales are drawn from: a title's number, its hidden state, and what it is. */
export type SalesGround = Pick<TitleBook, "id" | "hidden" | "spec">;

/** Sales of `book` before `startS`, newest first. Titles without hidden state have none. */
export function drawSales(book: SalesGround, seed: number, startS: number): SaleRow[] {
  if (book.hidden === null) return [];
  const rng = new Rng(seed, book.id, 61);
  const sales: SaleRow[] = [];
  let hidden = book.hidden;
  let daysAgo = hidden.past?.kind === "dead" ? hidden.past.days : 0;
  while (sales.length < MAX_DRAWN) {
    const pumped = hidden.past?.kind === "pump" && daysAgo < hidden.past.days;
    const perDay = ratePerDay(hidden, pumped);
    const gapDays = rng.wait(1 / perDay);
    daysAgo += gapDays;
    if (daysAgo > HISTORY_DAYS) break;
    hidden = { ...hidden, fairCents: earlier(hidden, gapDays, rng) };
    sales.push(drawSale(book, hidden, { rng, pumped, atS: startS - Math.round(daysAgo * DAY_S) }));
  }
  return sales;
}

/** A title that trades no more was traded well while it lived. */
function ratePerDay(hidden: Hidden, pumped: boolean): number {
  if (hidden.past?.kind === "dead") return 1.5;
  return hidden.buyersPerDay + hidden.dumpsPerDay + (pumped ? WASH_PER_DAY : 0);
}

function earlier(hidden: Hidden, days: number, rng: Rng): number {
  const drift = hidden.trendPerDay * days + hidden.volatilityPerDay * Math.sqrt(days) *
      rng.normal();
  return Math.max(4, hidden.fairCents * Math.exp(-drift));
}

interface Moment {
  readonly rng: Rng;
  readonly pumped: boolean;
  readonly atS: number;
}

function drawSale(book: SalesGround, hidden: Hidden, moment: Moment): SaleRow {
  const { rng, pumped, atS } = moment;
  const { past } = hidden;
  const phase = phaseSold(book, hidden, rng);
  const toBid = !pumped && rng.chance(hidden.dumpsPerDay / (ratePerDay(hidden, false)));
  const isDressed = !toBid && past?.kind === "dressed" && rng.chance(DRESSED_SHARE);
  const inflated = pumped || isDressed || past?.kind === "dead" ? past?.factor ?? 1 : 1;
  const way = toBid ? rng.between(0.83, 0.93) : Math.exp(0.004 + 0.02 * rng.normal());
  const price = hidden.fairCents * inflated * way * phaseFactor(phase);
  return {
    priceCents: Math.max(2, Math.round(price)),
    atS,
    operation: toBid ? "Target" : "Offer",
    phase,
    ...(isDressed ? { isDressed } : {}),
    recorded: null,
  };
}

function phaseSold(book: SalesGround, hidden: Hidden, rng: Rng): Phase | null {
  const item = book.spec?.item;
  if (item?.type !== "cs2") return null;
  return drawPhase(item.phases, rng, hidden.past?.kind === "mixed" ? 0.6 : 0.12);
}
