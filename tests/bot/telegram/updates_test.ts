import assert from "node:assert/strict";
import fc from "fast-check";
import { type Reading, readUpdate } from "@/bot/telegram/updates.ts";

const OWNER = 7_000_001;
const OTHER_OWNER = 7_000_002;
const STRANGER = 6_666_666;
const ALLOWED = [OWNER, OTHER_OWNER];

const owner = { id: OWNER, is_bot: false, first_name: "Owner" };
const stranger = { id: STRANGER, is_bot: false, first_name: "Stranger" };
const privateChat = { id: OWNER, type: "private" };
const groupChat = { id: -100, type: "group", title: "Traders" };

function message(change: Record<string, unknown> = {}): Record<string, unknown> {
  const base = {
    message_id: 5,
    from: owner,
    chat: privateChat,
    date: 1_781_692_200,
    text: "/stop",
  };
  return { ...base, ...change };
}

function is(update: Record<string, unknown>): Reading["is"] {
  return readUpdate({ update_id: 1, ...update }, ALLOWED).is;
}

Deno.test("only an allowed person in a private chat commands", () => {
  const table: readonly (readonly [string, Record<string, unknown>, Reading["is"]])[] = [
    ["owner", { message: message() }, "command"],
    [
      "another allowed person",
      { message: message({ from: { ...owner, id: OTHER_OWNER } }) },
      "command",
    ],
    ["stranger", { message: message({ from: stranger }) }, "stranger"],
    [
      "stranger in a chat with the owner's id",
      { message: message({ from: stranger, chat: { id: OWNER, type: "private" } }) },
      "stranger",
    ],
    ["owner in a group", { message: message({ chat: groupChat }) }, "stranger"],
    [
      "owner in a supergroup",
      { message: message({ chat: { id: -1, type: "supergroup" } }) },
      "stranger",
    ],
    ["owner without a chat", { message: message({ chat: undefined }) }, "malformed"],
    [
      "bot with the owner's id",
      { message: message({ from: { ...owner, is_bot: true } }) },
      "stranger",
    ],
    ["channel post without from", {
      channel_post: { message_id: 5, chat: { id: -2, type: "channel" }, date: 1, text: "/stop" },
    }, "stranger"],
    ["channel post with from", {
      channel_post: message({ chat: { id: -2, type: "channel" } }),
    }, "stranger"],
    ["edited message of the owner", { edited_message: message() }, "nothing"],
    ["edited message of a stranger", { edited_message: message({ from: stranger }) }, "stranger"],
    [
      "forwarded by the owner",
      { message: message({ forward_origin: { type: "hidden_user", sender_user_name: "x" } }) },
      "nothing",
    ],
    [
      "sent through another bot",
      { message: message({ via_bot: { id: 9, is_bot: true } }) },
      "nothing",
    ],
    [
      "button of the owner",
      { callback_query: { id: "1", from: owner, message: message(), data: "stop" } },
      "command",
    ],
    [
      "button of a bot with the owner's id",
      {
        callback_query: {
          id: "1",
          from: { ...owner, is_bot: true },
          message: message(),
          data: "stop",
        },
      },
      "stranger",
    ],
    [
      "button of the owner without data",
      { callback_query: { id: "1", from: owner, message: message() } },
      "nothing",
    ],
    [
      "button of the owner under a message of nowhere",
      { callback_query: { id: "1", from: owner, inline_message_id: "7", data: "stop" } },
      "stranger",
    ],
    [
      "button of the owner in a group",
      {
        callback_query: { id: "1", from: owner, message: message({ chat: groupChat }), data: "x" },
      },
      "stranger",
    ],
    [
      "button of a stranger on the owner's message",
      { callback_query: { id: "1", from: stranger, message: message(), data: "stop" } },
      "stranger",
    ],
    [
      "inline query of the owner",
      { inline_query: { id: "1", from: owner, query: "/stop" } },
      "stranger",
    ],
    ["membership change", { my_chat_member: { from: owner, chat: groupChat } }, "stranger"],
    ["picture of the owner", { message: message({ text: undefined, photo: [] }) }, "nothing"],
    ["empty update", {}, "malformed"],
    ["text where a message belongs", { message: "stop" }, "malformed"],
    ["message of nobody", { message: { message_id: 5 } }, "malformed"],
    ["message with a name for a person", { message: message({ from: "Owner" }) }, "malformed"],
  ];
  for (const [who, update, expected] of table) assert.equal(is(update), expected, who);
});

