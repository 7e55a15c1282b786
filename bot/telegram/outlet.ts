/** Sends durable messages, one after another, so that they arrive in the order they were decided. */

import { ActorError, type Clock } from "@/core/kernel/mod.ts";
import type { Posting, Surface } from "./surface.ts";
import type { Throttle } from "./throttle.ts";

/** A message on the wire when the actor stops may still arrive; aborted, it would be repeated. */
const STOP_GRACE_MS = 3_000;

/** Limits of one message: until `deadlineAtMs` on the monotonic clock, less when `signal` aborts. */
export interface SendLimits {
  readonly signal: AbortSignal;
  readonly deadlineAtMs: number;
}

export class Outlet {
  readonly #surface: Surface;
  readonly #throttle: Throttle;
  readonly #clock: Clock;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: { surface: Surface; throttle: Throttle; clock: Clock }) {
    this.#surface = options.surface;
    this.#throttle = options.throttle;
    this.#clock = options.clock;
  }

  /** Resolves with the message's id. Rejects `transient` when it surely was not sent. */
  send(posting: Posting, limits: SendLimits): Promise<number> {
    const sent = this.#tail.then(() => this.#sendNow(posting, limits));
    this.#tail = sent.catch(() => {});
    return sent;
  }

  async #sendNow(posting: Posting, { signal, deadlineAtMs }: SendLimits): Promise<number> {
    await this.#throttle.pass(signal);
    if (signal.aborted) {
      const message = "The message was not sent: its time was over before its turn came";
      throw new ActorError("transient", "telegram-not-sent", message);
    }
    const wire = new AbortController();
    const abort = () => wire.abort();
    const withinMs = Math.max(0, deadlineAtMs - this.#clock.monotonic());
    const cancels = [this.#clock.after(withinMs, abort)];
    const stop = () => cancels.push(this.#clock.after(Math.min(withinMs, STOP_GRACE_MS), abort));
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await this.#surface.post(posting, wire.signal);
    } catch (error) {
      this.#throttle.note(error);
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
      for (const cancel of cancels) cancel();
    }
  }
}
