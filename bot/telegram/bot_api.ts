/** The calls this product makes, each with a deadline, through grammY's client. */

import { Api, type ApiClientOptions } from "grammy";
import { z } from "zod";
import { systemFetcher } from "@/core/http/fetcher.ts";
import type { Clock } from "@/core/kernel/mod.ts";
import { BotApiError, NotJsonError, readError } from "./bot_api_error.ts";
import type { Buttons } from "./buttons.ts";

export interface BotApiOptions {
  readonly token: string;
  readonly apiRoot: string;
  readonly clock: Clock;
}

export interface BotMessage {
  readonly chatId: number;
  readonly html: string;
  readonly buttons: Buttons;
  readonly silent: boolean;
  readonly replyToMessageId: number | null;
}

export interface BotEdit {
  readonly chatId: number;
  readonly messageId: number;
  readonly html: string;
  readonly buttons?: Buttons;
}

export interface BotCommand {
  readonly command: string;
  readonly description: string;
}

/** grammY types signals as those of a polyfill; it takes the platform's. */
type GrammySignal = NonNullable<Parameters<Api["getMe"]>[0]>;
type GrammyFetch = NonNullable<ApiClientOptions["fetch"]>;

const CALL_MS = 20_000;
/** A poll may last this much longer than the Bot API was asked to hold it. */
const POLL_GRACE_MS = 10_000;
const MAX_UPDATES = 50;

const me = z.object({ username: z.string() });
const sentMessage = z.object({ message_id: z.int() });
const updates = z.array(z.looseObject({ update_id: z.int() }));
export type RawUpdate = z.output<typeof updates>[number];

/** Every method rejects with a {@link BotApiError} only. */
export class BotApi {
  readonly #api: Api;
  readonly #token: string;
  readonly #clock: Clock;

  constructor({ token, apiRoot, clock }: BotApiOptions) {
    this.#api = new Api(token, {
      apiRoot: apiRoot.replace(/\/+$/, ""),
      fetch: fetchJson as unknown as GrammyFetch,
    });
    this.#token = token;
    this.#clock = clock;
  }

  /** The bot's own user id: the public half of the token. */
  get botId(): string {
    return this.#token.split(":")[0] ?? "";
  }

  /** The bot's name, without `@`. */
  async username(signal: AbortSignal): Promise<string> {
    const raw = await this.#call("getMe", { signal }, (s) => this.#api.getMe(s));
    return understood("getMe", me, raw).username;
  }

  /** Unconfirmed updates from `offset` on; everything before `offset` is confirmed thereby. */
  async getUpdates(
    poll: { readonly offset: number | null; readonly holdSeconds: number },
    signal: AbortSignal,
  ): Promise<readonly RawUpdate[]> {
    const waitMs = poll.holdSeconds * 1_000 + POLL_GRACE_MS;
    const raw = await this.#call("getUpdates", { signal, waitMs }, (s) =>
      this.#api.getUpdates({
        ...(poll.offset === null ? {} : { offset: poll.offset }),
        limit: MAX_UPDATES,
        timeout: poll.holdSeconds,
        allowed_updates: ["message", "callback_query"],
      }, s));
    return understood("getUpdates", updates, raw);
  }

  /** Resolves with the id of the new message. */
  async sendMessage(message: BotMessage, signal: AbortSignal): Promise<number> {
    const { chatId, html, buttons, silent, replyToMessageId } = message;
    const raw = await this.#call(
      "sendMessage",
      { signal },
      (s) =>
        this.#api.sendMessage(chatId, html, {
          parse_mode: "HTML",
          disable_notification: silent,
          link_preview_options: { is_disabled: true },
          ...(replyToMessageId === null ? {} : {
            reply_parameters: { message_id: replyToMessageId, allow_sending_without_reply: true },
          }),
          ...keyboard(buttons),
        }, s),
    );
    return understood("sendMessage", sentMessage, raw).message_id;
  }

  async editMessage(edit: BotEdit, signal: AbortSignal): Promise<void> {
    await this.#call(
      "editMessageText",
      { signal },
      (s) =>
        this.#api.editMessageText(edit.chatId, edit.messageId, edit.html, {
          parse_mode: "HTML",
          link_preview_options: { is_disabled: true },
          ...keyboard(edit.buttons ?? []),
        }, s),
    );
  }

  /** Shows for some seconds that an answer is being made. */
  async showTyping(chatId: number, signal: AbortSignal): Promise<void> {
    await this.#call(
      "sendChatAction",
      { signal },
      (s) => this.#api.sendChatAction(chatId, "typing", {}, s),
    );
  }

  /** Ends the waiting that a phone shows on a tapped button. */
  async answerCallback(queryId: string, signal: AbortSignal): Promise<void> {
    await this.#call(
      "answerCallbackQuery",
      { signal },
      (s) => this.#api.answerCallbackQuery(queryId, {}, s),
    );
  }

  async deleteMessage(
    message: { readonly chatId: number; readonly messageId: number },
    signal: AbortSignal,
  ): Promise<void> {
    await this.#call(
      "deleteMessage",
      { signal },
      (s) => this.#api.deleteMessage(message.chatId, message.messageId, s),
    );
  }

  /** Makes polling possible after a webhook was used; waiting updates are kept. */
  async deleteWebhook(signal: AbortSignal): Promise<void> {
    await this.#call(
      "deleteWebhook",
      { signal },
      (s) => this.#api.deleteWebhook({ drop_pending_updates: false }, s),
    );
  }

  /** The menu of people whose Telegram speaks `language`; null: of all others. */
  async setCommands(
    commands: readonly BotCommand[],
    language: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const scope = { type: "all_private_chats" as const };
    // Only two-letter codes are known to the Bot API, and to grammY's types only those of ISO 639-1.
    const forWhom = language === null ? { scope } : { scope, language_code: language as "en" };
    await this.#call(
      "setMyCommands",
      { signal },
      (s) => this.#api.setMyCommands(commands, forWhom, s),
    );
  }

  async #call(
    method: string,
    limits: { readonly signal: AbortSignal; readonly waitMs?: number },
    run: (signal: GrammySignal) => Promise<unknown>,
  ): Promise<unknown> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    const cancel = this.#clock.after(limits.waitMs ?? CALL_MS, abort);
    limits.signal.addEventListener("abort", abort, { once: true });
    if (limits.signal.aborted) abort();
    try {
      return await run(controller.signal as unknown as GrammySignal);
    } catch (error) {
      throw readError(method, error, this.#token);
    } finally {
      cancel();
      limits.signal.removeEventListener("abort", abort);
    }
  }
}

function keyboard(
  buttons: Buttons,
): { reply_markup?: { inline_keyboard: { text: string; callback_data: string }[][] } } {
  if (buttons.length === 0) return {};
  const rows = buttons.map((row) => row.map(({ text, data }) => ({ text, callback_data: data })));
  return { reply_markup: { inline_keyboard: rows } };
}

/** grammY takes every answer for JSON; of a proxy's error page it could only say that it is none. */
async function fetchJson(url: string, init: RequestInit): Promise<Response> {
  const response = await systemFetcher(url, init);
  const type = response.headers.get("content-type") ?? "";
  if (type === "" || type.includes("json")) return response;
  await response.body?.cancel();
  throw new NotJsonError(response.status, type);
}

function understood<T>(method: string, schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  const message = `The Bot API answered ${method} in an unknown form at "${where}"`;
  throw new BotApiError("unknown", "telegram-form", { message });
}
