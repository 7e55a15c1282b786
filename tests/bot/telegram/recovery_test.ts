/** How long people wait for the bot once the Bot API is well again. */

import assert from "node:assert/strict";
import { BotApi } from "@/bot/telegram/bot_api.ts";
import { type Connection, poll } from "@/bot/telegram/poll.ts";
import { ManualClock } from "@/tests/core/http/manual_clock.ts";
import { startTelegramEmulator, type TelegramEmulator } from "@/tests/support/telegram_emulator.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { TOKEN } from "./fake_context.ts";

const WITHIN_MS = 15_000;
const STEP_MS = 250;
const RETRY_AFTER_S = 40;

/** A poll whose time stands still while a call is on its way, with the longest of all pauses. */
class Line {
  readonly clock = new ManualClock();
  readonly attemptsAtMs: number[] = [];
  readonly changes: Connection[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #inFlight = 0;

  constructor(apiRoot: string) {
    const { clock } = this;
    const { signal } = this.#stop;
    const api = new BotApi({ token: TOKEN, apiRoot, clock });
    this.#running = poll({
      getUpdates: ({ offset, hold }) => {
        this.attemptsAtMs.push(clock.monotonic());
        return this.#counted(api.getUpdates({ offset, holdSeconds: hold ? 30 : 0 }, signal));
      },
      accept: () => Promise.resolve(),
      prepare: () => this.#counted(api.deleteWebhook(signal)),
      clock,
      random: () => 1,
      signal,
      onChange: (connection) => this.changes.push(connection),
    });
  }

  /** Lets time pass until `met`, or for `mostMs`; resolves to how long it took. */
  async pass(met: () => boolean, mostMs: number): Promise<number> {
    const startedAtMs = this.clock.monotonic();
    const passed = () => this.clock.monotonic() - startedAtMs;
    while (!met() && passed() < mostMs) {
      await waitFor("the call to end", () => this.#inFlight === 0 || met());
      if (!met()) await this.clock.advance(STEP_MS);
    }
    return passed();
  }

  async attempts(count: number): Promise<void> {
    const wanted = this.attemptsAtMs.length + count;
    await this.pass(() => this.attemptsAtMs.length >= wanted, 600_000);
    await waitFor("the call to end", () => this.#inFlight === 0);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #counted<T>(call: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await call;
    } finally {
      this.#inFlight -= 1;
    }
  }
}

async function afterOutage(
  outage: (emulator: TelegramEmulator, line: Line) => Promise<TelegramEmulator>,
): Promise<void> {
  let emulator = startTelegramEmulator({ token: TOKEN });
  const line = new Line(emulator.apiRoot);
  try {
    emulator = await outage(emulator, line);
    const before = line.changes.length;
    const tookMs = await line.pass(() => line.changes.length > before, 10 * WITHIN_MS);
    assert.equal(line.changes.at(-1), "online");
    assert.ok(tookMs <= WITHIN_MS, `The next good poll came ${tookMs} ms after the recovery`);
  } finally {
    await line.end();
    await emulator.close();
  }
}

for (const kind of ["409", "500", "html-502"] as const) {
  Deno.test(`people are answered within 15 s after a long outage with ${kind}`, () =>
    afterOutage(async (emulator, line) => {
      emulator.fault({ method: "getUpdates", kind, times: 30 });
      await line.attempts(30);
      return emulator;
    }));
}

Deno.test("people are answered within 15 s after 409, 429, 502 and closed connections in a row", () =>
  afterOutage(async (emulator, line) => {
    emulator.fault({ method: "getUpdates", kind: "409", times: 8 });
    emulator.fault({ method: "getUpdates", kind: "429", retryAfter: RETRY_AFTER_S });
    emulator.fault({ method: "getUpdates", kind: "html-502", times: 8 });
    await line.attempts(10);
    const [throttledAtMs = 0, nextAtMs = 0] = line.attemptsAtMs.slice(8);
    assert.ok(nextAtMs - throttledAtMs >= RETRY_AFTER_S * 1_000, "asked before the time");
    await line.attempts(7);
    const port = Number(new URL(emulator.apiRoot).port);
    await emulator.close();
    await line.attempts(8);
    return startTelegramEmulator({ token: TOKEN, port });
  }));
