/** The one schema of every setting, and what people are told about each. */

import { z } from "zod";
import { judgeKeyPair } from "./keys.ts";
import { isLoopback } from "./loopback.ts";
import { databaseUrl, directory, flag, hex, httpAddress, serviceUrl, userIds } from "./rules.ts";

/** What the README table, `.env.example` and error messages say about a setting. */
export interface SettingMeta {
  readonly description: string;
  readonly example: string;
  /** `yes`, `no`, or the condition under which it is. */
  readonly required: string;
  /** What holds when it is not set, as people read it. */
  readonly fallback: string;
  readonly secret: boolean;
}

const metas = z.registry<SettingMeta>();

const PLAIN = { required: "no", secret: false };

/** The example keys are the published pair of RFC 8032, section 7.1, test 1. */
const fields = {
  MARKETD_HOME: directory.default("./data").register(metas, {
    ...PLAIN,
    description: "Where the embedded database and `run.json` live",
    example: "/var/lib/marketd",
    fallback: "`./data`",
  }),
  MARKETD_HTTP: httpAddress.prefault("127.0.0.1:8080").register(metas, {
    ...PLAIN,
    description: "Where the page, `/health` and `/metrics` are served; port 0 takes a free one",
    example: "0.0.0.0:8080",
    fallback: "`127.0.0.1:8080`",
  }),
  MARKETD_HTTP_TOKEN: z.string().regex(/^[\x21-\x7e]{16,200}$/, {
    error: "Must be 16 to 200 printable characters without spaces",
  }).optional().register(metas, {
    description: "Bearer token for everything but `/live` and `/ready`",
    example: "a-long-random-sentence",
    required: "if `MARKETD_HTTP` is beyond loopback",
    fallback: "none",
    secret: true,
  }),
  MARKETD_MODE: z.literal("dry", {
    error: "Must be dry: this release has no code that places orders, " +
      "so any other mode is refused instead of pretended",
  }).default("dry").register(metas, {
    ...PLAIN,
    description: "Whether money may move; only `dry` (never) exists so far",
    example: "dry",
    fallback: "`dry`",
  }),
  DATABASE_URL: databaseUrl.optional().register(metas, {
    description: "Postgres 15 or newer to use; append `?sslmode=require` for a remote one",
    example: "postgres://marketd:password@db.example.com/marketd?sslmode=require",
    required: "no",
    fallback: "the embedded Postgres 18",
    secret: true,
  }),
  DMARKET_API_URL: serviceUrl.optional().register(metas, {
    ...PLAIN,
    description: "Base URL of the DMarket API",
    example: "https://api.dmarket.com",
    fallback: "`https://api.dmarket.com` with keys, the built-in simulator without",
  }),
  DMARKET_PUBLIC_KEY: hex(64).optional().register(metas, {
    description: "Public API key, 64 hex characters",
    example: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    required: "with `DMARKET_SECRET_KEY`",
    fallback: "none: the market is simulated",
    secret: false,
  }),
  DMARKET_SECRET_KEY: hex(64, 128).optional().register(metas, {
    description: "Secret API key, 64 or 128 hex characters",
    example: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    required: "with `DMARKET_PUBLIC_KEY`",
    fallback: "none: the market is simulated",
    secret: true,
  }),
  DMARKET_RATES: z.enum(["default", "strict", "official"], {
    error: "Must be one of default, strict, official",
  }).default("default").register(metas, {
    ...PLAIN,
    description: "How fast DMarket is asked: at most 10 requests/s and less after a refusal, " +
      "30 requests/min, or just below its published limits",
    example: "strict",
    fallback: "`default`",
  }),
  TELEGRAM_BOT_TOKEN: z.string().regex(/^\d{6,12}:[A-Za-z0-9_-]{30,}$/, {
    error: "Must be a bot token as BotFather gives it: digits, a colon, 30 or more characters",
  }).optional().register(metas, {
    description: "Bot token from BotFather",
    example: "123456789:your-token-from-botfather-goes-here",
    required: "no",
    fallback: "none: messages are printed to the terminal",
    secret: true,
  }),
  TELEGRAM_API_ROOT: serviceUrl.prefault("https://api.telegram.org").register(metas, {
    ...PLAIN,
    description: "Base URL of the Bot API",
    example: "https://api.telegram.org",
    fallback: "`https://api.telegram.org`",
  }),
  TELEGRAM_ALLOWED_USER_IDS: userIds.optional().register(metas, {
    ...PLAIN,
    description: "Ids of the people the bot obeys, in private chats only",
    example: "123456789,987654321",
    required: "with `TELEGRAM_BOT_TOKEN`",
    fallback: "nobody",
  }),
  MARKETD_CHAOS: flag.prefault("off").register(metas, {
    ...PLAIN,
    description: "Opens `/debug`, which breaks actors on purpose; loopback only",
    example: "1",
    fallback: "`off`",
  }),
  MARKETD_LOG: z.enum(["auto", "text", "json"], { error: "Must be one of auto, text, json" })
    .default("auto").register(metas, {
      ...PLAIN,
      description: "Form of the log: text for people, JSON lines for machines",
      example: "json",
      fallback: "`auto`: text on a terminal, JSON otherwise",
    }),
  MARKETD_GUARDIAN: z.enum(["auto", "on", "off"], { error: "Must be one of auto, on, off" })
    .default("auto").register(metas, {
      ...PLAIN,
      description: "Whether a small parent process starts marketd again when it crashed",
      example: "off",
      fallback: "`auto`: on, except below systemd and as a container's own process",
    }),
};

