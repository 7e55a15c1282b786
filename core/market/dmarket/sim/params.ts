/** Reads query parameters and request bodies, refusing with a 400 that names value and rule. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import { badRequest } from "./replies.ts";

const MAX_TITLE_CHARS = 300;

/** A game id; throws a 400 for anything else. */
export function gameParam(value: string | null, name = "gameId"): GameId {
  const game = GAMES.find((known) => known === value);
  if (game === undefined) {
    throw badRequest(
      `${name} must be one of ${GAMES.join(", ")}: current value is "${value ?? ""}"`,
    );
  }
  return game;
}

/** A whole number that a parameter may have. */
export interface IntRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** In place of a missing value; without it the parameter is required. */
  readonly fallback?: number;
}

/** A whole number in range; throws a 400 for anything else. */
export function intParam(value: string | null, range: IntRange): number {
  const { name, low, high, fallback } = range;
  if ((value === null || value === "") && fallback !== undefined) return fallback;
  const number = value !== null && /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
  if (!(number >= low && number <= high)) {
    throw badRequest(
      `${name} must be a whole number from ${low} to ${high}: current value is "${value ?? ""}"`,
    );
  }
  return number;
}

/** One of the choices, the first when nothing was said; throws a 400 for anything else. */
export function choiceParam<T extends string>(
  value: string | null,
  name: string,
  choices: readonly [T, ...T[]],
): T {
  if (value === null || value === "") return choices[0];
  const choice = choices.find((known) => known === value);
  if (choice === undefined) {
    throw badRequest(`${name} must be one of ${choices.join(", ")}: current value is "${value}"`);
  }
  return choice;
}

/** A title; throws a 400 when there is none or it is too long. */
export function titleParam(value: string | null): string {
  if (value === null || value === "" || value.length > MAX_TITLE_CHARS) {
    throw badRequest(`title must have 1 to ${MAX_TITLE_CHARS} characters`);
  }
  return value;
}

/** A JSON object; throws a 400 for anything else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest("The body is not JSON");
  }
  return objectIn(value, "The body");
}

/** An object; throws a 400 for anything else. */
export function objectIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest(`${name} must be an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}
