import { z } from "zod";
import { durable, event, protocol } from "@/core/kernel/mod.ts";
import { cents, gameId, opportunity, reason, scanProgress, timestampMs } from "./schemas.ts";
import { priority } from "./watcher.ts";

/** A command as it came from an allowed person in a private chat. */
export const command = z.object({
  updateId: z.int(),
  userId: z.int(),
  chatId: z.int(),
  messageId: z.int(),
  /** Without slash and bot name, in lower case. */
  name: z.string().max(40),
  args: z.array(z.string().max(100)).max(40),
  sentAtMs: z.number(),
  /** IETF tag of the person's Telegram, as it came. */
  language: z.string().max(40).nullable().default(null),
  /** The answer takes the place of this message: the one that a tapped button hangs on. */
  replaces: z.boolean().default(false),
});
export type Command = z.output<typeof command>;

/** Decides what is worth saying, to whom, once. */
export const notifier = protocol("notifier", {
  OpportunitiesFound: durable({
    body: z.object({ opportunities: z.array(opportunity).min(1).max(200) }),
  }),
  ScanFinished: durable({ body: scanProgress }),
  /** For the message that is edited in place; losing one loses nothing. */
  ScanProgressed: event({ body: scanProgress, overflow: "drop-oldest" }),
  Command: durable({ body: command }),
  /** The price of a watched title moved; null: that side of its book is, or was, empty. */
  PriceMoved: durable({
    body: z.object({
      game: gameId,
      title: z.string().min(1).max(300),
      /** Of the watch; a high one rings. */
      priority,
      side: z.enum(["ask", "bid"]),
      fromCents: cents.nullable(),
      toCents: cents.nullable(),
      moveBps: z.int().nullable(),
      atMs: timestampMs,
    }),
  }),
  /** Something a person should know; the same key is not repeated within its cooldown. */
  Alert: durable({
    body: z.object({
      key: z.string().max(200),
      severity: z.enum(["info", "warning", "critical"]),
      text: z.string().max(1_000),
      /** The same as data, for readers of other languages. */
      said: reason.optional(),
    }),
  }),
});
