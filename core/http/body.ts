/** Reads bodies that may be anything: too long, not text, not JSON, or a web page. */

import { ActorError } from "@/core/kernel/errors.ts";

const EXCERPT_CHARS = 120;

/**
 * The body as text. Counts the bytes as they come, after decompression, and stops reading above
 * `maxBytes`. Throws {@link ActorError} `rejected body-too-large` and `transient bad-encoding`.
 */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (declared > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(`${declared} bytes`, maxBytes);
  }
  if (response.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parts: string[] = [];
  let sizeBytes = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of response.body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw tooLarge(`more than ${maxBytes} bytes`, maxBytes);
    parts.push(decode(decoder, chunk));
  }
  parts.push(decode(decoder));
  return parts.join("");
}

function decode(decoder: TextDecoder, chunk?: Uint8Array<ArrayBuffer>): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    const message = "Cannot read the body as it is not UTF-8";
    throw new ActorError("transient", "bad-encoding", message, { cause });
  }
}

function tooLarge(size: string, maxBytes: number): ActorError {
  const message = `Cannot read the body as it may have ${maxBytes} bytes at most: it has ${size}`;
  return new ActorError("rejected", "body-too-large", message);
}

/**
 * The value of a JSON body. Throws {@link ActorError} `transient` with `empty-body`,
 * `html-instead-of-json` (a gateway's error page, most often) or `bad-json`.
 */
export function parseJson(reply: { readonly headers: Headers; readonly text: string }): unknown {
  const { text } = reply;
  const contentType = reply.headers.get("content-type") ?? "";
  if (text.trim() === "") {
    throw new ActorError("transient", "empty-body", "Cannot read JSON from an empty body");
  }
  if (/\bhtml\b/i.test(contentType) || text.trimStart().startsWith("<")) {
    const message = `Cannot read JSON from a web page: it starts with ${excerpt(text)}`;
    throw new ActorError("transient", "html-instead-of-json", message);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `Cannot read JSON from a body of ${text.length} characters that starts with ` +
      excerpt(text);
    throw new ActorError("transient", "bad-json", message, { cause });
  }
}

function excerpt(text: string): string {
  const line = text.trim().slice(0, EXCERPT_CHARS).replace(/\s+/g, " ");
  return JSON.stringify(line);
}
