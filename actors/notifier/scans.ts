/** Scans: progress for those who watch, the end for those who asked, a summary now and then. */

import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { telegram } from "@/core/protocol/telegram.ts";
import { say, TERMINAL } from "./say.ts";
import {
  type Context,
  newest,
  type NotifierState,
  type NotifierTurn,
  type Watch,
} from "./state.ts";

/** Scheduled scans of one game and level are summed up for phones at most this often. */
export const SUMMARY_MS = 60 * 60_000;
const MAX_SUMMARIES = 40;

/** The message that is edited in place, for the terminal and for people who asked for this scan. */
export function onScanProgressed(
  state: NotifierState,
  scan: ScanProgress,
  context: Context,
): NotifierTurn {
  const over = scan.status !== "queued" && scan.status !== "running";
  return tellProgress(context.stay(), state, { scan, done: over, context });
}

/** Says the end: at once to those who asked, silently and seldom to the others. */
export function onScanFinished(
  state: NotifierState,
  scan: ScanProgress,
  context: Context,
): NotifierTurn {
  const asked = state.watches.filter((watch) => concerns(watch, scan));
  const summary = `${scan.game}:${scan.level}:${scan.status}`;
  const due = scan.status !== "stopped" &&
    context.nowMs - (state.summaries[summary] ?? -Infinity) >= SUMMARY_MS;
  const next: NotifierState = {
    ...state,
    watches: state.watches.filter((watch) => !asked.includes(watch)),
    summaries: due
      ? newest({ ...state.summaries, [summary]: context.nowMs }, MAX_SUMMARIES, (atMs) => atMs)
      : state.summaries,
  };
  const cause = `finished/${scan.scanId}`;
  const notice = { type: "scan-finished" as const, scan };
  let turn = context.commit(next);
  for (const { chatId, messageId } of asked) {
    const answer = { chatId, notice, silent: false, replyToMessageId: messageId, cause };
    turn = say(turn, answer, context);
  }
  for (const chatId of context.config.recipients) {
    const answered = asked.some((watch) => watch.chatId === chatId);
    if (answered || (!due && chatId !== TERMINAL)) continue;
    turn = say(turn, { chatId, notice, silent: true, cause }, context);
  }
  return tellProgress(turn, state, { scan, done: true, context });
}

function tellProgress(
  turn: NotifierTurn,
  state: NotifierState,
  step: { readonly scan: ScanProgress; readonly done: boolean; readonly context: Context },
): NotifierTurn {
  const { scan, done, context } = step;
  const { mode } = context.config;
  return [...watching(state, scan, context)].reduce(
    (sofar, chatId) =>
      sofar.tell(telegram, "Progress", { chatId, mode, key: scan.scanId, scan, done }),
    turn,
  );
}

/** The terminal, where it is a recipient, and everybody who asked for this scan. */
function watching(
  state: NotifierState,
  scan: ScanProgress,
  { config }: Context,
): ReadonlySet<number> {
  const asked = state.watches.filter((watch) => concerns(watch, scan));
  return new Set([
    ...config.recipients.filter((chatId) => chatId === TERMINAL),
    ...asked.map((watch) => watch.chatId),
  ]);
}

/**
 * A scan that is asked for joins one of the same game and level, so the ids may differ; the first
 * that goes on after the question is the one.
 */
function concerns(watch: Watch, scan: ScanProgress): boolean {
  return watch.game === scan.game && watch.level === scan.level &&
    scan.updatedAtMs >= watch.askedAtMs;
}
