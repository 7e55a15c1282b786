/** Answers that succeed or fail item by item, whatever their HTTP status says. */

import { ActorError } from "@/core/kernel/errors.ts";

/** Why one item of a batch was not done. */
export interface ItemFailure {
  /** The market's own, such as `NotEnoughBalance` or `AssetTimeLocked`. */
  readonly code: string;
  readonly message: string;
  /** How long the item is locked; null when the failure is not about time. */
  readonly retryAfterMs: number | null;
}

const TIME_LOCKED = "AssetTimeLocked";
const MINUTES_LEFT = /^(\d{1,4}):([0-5]\d)$/;

/** A lock's message is what is left of it, `12:19`. */
export function itemFailure(code: string, message: string): ItemFailure {
  const match = code === TIME_LOCKED ? MINUTES_LEFT.exec(message) : null;
  const retryAfterMs = match === null ? null : (Number(match[1]) * 60 + Number(match[2])) * 1_000;
  return { code, message, retryAfterMs };
}

/** Throws {@link ActorError} `rejected bad-batch` for an empty batch and for one that is too large. */
export function requireBatch(name: string, size: number, max: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= max) return;
  const message = `Cannot send ${size} ${name} at once as it must be 1 to ${max}`;
  throw new ActorError("rejected", "bad-batch", message);
}

/** Throws {@link ActorError} `rejected bad-price` for anything but whole cents above zero. */
export function requirePrice(priceCents: number, maxCents: number): void {
  if (Number.isInteger(priceCents) && priceCents >= 1 && priceCents <= maxCents) return;
  const message =
    `Cannot send a price of ${priceCents} cents as it must be a whole number from 1 ` +
    `to ${maxCents}`;
  throw new ActorError("rejected", "bad-price", message);
}
