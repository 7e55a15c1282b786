/** A service context for the telegram actor that records what the actor does. */

import type { telegramSpec } from "@/bot/telegram/spec.ts";
import type { TelegramConfig } from "@/bot/telegram/spec.ts";
import {
  type Call,
  type Clock,
  type LogLevel,
  type LogProps,
  type ServiceContext,
  systemClock,
} from "@/core/kernel/mod.ts";

export const TOKEN = "123456789:EMULATOR-token-of-thirty-five-chars_";
export const OWNER = 7_000_001;

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly props: LogProps;
}

export interface FakeContext {
  readonly context: ServiceContext<typeof telegramSpec>;
  readonly posts: { readonly key: string; readonly body: unknown }[];
  readonly logs: LogLine[];
  readonly facts: Record<string, string | number | boolean>;
  /** Takes the place of storing a post; a rejection means that it was not stored. */
  onPost: (key: string) => Promise<void>;
  call(options?: { uncertain?: boolean; deadlineMs?: number }): Call<typeof telegramSpec>;
  stop(): void;
}

export function fakeContext(
  config: Partial<TelegramConfig>,
  clock: Clock = systemClock,
): FakeContext {
  const stopping = new AbortController();
  const logs: LogLine[] = [];
  const log = (level: LogLevel) => (message: string, props: LogProps = {}) => {
    logs.push({ level, message, props });
  };
  const context: ServiceContext<typeof telegramSpec> = {
    config: {
      token: null,
      apiRoot: "http://127.0.0.1:1",
      allowedUserIds: [OWNER],
      pollSeconds: 30,
      language: "en",
      ...config,
    },
    clock,
    random: () => 0,
    log: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    signal: stopping.signal,
    incarnation: 1,
    ask: () => Promise.reject(new Error("The telegram actor asks nobody")),
    tell: () => undefined as never,
    post: async (_peer, _type, { key, body }) => {
      await fake.onPost(key);
      if (!fake.posts.some((post) => post.key === key)) fake.posts.push({ key, body });
    },
    report: (facts) => void Object.assign(fake.facts, facts),
    finish: () => {},
  };
  const fake: FakeContext = {
    context,
    posts: [],
    logs,
    facts: {},
    onPost: () => Promise.resolve(),
    call: ({ uncertain = false, deadlineMs = 5_000 } = {}) => ({
      ...context,
      from: "notifier",
      trace: "t",
      deadlineAtMs: clock.monotonic() + deadlineMs,
      key: "test-key",
      attempt: uncertain ? 2 : 1,
      uncertain,
    }),
    stop: () => stopping.abort(),
  };
  return fake;
}
