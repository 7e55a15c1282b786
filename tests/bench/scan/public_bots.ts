/**
 * How public bots look for bargains, in a few lines each: what they ask, in which order, and by what
 * rule they take an offer. One request after the other, as they do.
 */

import { LEVEL_RULES } from "@/core/domain/levels.ts";
import type { GameId, Offer, Sale } from "@/core/domain/market.ts";
import type { LevelId } from "@/core/domain/opportunity.ts";
import type { DmarketClient } from "@/core/market/dmarket/client.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";

export interface BotScan {
  readonly client: DmarketClient;
  readonly call: () => CallOptions;
  readonly game: GameId;
  readonly level: LevelId;
}

const KEPT = 0.93;
const MARKUP = 1.2;
const PAGE_ROWS = 100;

/**
 * DMarket-Telegram-Bot: one page, aggregated prices of its first 100 titles, then for each offer
 * that seems to pay the orders of its title; at most three may compete. The exit is the suggested
 * price, or a fifth more than it costs. Its prices are asked for as they were meant: as published,
 * cents are multiplied by 100 once more, and nothing is found.
 */
export async function telegramBot(scan: BotScan): Promise<readonly Offer[]> {
  const { client, call, game, level } = scan;
  const { offers } = await client.offersPage(pageQuery(scan, null), call());
  const titles = [...new Set(offers.map(({ title }) => title))].slice(0, PAGE_ROWS);
  await client.quotesPage({ game, titles, cursor: null, limit: PAGE_ROWS }, call());
  const taken: Offer[] = [];
  for (const offer of offers) {
    if (naiveRoi(offer) * 10_000 < LEVEL_RULES[level].minRoiBps) continue;
    const { bids } = await client.targetsByTitle(game, offer.title, call());
    if (bids.length <= 3) taken.push(offer);
  }
  return taken;
}

/** The same rule without the question about competition, over all pages. */
export async function telegramBotAllPages(scan: BotScan): Promise<readonly Offer[]> {
  const offers = await allPages(scan);
  return offers.filter((offer) => naiveRoi(offer) * 10_000 >= LEVEL_RULES[scan.level].minRoiBps);
}

/**
 * dmarket_bot of 2021: all pages, the last sales of every title one after the other, titles that
 * sell often and are not pumped, and an offer that the average of the last seven sales pays for.
 */
export async function classicBot(scan: BotScan): Promise<readonly Offer[]> {
  const { client, call, game } = scan;
  const byTitle = Map.groupBy(await allPages(scan), ({ title }) => title);
  const taken: Offer[] = [];
  for (const [title, offers] of byTitle) {
    if (BAD_WORDS.test(title)) continue;
    const { sales } = await client.lastSales({ game, title, limit: 20 }, call());
    const sound = withoutBoosts(sales);
    const [cheapest] = offers.toSorted((a, b) => a.priceCents - b.priceCents);
    if (cheapest === undefined || sound === null || !isPopular(sales)) continue;
    const buy = cheapest.priceCents;
    const average = mean(sound.slice(0, 7));
    const paying = sound.filter((cents) => cents * KEPT > buy * 1.05).length;
    if (KEPT * average > buy * 1.05 && paying >= 0.3 * sound.length && offers.length <= 20) {
      taken.push(cheapest);
    }
  }
  return taken;
}

const BAD_WORDS =
  /key|pin|sticker|case|operation|pass|capsule|package|challengers|patch|music|kit|graffiti/i;
const DAY_MS = 86_400_000;

/** Twenty sales, the newest within 3 days, at least eleven within 23. */
function isPopular(sales: readonly Sale[]): boolean {
  const newestMs = Math.max(...sales.map(({ soldAtMs }) => soldAtMs));
  const age = (sale: Sale) => (newestMs - sale.soldAtMs) / DAY_MS;
  return sales.length === 20 && sales.filter((sale) => age(sale) <= 23).length >= 11;
}

/** Prices without those above 1.24 times their moving average; null when more than three are. */
function withoutBoosts(sales: readonly Sale[]): readonly number[] | null {
  const prices = sales.map(({ priceCents }) => priceCents);
  const sound = prices.filter((price, i) => price <= 1.24 * mean(prices.slice(i, i + 5)));
  return prices.length - sound.length > 3 ? null : sound;
}

async function allPages(scan: BotScan): Promise<readonly Offer[]> {
  const offers: Offer[] = [];
  let cursor: string | null = null;
  do {
    const page = await scan.client.offersPage(pageQuery(scan, cursor), scan.call());
    offers.push(...page.offers);
    cursor = page.cursor;
  } while (cursor !== null);
  return offers;
}

function pageQuery({ game, level }: BotScan, cursor: string | null) {
  const { fromCents, toCents } = LEVEL_RULES[level];
  return { game, band: { fromCents, toCents }, cursor, limit: PAGE_ROWS };
}

function naiveRoi({ priceCents, suggestedCents }: Offer): number {
  return ((suggestedCents ?? priceCents * MARKUP) * KEPT - priceCents) / priceCents;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
