/** Opaque cursors: a place in a result, bound to the filters that made it and to their moment. */

import { badRequest } from "./replies.ts";
import { hashText } from "./random.ts";

/** Longer cursors are refused. */
export const MAX_CURSOR_CHARS = 500;
/** A query yields this many rows at most, however many match. */
export const MAX_QUERY_ROWS = 10_000;

/** What a cursor is bound to. */
export interface CursorRules {
  /** The query without its paging; a cursor of another query is refused. */
  readonly filter: string;
  readonly nowS: number;
  /** Older cursors are refused. */
  readonly maxAgeS: number;
}

/** Where a page starts: 0 for an empty cursor. Throws a 400 for any other cursor it did not make. */
export function cursorOffset(cursor: string, rules: CursorRules): number {
  if (cursor === "") return 0;
  if (cursor.length > MAX_CURSOR_CHARS) {
    throw badRequest(`cursor must be at most ${MAX_CURSOR_CHARS} characters`);
  }
  const held = decode(cursor);
  if (held === null) throw badRequest("cursor is not one of ours");
  if (held.filter !== hashText(rules.filter)) {
    throw badRequest("cursor belongs to a query with other filters");
  }
  if (rules.nowS - held.issuedAtS > rules.maxAgeS) throw badRequest("cursor has expired");
  return held.offset;
}

/** The cursor of the page that starts at `offset`. */
export function cursorAt(offset: number, rules: CursorRules): string {
  return btoa(JSON.stringify({ offset, filter: hashText(rules.filter), issuedAtS: rules.nowS }));
}

interface Held {
  readonly offset: number;
  readonly filter: number;
  readonly issuedAtS: number;
}

function decode(cursor: string): Held | null {
  try {
    const held: unknown = JSON.parse(atob(cursor));
    return isHeld(held) ? held : null;
  } catch {
    return null;
  }
}

function isHeld(value: unknown): value is Held {
  if (typeof value !== "object" || value === null) return false;
  const { offset, filter, issuedAtS } = value as Partial<Record<keyof Held, unknown>>;
  return Number.isInteger(offset) && Number(offset) >= 0 &&
    typeof filter === "number" && typeof issuedAtS === "number";
}
