/** A person's game filters, set by words or by buttons that add and take single values. */

import { type FieldSpec, FILTER_FIELDS, plainWords } from "@/core/domain/filters/fields.ts";
import type { GameId } from "@/core/domain/market.ts";
import type { ReplyOf } from "@/core/kernel/mod.ts";
import { type Wants, wants as wantsSchema } from "@/core/protocol/market_notices.ts";
import type { Notice } from "@/core/protocol/notices.ts";
import type { Command } from "@/core/protocol/notifier.ts";
import { marketWatcher } from "@/core/protocol/watcher.ts";
import { takeGame } from "./args.ts";
import { settle, unavailable } from "./reply.ts";
import type { Context, NotifierState, NotifierTurn } from "./state.ts";

/** Takes a filter, or a whole game's filters, away. */
const CLEAR = "clear";
const MAX_PROBLEMS = 5;

type Problems = ReplyOf<typeof marketWatcher, "SetFilter">["problems"];
interface Wish {
  readonly game: GameId;
  /** As the game names it, where the game has it; null: all of them. */
  readonly field: string | null;
  readonly values: readonly string[];
}

/** What a person wants of a game, for a scan; null where nothing readable is kept. */
export function wantsOf(
  { filters }: ReplyOf<typeof marketWatcher, "Filters">,
  game: GameId,
): Wants | null {
  const kept = wantsSchema.safeParse(filters.find((one) => one.game === game)?.wants);
  return kept.success ? kept.data : null;
}

export function askFilter(turn: NotifierTurn, command: Command): NotifierTurn {
  const wish = readWish(command.args);
  return turn.ask(marketWatcher, "Filters", {
    body: { userId: command.userId },
    then: (state, answer, context) => {
      if (!answer.ok) {
        return settle(state, command, { notice: unavailable("filter", answer), context });
      }
      if (wish === null) return settle(state, command, { notice: allOf(answer.value), context });
      const present = wantsOf(answer.value, wish.game) ?? {};
      const next = wanted(present, wish);
      if (next === null) return settle(state, command, { notice: cardOf(wish, present), context });
      return keep(command, { wish, next }, context);
    },
  });
}

function keep(
  command: Command,
  { wish, next }: { readonly wish: Wish; readonly next: Wants | Record<string, unknown> },
  context: Context,
): NotifierTurn {
  const { userId } = command;
  return context.stay().ask(marketWatcher, "SetFilter", {
    body: { userId, game: wish.game, wants: next },
    then: (state, answer, between) => {
      if (!answer.ok || answer.value.problems.length > 0) {
        const notice = answer.ok
          ? refused(wish.game, answer.value.problems)
          : unavailable("filter", answer);
        return settle(state, command, { notice, context: between });
      }
      return show(command, wish, between);
    },
  });
}

/** What was kept, as the keeper has it: its spelling is the one that counts. */
function show(command: Command, wish: Wish, context: Context): NotifierTurn {
  return context.stay().ask(marketWatcher, "Filters", {
    body: { userId: command.userId },
    then: (state: NotifierState, answer, between) => {
      const notice = answer.ok
        ? cardOf(wish, wantsOf(answer.value, wish.game) ?? {})
        : unavailable("filter", answer);
      return settle(state, command, { notice, context: between });
    },
  });
}

function allOf(kept: ReplyOf<typeof marketWatcher, "Filters">): Notice {
  const filters = kept.filters.flatMap(({ game }) => {
    const wants = wantsOf(kept, game);
    return wants === null ? [] : [{ game, wants }];
  });
  return { type: "filters", filters };
}

/** After a button of one filter that filter again, otherwise the game's. */
function cardOf({ game, field, values }: Wish, wants: Wants): Notice {
  const isField = field !== null && Object.hasOwn(FILTER_FIELDS[game], field);
  const byWord = values.length > 0 && values.every((value) => !isToggle(value));
  return isField && !byWord
    ? { type: "filter-field", game, field, wants }
    : { type: "filter", game, wants };
}

function refused(game: GameId, problems: Problems): Notice {
  const shown = problems.slice(0, MAX_PROBLEMS)
    .map(({ field, value, allowed }) => ({ field, value, allowed }));
  return { type: "filter-refused", game, problems: shown };
}

/** Null where no game is named: everything that is kept is asked for. */
function readWish(args: readonly string[]): Wish | null {
  const { game, rest } = takeGame(args);
  if (game === null) return null;
  const [name, ...words] = rest;
  if (name === undefined) return { game, field: null, values: [] };
  if (name.toLowerCase() === CLEAR) return { game, field: null, values: [CLEAR] };
  const known = Object.keys(FILTER_FIELDS[game])
    .find((field) => field.toLowerCase() === name.toLowerCase());
  return { game, field: known ?? name, values: valuesOf(specOf(game, known), words) };
}

function specOf(game: GameId, field: string | undefined): FieldSpec | undefined {
  return field === undefined ? undefined : FILTER_FIELDS[game][field];
}

/** Values are told apart by commas; numbers and words without spaces also by spaces. */
function valuesOf(spec: FieldSpec | undefined, words: readonly string[]): readonly string[] {
  const text = words.join(" ");
  const parts = spec?.kind === "numbers" ? text.split(/[\s,]+/) : text.split(",");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function isToggle(value: string): boolean {
  return /^[+-]./.test(value);
}

/** What the person wants once the wish is granted; null when the wish is only to see it. */
function wanted(present: Wants, wish: Wish): Wants | Record<string, unknown> | null {
  const { game, field, values } = wish;
  const [first] = values;
  if (field === null) return first === CLEAR ? {} : null;
  const spec = specOf(game, field);
  if (first === undefined) return spec === undefined ? { ...present, [field]: "" } : null;
  const { [field]: before, ...others } = present;
  if (values.length === 1 && first.toLowerCase() === CLEAR) return others;
  if (spec?.kind === "flag") return { ...others, [field]: values.length === 1 ? first : values };
  if (!values.every(isToggle)) return { ...others, [field]: values };
  const old = Array.isArray(before) ? before.map(String) : [];
  const next = values.reduce<readonly string[]>(toggled, old);
  return next.length === 0 ? others : { ...others, [field]: next };
}

function toggled(list: readonly string[], value: string): readonly string[] {
  const word = plainWords(value.slice(1));
  const others = list.filter((one) => one !== word);
  return value.startsWith("+") ? [...others, word] : others;
}
