/**
 * The Telegram Bot API as far as the product speaks it, with a true long poll: `getUpdates` holds
 * until there is something to tell, an offset confirms, a second poller takes over with a 409.
 * As a process: `deno run -A tests/support/telegram_emulator.ts [--port N] [--token T]` prints one
 * line `{"apiRoot":…,"token":…}`; `POST /_emulator/say {"userId":7,"text":"/status"}`,
 * `POST /_emulator/fault {"method":…,"kind":…,"times":1}` and `GET /_emulator/{requests,messages}`
 * steer and show it.
 */

import {
  type Answer,
  bodyOf,
  type Button,
  CONFLICT,
  type Fault,
  faultAnswer,
  readButtons,
  readText,
  refusal,
  respond,
  success,
} from "./telegram_wire.ts";

export type { Fault, FaultKind } from "./telegram_wire.ts";

export interface Recorded {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}
export interface ShownMessage {
  readonly chatId: number;
  readonly messageId: number;
  /** As it was sent, and as the phone shows it. */
  html: string;
  text: string;
  /** Rows of buttons, as they were sent. */
  buttons: readonly (readonly Button[])[];
  readonly silent: boolean;
  readonly replyTo: number | null;
  edits: number;
  deleted: boolean;
}

export interface SayOptions {
  readonly userId: number;
  readonly text: string;
  readonly chatId?: number;
  readonly chatType?: "private" | "group" | "supergroup" | "channel";
  /** Fields added to the message, such as `forward_origin`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

type Update = Record<string, unknown> & { readonly update_id: number };
interface Poll {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly answer: (answer: Answer) => void;
  readonly cancel: () => void;
}

const MAX_POLL_SECONDS = 50;

export class TelegramEmulator {
  readonly token: string;
  readonly requests: Recorded[] = [];
  readonly messages: ShownMessage[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #closing = new AbortController();
  #updates: Update[] = [];
  #delivered: Update[] = [];
  #allowed: readonly string[] | null = null;
  #faults: (Fault & { left: number })[] = [];
  readonly #paused = new Map<string, Promise<void>>();
  #held: Poll | null = null;
  #nextUpdate = 100_001;
  #nextMessage = 1;

  constructor(options: { readonly port?: number; readonly token?: string } = {}) {
    this.token = options.token ?? "123456789:EMULATOR-token-of-thirty-five-chars_";
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} },
      (request) => this.#serve(request),
    );
  }

  get apiRoot(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }
  /** Updates that no offset has confirmed. */
  get unconfirmed(): readonly number[] {
    return this.#updates.map((update) => update.update_id);
  }
  /** True while a poll is being held. */
  get polling(): boolean {
    return this.#held !== null;
  }
  /** Messages that a chat shows now. */
  shown(chatId: number): readonly ShownMessage[] {
    return this.messages.filter((message) => message.chatId === chatId && !message.deleted);
  }
  calls(method: string): readonly Recorded[] {
    return this.requests.filter((request) => request.method === method);
  }

  /** A person writes to the bot; resolves the update's id. */
  say({ userId, text, chatId, chatType, extra }: SayOptions): number {
    const chat = { id: chatId ?? userId, type: chatType ?? "private", first_name: "Person" };
    return this.push({
      message: {
        message_id: this.#nextMessage++,
        from: { id: userId, is_bot: false, first_name: "Person", language_code: "en" },
        chat,
        date: Math.floor(Date.now() / 1_000),
        text,
        ...(text.startsWith("/")
          ? { entities: [{ type: "bot_command", offset: 0, length: text.split(" ")[0]?.length }] }
          : {}),
        ...extra,
      },
    });
  }

