/** Answers to commands: given at once, or owed until somebody else has told them. */

import type { Answer } from "@/core/kernel/mod.ts";
import type { Notice, NoticeOf } from "@/core/protocol/notices.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { say } from "./say.ts";
import type { Context, NotifierState, NotifierTurn } from "./state.ts";

/** A message of a chat is one command, whatever happens to its update. */
export function causeOf({ chatId, messageId, updateId }: Command): string {
  return `${updateId}/${messageId}/${chatId}`;
}

/** The turn, with the answer to a command. */
export function reply(
  turn: NotifierTurn,
  command: Command,
  notice: Notice,
  context: Context,
): NotifierTurn {
  const { chatId, messageId, replaces } = command;
  const cause = `reply/${causeOf(command)}`;
  const place = replaces ? { replaceMessageId: messageId } : { replyToMessageId: messageId };
  return say(turn, { chatId, notice, silent: false, ...place, cause }, context);
}

/** Pays the answer that was owed; nothing when it was paid before. */
export function settle(
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

export function unavailable(
  what: NoticeOf<"unavailable">["what"],
  answer: Answer<unknown>,
): NoticeOf<"unavailable"> {
  const reason = answer.ok ? "The answer was not understood" : answer.error.message;
  return { type: "unavailable", what, reason: reason.slice(0, 300) };
}
