import assert from "node:assert/strict";
import { Desk } from "@/bot/telegram/desk.ts";
import { ActorError, toWire } from "@/core/kernel/mod.ts";
import { COMMANDS } from "@/core/protocol/notices.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { fakeContext, OWNER, TOKEN } from "./fake_context.ts";
import { send, withDesk } from "./open_desk.ts";
import { NOTICES, scan } from "./samples.ts";

const STRANGER = 6_666_666;

function failure(work: Promise<unknown>): Promise<ActorError> {
  return work.then(
    () => assert.fail("It succeeded"),
    (error: unknown) => error instanceof ActorError ? error : assert.fail(`${error}`),
  );
}

Deno.test("Send delivers a message and tells its id", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    const { messageId } = await desk.send(send({ type: "scanning-stopped" }), fake.call());
    const [shown] = emulator.shown(OWNER);
    assert.equal(shown?.messageId, messageId);
    assert.equal(shown?.text, "🧪 DRY · Scanning stopped. Nothing is scanned until /scan.");
    assert.equal(shown?.silent, false);
  }));

Deno.test("a message whose first attempt has no known outcome is marked as a possible repeat", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    emulator.fault({ method: "sendMessage", kind: "html-502", after: true });
    const body = send({ type: "scanning-stopped" });
    assert.equal((await failure(desk.send(body, fake.call()))).kind, "unknown");
    await desk.send(body, fake.call({ uncertain: true }));
    const marks = emulator.shown(OWNER).map(({ text }) => text.includes("↻ possibly repeated"));
    assert.deepEqual(marks, [false, true]);
  }));

Deno.test("a message that hangs ends with its deadline, of unknown outcome", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    emulator.fault({ method: "sendMessage", kind: "hang" });
    const call = fake.call({ deadlineMs: 100 });
    const error = await failure(desk.send(send({ type: "help" }), call));
    assert.equal(error.kind, "unknown");
  }));

Deno.test("after a 429 nothing is sent before the time, and what waits too long was surely not sent", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    emulator.fault({ method: "sendMessage", kind: "429", retryAfter: 1 });
    const first = await failure(desk.send(send({ type: "help" }), fake.call()));
    assert.deepEqual([first.kind, first.code], ["transient", "telegram-throttled"]);
    const refusedAtMs = performance.now();
    const late = fake.call();
    const over = { ...late, signal: AbortSignal.abort() };
    assert.equal(
      (await failure(desk.send(send({ type: "help" }), over))).code,
      "telegram-not-sent",
    );
    await desk.send(send({ type: "help" }), late);
    const [, second, ...more] = emulator.calls("sendMessage");
    assert.ok((second?.atMs ?? 0) - refusedAtMs >= 900, "sent before the time");
    assert.deepEqual(more, []);
  }));

Deno.test("a reader who blocked the bot is not tried again", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    emulator.fault({ method: "sendMessage", kind: "403" });
    assert.equal((await failure(desk.send(send({ type: "help" }), fake.call()))).kind, "rejected");
  }));

Deno.test("messages arrive in the order in which they were handed over", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    const names = Array.from({ length: 8 }, (_, at) => `n${at}`);
    await Promise.all(
      names.map((name) => desk.send(send({ type: "unknown-command", name }), fake.call())),
    );
    assert.deepEqual(emulator.shown(OWNER).map(({ text }) => /n\d/.exec(text)?.[0]), names);
  }));

Deno.test("a message on the wire when the actor stops still arrives, a waiting one stays", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    const release = emulator.pause("sendMessage");
    const sending = desk.send(send({ type: "help" }), fake.call());
    const waiting = failure(desk.send(send({ type: "start" }), fake.call()));
    await waitFor("the call", () => emulator.calls("sendMessage").length === 1);
    fake.stop();
    release();
    const { messageId } = await sending;
    assert.equal((await waiting).code, "telegram-not-sent");
    assert.deepEqual(emulator.shown(OWNER).map((message) => message.messageId), [messageId]);
  }));

Deno.test("progress is one message that disappears at the end", () =>
  withDesk(async ({ desk, emulator }) => {
    const body = {
      chatId: OWNER,
      mode: "dry" as const,
      language: null,
      key: "k",
      scan: scan(),
      done: false,
    };
    desk.progress(body);
    await waitFor("the message", () => emulator.shown(OWNER).length === 1);
    assert.equal(emulator.shown(OWNER)[0]?.silent, true);
    desk.progress({ ...body, done: true });
    await waitFor("its end", () => emulator.shown(OWNER).length === 0);
  }));

Deno.test("without a token everything goes to the terminal, as Telegram would show it", async () => {
  const fake = fakeContext({ token: null });
  const desk = new Desk(fake.context);
  for (const notice of NOTICES) await desk.send({ ...send(notice), chatId: 0 }, fake.call());
  desk.progress({ chatId: 0, mode: "dry", language: null, key: "k", scan: scan(), done: false });
  await waitFor("the progress", () => fake.logs.length > NOTICES.length);
  for (const { message, props } of fake.logs) {
    assert.equal(message, "Telegram message");
    const { html } = props["telegram"] as { html: string };
    assert.match(html, /^🧪 DRY/);
  }
  const running = desk.run(fake.context);
  assert.equal(fake.facts["connection"], "terminal");
  fake.stop();
  await running;
  await desk.stop();
});

