/** What people command, and what they are answered. */

import type { Answer, ReplyOf } from "@/core/kernel/mod.ts";
import { type CommandName, COMMANDS, type Notice, type NoticeOf } from "@/core/protocol/notices.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { resourceMonitor } from "@/core/protocol/resources.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { health, views } from "@/core/protocol/views.ts";
import { parseCount, type Parsed, parseGame, parsePage, parseScan, parseTitle } from "./args.ts";
import { askFilter } from "./filters.ts";
import { onLanguage } from "./languages.ts";
import { noteReader } from "./readers.ts";
import { askIdeas, askMarket } from "./market.ts";
import { cardsOf } from "./opportunities.ts";
import { reply, settle, unavailable } from "./reply.ts";
import { healthNotice, openRows } from "./rows.ts";
import { askScan, stopScans } from "./scan_commands.ts";
import { type Context, MAX_PENDING, type NotifierState, type NotifierTurn } from "./state.ts";
import { askTitle, askWatches } from "./titles.ts";

type Handler = (state: NotifierState, command: Command, context: Context) => NotifierTurn;
/** Asks others for the answer; the same question again after a restart. */
type Question = (turn: NotifierTurn, command: Command) => NotifierTurn;

const anything = (): Parsed<null> => ({ ok: true, value: null });

/** Commands whose answer others know, with the check of what they take. */
const QUESTIONS: Readonly<
  Partial<
    Record<
      CommandName,
      { readonly check: (args: readonly string[]) => Parsed<unknown>; readonly ask: Question }
    >
  >
> = {
  status: { check: anything, ask: askStatus },
  health: { check: anything, ask: askHealth },
  opportunities: { check: parseCount, ask: askFinds },
  market: { check: parseGame, ask: askMarket },
  find: { check: parseGame, ask: askIdeas },
  title: {
    check: (args) => parseTitle(args, false),
    ask: (turn, command) => askTitle(turn, command, "title"),
  },
  watches: { check: parsePage, ask: askWatches },
  watch: {
    check: (args) => parseTitle(args, true),
    ask: (turn, command) => askTitle(turn, command, "watch"),
  },
  unwatch: {
    check: (args) => parseTitle(args, false),
    ask: (turn, command) => askTitle(turn, command, "unwatch"),
  },
  filter: { check: anything, ask: askFilter },
  scan: { check: parseScan, ask: askScan },
};

/** Commands that are obeyed at once. */
const HANDLERS: Readonly<Partial<Record<CommandName, Handler>>> = {
  start: answerWith({ type: "start" }),
  help: answerWith({ type: "help" }),
  language: onLanguage,
  stop: stopScans,
};

export function onCommand(
  before: NotifierState,
  command: Command,
  context: Context,
): NotifierTurn {
  const state = noteReader(before, command);
  const within = state === before ? context : { ...context, stay: () => context.commit(state) };
  const name = COMMANDS.find((known) => known === command.name);
  if (name === undefined) {
    const notice: Notice = { type: "unknown-command", name: command.name };
    return reply(within.stay(), command, notice, within);
  }
  const handler = HANDLERS[name];
  return handler === undefined
    ? lookUp(state, { command, name }, within)
    : handler(state, command, within);
}

/** Asks again for every answer that was owed when the actor went down. */
export function resumePending(state: NotifierState, turn: NotifierTurn): NotifierTurn {
  return state.pending.reduce(ask, turn);
}

function answerWith(notice: Notice): Handler {
  return (_state, command, context) => reply(context.stay(), command, notice, context);
}

/** Remembers the command until its answer is on its way, so that a crash in between owes it still. */
function lookUp(
  state: NotifierState,
  { command, name }: { readonly command: Command; readonly name: CommandName },
  context: Context,
): NotifierTurn {
  const checked = QUESTIONS[name]?.check(command.args) ?? anything();
  if (!checked.ok) {
    const wrong = checked.wrong.slice(0, 100);
    const notice = { type: "bad-argument" as const, command: name, wrong };
    return reply(context.stay(), command, notice, context);
  }
  if (state.pending.length >= MAX_PENDING) {
    return reply(context.stay(), command, { type: "busy" }, context);
  }
  return ask(context.commit({ ...state, pending: [...state.pending, command] }), command);
}

function ask(turn: NotifierTurn, command: Command): NotifierTurn {
  const name = COMMANDS.find((known) => known === command.name);
  const question = name === undefined ? undefined : QUESTIONS[name];
  return question === undefined ? turn : question.ask(turn, command);
}

function askHealth(turn: NotifierTurn, command: Command): NotifierTurn {
  return turn.ask(health, "Snapshot", {
    body: {},
    then: (state, answer, context) =>
      settle(state, command, { notice: healthAnswer(answer), context }),
  });
}

function askFinds(turn: NotifierTurn, command: Command): NotifierTurn {
  const count = parseCount(command.args);
  const most = count.ok ? count.value : 1;
  return turn.ask(views, "Opportunities", {
    // A page that is large enough for finds with two ways out and for some that are closed.
    body: { limit: Math.min(500, most * 10), cursor: null },
    then: (state, answer, context) =>
      settle(state, command, { notice: findsAnswer(answer, most), context }),
  });
}

function askStatus(turn: NotifierTurn, command: Command): NotifierTurn {
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
