import assert from "node:assert/strict";
import { BotApi } from "@/bot/telegram/bot_api.ts";
import { readUpdate } from "@/bot/telegram/updates.ts";
import { systemClock } from "@/core/kernel/mod.ts";
import { startTelegramEmulator, type TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import { readTelegramHtml } from "@/tests/support/telegram_html.ts";
import { waitFor } from "@/tests/support/wait.ts";

const USER = 7;

interface Wire {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after: number };
}

async function withEmulator(test: (emulator: TelegramEmulator) => Promise<void>): Promise<void> {
  const emulator = startTelegramEmulator();
  try {
    await test(emulator);
  } finally {
    await emulator.close();
  }
}

async function call(
  emulator: TelegramEmulator,
  method: string,
  payload: Record<string, unknown> = {},
  signal?: AbortSignal,
): Promise<Wire> {
  const response = await fetch(`${emulator.apiRoot}/bot${emulator.token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(payload),
    ...(signal === undefined ? {} : { signal }),
  });
  return await response.json();
}

function ids(wire: Wire): readonly number[] {
  return (wire.result as { update_id: number }[]).map((update) => update.update_id);
}

Deno.test("getUpdates holds until there is an update", () =>
  withEmulator(async (emulator) => {
    let answered = false;
    const poll = call(emulator, "getUpdates", { timeout: 50 }).finally(() => answered = true);
    await waitFor("the poll", () => emulator.polling);
    assert.equal(answered, false);
    const updateId = emulator.say({ userId: USER, text: "hello" });
    assert.deepEqual(ids(await poll), [updateId]);
  }));

Deno.test("getUpdates answers empty after its timeout, and at once without one", () =>
  withEmulator(async (emulator) => {
    const startedAtMs = performance.now();
    assert.deepEqual(ids(await call(emulator, "getUpdates", { timeout: 1 })), []);
    assert.ok(performance.now() - startedAtMs >= 990);
    assert.deepEqual(ids(await call(emulator, "getUpdates")), []);
  }));

Deno.test("updates stay until an offset confirms them", () =>
  withEmulator(async (emulator) => {
    const [first, second] = ["a", "b"].map((text) => emulator.say({ userId: USER, text }));
    assert.deepEqual(ids(await call(emulator, "getUpdates")), [first, second]);
    assert.deepEqual(ids(await call(emulator, "getUpdates", { limit: 1 })), [first]);
    assert.deepEqual(ids(await call(emulator, "getUpdates", { offset: second })), [second]);
    assert.deepEqual(emulator.unconfirmed, [second]);
    emulator.redeliver(first ?? 0);
    assert.deepEqual(ids(await call(emulator, "getUpdates")), [first, second]);
  }));

Deno.test("a second poll ends the first with a conflict", () =>
  withEmulator(async (emulator) => {
    const first = call(emulator, "getUpdates", { timeout: 50 });
    await waitFor("the first poll", () => emulator.polling);
    const second = call(emulator, "getUpdates", { timeout: 50 });
    assert.equal((await first).error_code, 409);
    const updateId = emulator.say({ userId: USER, text: "hello" });
    assert.deepEqual(ids(await second), [updateId]);
  }));

Deno.test("a poll that its client left loses no update", () =>
  withEmulator(async (emulator) => {
    const leaving = new AbortController();
    const poll = call(emulator, "getUpdates", { timeout: 50 }, leaving.signal);
    await waitFor("the poll", () => emulator.polling);
    leaving.abort();
    await assert.rejects(poll);
    await waitFor("the end of the poll", () => !emulator.polling);
    const updateId = emulator.say({ userId: USER, text: "hello" });
    assert.deepEqual(ids(await call(emulator, "getUpdates")), [updateId]);
  }));

Deno.test("only allowed kinds of updates are kept", () =>
  withEmulator(async (emulator) => {
    await call(emulator, "getUpdates", { allowed_updates: ["message"] });
    emulator.push({ edited_message: {} });
    assert.deepEqual(emulator.unconfirmed, []);
  }));

Deno.test("messages are sent, edited and deleted as the Bot API does it", () =>
  withEmulator(async (emulator) => {
    const text = "<b>a</b> &lt;";
    const sent = await call(emulator, "sendMessage", { chat_id: USER, text, parse_mode: "HTML" });
    const { message_id } = sent.result as { message_id: number };
    assert.equal(emulator.shown(USER)[0]?.text, "a <");
    const edit = { chat_id: USER, message_id, text: "b" };
    assert.equal((await call(emulator, "editMessageText", edit)).ok, true);
    assert.match((await call(emulator, "editMessageText", edit)).description ?? "", /not modified/);
    assert.equal((await call(emulator, "deleteMessage", edit)).result, true);
    assert.match((await call(emulator, "editMessageText", edit)).description ?? "", /not found/);
    assert.deepEqual(emulator.shown(USER), []);
  }));

Deno.test("bad tokens, methods, markup and texts are refused", () =>
  withEmulator(async (emulator) => {
    const stranger = await fetch(`${emulator.apiRoot}/bot1:x/getMe`);
    assert.deepEqual([stranger.status, (await stranger.json()).error_code], [401, 401]);
    assert.equal((await call(emulator, "sellEverything")).error_code, 404);
    const send = (text: string) =>
      call(emulator, "sendMessage", { chat_id: USER, text, parse_mode: "HTML" });
    for (
      const text of ["", " ", "<b>", "</b>", "<b></i>", "<script>", "a < b", "x".repeat(4_097)]
    ) {
      assert.equal((await send(text)).error_code, 400, text.slice(0, 20));
    }
  }));

Deno.test("faults happen as often as asked, before or after the effect", () =>
  withEmulator(async (emulator) => {
    const send = () => call(emulator, "sendMessage", { chat_id: USER, text: "x" });
    emulator.fault({ method: "sendMessage", kind: "429", times: 2, retryAfter: 9 });
    assert.equal((await send()).parameters?.retry_after, 9);
    assert.equal((await send()).error_code, 429);
    emulator.fault({ method: "sendMessage", kind: "500", after: true });
    assert.equal((await send()).error_code, 500);
    assert.equal(emulator.shown(USER).length, 1);
    assert.equal((await send()).ok, true);
    emulator.fault({ method: "getMe", kind: "hang" });
    const leaving = new AbortController();
    const hanging = call(emulator, "getMe", {}, leaving.signal);
    await waitFor("the call", () => emulator.calls("getMe").length === 1);
    leaving.abort();
    await assert.rejects(hanging);
  }));

Deno.test("it runs as a process of its own and is steered over HTTP", async () => {
  const script = import.meta.resolve("../support/telegram_emulator.ts");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", script, "--token", "1234567:token"],
    stdout: "piped",
  }).spawn();
  try {
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    const { apiRoot, token } = JSON.parse(value);
    assert.equal(token, "1234567:token");
    const body = JSON.stringify({ userId: USER, text: "/status" });
    const said = await fetch(`${apiRoot}/_emulator/say`, { method: "POST", body });
    const { updateId } = await said.json();
    const polled = await fetch(`${apiRoot}/bot${token}/getUpdates`);
    assert.deepEqual(ids(await polled.json()), [updateId]);
    const recorded = await (await fetch(`${apiRoot}/_emulator/requests`)).json();
    assert.equal(recorded[0].method, "getUpdates");
    await reader.cancel();
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});

Deno.test("readTelegramHtml() reads entities and refuses what Telegram refuses", () => {
  assert.deepEqual(readTelegramHtml("a &amp;&lt;&gt;&quot; &nbsp; <i>b</i>"), {
    ok: true,
    text: 'a &<>" &nbsp; b',
  });
  for (const html of ["<b", "<a href='x'>", "<b><i></b></i>", "1 < 2"]) {
    assert.equal(readTelegramHtml(html).ok, false, html);
  }
});

/** Field names and types, nested. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shape(field)]));
}

/** `a` and `b` agree on every field that both have. */
function agreement(a: unknown, b: unknown, path = "$"): string[] {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
    return a === b ? [] : [`${path}: ${a} or ${b}`];
  }
  const others = new Map(Object.entries(b));
  return Object.entries(a).flatMap(([name, field]) =>
    others.has(name) ? agreement(field, others.get(name), `${path}.${name}`) : []
  );
}

/** Runs `test` with another emulator, to which a person has said `text`. */
async function withSecondOpinion(
  said: { readonly token: string; readonly text: string },
  test: (apiRoot: string) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", "main.ts", said.token, String(USER), said.text],
    cwd: new URL("../support/second_opinion/", import.meta.url),
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value = "" } = await reader.read();
    await test(value.trim());
  } finally {
    await reader.cancel();
    child.kill("SIGKILL");
    await child.status;
  }
}

Deno.test("another emulator speaks the same wire format", () =>
  withEmulator((emulator) =>
    withSecondOpinion({ token: emulator.token, text: "/scan cs2" }, async (otherRoot) => {
      emulator.say({ userId: USER, text: "/scan cs2" });
      const seen = await Promise.all([emulator.apiRoot, otherRoot].map(async (apiRoot) => {
        const api = new BotApi({ token: emulator.token, apiRoot, clock: systemClock });
        const signal = new AbortController().signal;
        const [update] = await api.getUpdates({ offset: null, holdSeconds: 1 }, signal);
        const reading = readUpdate(update, [USER]);
        assert.ok(reading.is === "command", reading.is);
        const message = {
          chatId: USER,
          html: "x",
          buttons: [],
          silent: false,
          replyToMessageId: null,
        };
        const messageId = await api.sendMessage(message, signal);
        assert.equal(typeof messageId, "number");
        return { update, command: [reading.command.name, reading.command.args] };
      }));
      const [ours, theirs] = seen;
      assert.deepEqual(ours?.command, theirs?.command);
      assert.deepEqual(agreement(shape(ours?.update), shape(theirs?.update)), []);
    })
  ));
