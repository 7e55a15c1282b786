/** Who may command, and what an update says. Everything that is not plainly allowed is refused. */

import { z } from "zod";
import type { Command } from "@/core/protocol/notifier.ts";
import { REPLACES } from "./buttons.ts";

/**
 * `command`: with the id of the callback query where a button was tapped. `stranger`: silence. `malformed`: no Bot API sends this, so nobody is to blame for it by name.
 * `nothing`: from an allowed person, but not for us.
 */
export type Reading =
  | { readonly is: "command"; readonly command: Command; readonly tap: string | null }
  | { readonly is: "stranger"; readonly userId: number | null; readonly chatType: string }
  | { readonly is: "malformed" }
  | { readonly is: "nothing"; readonly reason: "kind" | "forwarded" | "text" | "other-bot" };

const person = z.object({
  id: z.int(),
  is_bot: z.boolean().optional(),
  language_code: z.string().optional().catch(undefined),
});
const chat = z.object({ id: z.int(), type: z.string() });

/** What decides about the sender, in every kind of update. */
const origin = z.object({ from: person.optional(), chat: chat.optional() });
const viaMessage = z.object({ from: person.optional(), message: origin.optional() });

const textMessage = z.object({
  message_id: z.int(),
  from: person,
  chat,
  date: z.number(),
  text: z.string(),
});

/** A tapped button: its data are a command's words. */
const tappedButton = z.object({
  id: z.string().min(1).max(64),
  from: person,
  message: z.object({ message_id: z.int(), chat }),
  data: z.string().min(1).max(64),
});

const MAX_NAME = 40;
const MAX_ARGS = 40;
const MAX_ARG = 100;
/** Keys of a message that is somebody else's words. */
const FORWARD_KEYS = ["forward_origin", "forward_date", "forward_from", "via_bot"];

/**
 * Reads an update as the Bot API delivers it. Never throws. `username` is the bot's own, without
 * `@`; while it is not known, a command may name any bot.
 */
export function readUpdate(
  update: unknown,
  allowedUserIds: readonly number[],
  username: string | null = null,
): Reading {
  const fields = record(update);
  const [kind, content] =
    Object.entries(fields).find(([name, value]) => name !== "update_id" && isRecord(value)) ?? [];
  const sender = senderOf(content);
  if (isMalformed(kind, content, sender)) return { is: "malformed" };
  if (!mayCommand(sender, allowedUserIds)) {
    return { is: "stranger", userId: sender.userId, chatType: sender.chatType };
  }
  const updateId = z.int().safeParse(fields["update_id"]);
  if (!updateId.success) return { is: "malformed" };
  if (kind === "callback_query") return readTap(updateId.data, content);
  if (kind !== "message") return { is: "nothing", reason: "kind" };
  if (FORWARD_KEYS.some((key) => key in record(content))) {
    return { is: "nothing", reason: "forwarded" };
  }
  const message = textMessage.safeParse(content);
  if (!message.success) return { is: "nothing", reason: "text" };
  if (isForOtherBot(message.data.text, username)) return { is: "nothing", reason: "other-bot" };
  return { is: "command", command: toCommand(updateId.data, message.data), tap: null };
}

/** Buttons hang on the bot's own messages, so that nobody else can have written their data. */
function readTap(updateId: number, content: unknown): Reading {
  const tap = tappedButton.safeParse(content);
  if (!tap.success) return { is: "nothing", reason: "kind" };
  const { id, from, message, data } = tap.data;
  const replaces = data.startsWith(REPLACES);
  const [name = "", ...args] = (replaces ? data.slice(REPLACES.length) : data).split(" ");
  const command: Command = {
    updateId,
    userId: from.id,
    chatId: message.chat.id,
    messageId: message.message_id,
    name: name.slice(0, MAX_NAME),
    args: args.slice(0, MAX_ARGS),
    sentAtMs: 0,
    language: languageTag(from),
    replaces,
  };
  return { is: "command", command, tap: id };
}

function languageTag(from: z.output<typeof person>): string | null {
  return from.language_code?.slice(0, 40) ?? null;
}

interface Sender {
  readonly userId: number | null;
  readonly isBot: boolean;
  readonly chatType: string;
}

/** Every kind of update names a person or a chat, and a message always its chat. */
function isMalformed(kind: string | undefined, content: unknown, sender: Sender): boolean {
  if (kind === undefined || !origin.safeParse(content).success) return true;
  return sender.chatType === "none" && (sender.userId === null || kind === "message");
}

/** A person of the list, in the private chat with the bot; a private chat's id is the person's. */
function mayCommand(sender: Sender, allowedUserIds: readonly number[]): boolean {
  return sender.userId !== null && !sender.isBot && sender.chatType === "private" &&
    allowedUserIds.includes(sender.userId);
}

/** Buttons carry their chat in the message they hang on; inline queries have none. */
function senderOf(content: unknown): Sender {
  const own = origin.safeParse(content);
  const via = viaMessage.safeParse(content);
  const from = own.success ? own.data.from : undefined;
  const place = own.success && own.data.chat !== undefined
    ? own.data.chat
    : via.success
    ? via.data.message?.chat
    : undefined;
  return {
    userId: from?.id ?? null,
    isBot: from?.is_bot === true,
    chatType: place?.type ?? "none",
  };
}

/** `/scan@some_bot` is for that bot alone; names of bots know no case. */
function isForOtherBot(text: string, username: string | null): boolean {
  const named = /^\s*\/[^\s@]*@(\S+)/.exec(text)?.[1];
  return named !== undefined && username !== null &&
    named.toLowerCase() !== username.toLowerCase();
}

function toCommand(updateId: number, message: z.output<typeof textMessage>): Command {
  const [first = "", ...rest] = message.text.trim().split(/\s+/);
  const isCommand = first.startsWith("/");
  return {
    updateId,
    userId: message.from.id,
    chatId: message.chat.id,
    messageId: message.message_id,
    name: isCommand ? (first.slice(1).split("@")[0] ?? "").toLowerCase().slice(0, MAX_NAME) : "",
    args: isCommand ? rest.slice(0, MAX_ARGS).map((arg) => arg.slice(0, MAX_ARG)) : [],
    sentAtMs: message.date * 1_000,
    language: languageTag(message.from),
    replaces: false,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
