import { z } from "zod";
import { effect, event, protocol } from "@/core/kernel/mod.ts";

const outgoing = z.object({
  /** A private chat; 0 is the terminal. */
  chatId: z.int(),
  /** Telegram HTML; at most what one message holds. */
  html: z.string().min(1).max(4_096),
  silent: z.boolean(),
  replyToMessageId: z.int().nullable(),
});

/** The one actor that holds the token. Without a token it prints what it would have sent. */
export const telegram = protocol("telegram", {
  /** Sent once more, marked as a possible repeat, when the first attempt's fate is unknown. */
  Send: effect({
    body: outgoing,
    reply: z.object({ messageId: z.int().nullable() }),
    safety: "idempotent",
    deadlineMs: 30_000,
    maxAttempts: 20,
  }),
  /** One message per key, edited in place; the newest text wins. */
  Progress: event({
    body: z.object({
      chatId: z.int(),
      key: z.string().max(100),
      html: z.string().min(1).max(4_096),
      done: z.boolean(),
    }),
    overflow: "drop-oldest",
  }),
});
