import { type Clock, sleep } from "@/core/kernel/mod.ts";
import { BotApiError } from "./bot_api_error.ts";

/** The silence that the Bot API asked for; everything that is sent passes here first. */
export class Throttle {
  readonly #clock: Clock;
  #untilMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when sending is allowed again, or when `signal` aborts. */
  async pass(signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = this.#untilMs - this.#clock.monotonic();
      if (waitMs <= 0 || signal.aborted) return;
      await sleep(this.#clock, waitMs, signal);
    }
  }

  /** Takes note of how a call failed. */
  note(error: unknown): void {
    if (!(error instanceof BotApiError) || error.retryAfterMs === null) return;
    this.#untilMs = Math.max(this.#untilMs, this.#clock.monotonic() + error.retryAfterMs);
  }
}
