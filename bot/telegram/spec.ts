import { z } from "zod";
import { LANGUAGES } from "@/core/protocol/languages.ts";
import { type Permissions, serviceActor } from "@/core/kernel/mod.ts";
import { notifier } from "@/core/protocol/notifier.ts";
import { telegram } from "@/core/protocol/telegram.ts";

const config = z.object({
  /** Null: nothing is sent; messages go to the terminal. */
  token: z.string().min(1).max(200).nullable(),
  /** Base URL of the Bot API, without a slash at the end. */
  apiRoot: z.url({ protocol: /^https?$/ }),
  /** Whose commands are obeyed. */
  allowedUserIds: z.array(z.int().positive()).max(100),
  /** How long the Bot API holds a poll that has nothing to tell. */
  pollSeconds: z.int().min(1).max(50).default(50),
  language: z.enum(LANGUAGES).default("en"),
});
export type TelegramConfig = z.output<typeof config>;

export const telegramSpec = serviceActor({
  protocol: telegram,
  uses: [notifier],
  config,
  worker: import.meta.resolve("./worker.ts"),
  permissions,
  limits: { concurrency: 4 },
});

/** The Bot API and nothing else; without a token not even that. */
function permissions({ token, apiRoot }: TelegramConfig): Permissions {
  if (token === null) return "none";
  const { protocol, hostname, port } = new URL(apiRoot);
  return { net: [`${hostname}:${port || (protocol === "https:" ? "443" : "80")}`] };
}
