/** Paths and queries, encoded so that what is signed is what the runtime sends. */

import { ActorError } from "@/core/kernel/errors.ts";

export type QueryValue = string | number;

/**
 * RFC 3986 encoding of one component. Stricter than `encodeURIComponent`, because the URL parser
 * would turn a bare `'` of a query into `%27` after it was signed. Throws {@link ActorError}
 * `rejected bad-text` for half a surrogate pair.
 */
export function encodeComponent(text: string): string {
  try {
    return encodeURIComponent(text).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  } catch (cause) {
    const message = `Cannot send ${JSON.stringify(text)} as it is not well-formed text`;
    throw new ActorError("rejected", "bad-text", message, { cause });
  }
}

/**
 * A title as a path segment. Throws {@link ActorError} `rejected bad-title` for what the route
 * cannot carry: a slash, and the segments that mean "here" and "up" to every URL parser.
 */
export function encodeTitleSegment(title: string): string {
  if (title === "" || title === "." || title === ".." || title.includes("/")) {
    const message = `Cannot ask for targets of ${JSON.stringify(title)} as a title in a path ` +
      `must not be empty, a dot segment or hold a slash`;
    throw new ActorError("rejected", "bad-title", message);
  }
  return encodeComponent(title);
}

/** `a=1&b=x%20y` of the entries that are not null, in their order; a list repeats its name. */
export function encodeQuery(
  entries: Readonly<Record<string, QueryValue | readonly QueryValue[] | null>>,
): string {
  return Object.entries(entries).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${encodeComponent(name)}=${encodeComponent(String(one))}`)
  ).join("&");
}

/** Path of an operation with its `{}` filled by segments that are already encoded. */
export function fillPath(path: string, segments: readonly string[]): string {
  let next = 0;
  return path.replaceAll("{}", () => segments[next++] ?? "");
}
