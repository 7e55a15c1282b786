import type { Notice } from "@/core/protocol/notices.ts";
import { telegram } from "@/core/protocol/telegram.ts";
import { languageFor } from "./readers.ts";
import type { Context, NotifierTurn } from "./state.ts";

/** The chat that stands for the terminal. */
export const TERMINAL = 0;

export interface Saying {
  readonly chatId: number;
  readonly notice: Notice;
  readonly silent: boolean;
  readonly replyToMessageId?: number;
  readonly replaceMessageId?: number;
  /** What it follows from: the same cause is never said twice to one chat. */
  readonly cause: string;
}

/** The turn, with one message more. */
export function say(turn: NotifierTurn, saying: Saying, { config }: Context): NotifierTurn {
  const { chatId, notice, silent, cause } = saying;
  const body = {
    chatId,
    mode: config.mode,
    language: languageFor(turn.state, chatId),
    notice,
    silent,
    replyToMessageId: saying.replyToMessageId ?? null,
    replaceMessageId: saying.replaceMessageId ?? null,
  };
  return turn.effect(telegram, "Send", body, `notifier/${cause}/${chatId}`);
}
