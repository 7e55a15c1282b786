/**
 * What went wrong between us and the Bot API, without the token: grammY's errors carry the request
 * and the runtime's carry its URL, so nothing of them is kept but what is known to be harmless.
 */

import { GrammyError, HttpError } from "grammy";
import { ActorError, type ErrorKind } from "@/core/kernel/mod.ts";

export class BotApiError extends ActorError {
  /** The Bot API's error code; null when it did not answer. */
  readonly status: number | null;
  /** How long the Bot API asks to be left alone; null when it does not. */
  readonly retryAfterMs: number | null;

  constructor(
    kind: ErrorKind,
    code: string,
    options: {
      readonly message: string;
      readonly status?: number;
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    super(kind, code, options.message);
    this.status = options.status ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** An answer that does not come from the Bot API but from something in front of it. */
export class NotJsonError extends Error {
  constructor(status: number, contentType: string) {
    super(`${status} and ${/^[\w.+/-]{1,60}/.exec(contentType)?.[0] ?? "no type"} instead of JSON`);
    this.name = "NotJsonError";
  }
}

/** No word boundary: in `/bot123:…` there is none before the digits. */
const TOKEN_SHAPE = /\d{6,12}:[A-Za-z0-9_-]{30,200}/g;
const MAX_DESCRIPTION = 300;

/** Reads any error of a call; `transient` only where the call surely had no effect. */
export function readError(method: string, thrown: unknown, token: string): BotApiError {
  if (thrown instanceof GrammyError) return refused(method, thrown, token);
  const inner = thrown instanceof HttpError ? thrown.error : thrown;
  if (neverSent(inner)) {
    const message = `Cannot reach the Bot API for ${method}: no connection`;
    return new BotApiError("transient", "telegram-unreachable", { message });
  }
  if (inner instanceof NotJsonError) {
    const message =
      `The Bot API did not answer ${method}: something else did, with ${inner.message}`;
    return new BotApiError("unknown", "telegram-not-json", { message });
  }
  const message = `The Bot API did not answer ${method}: ${
    inner instanceof Error ? inner.name : "?"
  }`;
  return new BotApiError("unknown", "telegram-no-answer", { message });
}

function refused(method: string, error: GrammyError, token: string): BotApiError {
  const status = error.error_code;
  const description = withoutToken(String(error.description), token).slice(0, MAX_DESCRIPTION);
  const message = `The Bot API refused ${method} with ${status}: ${description}`;
  const seconds = error.parameters.retry_after;
  const retryAfterMs = typeof seconds === "number" ? seconds * 1_000 : undefined;
  const [kind, code] = consequence(status);
  return new BotApiError(kind, code, { message, status, retryAfterMs });
}

function consequence(status: number): readonly [ErrorKind, string] {
  if (status === 429) return ["transient", "telegram-throttled"];
  // 404 is what a token of the wrong form gets: every path below it is unknown.
  if (status === 401 || status === 404) return ["transient", "telegram-unauthorised"];
  if (status === 409) return ["transient", "telegram-conflict"];
  if (status >= 400 && status < 500) return ["rejected", "telegram-refused"];
  return ["unknown", "telegram-broken"];
}

export function withoutToken(text: string, token: string): string {
  return text.replaceAll(token, "[token]").replaceAll(TOKEN_SHAPE, "[token]");
}

/** The runtime says `client error (Connect)` when no byte of the request left this machine. */
function neverSent(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown.message.includes("client error (Connect)")) return true;
  return thrown.name === "NotCapable" || neverSent(thrown.cause);
}
