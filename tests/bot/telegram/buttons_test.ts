/** Buttons on the wire: shown, tapped, answered in their place. */

import assert from "node:assert/strict";
import { LANGUAGES } from "@/bot/texts/mod.ts";
import { COMMANDS, type Notice } from "@/core/protocol/notices.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { OWNER } from "./fake_context.ts";
import { watchView } from "./market_samples.ts";
import { type Open, send, withDesk } from "./open_desk.ts";

function withListening(test: (open: Open) => Promise<void>): Promise<void> {
  return withDesk(test, { listen: true });
}

const WATCHED: Notice = { type: "watched", watch: watchView() };

Deno.test("a tap is stored once as the command it stands for, and its waiting is ended", () =>
  withListening(async ({ emulator, fake, desk }) => {
    await desk.send(send(WATCHED), fake.call());
    const [shown] = emulator.shown(OWNER);
    assert.ok(shown);
    const updateId = emulator.tap(shown, "high");
    await waitFor("the command", () => fake.posts.length === 1);
    await waitFor("the end", () => emulator.calls("answerCallbackQuery").length === 1);
    emulator.redeliver(updateId);
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    assert.equal(fake.posts.length, 1);
    const command = fake.posts[0]?.body as { name: string; args: string[]; replaces: boolean };
    assert.deepEqual([command.name, command.replaces], ["watch", true]);
    assert.match(command.args.join(" "), /^a8db #[0-9a-f]{10} high$/);
  }));

Deno.test("who writes a command sees at once that it has arrived, and loses nothing when that fails", () =>
  withListening(async ({ emulator, fake }) => {
    emulator.fault({ method: "sendChatAction", kind: "500" });
    emulator.say({ userId: OWNER, text: "/title redline" });
    emulator.say({ userId: OWNER, text: "/status" });
    await waitFor("both commands", () => fake.posts.length === 2);
    await waitFor("both signs", () => emulator.calls("sendChatAction").length === 2);
    const [{ payload } = { payload: {} }] = emulator.calls("sendChatAction");
    assert.deepEqual(payload, { chat_id: OWNER, action: "typing" });
  }));

Deno.test("a stranger's tap on a message of the owner does nothing", () =>
  withListening(async ({ emulator, fake, desk }) => {
    await desk.send(send(WATCHED), fake.call());
    const [shown] = emulator.shown(OWNER);
    assert.ok(shown);
    emulator.tap(shown, "high", { from: { id: OWNER + 1, is_bot: false, first_name: "S" } });
    await waitFor("confirmation", () => emulator.unconfirmed.length === 0);
    assert.deepEqual(fake.posts, []);
    assert.deepEqual(emulator.calls("answerCallbackQuery"), []);
    assert.equal(fake.facts["strangers"], 1);
  }));

Deno.test("an answer takes its message's place, again and again without harm", () =>
  withListening(async ({ emulator, fake, desk }) => {
    const { messageId } = await desk.send(send(WATCHED), fake.call());
    const high: Notice = { type: "watched", watch: watchView({ priority: "high" }) };
    const body = send(high, { replaceMessageId: messageId });
    assert.equal((await desk.send(body, fake.call())).messageId, messageId);
    assert.equal((await desk.send(body, fake.call({ uncertain: true }))).messageId, messageId);
    const shown = emulator.shown(OWNER);
    assert.deepEqual(shown.map((one) => [one.messageId, one.edits]), [[messageId, 1]]);
    assert.ok(shown[0]?.buttons.flat().some(({ text }) => text === "• high"));
    assert.doesNotMatch(shown[0]?.text ?? "", /possibly repeated/);
  }));

Deno.test("an answer whose message is gone comes as a new one", () =>
  withListening(async ({ emulator, fake, desk }) => {
    const { messageId } = await desk.send(send(WATCHED, { replaceMessageId: 999 }), fake.call());
    assert.deepEqual(emulator.shown(OWNER).map((one) => one.messageId), [messageId]);
  }));

Deno.test("everybody is spoken to in their language, and has its menu", () =>
  withListening(async ({ emulator, fake, desk }) => {
    for (const language of LANGUAGES) {
      await desk.send(send({ type: "scanning-stopped" }, { language }), fake.call());
    }
    assert.equal(new Set(emulator.shown(OWNER).map(({ text }) => text)).size, LANGUAGES.length);
    await waitFor("the menus", () => emulator.calls("setMyCommands").length === 5);
    const menus = emulator.calls("setMyCommands").map(({ payload }) => payload);
    assert.deepEqual(menus.map((menu) => menu["language_code"]), [undefined, ...LANGUAGES]);
    for (const { commands } of menus as unknown as { commands: { description: string }[] }[]) {
      assert.equal(commands.length, COMMANDS.length);
      for (const { description } of commands) assert.ok(description.length <= 60, description);
    }
  }));
