/** Notices a server that lives and answers nobody, such as one that was stopped by a signal. */

import { type Clock, sleep } from "@/core/kernel/clock.ts";
import type { Address } from "../address.ts";
import { isAnswer } from "../errors.ts";
import { Session } from "../session.ts";

export interface Watch {
  readonly clock: Clock;
  /** Whether the server answers; settles within `timeoutMs`. */
  readonly asks: (timeoutMs: number) => Promise<boolean>;
  /** How long it may be silent. */
  readonly silentMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** So many questions in a row have to stay without an answer. */
const QUESTIONS = 6;
/** A question that took so many times its limit says more about us than about the server. */
const AWAY_FACTOR = 2;

/**
 * Resolves to true once the server was silent for `silentMs`, to false when the watch was ended.
 * Counts questions, never the time between two moments: where this process or the whole machine
 * stood still, no question was asked meanwhile, and one that was under way does not count.
 */
export async function isSilent({ clock, asks, silentMs, signal }: Watch): Promise<boolean> {
  const stepMs = silentMs / QUESTIONS;
  for (let unanswered = 0; unanswered < QUESTIONS;) {
    const askedAt = clock.monotonic();
    const answered = await asks(stepMs);
    const tookMs = clock.monotonic() - askedAt;
    if (signal.aborted) return false;
    if (answered) unanswered = 0;
    else if (tookMs < stepMs * AWAY_FACTOR) unanswered += 1;
    await sleep(clock, Math.max(0, stepMs - tookMs), signal);
    if (signal.aborted) return false;
  }
  return true;
}

/** Whether a new connection gets an answer, be it a refusal. */
export async function answers(
  address: Address,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<boolean> {
  const session = new Session({ connect: { address, rootCertificates: null }, clock, timeoutMs });
  try {
    await session.read((sql) => sql`select 1`);
    return true;
  } catch (error) {
    return isAnswer(error);
  } finally {
    await session.close();
  }
}
