/** Bodies, refusals and faults in the Bot API's wire form. */

import { readTelegramHtml } from "./telegram_html.ts";

export type FaultKind = "429" | "401" | "409" | "500" | "html-502" | "hang" | "403";
export interface Fault {
  readonly method: string;
  readonly kind: FaultKind;
  /** Calls that meet it; one by default. */
  readonly times?: number;
  /** Seconds in `retry_after` of a 429; 1 by default. */
  readonly retryAfter?: number;
  /** The call has its effect, and only the answer goes wrong. */
  readonly after?: boolean;
}

/** What a method answers; a hang never does. */
export type Reply = { readonly status: number; readonly body: unknown };
export type Answer = Reply | "hang";

const MAX_TEXT = 4_096;
export const CONFLICT = "Conflict: terminated by other getUpdates request; " +
  "make sure that only one bot instance is running";

export function success(result: unknown): Reply {
  return { status: 200, body: { ok: true, result } };
}

export function refusal(status: number, description: string, parameters?: unknown): Reply {
  const body = { ok: false, error_code: status, description };
  return { status, body: parameters === undefined ? body : { ...body, parameters } };
}

export function faultAnswer(fault: Fault): Answer {
  const seconds = fault.retryAfter ?? 1;
  switch (fault.kind) {
    case "429":
      return refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
    case "401":
      return refusal(401, "Unauthorized");
    case "403":
      return refusal(403, "Forbidden: bot was blocked by the user");
    case "409":
      return refusal(409, CONFLICT);
    case "500":
      return refusal(500, "Internal Server Error");
    case "html-502":
      return { status: 502, body: "<html><body><h1>502 Bad Gateway</h1></body></html>" };
    case "hang":
      return "hang";
  }
}

export function readText(
  payload: Readonly<Record<string, unknown>>,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly answer: Reply } {
  const bad = (
    why: string,
  ) => ({ ok: false, answer: refusal(400, `Bad Request: ${why}`) } as const);
  if (!Number.isSafeInteger(Number(payload["chat_id"]))) return bad("chat not found");
  const raw = String(payload["text"] ?? "");
  const read = payload["parse_mode"] === "HTML"
    ? readTelegramHtml(raw)
    : { ok: true as const, text: raw };
  if (!read.ok) return bad(`can't parse entities: ${read.why}`);
  if (read.text.trim() === "") return bad("message text is empty");
  return read.text.length > MAX_TEXT ? bad("message is too long") : read;
}

export interface Button {
  readonly text: string;
  readonly callback_data: string;
}

/** An inline keyboard as the server checks it: labels, 1 to 64 bytes of data, at most 100 buttons. */
export function readButtons(
  payload: Readonly<Record<string, unknown>>,
):
  | { readonly ok: true; readonly buttons: readonly (readonly Button[])[] }
  | { readonly ok: false; readonly answer: Reply } {
  const markup = payload["reply_markup"] as { inline_keyboard?: Button[][] } | undefined;
  const rows = markup?.inline_keyboard ?? [];
  const bad = (
    why: string,
  ) => ({ ok: false, answer: refusal(400, `Bad Request: ${why}`) } as const);
  if (rows.flat().length > 100) return bad("reply markup is too long");
  for (const { text, callback_data: data } of rows.flat()) {
    if (text.trim() === "") return bad("inline keyboard button text must be non-empty");
    const bytes = new TextEncoder().encode(data).length;
    if (bytes < 1 || bytes > 64) return bad("BUTTON_DATA_INVALID");
  }
  return { ok: true, buttons: rows };
}

export function respond(answer: Reply): Response {
  return typeof answer.body === "string"
    ? new Response(answer.body, { status: answer.status, headers: { "content-type": "text/html" } })
    : Response.json(answer.body, { status: answer.status });
}

export async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  if (text === "") return {};
  const type = request.headers.get("content-type") ?? "";
  return type.includes("json") ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
}
