/** Scans: progress for those who watch, the end for those who asked, a digest for all. */

import { filterKey } from "@/core/domain/filters/key.ts";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { telegram } from "@/core/protocol/telegram.ts";
import { languageFor } from "./readers.ts";
import { say, TERMINAL } from "./say.ts";
import {
  type Context,
  NO_DIGEST,
  type NotifierState,
  type NotifierTurn,
  type Watch,
} from "./state.ts";

/** Scans that nobody asked for are summed up at most this often. */
export const DIGEST_MS = 60 * 60_000;

/** The message that is edited in place, for the terminal and for people who asked for this scan. */
export function onScanProgressed(
  state: NotifierState,
  scan: ScanProgress,
  context: Context,
): NotifierTurn {
  const over = scan.status !== "queued" && scan.status !== "running";
  return tellProgress(context.stay(), state, { scan, done: over, context });
}

/** Says the end to those who asked for the scan, and sums the others up. */
export function onScanFinished(
  state: NotifierState,
  scan: ScanProgress,
  context: Context,
): NotifierTurn {
  const asked = state.watches.filter((watch) => concerns(watch, scan));
  const turn = asked.length > 0
    ? answerAskers(state, { scan, asked }, context)
    : sumUp(state, scan, context);
  return tellProgress(turn, state, { scan, done: true, context });
}

function answerAskers(
  state: NotifierState,
  end: { readonly scan: ScanProgress; readonly asked: readonly Watch[] },
  context: Context,
): NotifierTurn {
  const { scan, asked } = end;
  const watches = state.watches.filter((watch) => !asked.includes(watch));
  const notice = { type: "scan-finished" as const, scan };
  const cause = `finished/${scan.scanId}`;
  return asked.reduce(
    (turn, { chatId, messageId }) =>
      say(turn, { chatId, notice, silent: false, replyToMessageId: messageId, cause }, context),
    context.commit({ ...state, watches }),
  );
}

function sumUp(state: NotifierState, scan: ScanProgress, context: Context): NotifierTurn {
  const { nowMs, config } = context;
  const { digest } = state;
  const sum = {
    ...digest,
    sinceMs: digest.scans === 0 ? scan.startedAtMs : Math.min(digest.sinceMs, scan.startedAtMs),
    scans: digest.scans + 1,
    failed: digest.failed + (scan.status === "failed" ? 1 : 0),
    processed: digest.processed + scan.processed,
    accepted: digest.accepted + scan.accepted,
  };
  if (nowMs - digest.saidAtMs < DIGEST_MS) return context.commit({ ...state, digest: sum });
  const { saidAtMs: _before, ...said } = sum;
  const notice = { type: "scan-digest" as const, ...said };
  const cause = `digest/${nowMs}`;
  return config.recipients.reduce(
    (turn, chatId) => say(turn, { chatId, notice, silent: true, cause }, context),
    context.commit({ ...state, digest: { ...NO_DIGEST, saidAtMs: nowMs } }),
  );
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
      sofar.tell(telegram, "Progress", {
        chatId,
        mode,
        language: languageFor(state, chatId),
        key: scan.scanId,
        scan,
        done,
      }),
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
 * A scan that is asked for joins one of the same game, level and filter, so the ids may differ; the first
 * that goes on after the question is the one.
 */
function concerns(watch: Watch, scan: ScanProgress): boolean {
  return watch.game === scan.game && watch.level === scan.level &&
    watch.filterKey === filterKey(scan.filter) &&
    scan.updatedAtMs >= watch.askedAtMs;
}
