/** Whether and when a failed read is tried again. Writes never come here. */

export interface RetryPolicy {
  /** All attempts of one call, the first included. */
  readonly maxAttempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  /** A server that asks for more is not waited for: the caller hears of it at once. */
  readonly maxServerWaitMs: number;
}

export const READ_RETRIES: RetryPolicy = {
  maxAttempts: 4,
  baseMs: 250,
  maxMs: 8_000,
  maxServerWaitMs: 15_000,
};

/**
 * How an attempt failed. `body`: it is not what its content type promises; `clock`: it was stamped
 * with a time that the answer has corrected since.
 */
export type Failure =
  | { readonly cause: "status"; readonly status: number; readonly serverWaitMs: number | null }
  | { readonly cause: "network" | "timeout" | "body" | "clock" };

export type RetryDecision =
  | { readonly retry: true; readonly afterMs: number }
  | {
    readonly retry: false;
    readonly reason: "final" | "attempts" | "server-wait" | "deadline" | "budget";
  };

export interface RetryQuestion {
  readonly failure: Failure;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Until the caller's deadline. */
  readonly remainingMs: number;
  readonly budget: RetryBudget;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Exponential backoff with full jitter, or the server's own wait plus up to a tenth. Only 429,
 * 5xx, a lost connection, a timeout, an unreadable body and a wrong stamp are worth another attempt.
 */
export function decideRetry(question: RetryQuestion, policy: RetryPolicy): RetryDecision {
  const { failure, attempt, random } = question;
  if (!isPassing(failure)) return { retry: false, reason: "final" };
  if (attempt >= policy.maxAttempts) return { retry: false, reason: "attempts" };
  const serverWaitMs = failure.cause === "status" ? failure.serverWaitMs : null;
  if (serverWaitMs !== null && serverWaitMs > policy.maxServerWaitMs) {
    return { retry: false, reason: "server-wait" };
  }
  const backoffMs = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const afterMs = serverWaitMs === null
    ? Math.round(random * backoffMs)
    : Math.ceil(serverWaitMs * (1 + random / 10));
  if (afterMs >= question.remainingMs) return { retry: false, reason: "deadline" };
  if (question.budget.tokens < 1) return { retry: false, reason: "budget" };
  return { retry: true, afterMs };
}

function isPassing(failure: Failure): boolean {
  return failure.cause !== "status" || failure.status === 429 || failure.status >= 500;
}

/**
 * Keeps retries a small share of all calls, so that an outage is not answered with a storm:
 * each call earns a fraction of a token, each retry costs a whole one.
 */
export interface RetryBudget {
  readonly tokens: number;
}

const MAX_BUDGET = 10;
const EARNED_PER_CALL = 0.2;

export const FULL_RETRY_BUDGET: RetryBudget = { tokens: MAX_BUDGET };

export function earnRetry(budget: RetryBudget): RetryBudget {
  return { tokens: Math.min(MAX_BUDGET, budget.tokens + EARNED_PER_CALL) };
}

export function spendRetry(budget: RetryBudget): RetryBudget {
  return { tokens: Math.max(0, budget.tokens - 1) };
}
