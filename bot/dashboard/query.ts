/** What a list may be asked: `limit` and `cursor`, checked before anybody is asked. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import { ActorError } from "@/core/kernel/mod.ts";

export interface ListQuery {
  readonly limit: number;
  readonly cursor: string | null;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
const MAX_CURSOR = 200;
const MAX_TEXT = 300;
const NAMES = ["limit", "cursor"];

/** Throws an {@link ActorError} of kind `rejected` that names the value and the rule. */
export function parseQuery(params: URLSearchParams): ListQuery {
  for (const name of new Set(params.keys())) {
    if (!NAMES.includes(name)) throw invalid(`a list takes ${NAMES.join(" and ")} only`, name);
    if (params.getAll(name).length > 1) throw invalid(`${name} may be given once`, name);
  }
  return { limit: limitOf(params.get("limit")), cursor: cursorOf(params.get("cursor")) };
}

/** Words of a title; `?text=`. */
export function parseText(params: URLSearchParams): string {
  const text = (params.get("text") ?? "").trim();
  if (text.length >= 1 && text.length <= MAX_TEXT) return text;
  throw invalid(`text must have 1 to ${MAX_TEXT} characters`, text);
}

/** One title; `?game=&title=`. */
export function parseTitle(
  params: URLSearchParams,
): { readonly game: GameId; readonly title: string } {
  const given = params.get("game") ?? "";
  const game = GAMES.find((one) => one === given);
  if (game === undefined) throw invalid(`game must be one of ${GAMES.join(", ")}`, given);
  const title = params.get("title") ?? "";
  if (title.length >= 1 && title.length <= MAX_TEXT) return { game, title };
  throw invalid(`title must have 1 to ${MAX_TEXT} characters`, title);
}

function limitOf(value: string | null): number {
  if (value === null) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw invalid(`limit must be a whole number from 1 to ${MAX_LIMIT}`, value);
}

function cursorOf(value: string | null): string | null {
  if (value === null) return null;
  if (/^[\w-]+$/.test(value) && value.length <= MAX_CURSOR) return value;
  throw invalid("cursor must be the `next` of an earlier page", value);
}

function invalid(rule: string, value: string): ActorError {
  const shown = JSON.stringify(value.slice(0, 60));
  return new ActorError("rejected", "query", `Cannot list these: ${rule}, not ${shown}`);
}