  /** A person taps the first button whose label contains `label`; resolves the update's id. */
  tap(
    message: ShownMessage,
    label: string,
    change: Readonly<Record<string, unknown>> = {},
  ): number {
    const button = message.buttons.flat().find(({ text }) => text.includes(label));
    if (button === undefined) throw new Error(`No button ${label} under ${message.text}`);
    const { chatId } = message;
    return this.push({
      callback_query: {
        id: String(4_000_000_000 + this.#nextUpdate),
        from: { id: chatId, is_bot: false, first_name: "Person", language_code: "en" },
        message: this.#wire(message),
        chat_instance: "1",
        data: button.callback_data,
        ...change,
      },
    });
  }

  /** Any update; kinds outside `allowed_updates` are not kept, as with the real server. */
  push(content: Readonly<Record<string, unknown>>): number {
    const update: Update = { update_id: this.#nextUpdate++, ...content };
    const kind = Object.keys(content)[0] ?? "";
    if (this.#allowed === null || this.#allowed.includes(kind)) this.#updates.push(update);
    this.#release();
    return update.update_id;
  }

  /** Delivers an update once more, though it was confirmed. */
  redeliver(updateId: number): void {
    const update = this.#delivered.find(({ update_id }) => update_id === updateId);
    if (update === undefined) throw new Error(`Update ${updateId} was never delivered`);
    this.#updates = [update, ...this.#updates.filter((other) => other !== update)];
    this.#release();
  }

  fault(fault: Fault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }
  heal(): void {
    this.#faults = [];
  }
  /** Calls of `method` from now on wait for the returned function. */
  pause(method: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#paused.set(method, promise);
    return resolve;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#held?.answer({ status: 502, body: "closing" });
    await this.#server.shutdown();
  }

  async #serve(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.startsWith("/_emulator/")) return await this.#control(pathname.slice(11), request);
    const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(pathname) ?? [];
    const payload = { ...Object.fromEntries(searchParams), ...await bodyOf(request) };
    this.requests.push({ method, payload, atMs: performance.now() });
    if (token !== this.token) return respond(refusal(401, "Unauthorized"));
    const answer = await this.#answer(method, payload, request.signal);
    if (answer !== "hang") return respond(answer);
    await aborted(AbortSignal.any([request.signal, this.#closing.signal]));
    return new Response(null, { status: 503 });
  }

  async #answer(
    method: string,
    payload: Readonly<Record<string, unknown>>,
    gone: AbortSignal,
  ): Promise<Answer> {
    await this.#paused.get(method);
    const fault = this.#faults.find((one) => one.method === method && one.left > 0);
    if (fault === undefined) return await this.#call(method, payload, gone);
    fault.left -= 1;
    if (fault.after === true) await this.#call(method, payload, gone);
    return faultAnswer(fault);
  }

  #call(
    method: string,
    payload: Readonly<Record<string, unknown>>,
    gone: AbortSignal,
  ): Answer | Promise<Answer> {
    switch (method) {
      case "getMe":
        return success(this.#me());
      case "getUpdates":
        return this.#getUpdates(payload, gone);
      case "sendMessage":
        return this.#sendMessage(payload);
      case "editMessageText":
        return this.#editMessage(payload);
      case "deleteMessage":
        return this.#deleteMessage(payload);
      case "deleteWebhook":
      case "setMyCommands":
      case "answerCallbackQuery":
      case "sendChatAction":
        return success(true);
      default:
        return refusal(404, "Not Found: method not found");
    }
  }

  #me(): Record<string, unknown> {
    const id = Number(this.token.split(":")[0]);
    return { id, is_bot: true, first_name: "marketd", username: "marketd_test_bot" };
  }

  #getUpdates(
    payload: Readonly<Record<string, unknown>>,
    gone: AbortSignal,
  ): Answer | Promise<Answer> {
    const offset = Number(payload["offset"] ?? 0);
    this.#updates = this.#updates.filter((update) => update.update_id >= offset);
    if (Array.isArray(payload["allowed_updates"])) {
      this.#allowed = payload["allowed_updates"].map(String);
    }
    this.#held?.answer(refusal(409, CONFLICT));
    const holdSeconds = Math.min(Number(payload["timeout"] ?? 0), MAX_POLL_SECONDS);
    if (this.#updates.length > 0 || holdSeconds <= 0) return this.#deliver(payload);
    return new Promise((resolve) => {
      const answer = (value: Answer) => {
        cancel();
        resolve(value);
      };
      const timer = setTimeout(() => answer(this.#deliver(payload)), holdSeconds * 1_000);
      const leave = () => answer(success([]));
      const cancel = () => {
        clearTimeout(timer);
        gone.removeEventListener("abort", leave);
        if (this.#held === poll) this.#held = null;
      };
      const poll: Poll = { payload, answer, cancel };
      this.#held = poll;
      gone.addEventListener("abort", leave, { once: true });
    });
  }

  #release(): void {
    if (this.#held === null || this.#updates.length === 0) return;
    this.#held.answer(this.#deliver(this.#held.payload));
  }

  #deliver(payload: Readonly<Record<string, unknown>>): Answer {
    const updates = this.#updates.slice(0, Number(payload["limit"] ?? 100));
    this.#delivered.push(...updates.filter((update) => !this.#delivered.includes(update)));
    return success(updates);
  }

  #sendMessage(payload: Readonly<Record<string, unknown>>): Answer {
    const read = readText(payload);
    if (!read.ok) return read.answer;
    const keys = readButtons(payload);
    if (!keys.ok) return keys.answer;
    const reply = payload["reply_parameters"] as { message_id?: number } | undefined;
    const message: ShownMessage = {
      chatId: Number(payload["chat_id"]),
      messageId: this.#nextMessage++,
      html: String(payload["text"]),
      text: read.text,
      buttons: keys.buttons,
      silent: payload["disable_notification"] === true,
      replyTo: reply?.message_id ?? null,
      edits: 0,
      deleted: false,
    };
    this.messages.push(message);
    return success(this.#wire(message));
  }

  #editMessage(payload: Readonly<Record<string, unknown>>): Answer {
    const message = this.#find(payload);
    if (message === null) return refusal(400, "Bad Request: message to edit not found");
    const read = readText(payload);
    if (!read.ok) return read.answer;
    const keys = readButtons(payload);
    if (!keys.ok) return keys.answer;
    const isSame = JSON.stringify(keys.buttons) === JSON.stringify(message.buttons);
    if (message.html === payload["text"] && isSame) {
      return refusal(
        400,
        "Bad Request: message is not modified: specified new message content and reply markup " +
          "are exactly the same as a current content and reply markup of the message",
      );
    }
    message.html = String(payload["text"]);
    message.text = read.text;
    message.buttons = keys.buttons;
    message.edits += 1;
    return success({ ...this.#wire(message), edit_date: Math.floor(Date.now() / 1_000) });
  }

  #deleteMessage(payload: Readonly<Record<string, unknown>>): Answer {
    const message = this.#find(payload);
    if (message === null) return refusal(400, "Bad Request: message to delete not found");
    message.deleted = true;
    return success(true);
  }

  #find(payload: Readonly<Record<string, unknown>>): ShownMessage | null {
    return this.messages.find(({ chatId, messageId, deleted }) =>
      chatId === Number(payload["chat_id"]) && messageId === Number(payload["message_id"]) &&
      !deleted
    ) ?? null;
  }

  #wire({ messageId, chatId, text }: ShownMessage): Record<string, unknown> {
    return {
      message_id: messageId,
      from: this.#me(),
      chat: { id: chatId, type: "private", first_name: "Person" },
      date: Math.floor(Date.now() / 1_000),
      text,
    };
  }

  async #control(what: string, request: Request): Promise<Response> {
    if (what === "requests") return Response.json(this.requests);
    if (what === "messages") return Response.json(this.messages);
    const body = await request.json();
    if (what === "say") return Response.json({ updateId: this.say(body) });
    if (what === "push") return Response.json({ updateId: this.push(body) });
    if (what === "redeliver") return Response.json(this.redeliver(body.updateId) ?? {});
    if (what === "fault") return Response.json(this.fault(body) ?? {});
    return new Response(null, { status: 404 });
  }
}

export function startTelegramEmulator(
  options: { readonly port?: number; readonly token?: string } = {},
): TelegramEmulator {
  return new TelegramEmulator(options);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

if (import.meta.main) {
  const option = (name: string) => {
    const at = Deno.args.indexOf(`--${name}`);
    return at < 0 ? undefined : Deno.args[at + 1];
  };
  const token = option("token");
  const emulator = startTelegramEmulator({
    port: Number(option("port") ?? 0),
    ...(token === undefined ? {} : { token }),
  });
  const line = JSON.stringify({ apiRoot: emulator.apiRoot, token: emulator.token });
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
