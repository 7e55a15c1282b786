/** A person's filter for one game: read from outside, refused with the reason, or kept. */

import { GAME_TITLES, type GameId } from "@/core/domain/market.ts";
import { type FieldSpec, FILTER_FIELDS, plainWords } from "./fields.ts";

/** What one filter asks for: any of the words or numbers, or that something is so. */
export type Wanted = readonly string[] | readonly number[] | boolean;

/** Every field has to be met; a game without fields lets everything through. */
export interface GameFilter {
  readonly game: GameId;
  /**
   * By the names in {@link FILTER_FIELDS}; words in the form of `plainWords`, names in small letters
   * and otherwise as they were written.
   */
  readonly wants: Readonly<Record<string, Wanted>>;
}

/** Why a filter was refused. */
export interface FilterProblem {
  readonly field: string;
  /** As given, cut to 100 characters. */
  readonly value: string;
  /** A sentence for people: what is wrong, and what would be right. */
  readonly message: string;
  /** The values or filter names that would have been accepted; empty where there is no list. */
  readonly allowed: readonly string[];
}

export type ParsedFilter =
  | { readonly ok: true; readonly filter: GameFilter }
  | { readonly ok: false; readonly problems: readonly FilterProblem[] };

/** Values one filter may list. */
export const MAX_VALUES = 50;
const MAX_CHARS = 100;
const PATH = /^[a-z0-9.]+(?:-[a-z0-9.]+)*(?:\/[a-z0-9.]+(?:-[a-z0-9.]+)*)*$/;

/**
 * Reads the filters of a game. A value may be given alone or in a list, flags also as `yes` and
 * `no`, numbers also as text. Nothing is guessed: a filter or value that does not exist is refused.
 */
export function parseFilter(
  game: GameId,
  input: Readonly<Record<string, unknown>>,
): ParsedFilter {
  const fields = FILTER_FIELDS[game];
  const wants: Record<string, Wanted> = {};
  const problems: FilterProblem[] = [];
  for (const [field, value] of Object.entries(input)) {
    const spec = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const read = spec === undefined
      ? refused(`is no filter of ${GAME_TITLES[game]}`, Object.keys(fields))
      : readValue(spec, value);
    if (read.ok) wants[field] = read.value;
    else problems.push(problemOf({ field, value }, read));
  }
  return problems.length === 0 ? { ok: true, filter: { game, wants } } : { ok: false, problems };
}

interface Refused {
  readonly ok: false;
  /** Follows the value or the name in the sentence. */
  readonly rule: string;
  readonly allowed: readonly string[];
  /** The value of a list that is at fault. */
  readonly culprit?: unknown;
}
type Read = { readonly ok: true; readonly value: Wanted } | Refused;

function refused(rule: string, allowed: readonly string[], culprit?: unknown): Refused {
  return { ok: false, rule, allowed, ...(culprit === undefined ? {} : { culprit }) };
}

function problemOf(
  given: { readonly field: string; readonly value: unknown },
  { rule, allowed, culprit }: Refused,
): FilterProblem {
  const field = given.field.slice(0, MAX_CHARS);
  const value = shown(culprit ?? given.value);
  const list = allowed.length === 0 ? "" : `: one of ${allowed.join(", ")}`;
  const message = rule.startsWith("is no filter")
    ? `Filter ${JSON.stringify(field)} ${rule}${list}`
    : `Filter ${field} cannot be ${value}: it must be ${rule}${list}`;
  return { field, value, message, allowed };
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, MAX_CHARS);
}

function readValue(spec: FieldSpec, value: unknown): Read {
  if (spec.kind === "flag") return readFlag(value);
  const values = Array.isArray(value) ? [...new Set(value)] : [value];
  if (values.length === 0 || values.length > MAX_VALUES) {
    return refused(`1 to ${MAX_VALUES} values`, []);
  }
  return spec.kind === "numbers" ? readNumbers(spec, values) : readTexts(spec, values);
}

function readFlag(value: unknown): Read {
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (word === true || word === "yes" || word === "true") return { ok: true, value: true };
  if (word === false || word === "no" || word === "false") return { ok: true, value: false };
  return refused("yes or no", ["yes", "no"]);
}

function readNumbers(
  { from, to }: { readonly from: number; readonly to: number },
  values: readonly unknown[],
): Read {
  const numbers: number[] = [];
  for (const value of values) {
    const isDigits = typeof value === "string" && /^\d{1,9}$/.test(value);
    const number = isDigits ? Number(value) : value;
    const fits = typeof number === "number" && Number.isInteger(number) && number >= from &&
      number <= to;
    if (!fits) return refused(`whole numbers from ${from} to ${to}`, [], value);
    numbers.push(number);
  }
  return { ok: true, value: [...new Set(numbers)] };
}

function readText(kind: "words" | "path" | "names", value: string): string {
  const text = value.toLowerCase();
  if (kind === "path") return text;
  const words = plainWords(value);
  if (kind === "words" || words === "") return words;
  return text.replaceAll("’", "'").replaceAll(/\s+/g, " ").trim();
}

function readTexts(
  spec: Exclude<FieldSpec, { kind: "flag" | "numbers" }>,
  values: readonly unknown[],
): Read {
  const texts: string[] = [];
  for (const value of values) {
    const text = typeof value === "string" && value.length <= MAX_CHARS
      ? readText(spec.kind, value)
      : "";
    if (spec.kind === "words" && !spec.allowed.includes(text)) {
      return refused("known", spec.allowed, value);
    }
    if (spec.kind === "path" && !PATH.test(text)) {
      return refused("a category such as rifle or rifle/ak-47", [], value);
    }
    if (text === "") return refused(`a name of at most ${MAX_CHARS} characters`, [], value);
    texts.push(text);
  }
  return { ok: true, value: [...new Set(texts)] };
}
