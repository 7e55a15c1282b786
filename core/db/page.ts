/** Lists that go on: newest first, by key and never by offset. */

import { z } from "zod";
import { ActorError } from "@/core/kernel/errors.ts";

export interface PageRequest {
  /** 1 to 500. */
  readonly limit: number;
  /** From the page before; null for the first. */
  readonly cursor: string | null;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null after the last page. */
  readonly next: string | null;
}

/** Where a page begins: after the row with this moment and, among equals, this id. */
export interface After {
  readonly atMs: number;
  readonly id: string;
}

export const MAX_LIMIT = 500;

const key = z.tuple([z.int(), z.string().min(1).max(100)]);

/** Rejects (kind `rejected`) a limit or a cursor that no page gave out; null stands for the start. */
export function pageStart({ limit, cursor }: PageRequest): After | null {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid(`the limit must be from 1 to ${MAX_LIMIT}`, String(limit));
  }
  if (cursor === null) return null;
  const parsed = key.safeParse(decode(cursor));
  if (!parsed.success) throw invalid("the cursor must come from an earlier page", cursor);
  const [atMs, id] = parsed.data;
  return { atMs, id };
}

/** `rows` were asked for with one more than the limit, so that the last page is known as such. */
export function toPage<T>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => After,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, next: more ? encode(keyOf(last)) : null };
}

function encode({ atMs, id }: After): string {
  const bytes = new TextEncoder().encode(JSON.stringify([atMs, id]));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function decode(cursor: string): unknown {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

function invalid(rule: string, value: string): ActorError {
  const shown = JSON.stringify(value.slice(0, 60));
  return new ActorError(
    "rejected",
    "page-request",
    `Cannot list these: ${rule}, not ${shown}`,
  );
}
