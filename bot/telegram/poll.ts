/**
 * Long polling, at least once: an update is confirmed by the next poll's offset, and only after
 * `accept` has made sure that it cannot be lost.
 */

import { type Clock, sleep } from "@/core/kernel/mod.ts";
import type { RawUpdate } from "./bot_api.ts";
import { BotApiError } from "./bot_api_error.ts";

export interface PollOptions {
  /** `hold`: the server may keep the call waiting for something to tell. */
  readonly getUpdates: (
    poll: { readonly offset: number | null; readonly hold: boolean },
  ) => Promise<readonly RawUpdate[]>;
  /** Resolves once the update is settled for good; a rejection has it delivered again. */
  readonly accept: (update: RawUpdate) => Promise<void>;
  /** Runs before the first poll, again and again until it succeeds. */
  readonly prepare: () => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onChange: (connection: Connection, error: Error | null) => void;
}

export type Connection = "connecting" | "online" | "offline" | "unauthorised" | "conflict";

const FIRST_BACKOFF_MS = 500;
/** Short enough that people are answered within 15 s of the Bot API's recovery. */
const MAX_BACKOFF_MS = 12_000;
/** A wrong token is for a person to mend, by a new start; asking often does not help. */
const HOPELESS_BACKOFF_MS = 60_000;
/** A server that does not hold an empty poll is not asked more often than this. */
const MIN_EMPTY_POLL_MS = 1_000;

/**
 * Polls until `signal` aborts. Never rejects for what the Bot API does. The first poll, and the
 * first after an outage, is not held: its answer tells that the line is good.
 */
export async function poll(options: PollOptions): Promise<void> {
  const { clock, signal, onChange } = options;
  let offset: number | null = null;
  let prepared = false;
  let failures = 0;
  const line: { connection: Connection } = { connection: "connecting" };
  const change = (next: Connection, error: Error | null) => {
    if (next !== line.connection) onChange(next, error);
    line.connection = next;
  };
  while (!signal.aborted) {
    try {
      if (!prepared) await options.prepare();
      prepared = true;
      offset = await round({ offset, hold: line.connection === "online" }, options);
      failures = 0;
      change("online", null);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      change(connectionOf(error), error instanceof Error ? error : null);
      if (error instanceof BotApiError && error.status === 409) prepared = false;
      await sleep(clock, backoffMs(error, failures, options.random()), signal);
    }
  }
}

/**
 * One poll and its updates; resolves with the offset that confirms them. Null where nothing is left
 * to confirm: after a silent week the Bot API starts over with ids that an old offset would hide.
 */
async function round(
  poll: { readonly offset: number | null; readonly hold: boolean },
  options: PollOptions,
): Promise<number | null> {
  const { clock, signal } = options;
  const askedAtMs = clock.monotonic();
  const updates = await options.getUpdates(poll);
  let next: number | null = null;
  for (const update of updates) {
    if (signal.aborted) return next;
    await options.accept(update);
    next = update.update_id + 1;
  }
  const heldMs = clock.monotonic() - askedAtMs;
  if (poll.hold && updates.length === 0 && heldMs < MIN_EMPTY_POLL_MS) {
    await sleep(clock, MIN_EMPTY_POLL_MS - heldMs, signal);
  }
  return next;
}

export function connectionOf(error: unknown): Connection {
  if (!(error instanceof BotApiError)) return "offline";
  if (error.status === 401 || error.status === 404) return "unauthorised";
  return error.status === 409 ? "conflict" : "offline";
}

/** Doubles up to twelve seconds, with jitter; the Bot API's own wish wins. */
export function backoffMs(error: unknown, failures: number, random: number): number {
  if (error instanceof BotApiError && error.retryAfterMs !== null) {
    return error.retryAfterMs + Math.round(random * 1_000);
  }
  const hopeless = connectionOf(error) === "unauthorised";
  const most = hopeless && failures > 5 ? HOPELESS_BACKOFF_MS : MAX_BACKOFF_MS;
  const base = Math.min(most, FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 16));
  return Math.round(base * (0.5 + random / 2));
}
