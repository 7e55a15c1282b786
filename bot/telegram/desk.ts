/** What the actor works with for its lifetime. */

import { type Catalogue, catalogue, type Language, LANGUAGES } from "@/bot/texts/mod.ts";
import { untilAborted } from "@/core/http/abort.ts";
import type { BodyOf, Call, Clock, ServiceContext } from "@/core/kernel/mod.ts";
import { COMMANDS } from "@/core/protocol/notices.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import type { telegram } from "@/core/protocol/telegram.ts";
import { BotApi, type BotCommand, type RawUpdate } from "./bot_api.ts";
import { BotApiError } from "./bot_api_error.ts";
import { Outlet } from "./outlet.ts";
import { type Connection, poll } from "./poll.ts";
import { ProgressBoard } from "./progress_board.ts";
import { buttons, markRepeat, render } from "./render.ts";
import { progress } from "./render_scans.ts";
import type { telegramSpec } from "./spec.ts";
import { Strangers } from "./strangers.ts";
import { botSurface, type Surface, terminalSurface } from "./surface.ts";
import { Throttle } from "./throttle.ts";
import { readUpdate } from "./updates.ts";

type Context = ServiceContext<typeof telegramSpec>;
type SendBody = BodyOf<typeof telegram, "Send">;
type ProgressBody = BodyOf<typeof telegram, "Progress">;

/** The outlet and the board of one place where messages go. */
interface Way {
  readonly outlet: Outlet;
  readonly board: ProgressBoard;
}

export class Desk {
  /** Spoken to people whose language is not known. */
  readonly #language: Language;
  readonly #clock: Clock;
  readonly #terminal: Way;
  /** Null without a token. */
  readonly #phone: Way | null;
  readonly #api: BotApi | null;
  readonly #strangers: Strangers;
  /** The bot's name; null until the Bot API has told it. */
  #username: string | null = null;

  constructor(context: Context) {
    const { config, clock, log } = context;
    this.#language = config.language;
    this.#clock = clock;
    this.#strangers = new Strangers(log);
    this.#terminal = way(terminalSurface(log), context, TERMINAL_STEP_MS);
    this.#api = config.token === null
      ? null
      : new BotApi({ token: config.token, apiRoot: config.apiRoot, clock });
    this.#phone = this.#api === null ? null : way(botSurface(this.#api), context, PHONE_STEP_MS);
  }

  async send(body: SendBody, call: Call<typeof telegramSpec>): Promise<{ messageId: number }> {
    const { chatId, mode, notice, silent, replyToMessageId, replaceMessageId } = body;
    const texts = this.#textsIn(body.language);
    const context = { texts, mode, nowMs: this.#clock.now() };
    const text = render(notice, context);
    // A message shown twice in one place is no repeat.
    const isRepeat = call.uncertain && replaceMessageId === null;
    const posting = {
      chatId,
      html: isRepeat ? markRepeat(text, texts) : text,
      buttons: buttons(notice, context),
      silent,
      replyToMessageId,
      replaceMessageId,
    };
    return { messageId: await this.#wayTo(chatId).outlet.send(posting, call) };
  }

  progress({ chatId, mode, language, key, scan, done }: ProgressBody): void {
    const texts = this.#textsIn(language);
    const html = progress(scan, { texts, mode, nowMs: this.#clock.now() });
    this.#wayTo(chatId).board.update({ chatId, key, html, done });
  }

  /** Listens to people until the actor stops. */
  async run(context: Context): Promise<void> {
    const api = this.#api;
    if (api === null) {
      context.report({ connection: "terminal" });
      return await untilStopped(context.signal);
    }
    const { clock, random, signal, config } = context;
    await poll({
      getUpdates: ({ offset, hold }) =>
        api.getUpdates({ offset, holdSeconds: hold ? config.pollSeconds : 0 }, signal),
      accept: (update) => this.#accept(update, api.botId, context),
      prepare: async () => {
        await prepare(api, this.#textsIn(null), context);
        this.#username ??= await api.username(signal);
      },
      clock,
      random,
      signal,
      onChange: (connection, error) => tellChange(connection, error, context),
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.#terminal.board.stop(), this.#phone?.board.stop()]);
  }

  async #accept(update: RawUpdate, botId: string, context: Context): Promise<void> {
    const reading = readUpdate(update, context.config.allowedUserIds, this.#username);
    if (reading.is === "stranger") {
      this.#strangers.note({ userId: reading.userId, chatType: reading.chatType });
      context.report({ strangers: this.#strangers.count });
    }
    if (reading.is === "malformed") {
      context.log.warn("An update in an unknown form ignored", { updateId: update.update_id });
    }
    if (reading.is !== "command") return;
    const key = `telegram:update:${botId}:${update.update_id}`;
    const posted = context.post(notifier, "Command", { key, body: reading.command });
    await untilAborted(posted, context.signal);
    const { tap, command: { chatId } } = reading;
    if (tap === null) this.#comfort((api, signal) => api.showTyping(chatId, signal), context);
    else this.#comfort((api, signal) => api.answerCallback(tap, signal), context);
  }

  /** A sign that the command has arrived; refused, say for a tap of an hour ago, nothing is lost. */
  #comfort(
    sign: (api: BotApi, signal: AbortSignal) => Promise<void>,
    { signal, log }: Context,
  ): void {
    if (this.#api === null) return;
    sign(this.#api, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      log.debug("A command was not acknowledged", {
        reason: error instanceof Error ? error.message : String(error),
      });
    });
  }

  #textsIn(language: Language | null): Catalogue {
    return catalogue(language ?? this.#language);
  }

  #wayTo(chatId: number): Way {
    return chatId === TERMINAL ? this.#terminal : this.#phone ?? this.#terminal;
  }
}

/** The chat that stands for the terminal. */
const TERMINAL = 0;
/** A phone replaces what it shows; a terminal adds a line with every step. */
const PHONE_STEP_MS = 2_000;
const TERMINAL_STEP_MS = 5_000;

function way(surface: Surface, { clock, log, signal }: Context, everyMs: number): Way {
  const throttle = new Throttle(clock);
  return {
    outlet: new Outlet({ surface, throttle, clock }),
    board: new ProgressBoard({ everyMs, surface, throttle, clock, log, signal }),
  };
}

/** A webhook would keep every poll from working; the menu is only a comfort. */
async function prepare(api: BotApi, texts: Catalogue, { log, signal }: Context): Promise<void> {
  await api.deleteWebhook(signal);
  try {
    await api.setCommands(menuIn(texts), null, signal);
    for (const language of LANGUAGES) {
      await api.setCommands(menuIn(catalogue(language)), language, signal);
    }
  } catch (error) {
    if (!(error instanceof BotApiError) || error.kind !== "rejected") throw error;
    log.warn("Command menu refused", { reason: error.message });
  }
}

function menuIn({ commands }: Catalogue): readonly BotCommand[] {
  return COMMANDS.map((command) => ({ command, description: commands[command] }));
}

function tellChange(connection: Connection, error: Error | null, context: Context): void {
  const { log } = context;
  context.report({ connection });
  if (connection === "online") return log.info("Telegram is connected");
  const props = { connection, reason: error?.message ?? "unknown" };
  if (connection === "unauthorised") return log.error("Telegram does not accept the token", props);
  log.warn("Telegram cannot be polled", props);
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
