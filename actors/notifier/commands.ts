/** What people command, and what they are answered. */

import type { Answer, ReplyOf } from "@/core/kernel/mod.ts";
import { type CommandName, COMMANDS, type Notice, type NoticeOf } from "@/core/protocol/notices.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { resourceMonitor } from "@/core/protocol/resources.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { health, views } from "@/core/protocol/views.ts";
import { parseCount, parseScan } from "./args.ts";
import { uuidOf } from "./ids.ts";
import { cardsOf } from "./opportunities.ts";
import { healthNotice, openRows } from "./rows.ts";
import { say } from "./say.ts";
import {
  type Context,
  MAX_PENDING,
  MAX_WATCHES,
  type NotifierState,
  type NotifierTurn,
} from "./state.ts";

type Handler = (state: NotifierState, command: Command, context: Context) => NotifierTurn;

const HANDLERS: Readonly<Record<CommandName, Handler>> = {
  start: answerWith({ type: "start" }),
  help: answerWith({ type: "help" }),
  status: lookUp,
  health: lookUp,
  opportunities(state, command, context) {
    const count = parseCount(command.args);
    if (count.ok) return lookUp(state, command, context);
    return reply(context.stay(), command, badArgument("opportunities", count.wrong), context);
  },
  scan: startScan,
  stop: stopScans,
};

export function onCommand(
  state: NotifierState,
  command: Command,
  context: Context,
): NotifierTurn {
  const name = COMMANDS.find((known) => known === command.name);
  if (name !== undefined) return HANDLERS[name](state, command, context);
  const notice: Notice = { type: "unknown-command", name: command.name };
  return reply(context.stay(), command, notice, context);
}

/** Asks again for every answer that was owed when the actor went down. */
export function resumePending(state: NotifierState, turn: NotifierTurn): NotifierTurn {
  return state.pending.reduce(ask, turn);
}

// ---- answers that are known at once -------------------------------------------------------------

function answerWith(notice: Notice): Handler {
  return (_state, command, context) => reply(context.stay(), command, notice, context);
}

function badArgument(command: CommandName, wrong: string): Notice {
  return { type: "bad-argument", command, wrong: wrong.slice(0, 100) };
}

function startScan(state: NotifierState, command: Command, context: Context): NotifierTurn {
  const wanted = parseScan(command.args);
  if (!wanted.ok) {
    return reply(context.stay(), command, badArgument("scan", wanted.wrong), context);
  }
  const { game, level } = wanted.value;
  const { chatId, messageId, userId } = command;
  const others = state.watches.filter((watch) =>
    watch.chatId !== chatId || watch.game !== game || watch.level !== level
  );
  const watch = { game, level, chatId, messageId, askedAtMs: context.nowMs };
  const cause = causeOf(command);
  const scan = { scanId: uuidOf(`scan/${cause}`), game, level, requestedBy: `telegram:${userId}` };
  const turn = context
    .commit({ ...state, watches: [...others, watch].slice(-MAX_WATCHES) })
    .send(scanner, "Scan", scan, `notifier/scan/${cause}`);
  return reply(turn, command, { type: "scan-requested", game, level }, context);
}

function stopScans(_state: NotifierState, command: Command, context: Context): NotifierTurn {
  const requestedBy = `telegram:${command.userId}`;
  const turn = context.stay()
    .send(scanner, "StopScans", { requestedBy }, `notifier/stop/${causeOf(command)}`);
  return reply(turn, command, { type: "scanning-stopped" }, context);
}

// ---- answers that others have to give -----------------------------------------------------------

/** Remembers the command until its answer is on its way, so that a crash in between owes it still. */
function lookUp(state: NotifierState, command: Command, context: Context): NotifierTurn {
  if (state.pending.length >= MAX_PENDING) {
    return reply(context.stay(), command, { type: "busy" }, context);
  }
  return ask(context.commit({ ...state, pending: [...state.pending, command] }), command);
}

function ask(turn: NotifierTurn, command: Command): NotifierTurn {
  if (command.name === "health") {
    return turn.ask(health, "Snapshot", {
      body: {},
      then: (state, answer, context) =>
        settle(state, command, { notice: healthAnswer(answer), context }),
    });
  }
  if (command.name === "opportunities") {
    const count = parseCount(command.args);
    const most = count.ok ? count.value : 1;
    return turn.ask(views, "Opportunities", {
      // A page that is large enough for finds with two ways out and for some that are closed.
      body: { limit: Math.min(500, most * 10), cursor: null },
      then: (state, answer, context) =>
        settle(state, command, { notice: findsAnswer(answer, most), context }),
    });
  }
  return turn.ask(scanner, "Status", {
    body: {},
    then: (_state, scans, between) =>
      between.stay().ask(resourceMonitor, "Status", {
        body: {},
        then: (state, load, context) =>
          settle(state, command, { notice: statusAnswer(scans, load), context }),
      }),
  });
}

function settle(
  state: NotifierState,
  command: Command,
  answer: { readonly notice: Notice; readonly context: Context },
): NotifierTurn {
  const { notice, context } = answer;
  const cause = causeOf(command);
  const pending = state.pending.filter((other) => causeOf(other) !== cause);
  if (pending.length === state.pending.length) return context.stay();
  return reply(context.commit({ ...state, pending }), command, notice, context);
}

function healthAnswer(answer: Answer<ReplyOf<typeof health, "Snapshot">>): Notice {
  const notice = answer.ok ? healthNotice(answer.value) : null;
  return notice ?? unavailable("health", answer);
}

function findsAnswer(
  answer: Answer<ReplyOf<typeof views, "Opportunities">>,
  most: number,
): Notice {
  if (!answer.ok) return unavailable("opportunities", answer);
  const cards = cardsOf(openRows(answer.value.items)).slice(0, most);
  return { type: "opportunities", asked: true, cards: [...cards], more: 0 };
}

function statusAnswer(
  scans: Answer<ReplyOf<typeof scanner, "Status">>,
  load: Answer<ReplyOf<typeof resourceMonitor, "Status">>,
): NoticeOf<"status"> {
  const sample = load.ok ? load.value.sample : null;
  return {
    type: "status",
    scanner: !scans.ok ? null : {
      paused: scans.value.paused,
      active: scans.value.active,
      queued: scans.value.queued.length,
      last: scans.value.recent[0] ?? null,
      nextScanAtMs: scans.value.nextScanAtMs,
    },
    resources: !load.ok || sample === null ? null : {
      cpuRatio: sample.cpuRatio,
      memoryRatio: sample.memoryRatio,
      diskFreeBytes: sample.diskFreeBytes,
      factor: load.value.pressure.factor,
      reason: load.value.pressure.reason,
    },
  };
}

function unavailable(
  what: NoticeOf<"unavailable">["what"],
  answer: Answer<unknown>,
): NoticeOf<"unavailable"> {
  const reason = answer.ok ? "The answer was not understood" : answer.error.message;
  return { type: "unavailable", what, reason: reason.slice(0, 300) };
}

// ---- replies ------------------------------------------------------------------------------------

/** A message of a chat is one command, whatever happens to its update. */
function causeOf({ chatId, messageId, updateId }: Command): string {
  return `${updateId}/${messageId}/${chatId}`;
}

function reply(
  turn: NotifierTurn,
  command: Command,
  notice: Notice,
  context: Context,
): NotifierTurn {
  const { chatId, messageId } = command;
  const cause = `reply/${causeOf(command)}`;
  return say(turn, { chatId, notice, silent: false, replyToMessageId: messageId, cause }, context);
}