Deno.test("nobody commands when nobody is allowed", () => {
  assert.equal(readUpdate({ update_id: 1, message: message() }, []).is, "stranger");
});

Deno.test("a command is read without slash, bot name and case", () => {
  const text = "/SCAN@marketd_bot  cs2\n standard ";
  const reading = readUpdate({ update_id: 9, message: message({ text }) }, ALLOWED);
  assert.deepEqual(reading, {
    is: "command",
    command: {
      updateId: 9,
      userId: OWNER,
      chatId: OWNER,
      messageId: 5,
      name: "scan",
      args: ["cs2", "standard"],
      sentAtMs: 1_781_692_200_000,
      language: null,
      replaces: false,
    },
    tap: null,
  });
});

Deno.test("a tapped button is the command it stands for, in the language of who tapped", () => {
  const read = (data: string) =>
    readUpdate({
      update_id: 9,
      callback_query: {
        id: "77",
        from: { ...owner, language_code: "de-AT" },
        message: message({ from: { id: 1, is_bot: true } }),
        data,
      },
    }, ALLOWED);
  const command = {
    updateId: 9,
    userId: OWNER,
    chatId: OWNER,
    messageId: 5,
    name: "watch",
    args: ["a8db", "#0123456789", "high"],
    sentAtMs: 0,
    language: "de-AT",
    replaces: false,
  };
  assert.deepEqual(read("watch a8db #0123456789 high"), { is: "command", command, tap: "77" });
  assert.deepEqual(read("=watch a8db #0123456789 high"), {
    is: "command",
    command: { ...command, replaces: true },
    tap: "77",
  });
  assert.equal(read("x".repeat(65)).is, "nothing");
});

Deno.test("a command that names another bot is not for us", () => {
  const read = (text: string, username: string | null) =>
    readUpdate({ update_id: 9, message: message({ text }) }, ALLOWED, username).is;
  assert.equal(read("/scan@other_bot", "Marketd_bot"), "nothing");
  assert.equal(read("/scan@other_bot cs2", "Marketd_bot"), "nothing");
  assert.equal(read("/scan@marketd_BOT cs2", "Marketd_bot"), "command");
  assert.equal(read("/scan", "Marketd_bot"), "command");
  assert.equal(read("/scan me@home", "Marketd_bot"), "command");
  assert.equal(read("/scan@other_bot", null), "command");
});

Deno.test("plain talk is a command without a name", () => {
  const reading = readUpdate({ update_id: 9, message: message({ text: "hello there" }) }, ALLOWED);
  assert.ok(reading.is === "command");
  assert.deepEqual([reading.command.name, reading.command.args], ["", []]);
});

Deno.test("long names and many arguments are cut", () => {
  const text = `/${"x".repeat(99)} ${"y".repeat(999)} ${"z ".repeat(50)}`;
  const reading = readUpdate({ update_id: 9, message: message({ text }) }, ALLOWED);
  assert.ok(reading.is === "command");
  assert.equal(reading.command.name.length, 40);
  assert.equal(reading.command.args.length, 40);
  assert.equal(reading.command.args[0]?.length, 100);
});

Deno.test("readUpdate() never throws and never lets anything but the exact shape through", () => {
  fc.assert(fc.property(fc.anything(), fc.anything(), (content, from) => {
    assert.notEqual(readUpdate(content, ALLOWED).is, "command");
    assert.notEqual(is({ message: message({ from }) }), "command");
    assert.notEqual(is({ message: content }), "command");
    assert.notEqual(is({ callback_query: content }), "command");
    assert.notEqual(
      is({ callback_query: { id: "1", from, message: message(), data: "stop" } }),
      "command",
    );
  }));
});
