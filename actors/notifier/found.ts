/** News of opportunities: gathered for a moment, then said as one message, best first. */

import type { Opportunity } from "@/core/domain/opportunity.ts";
import { bestFirst, cardsOf, selectNews } from "./opportunities.ts";
import { say } from "./say.ts";
import { type Context, MAX_HELD, type NotifierState, type NotifierTurn } from "./state.ts";

/** Offers one message shows; the rest is counted and a /opportunities away. */
const MAX_SHOWN = 5;
/** Messages of news are at least this far apart; what comes in between waits. */
export const GAP_MS = 15_000;
/** After a message that rang, the next ones are silent for this long. */
export const RING_MS = 5 * 60_000;

type News = NotifierState["news"];

export function onOpportunities(
  state: NotifierState,
  found: readonly Opportunity[],
  context: Context,
): NotifierTurn {
  const { news, told } = selectNews(state.told, bestFirst(found), context.nowMs);
  if (news.length === 0) return context.stay();
  return sayInTime({ ...state, told, news: hold(state.news, news) }, context);
}

/** Takes up what was waiting when the actor went down. */
export function resumeNews(state: NotifierState, turn: NotifierTurn, nowMs: number): NotifierTurn {
  return state.news.heldCount === 0 ? turn : wait(state, turn, nowMs);
}

function sayInTime(state: NotifierState, context: Context): NotifierTurn {
  const { nowMs } = context;
  if (nowMs - state.news.saidAtMs >= GAP_MS) return sayHeld(state, context);
  return wait(state, context.commit(state), nowMs);
}

function wait(state: NotifierState, turn: NotifierTurn, nowMs: number): NotifierTurn {
  const leftMs = Math.max(0, state.news.saidAtMs + GAP_MS - nowMs);
  return turn.after("news", leftMs, (now, _void, context) => sayHeld(now, context));
}

function sayHeld(state: NotifierState, context: Context): NotifierTurn {
  const { news } = state;
  if (news.heldCount === 0) return context.stay();
  const { nowMs, config } = context;
  const rings = nowMs - news.rangAtMs >= RING_MS;
  const count = news.count + 1;
  const rangAtMs = rings ? nowMs : news.rangAtMs;
  const said: News = { count, saidAtMs: nowMs, rangAtMs, held: [], heldCount: 0 };
  const cards = news.held.slice(0, MAX_SHOWN).map(({ card }) => card);
  const more = news.heldCount - cards.length;
  const notice = { type: "opportunities" as const, asked: false, cards, more };
  return config.recipients.reduce(
    (turn, chatId) =>
      say(turn, { chatId, notice, silent: !rings, cause: `news/${count}` }, context),
    context.commit({ ...state, news: said }),
  );
}

/** Adds finds to what waits; of the offers the best are kept, all are counted. */
function hold(news: News, found: readonly Opportunity[]): News {
  const offers = new Map<string, readonly Opportunity[]>();
  for (const one of found) {
    const key = `${one.game}|${one.offerId}`;
    offers.set(key, [...offers.get(key) ?? [], one]);
  }
  const fresh = [...offers.values()].flatMap((ways) =>
    cardsOf(ways).map((card) => ({ card, rank: Math.max(...ways.map((way) => way.annualisedBps)) }))
  );
  const held = [...news.held, ...fresh].toSorted((a, b) => b.rank - a.rank).slice(0, MAX_HELD);
  return { ...news, held, heldCount: news.heldCount + offers.size };
}
