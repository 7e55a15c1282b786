/** Hands what a signer has learnt to main, to be kept for the next one. */

import { ActorError, type Clock, type Log } from "@/core/kernel/mod.ts";
import { type Learnt, packLearnt } from "./pace.ts";

export interface KeeperOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly learnt: () => Learnt;
  /** Resolves when the text cannot be lost any more. */
  readonly keep: (text: string) => Promise<void>;
}

/** What has not changed is kept anew after this time, before it counts as too old to be used. */
const RENEW_MS = 600_000;

export class Keeper {
  readonly #options: KeeperOptions;
  #keptText = "";
  #keptAtMs = -Infinity;
  #isKeeping = false;
  #isDue = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Something may have changed. One text is under way at a time, and the newest is next. */
  async changed(): Promise<void> {
    this.#isDue = true;
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    while (this.#isDue) {
      this.#isDue = false;
      await this.#keep();
    }
    this.#isKeeping = false;
  }

  async #keep(): Promise<void> {
    const { clock, log, learnt, keep } = this.#options;
    const text = packLearnt(learnt());
    const nowMs = clock.monotonic();
    if (text === this.#keptText && nowMs - this.#keptAtMs < RENEW_MS) return;
    try {
      await keep(text);
      this.#keptText = text;
      this.#keptAtMs = nowMs;
    } catch (error) {
      // A house in which nobody keeps anything, or one that is about to stop.
      if (error instanceof ActorError && error.kind === "peer-down") return;
      log.warn("Pace was not kept: a signer that starts anew begins faster", { error });
    }
  }
}
