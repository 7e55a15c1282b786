/** People who may not command: they hear nothing, and the log hears of each of them once. */

import type { Log } from "@/core/kernel/mod.ts";

const MAX_KNOWN = 1_000;

export class Strangers {
  readonly #log: Log;
  readonly #known = new Set<number | null>();
  #count = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Updates of strangers so far. */
  get count(): number {
    return this.#count;
  }

  note(stranger: { readonly userId: number | null; readonly chatType: string }): void {
    this.#count += 1;
    if (this.#known.has(stranger.userId) || this.#known.size >= MAX_KNOWN) return;
    this.#known.add(stranger.userId);
    this.#log.warn("Message of a stranger ignored", stranger);
  }
}
