/** Arguments of commands, as people type them on a phone. */

import { type GameId, GAMES } from "@/core/domain/market.ts";
import { type LevelId, LEVELS } from "@/core/domain/opportunity.ts";
import { DEFAULT_SCAN, gameWord, MAX_CARDS } from "@/core/protocol/notices.ts";

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  /** `wrong`: the first word that has no meaning here. */
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
