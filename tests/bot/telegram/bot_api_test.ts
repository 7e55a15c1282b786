import assert from "node:assert/strict";
import { GrammyError, HttpError } from "grammy";
import { BotApi } from "@/bot/telegram/bot_api.ts";
import { BotApiError, readError } from "@/bot/telegram/bot_api_error.ts";
import { systemClock, toWire } from "@/core/kernel/mod.ts";
import { startTelegramEmulator, type TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import type { FaultKind } from "@/tests/support/telegram_wire.ts";
import { TOKEN } from "./fake_context.ts";

const MESSAGE = { chatId: 7, html: "<b>Hello</b>", buttons: [], silent: true, replyToMessageId: 3 };

async function withApi(
  test: (api: BotApi, emulator: TelegramEmulator) => Promise<void>,
): Promise<void> {
  const emulator = startTelegramEmulator({ token: TOKEN });
  try {
    await test(
      new BotApi({ token: TOKEN, apiRoot: emulator.apiRoot, clock: systemClock }),
      emulator,
    );
  } finally {
    await emulator.close();
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function failure(work: Promise<unknown>): Promise<BotApiError> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  assert.ok(error instanceof BotApiError, `${error}`);
  return error;
}

/** Every way in which an error may end up in a log, a checkpoint or a health report. */
function everythingSaid(error: unknown): string {
  const chain = JSON.stringify(toWire(error));
  return [String(error), Deno.inspect(error, { depth: 10 }), JSON.stringify(error), chain].join();
}

Deno.test("sendMessage() sends what a quiet HTML reply needs", () =>
  withApi(async (api, emulator) => {
    const messageId = await api.sendMessage(MESSAGE, never());
    const [shown] = emulator.shown(7);
    assert.equal(shown?.messageId, messageId);
    assert.equal(shown?.text, "Hello");
    assert.deepEqual(emulator.calls("sendMessage")[0]?.payload, {
      chat_id: 7,
      text: "<b>Hello</b>",
      parse_mode: "HTML",
      disable_notification: true,
      link_preview_options: { is_disabled: true },
      reply_parameters: { message_id: 3, allow_sending_without_reply: true },
    });
  }));

Deno.test("getUpdates() asks for messages and taps only and holds the line", () =>
  withApi(async (api, emulator) => {
    const waiting = api.getUpdates({ offset: null, holdSeconds: 30 }, never());
    const updateId = emulator.say({ userId: 7, text: "/status" });
    assert.deepEqual((await waiting).map((update) => update.update_id), [updateId]);
    const { payload } = emulator.calls("getUpdates")[0] ?? {};
    assert.deepEqual(payload, {
      limit: 50,
      timeout: 30,
      allowed_updates: ["message", "callback_query"],
    });
  }));

Deno.test("a call ends at once when it is aborted, and before it when it was", () =>
  withApi(async (api, emulator) => {
    const stop = new AbortController();
    const waiting = failure(api.getUpdates({ offset: null, holdSeconds: 30 }, stop.signal));
    stop.abort();
    assert.equal((await waiting).kind, "unknown");
    const before = failure(api.sendMessage(MESSAGE, stop.signal));
    assert.equal((await before).status, null);
    assert.deepEqual(emulator.shown(7), []);
  }));

Deno.test("every failure has the consequence that is true of it", () =>
  withApi(async (api, emulator) => {
    const table: readonly (readonly [FaultKind, string, string, number | null])[] = [
      ["429", "transient", "telegram-throttled", 429],
      ["401", "transient", "telegram-unauthorised", 401],
      ["409", "transient", "telegram-conflict", 409],
      ["403", "rejected", "telegram-refused", 403],
      ["500", "unknown", "telegram-broken", 500],
      ["html-502", "unknown", "telegram-not-json", null],
    ];
    for (const [kind, consequence, code, status] of table) {
      emulator.fault({ method: "sendMessage", kind, retryAfter: 7 });
      const error = await failure(api.sendMessage(MESSAGE, never()));
      assert.deepEqual([error.kind, error.code, error.status], [consequence, code, status], kind);
      assert.equal(error.retryAfterMs, kind === "429" ? 7_000 : null);
      if (kind === "html-502") assert.match(error.message, /502 and text\/html instead of JSON$/);
    }
    const empty = await failure(api.sendMessage({ ...MESSAGE, html: " " }, never()));
    assert.deepEqual([empty.kind, empty.status], ["rejected", 400]);
  }));

Deno.test("a message surely was not sent when there was no connection", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const apiRoot = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const api = new BotApi({ token: TOKEN, apiRoot, clock: systemClock });
  const error = await failure(api.sendMessage(MESSAGE, never()));
  assert.deepEqual([error.kind, error.code], ["transient", "telegram-unreachable"]);
  assert.doesNotMatch(everythingSaid(error), /EMULATOR-token/);
});

Deno.test("nobody knows whether a message was sent when the line broke after the request", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(4_096));
    connection.close();
  })();
  const apiRoot = `http://127.0.0.1:${listener.addr.port}`;
  const api = new BotApi({ token: TOKEN, apiRoot, clock: systemClock });
  const error = await failure(api.sendMessage(MESSAGE, never()));
  await serving;
  listener.close();
  assert.deepEqual([error.kind, error.code], ["unknown", "telegram-no-answer"]);
  assert.doesNotMatch(everythingSaid(error), /EMULATOR-token/);
});

Deno.test("the token is in no error and in no inspection", () =>
  withApi(async (api, emulator) => {
    for (const kind of ["429", "401", "403", "409", "500", "html-502"] as const) {
      emulator.fault({ method: "sendMessage", kind });
      const error = await failure(api.sendMessage(MESSAGE, never()));
      assert.doesNotMatch(everythingSaid(error), /EMULATOR-token|Hello/, kind);
    }
    assert.doesNotMatch(Deno.inspect(api, { depth: 10, showHidden: true }), /EMULATOR-token/);
    assert.doesNotMatch(JSON.stringify(api), /EMULATOR-token/);
    assert.equal(api.botId, "123456789");
  }));

Deno.test("readError() keeps the token out even where the server or the runtime repeats it", () => {
  const url = `https://api.telegram.org/bot${TOKEN}/sendMessage`;
  const description = `Not Found: ${url}`;
  const payload = { token: TOKEN };
  const thrown = [
    new GrammyError("Call failed", { ok: false, error_code: 404, description }, "x", payload),
    new HttpError(
      "Network request failed",
      new TypeError(`error sending request for url (${url})`),
    ),
    new HttpError(
      "Network request failed",
      new TypeError("fetch failed", { cause: new Error(`${url}: client error (Connect)`) }),
    ),
    new Error(url),
    url,
  ];
  for (const one of thrown) {
    assert.doesNotMatch(everythingSaid(readError("sendMessage", one, TOKEN)), /EMULATOR-token/);
  }
});