/** Rules across settings run even when single settings are wrong: all problems come at once. */
const ALWAYS = { when: () => true };

/** Every setting by its name, as text in and as values out. */
export const settingsSchema = z.object(fields)
  .refine((s) => given(s.DMARKET_SECRET_KEY) || !given(s.DMARKET_PUBLIC_KEY), {
    path: ["DMARKET_SECRET_KEY"],
    error: "Must be set together with DMARKET_PUBLIC_KEY: one key alone signs nothing",
    ...ALWAYS,
  })
  .refine((s) => given(s.DMARKET_PUBLIC_KEY) || !given(s.DMARKET_SECRET_KEY), {
    path: ["DMARKET_PUBLIC_KEY"],
    error: "Must be set together with DMARKET_SECRET_KEY: one key alone signs nothing",
    ...ALWAYS,
  })
  .refine((s) => keyVerdict(s.DMARKET_PUBLIC_KEY, s.DMARKET_SECRET_KEY) !== "swapped", {
    path: ["DMARKET_SECRET_KEY"],
    error: "Must be the secret key: the public and the secret key are swapped",
    ...ALWAYS,
  })
  .refine((s) => keyVerdict(s.DMARKET_PUBLIC_KEY, s.DMARKET_SECRET_KEY) !== "mismatch", {
    path: ["DMARKET_SECRET_KEY"],
    error: "Must belong to DMARKET_PUBLIC_KEY: it derives another public key",
    ...ALWAYS,
  })
  .refine((s) => given(s.DMARKET_PUBLIC_KEY) || !isRemote(s.DMARKET_API_URL), {
    path: ["DMARKET_PUBLIC_KEY"],
    error: "Must be set when DMARKET_API_URL leaves this machine: every read there is signed",
    ...ALWAYS,
  })
  .refine((s) => !given(s.TELEGRAM_BOT_TOKEN) || given(s.TELEGRAM_ALLOWED_USER_IDS), {
    path: ["TELEGRAM_ALLOWED_USER_IDS"],
    error: "Must be set with TELEGRAM_BOT_TOKEN: without it the bot would obey nobody",
    ...ALWAYS,
  })
  .refine((s) => given(s.MARKETD_HTTP_TOKEN) || s.MARKETD_HTTP?.loopback !== false, {
    path: ["MARKETD_HTTP_TOKEN"],
    error: "Must be set when MARKETD_HTTP is beyond loopback: others can reach it",
    ...ALWAYS,
  })
  .refine((s) => s.MARKETD_CHAOS !== true || s.MARKETD_HTTP?.loopback !== false, {
    path: ["MARKETD_CHAOS"],
    error: "Must be off when MARKETD_HTTP is beyond loopback: nobody else may break actors",
    ...ALWAYS,
  });

/** The values of {@link settingsSchema}. */
export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof typeof fields;

/** Every setting's name, in the order of the documentation. */
export const settingNames = Object.keys(fields) as readonly SettingName[];

/** What people are told about a setting. */
export function settingMeta(name: SettingName): SettingMeta {
  const meta = metas.get(fields[name]);
  if (meta === undefined) throw new TypeError(`Setting ${name} has no description`);
  return meta;
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(fields, name);
}

function given(value: unknown): boolean {
  return value !== undefined;
}

function keyVerdict(publicKey: unknown, secretKey: unknown): string {
  if (typeof publicKey !== "string" || typeof secretKey !== "string") return "absent";
  return judgeKeyPair(publicKey, secretKey);
}

function isRemote(url: unknown): boolean {
  return typeof url === "string" && URL.canParse(url) && !isLoopback(new URL(url).hostname);
}
