/** Messages that are edited in place: one per chat and key, the newest text wins. */

import type { Clock, Log } from "@/core/kernel/mod.ts";
import { BotApiError } from "./bot_api_error.ts";
import type { Surface } from "./surface.ts";
import type { Throttle } from "./throttle.ts";

/** Messages followed at once; beyond that the one that changed longest ago is let go. */
const MAX_MESSAGES = 50;

export interface ProgressUpdate {
  readonly chatId: number;
  readonly key: string;
  readonly html: string;
  /** Takes the message away; what is worth keeping is said in a message of its own. */
  readonly done: boolean;
}

interface Slot {
  readonly chatId: number;
  messageId: number | null;
  wanted: string;
  shown: string | null;
  done: boolean;
  dueAtMs: number;
  busy: boolean;
  cancel: () => void;
}

interface BoardOptions {
  /** Steps of one message are at least this far apart; Telegram counts edits like messages. */
  readonly everyMs: number;
  readonly surface: Surface;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export class ProgressBoard {
  readonly #options: BoardOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #working = new Set<Promise<void>>();

  constructor(options: BoardOptions) {
    this.#options = options;
  }

  update({ chatId, key, html, done }: ProgressUpdate): void {
    const id = `${chatId}/${key}`;
    const known = this.#slots.get(id);
    if (known === undefined && done) return;
    const slot = known ?? newSlot(chatId);
    slot.wanted = html;
    slot.done = done;
    this.#slots.delete(id);
    this.#slots.set(id, slot);
    this.#bound();
    this.#plan(id, slot);
  }

  /** Messages followed right now. */
  get size(): number {
    return this.#slots.size;
  }

  async stop(): Promise<void> {
    for (const slot of this.#slots.values()) slot.cancel();
    this.#slots.clear();
    await Promise.allSettled([...this.#working]);
  }

  #bound(): void {
    for (const [id, slot] of this.#slots) {
      if (this.#slots.size <= MAX_MESSAGES) return;
      slot.cancel();
      this.#slots.delete(id);
    }
  }

  #plan(id: string, slot: Slot): void {
    if (slot.busy) return;
    slot.cancel();
    const waitMs = slot.dueAtMs - this.#options.clock.monotonic();
    if (waitMs <= 0 || slot.done) return this.#show(id, slot);
    slot.cancel = this.#options.clock.after(waitMs, () => this.#show(id, slot));
  }

  #show(id: string, slot: Slot): void {
    slot.busy = true;
    const work = this.#write(slot).catch((error) => this.#failed(slot, error)).finally(() => {
      slot.busy = false;
      slot.dueAtMs = this.#options.clock.monotonic() + this.#options.everyMs;
      this.#working.delete(work);
      this.#next(id, slot);
    });
    this.#working.add(work);
  }

  #next(id: string, slot: Slot): void {
    if (this.#options.signal.aborted || this.#slots.get(id) !== slot) return;
    if (slot.done && slot.messageId === null) this.#slots.delete(id);
    else if (slot.done || slot.wanted !== slot.shown) this.#plan(id, slot);
  }

  async #write(slot: Slot): Promise<void> {
    const { surface, throttle, signal } = this.#options;
    await throttle.pass(signal);
    if (signal.aborted) return;
    const { chatId, messageId, wanted: html, done } = slot;
    if (done) {
      slot.messageId = null;
      if (messageId !== null) await surface.finish({ chatId, messageId, html }, signal);
      return;
    }
    slot.shown = html;
    if (messageId !== null) return await surface.edit({ chatId, messageId, html }, signal);
    const message = {
      chatId,
      html,
      buttons: [],
      silent: true,
      replyToMessageId: null,
      replaceMessageId: null,
    };
    slot.messageId = await surface.post(message, signal);
  }

  /** Not tried again: losing a step loses nothing, the next one shows more. */
  #failed(slot: Slot, error: unknown): void {
    const { throttle, log, signal } = this.#options;
    throttle.note(error);
    if (signal.aborted || isUnchanged(error)) return;
    if (error instanceof BotApiError && error.kind === "rejected") slot.messageId = null;
    log.debug("Progress not shown", { reason: error instanceof Error ? error.message : "unknown" });
  }
}

function newSlot(chatId: number): Slot {
  return {
    chatId,
    messageId: null,
    wanted: "",
    shown: null,
    done: false,
    dueAtMs: -Infinity,
    busy: false,
    cancel: () => {},
  };
}

function isUnchanged(error: unknown): boolean {
  return error instanceof BotApiError && error.message.includes("message is not modified");
}
