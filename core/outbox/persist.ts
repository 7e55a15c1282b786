/** Work of the database that must be done: repeated until it answers, while others wait. */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { FencedError, StaleError } from "@/core/kernel/store.ts";

const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;

export class Persistence {
  /** Wall clock since when work waits for the database; null while they do not. */
  waitingSinceMs: number | null = null;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
  }

  /** Null: it was over before it was done. Throws where another try would end the same. */
  async untilDone<T>(run: () => Promise<T>, isOver: () => boolean): Promise<T | null> {
    for (let delayMs = RETRY_MIN_MS; !isOver(); delayMs = Math.min(delayMs * 2, RETRY_MAX_MS)) {
      try {
        const result = await run();
        this.waitingSinceMs = null;
        return result;
      } catch (error) {
        if (isFinal(error)) throw error;
        this.#onError(error);
        this.waitingSinceMs ??= this.#clock.now();
        await sleep(this.#clock, delayMs);
      }
    }
    return null;
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof FencedError || error instanceof StaleError ||
    error instanceof ActorError && (error.kind === "rejected" || error.kind === "fatal");
}
