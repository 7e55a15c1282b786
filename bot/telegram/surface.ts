/** Where messages go. */

import type { Log } from "@/core/kernel/mod.ts";
import type { BotApi } from "./bot_api.ts";

/** A message on its way to one reader. */
export interface Posting {
  readonly chatId: number;
  /** Telegram HTML, at most 4,096 characters. */
  readonly html: string;
  readonly silent: boolean;
  readonly replyToMessageId: number | null;
}

export interface Surface {
  /** Shows a new message; resolves with its id. */
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
    post: (posting, signal) => api.sendMessage(posting, signal),
    edit: (edit, signal) => api.editMessage(edit, signal),
    finish: ({ chatId, messageId }, signal) => api.deleteMessage({ chatId, messageId }, signal),
  };
}

/** Stands in for a phone; main's log draws `telegram` as the message it would have been. */
export function terminalSurface(log: Log): Surface {
  let lastId = 0;
  const edit = ({ html }: { readonly html: string }) => {
    log.info("Telegram message edited", { telegram: { html, edited: true } });
    return Promise.resolve();
  };
  return {
    post: ({ html }) => {
      log.info("Telegram message", { telegram: { html } });
      lastId += 1;
      return Promise.resolve(lastId);
    },
    edit,
    finish: edit,
  };
}
