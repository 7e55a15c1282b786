/** `/scan`, with the person's filter of that game, and `/stop`. */

import { filterKey } from "@/core/domain/filters/key.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { marketWatcher } from "@/core/protocol/watcher.ts";
import { parseScan } from "./args.ts";
import { wantsOf } from "./filters.ts";
import { uuidOf } from "./ids.ts";
import { causeOf, reply, settle } from "./reply.ts";
import { type Context, MAX_WATCHES, type NotifierState, type NotifierTurn } from "./state.ts";

/**
 * Asks for the person's filter first. A scan without it would find what nobody wants, so that no
 * answer means no scan.
 */
export function askScan(turn: NotifierTurn, command: Command): NotifierTurn {
  return turn.ask(marketWatcher, "Filters", {
    body: { userId: command.userId },
    then: (state, answer, context) => {
      if (answer.ok) return startScan(state, { command, filters: answer.value }, context);
      const reason = answer.error.message.slice(0, 300);
      const notice = { type: "unavailable" as const, what: "filter" as const, reason };
      return settle(state, command, { notice, context });
    },
  });
}

export function stopScans(
  _state: NotifierState,
  command: Command,
  context: Context,
): NotifierTurn {
  const requestedBy = `telegram:${command.userId}`;
  const turn = context.stay()
    .send(scanner, "StopScans", { requestedBy }, `notifier/stop/${causeOf(command)}`);
  return reply(turn, command, { type: "scanning-stopped" }, context);
}

interface Wish {
  readonly command: Command;
  readonly filters: Parameters<typeof wantsOf>[0];
}

function startScan(
  state: NotifierState,
  { command, filters }: Wish,
  context: Context,
): NotifierTurn {
  const wanted = parseScan(command.args);
  const cause = causeOf(command);
  const pending = state.pending.filter((other) => causeOf(other) !== cause);
  if (!wanted.ok || pending.length === state.pending.length) return context.stay();
  const { game, level } = wanted.value;
  const { chatId, messageId, userId } = command;
  const filter = wantsOf(filters, game);
  const key = filterKey(filter);
  const others = state.watches.filter((watch) =>
    watch.chatId !== chatId || watch.game !== game || watch.level !== level ||
    watch.filterKey !== key
  );
  const watch = { game, level, filterKey: key, chatId, messageId, askedAtMs: context.nowMs };
  const scan = {
    scanId: uuidOf(`scan/${cause}`),
    game,
    level,
    requestedBy: `telegram:${userId}`,
    ...(filter === null ? {} : { filter }),
  };
  const turn = context
    .commit({ ...state, pending, watches: [...others, watch].slice(-MAX_WATCHES) })
    .send(scanner, "Scan", scan, `notifier/scan/${cause}`);
  return reply(turn, command, { type: "scan-requested", game, level, filter }, context);
}
