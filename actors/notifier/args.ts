/** Arguments of commands, as people type them on a phone. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import { type LevelId, LEVELS } from "@/core/domain/opportunity.ts";
import { DEFAULT_SCAN, gameWord, MAX_CARDS } from "@/core/protocol/notices.ts";
import { PRIORITIES, type Priority } from "@/core/protocol/watcher.ts";

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  /** `wrong`: the first word that has no meaning here; empty where a title is missing. */
  | { readonly ok: false; readonly wrong: string };

const GAME_ALIASES: Readonly<Record<string, GameId>> = {
  cs: "a8db",
  csgo: "a8db",
  dota: "9a92",
  ...Object.fromEntries(GAMES.flatMap((game) => [[game, game], [gameWord(game), game]])),
};

/** A game and a level in any order; either may be missing. `dota 2` is one word in two. */
export function parseScan(
  args: readonly string[],
): Parsed<{ readonly game: GameId; readonly level: LevelId }> {
  let game: GameId | null = null;
  let level: LevelId | null = null;
  for (let at = 0; at < args.length; at++) {
    const word = wordOf(args[at]);
    const pair = gameOf(word + wordOf(args[at + 1]));
    const asGame = pair ?? gameOf(word);
    const asLevel = LEVELS.find((one) => one === word);
    if (asGame !== undefined && game === null) game = asGame;
    else if (asLevel !== undefined && level === null) level = asLevel;
    else return { ok: false, wrong: args[at] ?? "" };
    if (pair !== undefined && at + 1 < args.length) at += 1;
  }
  return {
    ok: true,
    value: { game: game ?? DEFAULT_SCAN.game, level: level ?? DEFAULT_SCAN.level },
  };
}

/** A page of a list, from 1 on. */
export function parsePage(args: readonly string[]): Parsed<number> {
  const [first = "1", second] = args;
  if (!/^[1-9]\d{0,2}$/.test(first)) return { ok: false, wrong: first };
  return second === undefined ? { ok: true, value: Number(first) } : { ok: false, wrong: second };
}

export interface GameAndRest {
  /** Null where the words begin with no game. */
  readonly game: GameId | null;
  readonly rest: readonly string[];
}

/** A game at the beginning, in one word or two, and what follows. */
export function takeGame(args: readonly string[]): GameAndRest {
  const [first, second] = args;
  const pair = second === undefined ? undefined : gameOf(wordOf(first) + wordOf(second));
  if (pair !== undefined) return { game: pair, rest: args.slice(2) };
  const game = gameOf(wordOf(first));
  return game === undefined ? { game: null, rest: args } : { game, rest: args.slice(1) };
}

/** A game and nothing else; without one that of a scan without arguments. */
export function parseGame(args: readonly string[]): Parsed<GameId> {
  const { game, rest } = takeGame(args);
  const [wrong] = rest;
  return wrong === undefined
    ? { ok: true, value: game ?? DEFAULT_SCAN.game }
    : { ok: false, wrong };
}

export interface WantedTitle {
  readonly game: GameId | null;
  /** The title, some of its words, or `#` and its ref. */
  readonly text: string;
  readonly priority: Priority | null;
}

/** `[game] title [priority]`; the priority only where the command takes one. */
export function parseTitle(args: readonly string[], takesPriority: boolean): Parsed<WantedTitle> {
  const { game, rest } = takeGame(args);
  const last = (rest.at(-1) ?? "").toLowerCase();
  const priority = takesPriority ? PRIORITIES.find((one) => one === last) ?? null : null;
  const text = (priority === null ? rest : rest.slice(0, -1)).join(" ").slice(0, 300);
  if (text === "") return { ok: false, wrong: "" };
  return { ok: true, value: { game, text, priority } };
}

const DEFAULT_LIST = 5;

/** How many finds to list. */
export function parseCount(args: readonly string[]): Parsed<number> {
  const [first, second] = args;
  if (first === undefined) return { ok: true, value: DEFAULT_LIST };
  const value = /^\d{1,3}$/.test(first) ? Number(first) : 0;
  if (value < 1 || value > MAX_CARDS) return { ok: false, wrong: first };
  return second === undefined ? { ok: true, value } : { ok: false, wrong: second };
}

function wordOf(arg: string | undefined): string {
  return (arg ?? "").toLowerCase().replaceAll(/[-_]/g, "");
}

function gameOf(word: string): GameId | undefined {
  return Object.hasOwn(GAME_ALIASES, word) ? GAME_ALIASES[word] : undefined;
}
