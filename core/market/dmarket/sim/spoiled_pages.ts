/** Pages as a careless or changing market sends them: the same rows again, or no way forward. */

import type { Wire } from "./books.ts";
import type { Fault } from "./faults.ts";
import type { Reply } from "./replies.ts";

const LISTS = ["items", "aggregatedPrices", "orders", "sales", "Trades"];
const CURSORS = ["cursor", "nextCursor", "Cursor"];

/** What a page was asked with. */
export interface PageQuestion {
  readonly params: URLSearchParams;
  readonly body: string;
}

/** The reply with the fault in it; one that is no page stays as it is. */
export function spoiledPage(kind: Fault["kind"], reply: Reply, question: PageQuestion): Reply {
  if (reply.status !== 200 || typeof reply.body !== "object" || reply.body === null) return reply;
  const body = reply.body as Wire;
  if (kind === "duplicate") return { ...reply, body: changed(body, LISTS, doubled) };
  if (kind !== "repeat") return reply;
  const asked = askedCursor(question);
  return { ...reply, body: changed(body, CURSORS, (cursor) => asked === "" ? cursor : asked) };
}

function changed(
  body: Wire,
  names: readonly string[],
  change: (value: unknown) => unknown,
): Wire {
  const entries = Object.entries(body)
    .map(([name, value]) => [name, names.includes(name) ? change(value) : value]);
  return Object.fromEntries(entries);
}

/** As many rows as before: the first half twice. */
function doubled(rows: unknown): unknown {
  if (!Array.isArray(rows)) return rows;
  const half = rows.slice(0, Math.ceil(rows.length / 2));
  return [...half, ...half].slice(0, Math.max(rows.length, 2));
}

function askedCursor({ params, body }: PageQuestion): string {
  const inQuery = params.get("cursor") ?? params.get("Cursor");
  if (inQuery !== null || body === "") return inQuery ?? "";
  const { cursor } = JSON.parse(body) as { readonly cursor?: unknown };
  return typeof cursor === "string" ? cursor : "";
}
