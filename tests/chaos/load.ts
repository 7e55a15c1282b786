/** What the daemon has to do meanwhile: scans without a pause, and a person who keeps asking. */

import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { Rng } from "@/core/market/dmarket/sim/random.ts";
import { OWNER } from "@/tests/support/edge.ts";
import type { TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import type { App } from "@/tests/support/app.ts";

const COMMANDS = ["/status", "/health", "/opportunities", "/help"];
/** Apart from the ids that the emulator gives out itself. */
const FIRST_MESSAGE = 5_000_000;
/** Requests that wait are enough; more would only queue up. */
const SCANS_AHEAD = 3;

interface ScansView {
  readonly items: readonly { readonly status: string }[];
}

export class Load {
  /** Message ids of the commands that were said. */
  readonly asked: number[] = [];
  readonly #telegram: TelegramEmulator;
  readonly #rng: Rng;

  constructor(telegram: TelegramEmulator, seed: number) {
    this.#telegram = telegram;
    this.#rng = new Rng(seed, 7);
  }

  /** A command, and scans if too few are waiting. */
  async add(app: App): Promise<void> {
    this.say(this.#rng.pick(COMMANDS));
    const { items } = await app.json<ScansView>("/api/v1/scans?limit=50");
    const open = items.filter(({ status }) => status === "queued" || status === "running").length;
    for (let more = open; more < SCANS_AHEAD; more++) {
      const scan = { game: this.#rng.pick(GAMES), level: this.#rng.pick(LEVELS) };
      await app.post("/debug/scan", scan);
    }
  }

  /** Returns the id of the message. */
  say(text: string): number {
    const id = FIRST_MESSAGE + this.asked.length;
    this.asked.push(id);
    this.#telegram.push({
      message: {
        message_id: id,
        from: { id: OWNER, is_bot: false, first_name: "Person", language_code: "en" },
        chat: { id: OWNER, type: "private", first_name: "Person" },
        date: Math.floor(Date.now() / 1_000),
        text,
        entities: [{ type: "bot_command", offset: 0, length: text.length }],
      },
    });
    return id;
  }
}
