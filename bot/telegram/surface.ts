/** Where messages go. */

import type { Log } from "@/core/kernel/mod.ts";
import type { BotApi } from "./bot_api.ts";
import { BotApiError } from "./bot_api_error.ts";
import type { Buttons } from "./buttons.ts";

/** A message on its way to one reader. */
export interface Posting {
  readonly chatId: number;
  /** Telegram HTML, at most 4,096 characters. */
  readonly html: string;
  readonly buttons: Buttons;
  readonly silent: boolean;
  readonly replyToMessageId: number | null;
  /** The message whose place it takes; null: it is a new one. */
  readonly replaceMessageId: number | null;
}

export interface Surface {
  /** Shows a message; resolves with its id. */
  post(posting: Posting, signal: AbortSignal): Promise<number>;
  edit(
    edit: { readonly chatId: number; readonly messageId: number; readonly html: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes an edited message away, where that can be done, once it is over. */
  finish(
    edit: { readonly chatId: number; readonly messageId: number; readonly html: string },
    signal: AbortSignal,
  ): Promise<void>;
}

export function botSurface(api: BotApi): Surface {
  return {
    post: (posting, signal) => post(api, posting, signal),
    edit: (edit, signal) => api.editMessage(edit, signal),
    finish: ({ chatId, messageId }, signal) => api.deleteMessage({ chatId, messageId }, signal),
  };
}

/** A message that cannot be edited any more, because it is old or gone, is answered by a new one. */
async function post(api: BotApi, posting: Posting, signal: AbortSignal): Promise<number> {
  const { chatId, html, buttons, replaceMessageId: messageId } = posting;
  if (messageId === null) return await api.sendMessage(posting, signal);
  try {
    await api.editMessage({ chatId, messageId, html, buttons }, signal);
  } catch (error) {
    if (!(error instanceof BotApiError) || error.kind !== "rejected") throw error;
    // Tapping twice asks for what is there already.
    if (!error.message.includes("message is not modified")) {
      return await api.sendMessage(posting, signal);
    }
  }
  return messageId;
}

/** Stands in for a phone; main's log draws `telegram` as the message it would have been. */
export function terminalSurface(log: Log): Surface {
  let lastId = 0;
  const edit = ({ html }: { readonly html: string }) => {
    log.info("Telegram message edited", { telegram: { html, edited: true } });
    return Promise.resolve();
  };
  return {
    post: ({ html, buttons }) => {
      const labels = buttons.map((row) => row.map(({ text }) => text));
      const shown = labels.length === 0 ? { html } : { html, buttons: labels };
      log.info("Telegram message", { telegram: shown });
      lastId += 1;
      return Promise.resolve(lastId);
    },
    edit,
    finish: edit,
  };
}
