/** Walking cursors to their end, and no further. */

import { ActorError } from "@/core/kernel/errors.ts";

export interface CursorPage {
  /** Null at the end. */
  readonly cursor: string | null;
}

/**
 * Every page, from the first to the one without a cursor. Throws {@link ActorError} `rejected`
 * with `cursor-repeats` when a cursor comes back that was followed before, and `too-many-pages`
 * when there is one more than `maxPages`.
 */
export async function* walkPages<P extends CursorPage>(
  fetchPage: (cursor: string | null) => Promise<P>,
  maxPages: number,
): AsyncGenerator<P> {
  const followed = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < maxPages; page++) {
    const next: P = await fetchPage(cursor);
    yield next;
    cursor = next.cursor;
    if (cursor === null) return;
    requireNew(cursor, followed.has(cursor));
    followed.add(cursor);
  }
  const message = `Cannot walk more than ${maxPages} pages: there is another one`;
  throw new ActorError("rejected", "too-many-pages", message);
}

/** A page whose cursor leads back to itself would be read for ever. */
export function requireNew(cursor: string | null, isKnown: boolean): void {
  if (cursor === null || !isKnown) return;
  const message = "Cannot go on from a cursor that was followed before: the pages repeat";
  throw new ActorError("rejected", "cursor-repeats", message);
}
