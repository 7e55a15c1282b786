import { z } from "zod";
import { effect, event, protocol } from "@/core/kernel/mod.ts";
import { LANGUAGES } from "./languages.ts";
import { notice } from "./notices.ts";
import { scanProgress } from "./schemas.ts";

/** A private chat; 0 is the terminal. */
const chatId = z.int();
/** Shown in every message. */
const mode = z.enum(["dry"]);
/** Of the reader; null: the default of the house. */
const language = z.enum(LANGUAGES).nullable().default(null);

/** The one actor that holds the token. Without a token it prints what it would have sent. */
export const telegram = protocol("telegram", {
  /** Sent once more, marked as a possible repeat, when the first attempt's fate is unknown. */
  Send: effect({
    body: z.object({
      chatId,
      mode,
      language,
      notice,
      silent: z.boolean(),
      replyToMessageId: z.int().nullable(),
      /** Shown in the place of this message where that is possible, as a new one otherwise. */
      replaceMessageId: z.int().nullable().default(null),
    }),
    reply: z.object({ messageId: z.int().nullable() }),
    safety: "idempotent",
    deadlineMs: 30_000,
    maxAttempts: 20,
  }),
  /** One message per chat and key, edited in place; the newest state wins, `done` takes it away. */
  Progress: event({
    body: z.object({
      chatId,
      mode,
      language,
      key: z.string().max(100),
      scan: scanProgress,
      done: z.boolean(),
    }),
    overflow: "drop-oldest",
  }),
});
