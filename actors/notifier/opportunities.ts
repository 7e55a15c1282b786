/** Which opportunities are news, and how they are shown. */

import type { Opportunity } from "@/core/domain/opportunity.ts";
import type { Card } from "@/core/protocol/notices.ts";
import { MAX_TOLD, newest, type Told } from "./state.ts";

/** An opportunity is the same news as one like it for this long. */
export const COOLDOWN_MS = 15 * 60_000;
/** Two percentage points more are news at any time. */
export const BETTER_BPS = 200;
/** Prices within one bucket of 1 % count as the same price. */
const BUCKET = Math.log(1.01);

/** The same title, way out and price: one offer replacing another is the same news. */
export function newsKey(opportunity: Opportunity): string {
  const { game, title, kind, buyCents } = opportunity;
  const bucket = Math.floor(Math.log(Math.max(1, buyCents)) / BUCKET);
  return `${game}|${kind}|${bucket}|${title}`;
}

export interface News {
  readonly news: readonly Opportunity[];
  readonly told: Told;
}

/**
 * What of `found` is worth saying at `nowMs`. Within the cooldown only a better return is; after
 * it, the very offer that was said last is still no news unless its return is better.
 */
export function selectNews(told: Told, found: readonly Opportunity[], nowMs: number): News {
  const after: Told = { ...told };
  const news: Opportunity[] = [];
  for (const opportunity of found) {
    const key = newsKey(opportunity);
    const last = after[key];
    const { roiBps, offerId } = opportunity;
    if (last !== undefined && roiBps < last.roiBps + BETTER_BPS) {
      const cooling = nowMs - last.atMs < COOLDOWN_MS;
      if (cooling || last.offerId === offerId) continue;
    }
    after[key] = { atMs: nowMs, roiBps, offerId };
    news.push(opportunity);
  }
  return { news, told: newest(after, MAX_TOLD, (entry) => entry.atMs) };
}

/** The facts of a row that a card shows; rows of views may know less than a fresh find. */
export interface CardFacts {
  readonly offerId: string;
  readonly title: string;
  readonly game: Card["game"];
  readonly level: Card["level"];
  readonly kind: Card["exits"][number]["kind"];
  readonly buyCents: number;
  readonly exitCents: number;
  readonly profitCents: number;
  readonly roiBps: number;
  readonly confidence: Card["confidence"];
  readonly lockDays: number | null;
  readonly sales7d: number | null;
  readonly bestBidCents: number | null;
  readonly otherAskCents: number | null;
}

/** One card per offer with its ways out, best return first, in the order of the rows. */
export function cardsOf(rows: readonly CardFacts[]): readonly Card[] {
  const byOffer = new Map<string, CardFacts[]>();
  for (const row of rows) {
    const key = `${row.game}|${row.offerId}`;
    byOffer.set(key, [...byOffer.get(key) ?? [], row]);
  }
  return [...byOffer.values()].map(toCard);
}

/** Best first: by the return per year, then by the return, then by the profit. */
export function bestFirst(found: readonly Opportunity[]): readonly Opportunity[] {
  return found.toSorted((a, b) =>
    b.annualisedBps - a.annualisedBps || b.roiBps - a.roiBps || b.profitCents - a.profitCents
  );
}

function toCard(rows: readonly CardFacts[]): Card {
  const [first, ...rest] = rows.toSorted((a, b) => b.roiBps - a.roiBps);
  if (first === undefined) throw new RangeError("A card needs a row");
  const { title, game, level, buyCents, confidence, lockDays, sales7d } = first;
  const { bestBidCents, otherAskCents } = first;
  const other = rest.find((row) => row.kind !== first.kind);
  const exits = [first, ...(other === undefined ? [] : [other])].map(
    ({ kind, exitCents, profitCents, roiBps }) => ({ kind, exitCents, profitCents, roiBps }),
  );
  return {
    title,
    game,
    level,
    buyCents,
    exits,
    confidence,
    lockDays,
    sales7d,
    bestBidCents,
    otherAskCents,
  };
}
