/** Opportunities as cards: what to buy, where to sell it, and why that may be believed. */

import type { Catalogue } from "@/bot/texts/mod.ts";
import { soldIn7d } from "@/bot/texts/phrases.ts";
import type { Card, NoticeOf } from "@/core/protocol/notices.ts";
import { type Html, joined, markup, oneLine } from "./html.ts";
import { head, type Lines, place, type RenderContext } from "./render_parts.ts";

const MAX_TITLE = 120;

/** As many whole cards as fit into `most` characters, the rest counted. */
export function opportunities(
  notice: NoticeOf<"opportunities">,
  context: RenderContext,
  most: number,
): Lines {
  const { texts } = context;
  const { cards, more, asked } = notice;
  if (cards.length === 0) return [head(texts.latestOpportunities, context), texts.noOpportunities];
  const shared = sharedPlace(cards);
  const title = head(
    asked ? texts.latestOpportunities : texts.newOpportunities(cards.length + more),
    context,
  );
  const top = shared === null ? title : markup`${title} · ${place(shared)}`;
  const rest = (shown: number) => markup`<i>${texts.andMore(cards.length - shown + more)}</i>`;
  const blocks: Html[][] = [];
  let room = most - top.text.length - rest(0).text.length - 4;
  for (const card of cards) {
    const block = cardLines(card, texts, shared === null);
    room -= block.reduce((sum, line) => sum + line.text.length + 1, 1);
    if (room < 0) break;
    blocks.push(block);
  }
  const all = blocks.length === cards.length && more === 0;
  return [
    top,
    ...blocks.flatMap((block) => ["", ...block]),
    ...(all ? [] : ["", rest(blocks.length)]),
  ];
}

function cardLines(card: Card, texts: Catalogue, withPlace: boolean): Html[] {
  const evidence = trust(card, texts);
  return [
    markup`<b>${oneLine(card.title, MAX_TITLE)}</b>`,
    ...(withPlace ? [markup`${place(card)}`] : []),
    ...card.exits.map((exit) => exitLine(card.buyCents, exit, texts)),
    ...(evidence === null ? [] : [evidence]),
  ];
}

function exitLine(buyCents: number, exit: Card["exits"][number], texts: Catalogue): Html {
  const { kind, exitCents, profitCents, roiBps } = exit;
  const prices = `${texts.money(buyCents)} → ${texts.money(exitCents)} ${texts.exit[kind]}`;
  return markup`${prices} · <b>${texts.gain(profitCents)}</b> · ${texts.percent(roiBps)}`;
}

/** The evidence in one line. */
function trust(card: Card, texts: Catalogue): Html | null {
  const parts = [
    card.sales7d === null ? null : soldIn7d(card.sales7d, texts),
    card.bestBidCents === null ? null : texts.bid(texts.money(card.bestBidCents)),
    card.otherAskCents === null ? null : texts.nextAsk(texts.money(card.otherAskCents)),
    card.lockDays === null || card.lockDays === 0 ? null : texts.locked(card.lockDays),
    card.confidence === null ? null : texts.confidence[card.confidence],
  ];
  return parts.every((part) => part === null) ? null : markup`✓ ${joined(parts, " · ")}`;
}

/** The place that all cards share, or null. */
function sharedPlace(cards: readonly Card[]): Card | null {
  const [first] = cards;
  if (first === undefined) return null;
  const same = (card: Card) => card.game === first.game && card.level === first.level;
  return cards.every(same) ? first : null;
}