Deno.test("a command is stored once, however often it is delivered", () =>
  withDesk(async ({ emulator, fake }) => {
    const updateId = emulator.say({ userId: OWNER, text: "/scan cs2" });
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    emulator.redeliver(updateId);
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    assert.deepEqual(fake.posts.map((post) => post.key), [`telegram:update:123456789:${updateId}`]);
    assert.equal((fake.posts[0]?.body as { name: string }).name, "scan");
  }, { listen: true }));

Deno.test("a command that was stored but not confirmed before a crash is the same command after it", () =>
  withDesk(async ({ emulator, fake }) => {
    const updateId = emulator.say({ userId: OWNER, text: "/stop" });
    const desk = new Desk(fake.context);
    const stored: string[] = [];
    const crashing = Promise.withResolvers<void>();
    fake.onPost = (key) => {
      stored.push(key);
      crashing.resolve();
      return stored.length === 1 ? new Promise(() => {}) : Promise.resolve();
    };
    const first = desk.run(fake.context);
    await crashing.promise;
    fake.stop();
    await first;
    assert.deepEqual(emulator.unconfirmed, [updateId]);
    const next = fakeContext({ token: TOKEN, apiRoot: emulator.apiRoot });
    next.onPost = fake.onPost;
    const second = new Desk(next.context).run(next.context);
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    next.stop();
    await second;
    assert.deepEqual(new Set(stored), new Set([`telegram:update:123456789:${updateId}`]));
    assert.equal(next.posts.length, 1);
  }));

Deno.test("strangers hear nothing; the log hears of each of them once, without their words", () =>
  withDesk(async ({ emulator, fake }) => {
    for (let at = 0; at < 5; at++) emulator.say({ userId: STRANGER, text: "/stop secret-words" });
    emulator.say({ userId: OWNER, text: "/stop", chatId: -100, chatType: "group" });
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    assert.deepEqual([fake.posts, emulator.messages], [[], []]);
    assert.equal(fake.facts["strangers"], 6);
    const warnings = fake.logs.filter(({ level }) => level === "warn");
    assert.deepEqual(warnings.map(({ props }) => props["userId"]), [STRANGER, OWNER]);
    assert.doesNotMatch(JSON.stringify(fake.logs), /secret-words/);
  }, { listen: true }));

Deno.test("polling outlives every fault, stops at once, and never says the token", () =>
  withDesk(async ({ emulator, fake }) => {
    for (const kind of ["500", "html-502", "429"] as const) {
      emulator.fault({ method: "getUpdates", kind, retryAfter: 0 });
    }
    emulator.fault({ method: "deleteWebhook", kind: "401" });
    await waitFor("the connection", () => fake.facts["connection"] === "online");
    await waitFor("a held poll", () => emulator.polling);
    const startedAtMs = performance.now();
    fake.stop();
    await waitFor("the end of the poll", () => !emulator.polling);
    assert.ok(performance.now() - startedAtMs < 1_000);
    const said = Deno.inspect([fake.logs, fake.facts], { depth: 20 });
    assert.match(said, /Telegram does not accept the token/);
    assert.doesNotMatch(said, /EMULATOR-token/);
  }, { listen: true }));

Deno.test("pending updates are kept, and the menu lists every command", () =>
  withDesk(async ({ emulator }) => {
    await waitFor("a held poll", () => emulator.polling);
    const [webhook] = emulator.calls("deleteWebhook");
    assert.equal(webhook?.payload["drop_pending_updates"], false);
    const [menu] = emulator.calls("setMyCommands");
    const commands = menu?.payload["commands"] as { command: string }[];
    assert.deepEqual(commands.map(({ command }) => command), [...COMMANDS]);
  }, { listen: true }));

Deno.test("the token is in nothing that the actor holds or throws", () =>
  withDesk(async ({ desk, emulator, fake }) => {
    emulator.fault({ method: "sendMessage", kind: "500", times: 1 });
    const error = await failure(desk.send(send({ type: "help" }), fake.call()));
    const held = [Deno.inspect(desk, { depth: 20, showHidden: true }), JSON.stringify(desk)];
    const thrown = [Deno.inspect(error, { depth: 20 }), JSON.stringify(toWire(error))];
    assert.doesNotMatch([...held, ...thrown].join(), /EMULATOR-token/);
  }));

Deno.test("a command for another bot is left to it, one for this bot is obeyed", () =>
  withDesk(async ({ emulator, fake }) => {
    emulator.say({ userId: OWNER, text: "/stop@another_bot" });
    const updateId = emulator.say({ userId: OWNER, text: "/scan@marketd_test_bot cs2" });
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    assert.deepEqual(fake.posts.map((post) => post.key), [`telegram:update:123456789:${updateId}`]);
  }, { listen: true }));

Deno.test("an update in an unknown form is nobody's, and said once by its id", () =>
  withDesk(async ({ emulator, fake }) => {
    const updateId = emulator.push({ message: { message_id: 5 } });
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    const warnings = fake.logs.filter(({ level }) => level === "warn");
    assert.deepEqual(warnings.map(({ message, props }) => [message, props]), [
      ["An update in an unknown form ignored", { updateId }],
    ]);
    assert.equal(fake.facts["strangers"], undefined);
  }, { listen: true }));
