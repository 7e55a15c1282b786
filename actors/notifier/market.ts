/** A game at a glance, and its titles worth watching. */

import { analysis } from "@/core/protocol/analysis.ts";
import { DEFAULT_SCAN, type Notice } from "@/core/protocol/notices.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { parseGame } from "./args.ts";
import { settle, unavailable } from "./reply.ts";
import type { NotifierTurn } from "./state.ts";

/** Ideas one message shows: what a phone shows at once. */
const SHOWN_IDEAS = 5;

function gameOf({ args }: Command): typeof DEFAULT_SCAN.game {
  const game = parseGame(args);
  return game.ok ? game.value : DEFAULT_SCAN.game;
}

export function askMarket(turn: NotifierTurn, command: Command): NotifierTurn {
  return turn.ask(analysis, "Overview", {
    body: { game: gameOf(command) },
    then: (state, answer, context) => {
      const notice: Notice = answer.ok
        ? { type: "market", overview: answer.value }
        : unavailable("market", answer);
      return settle(state, command, { notice, context });
    },
  });
}

export function askIdeas(turn: NotifierTurn, command: Command): NotifierTurn {
  const game = gameOf(command);
  return turn.ask(analysis, "Finder", {
    body: { game, limit: SHOWN_IDEAS },
    then: (state, answer, context) => {
      const notice: Notice = answer.ok
        ? { type: "ideas", game, ideas: answer.value.ideas }
        : unavailable("market", answer);
      return settle(state, command, { notice, context });
    },
  });
}
