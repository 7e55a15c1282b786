/** A desk in front of an emulator, and orders to it. */

import { Desk } from "@/bot/telegram/desk.ts";
import type { TelegramConfig } from "@/bot/telegram/spec.ts";
import type { BodyOf } from "@/core/kernel/mod.ts";
import type { Notice } from "@/core/protocol/notices.ts";
import type { telegram } from "@/core/protocol/telegram.ts";
import { startTelegramEmulator, type TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import { type FakeContext, fakeContext, OWNER, TOKEN } from "./fake_context.ts";

export interface Open {
  readonly emulator: TelegramEmulator;
  readonly fake: FakeContext;
  readonly desk: Desk;
}

/** A desk in front of an emulator; with `listen`, its polling runs. */
export async function withDesk(
  test: (open: Open) => Promise<void>,
  options: { readonly listen?: boolean; readonly config?: Partial<TelegramConfig> } = {},
): Promise<void> {
  const emulator = startTelegramEmulator({ token: TOKEN });
  try {
    const fake = fakeContext({ token: TOKEN, apiRoot: emulator.apiRoot, ...options.config });
    const desk = new Desk(fake.context);
    const running = options.listen === true ? desk.run(fake.context) : Promise.resolve();
    try {
      await test({ emulator, fake, desk });
    } finally {
      fake.stop();
      await running;
      await desk.stop();
    }
  } finally {
    await emulator.close();
  }
}

/** An order to send the notice to the owner. */
export function send(
  notice: Notice,
  change: Partial<BodyOf<typeof telegram, "Send">> = {},
): BodyOf<typeof telegram, "Send"> {
  return {
    chatId: OWNER,
    mode: "dry",
    language: null,
    notice,
    silent: false,
    replyToMessageId: null,
    replaceMessageId: null,
    ...change,
  };
}
