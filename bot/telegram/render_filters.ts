/** Game filters: what is wanted, what may be, and what is not accepted. */

import type { Catalogue } from "@/bot/texts/mod.ts";
import { type FieldSpec, FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import { GAME_TITLES, type GameId, GAMES } from "@/core/domain/market.ts";
import type { GameFilter } from "@/core/domain/filters/filter.ts";
import { gameWord, type NoticeOf } from "@/core/protocol/notices.ts";
import { type Html, joined, markup, oneLine } from "./html.ts";
import { head, type Lines, type RenderContext } from "./render_parts.ts";

/** Examples of what has to be typed because it fits on no button. */
const EXAMPLES: Readonly<Record<string, string>> = {
  category: "rifle/ak-47",
  pattern: "661, 670",
  stickers: "crown (foil)",
  hero: "pudge, axe",
  gems: "prismatic: ruby",
  unusualEffect: "burning flames",
  type: "weapon",
};

/** All filters of a game in one line. */
export function wantsText(wants: GameFilter["wants"], texts: Catalogue): string {
  return Object.entries(wants).map(([field, value]) => `${field} ${valueText(value, texts)}`)
    .join("; ");
}

function valueText(
  value: GameFilter["wants"][string] | undefined,
  { market: words, either }: Catalogue,
): string {
  if (value === undefined) return words.anyValue;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  return either(value.map(String));
}

export function filters(notice: NoticeOf<"filters">, context: RenderContext): Lines {
  const { texts } = context;
  const { market: words } = texts;
  return [
    head(words.filtersTitle, context),
    ...GAMES.map((game) => {
      const wants = notice.filters.find((one) => one.game === game)?.wants ?? {};
      const text = Object.keys(wants).length === 0 ? words.noFilter : wantsText(wants, texts);
      return markup`<b>${GAME_TITLES[game]}</b>: ${oneLine(text, 300)}`;
    }),
    "",
    markup`<i>${words.filterUse}</i>`,
  ];
}

export function filter({ game, wants }: NoticeOf<"filter">, context: RenderContext): Lines {
  const { texts } = context;
  const { market: words } = texts;
  const set = Object.entries(wants);
  return [
    markup`${head(words.filterTitle, context)} · ${GAME_TITLES[game]}`,
    ...set.map(([field, value]) =>
      markup`<b>${field}</b>: ${oneLine(valueText(value, texts), 200)}`
    ),
    set.length === 0 ? words.noFilter : null,
    "",
    markup`<i>${words.filterUse}</i>`,
  ];
}

export function filterField(
  { game, field, wants }: NoticeOf<"filter-field">,
  context: RenderContext,
): Lines {
  const { texts } = context;
  const { market: words } = texts;
  const spec = FILTER_FIELDS[game][field];
  const example = `/filter ${gameWord(game)} ${field} ${EXAMPLES[field] ?? ""}`;
  const hint = spec?.kind === "words" || spec?.kind === "flag"
    ? words.filterTap
    : words.filterType(example);
  return [
    markup`${head(words.filterTitle, context)} · ${GAME_TITLES[game]} · <b>${
      oneLine(field, 40)
    }</b>`,
    oneLine(valueText(wants[field], texts), 300),
    "",
    markup`<i>${hint}</i>`,
  ];
}

export function filterRefused(
  { game, problems }: NoticeOf<"filter-refused">,
  context: RenderContext,
): Lines {
  const { market: words } = context.texts;
  return [
    markup`${head(words.filterRefused, context)} · ${GAME_TITLES[game]}`,
    ...problems.map((problem) => problemLine(game, problem, context.texts)),
  ];
}

function problemLine(
  game: GameId,
  { field, value, allowed }: NoticeOf<"filter-refused">["problems"][number],
  texts: Catalogue,
): Html {
  const { market: words } = texts;
  const fields = FILTER_FIELDS[game];
  const spec = Object.hasOwn(fields, field) ? fields[field] : undefined;
  const name = oneLine(field, 40);
  const text = spec === undefined
    ? words.filterUnknown(name, allowed.join(", "))
    : `${words.filterCannot(name, oneLine(value, 60))}: ${takes(spec, allowed, texts)}`;
  return joined([oneLine(text, 700)], "");
}

function takes(spec: FieldSpec, allowed: readonly string[], texts: Catalogue): string {
  const { filterTakes: words } = texts.market;
  switch (spec.kind) {
    case "words":
      return words.words(texts.either(allowed));
    case "numbers":
      return words.numbers(texts.count(spec.from), texts.count(spec.to));
    default:
      return words[spec.kind];
  }
}
