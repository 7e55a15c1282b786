/** Configuration: environment and file in, checked values out, or every problem at once. */

import { resolve } from "node:path";
import {
  ConfigError,
  type ConfigProblem,
  isSecretParameter,
  maskUrl,
  maskValue,
  quoteValue,
} from "./problems.ts";
import type { HttpAddress } from "./rules.ts";
import { Secret } from "./secret.ts";
import { collectSettings, type ConfigSources, type Given } from "./sources.ts";
import {
  isSettingName,
  settingMeta,
  type SettingName,
  type Settings,
  settingsSchema,
} from "./settings.ts";

/** The market API used when keys are given and no URL is. */
export const DMARKET_API_URL = "https://api.dmarket.com";

/** Everything marketd can be told, checked. Secrets never print. */
export interface Config {
  /** Absolute path of the home directory. */
  readonly home: string;
  readonly http: HttpAddress;
  /** Required by everything but `/live` and `/ready` when `http` is beyond loopback. */
  readonly httpToken: Secret | null;
  readonly mode: "dry";
  /** Null: the embedded server. */
  readonly databaseUrl: Secret | null;
  readonly dmarket: {
    /** Null: the built-in simulator. */
    readonly apiUrl: string | null;
    readonly keys: { readonly publicKey: string; readonly secretKey: Secret } | null;
    readonly rates: "default" | "strict" | "official";
  };
  readonly telegram: {
    /** Null: messages are printed. */
    readonly token: Secret | null;
    readonly apiRoot: string;
    readonly allowedUserIds: readonly number[];
  };
  readonly chaos: boolean;
  readonly log: "auto" | "text" | "json";
  readonly guardian: "auto" | "on" | "off";
}

/** Reads and checks the configuration; throws a {@link ConfigError} that holds every problem. */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const { given, problems } = await collectSettings(sources);
  const texts = Object.fromEntries([...given].map(([name, { text }]) => [name, text]));
  const parsed = settingsSchema.safeParse(texts);
  for (const issue of parsed.error?.issues ?? []) {
    problems.push(describe(String(issue.path[0]), issue.message, given));
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data, sources.cwd);
}

function describe(name: string, rule: string, given: ReadonlyMap<string, Given>): ConfigProblem {
  const value = given.get(name);
  return {
    name,
    shown: value === undefined ? null : showText(name, value.text),
    rule,
    example: isSettingName(name) ? settingMeta(name).example : null,
    source: value?.source ?? "environment",
  };
}

function showText(name: string, text: string): string {
  if (name === "DATABASE_URL") return maskUrl(text);
  if (isSettingName(name) && !settingMeta(name).secret && !looksSecret(text)) {
    return quoteValue(text);
  }
  return maskValue(text);
}

/** A secret pasted into the wrong setting, such as a secret key given as the public one. */
function looksSecret(text: string): boolean {
  return /[0-9a-f]{64}/i.test(text) || /\d{6,12}:[A-Za-z0-9_-]{30,}/.test(text) ||
    /:\/\/[^/]*:[^/]*@/.test(text);
}

function toConfig(settings: Settings, cwd: string): Config {
  const { DMARKET_PUBLIC_KEY: publicKey, DMARKET_SECRET_KEY: secretKey } = settings;
  const keys = publicKey === undefined || secretKey === undefined
    ? null
    : { publicKey: publicKey.toLowerCase(), secretKey: new Secret(secretKey.toLowerCase()) };
  return {
    home: resolve(cwd, settings.MARKETD_HOME),
    http: settings.MARKETD_HTTP,
    httpToken: secretOrNull(settings.MARKETD_HTTP_TOKEN),
    mode: settings.MARKETD_MODE,
    databaseUrl: secretOrNull(settings.DATABASE_URL),
    dmarket: {
      apiUrl: settings.DMARKET_API_URL ?? (keys === null ? null : DMARKET_API_URL),
      keys,
      rates: settings.DMARKET_RATES,
    },
    telegram: {
      token: secretOrNull(settings.TELEGRAM_BOT_TOKEN),
      apiRoot: settings.TELEGRAM_API_ROOT,
      allowedUserIds: settings.TELEGRAM_ALLOWED_USER_IDS ?? [],
    },
    chaos: settings.MARKETD_CHAOS,
    log: settings.MARKETD_LOG,
    guardian: settings.MARKETD_GUARDIAN,
  };
}

function secretOrNull(text: string | undefined): Secret | null {
  return text === undefined ? null : new Secret(text);
}

/** The configuration as a person may see it, by setting name: secrets masked, `null` when unset. */
export function showConfig(config: Config): Readonly<Record<SettingName, string | null>> {
  const { http, dmarket, telegram } = config;
  const host = http.hostname.includes(":") ? `[${http.hostname}]` : http.hostname;
  const ids = telegram.allowedUserIds;
  return {
    MARKETD_HOME: config.home,
    MARKETD_HTTP: `${host}:${http.port}`,
    MARKETD_HTTP_TOKEN: maskSecret(config.httpToken),
    MARKETD_MODE: config.mode,
    DATABASE_URL: config.databaseUrl === null ? null : maskUrl(config.databaseUrl.reveal()),
    DMARKET_API_URL: dmarket.apiUrl,
    DMARKET_PUBLIC_KEY: dmarket.keys?.publicKey ?? null,
    DMARKET_SECRET_KEY: maskSecret(dmarket.keys?.secretKey ?? null),
    DMARKET_RATES: dmarket.rates,
    TELEGRAM_BOT_TOKEN: maskSecret(telegram.token),
    TELEGRAM_API_ROOT: telegram.apiRoot,
    TELEGRAM_ALLOWED_USER_IDS: ids.length === 0 ? null : ids.join(","),
    MARKETD_CHAOS: config.chaos ? "on" : "off",
    MARKETD_LOG: config.log,
    MARKETD_GUARDIAN: config.guardian,
  };
}

/** Every secret text of the configuration, for the log to take out wherever it appears. */
export function secretsOf(config: Config): readonly string[] {
  const { httpToken, databaseUrl, dmarket, telegram } = config;
  const secrets = [httpToken, databaseUrl, dmarket.keys?.secretKey, telegram.token]
    .flatMap((secret) => secret?.reveal() ?? []);
  return [...secrets, ...passwordsOf(databaseUrl?.reveal() ?? "")];
}

/** The passwords of a connection URL, encoded and plain. */
function passwordsOf(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const url = new URL(text);
  const parameters = [...url.searchParams].filter(([name]) => isSecretParameter(name));
  const found = [url.password, plain(url.password), ...parameters.map(([, value]) => value)];
  return found.filter((password) => password !== "");
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

function maskSecret(secret: Secret | null): string | null {
  return secret === null ? null : maskValue(secret.reveal());
}
