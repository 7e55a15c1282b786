/** What an answer of DMarket other than success means, by its status and whichever error form. */

import { ActorError, type ErrorKind } from "@/core/kernel/errors.ts";

const MAX_DETAIL_CHARS = 200;
/** Keys and signatures are 64 hexadecimal digits or more. */
const SECRET = /[0-9a-f]{32,}/gi;

/**
 * The error of an answer with this status and body. Kinds: 429 and 5xx `transient`; every other
 * refusal, 401 included, `rejected`. The body's own code and message are quoted, shortened, with
 * anything that looks like a key left out.
 */
export function answerError(place: string, answer: { status: number; text: string }): ActorError {
  const { status, text } = answer;
  const [kind, code] = meaning(status);
  const detail = errorDetail(text);
  const said = detail === null ? "" : `: ${detail}`;
  return new ActorError(kind, code, `DMarket answered ${place} with ${status}${said}`);
}

function meaning(status: number): readonly [ErrorKind, string] {
  if (status === 429) return ["transient", "rate-limited"];
  if (status >= 500) return ["transient", "server-error"];
  const code = REFUSALS.get(status);
  if (code !== undefined) return ["rejected", code];
  return ["rejected", status < 400 ? "unexpected-status" : "refused"];
}

const REFUSALS: ReadonlyMap<number, string> = new Map([
  [400, "bad-request"],
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not-found"],
  [409, "conflict"],
  [410, "gone"],
]);

/**
 * `code: message` out of the four forms: account and exchange `{code, message}`, grpc-gateway
 * `{error, code: int, message}`, and the capitalised 401. Null when the body is none of them.
 */
export function errorDetail(text: string): string | null {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // A gateway's error page: the status says enough.
    return null;
  }
  if (typeof body !== "object" || body === null) return null;
  const fields = body as Readonly<Record<string, unknown>>;
  const code = word(fields.code ?? fields.Code ?? fields.error);
  const message = word(fields.message ?? fields.Message ?? fields.error);
  const parts = new Set([code, message].filter((part) => part !== null));
  if (parts.size === 0) return null;
  return [...parts].join(": ").replace(SECRET, "(hidden)").replace(/\s+/g, " ").slice(
    0,
    MAX_DETAIL_CHARS,
  );
}

function word(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}
