/** Opportunities of one page: what is news goes out as one message. */

import type { Opportunity } from "@/core/domain/opportunity.ts";
import type { NoticeOf } from "@/core/protocol/notices.ts";
import { uuidOf } from "./ids.ts";
import { bestFirst, cardsOf, selectNews } from "./opportunities.ts";
import { say } from "./say.ts";
import type { Context, NotifierState, NotifierTurn } from "./state.ts";

/** Offers one message shows; the rest is counted and a /opportunities away. */
const MAX_SHOWN = 5;
/** After a message that rang, the next ones are silent for this long. */
export const RING_MS = 5 * 60_000;

export function onOpportunities(
  state: NotifierState,
  found: readonly Opportunity[],
  context: Context,
): NotifierTurn {
  const { nowMs, config } = context;
  const { news, told } = selectNews(state.told, bestFirst(found), nowMs);
  if (news.length === 0) return context.stay();
  const rings = nowMs - state.rangAtMs >= RING_MS;
  const turn = context.commit({ ...state, told, rangAtMs: rings ? nowMs : state.rangAtMs });
  const notice = newsNotice(news);
  const cause = `found/${uuidOf(news.map(identity).join("\n"))}`;
  return config.recipients.reduce(
    (sofar, chatId) => say(sofar, { chatId, notice, silent: !rings, cause }, context),
    turn,
  );
}

function newsNotice(news: readonly Opportunity[]): NoticeOf<"opportunities"> {
  const cards = cardsOf(news);
  const shown = cards.slice(0, MAX_SHOWN);
  return {
    type: "opportunities",
    asked: false,
    cards: [...shown],
    more: cards.length - shown.length,
  };
}

/** The same find of the same scan, wherever it is repeated. */
function identity({ scanId, offerId, kind, roiBps }: Opportunity): string {
  return `${scanId} ${offerId} ${kind} ${roiBps}`;
}
