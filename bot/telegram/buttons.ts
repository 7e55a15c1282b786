/**
 * Buttons under messages. A button is a command that is typed by tapping: its data are the words,
 * and `=` before them asks for the answer in the place of the message it hangs on.
 */

import { LANGUAGE_NAMES, LANGUAGES } from "@/bot/texts/mod.ts";
import { titleRef } from "@/core/domain/analysis/title_search.ts";
import { FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import { GAME_TITLES, type GameId, GAMES } from "@/core/domain/market.ts";
import type { Notice, NoticeOf } from "@/core/protocol/notices.ts";
import { PRIORITIES } from "@/core/protocol/watcher.ts";
import { oneLine } from "./html.ts";
import type { RenderContext } from "./render_parts.ts";

export interface Button {
  readonly text: string;
  /** At most 64 bytes. */
  readonly data: string;
}
export type Buttons = readonly (readonly Button[])[];

/** Before the words of a button whose answer takes the place of its message. */
export const REPLACES = "=";

const MAX_LABEL = 40;

export function buttonsOf(notice: Notice, context: RenderContext): Buttons {
  const { button } = context.texts.market;
  switch (notice.type) {
    case "start":
    case "help":
      return menu(context);
    case "scanning-stopped":
      return [[{ text: button.scan, data: "scan" }]];
    case "scan-finished": {
      const { game, level } = notice.scan;
      return [[
        { text: button.finds, data: "opportunities" },
        { text: button.scan, data: `scan ${game} ${level}` },
      ]];
    }
    case "opportunities":
      if (notice.cards.length === 0) return [[{ text: button.scan, data: "scan" }]];
      return notice.cards.slice(0, 5).map((card) => [titleButton(card, "title", "📊")]);
    case "status":
    case "health":
      return [[{ text: button.refresh, data: `${REPLACES}${notice.type}` }]];
    case "market":
      return [gameRow("market", notice.overview.game), [
        { text: button.ideas, data: `find ${notice.overview.game}` },
        { text: button.scan, data: `scan ${notice.overview.game}` },
      ]];
    case "ideas":
      return [...ideaRows(notice, context), gameRow("find", notice.game)];
    case "title-report":
      return [[
        { text: button.watch, data: `watch ${meant(notice)}` },
        { text: button.refresh, data: `${REPLACES}title ${meant(notice)}` },
      ]];
    case "choose-title":
      if (notice.titles.length === 0) return noTitle(notice, context);
      return notice.titles.map((one) => [titleButton(one, `${REPLACES}${notice.command}`)]);
    case "watches":
      return [
        ...notice.watches.map((one) => [titleButton(one, `${REPLACES}watch`)]),
        pager(notice),
      ];
    case "watched":
      return watchButtons(notice, context);
    case "unwatched":
      return [[{ text: button.watch, data: `${REPLACES}watch ${meant(notice)}` }]];
    case "price-moved":
      return [[
        { text: button.analysis, data: `title ${meant(notice)}` },
        { text: button.watch, data: `watch ${meant(notice)}` },
      ]];
    case "filters":
      return [gameRow("filter", null)];
    case "filter":
      return fieldButtons(notice, context);
    case "filter-field":
      return valueButtons(notice, context);
    case "filter-refused":
      return [[{ text: button.filters, data: `filter ${notice.game}` }]];
    case "language":
      return [LANGUAGES.map((language) => ({
        text: marked(LANGUAGE_NAMES[language], language === notice.language),
        data: `${REPLACES}language ${language}`,
      }))];
    default:
      return [];
  }
}

/** What may help who looked for a title in vain. */
function noTitle({ command }: NoticeOf<"choose-title">, { texts }: RenderContext): Buttons {
  const { button } = texts.market;
  return command === "unwatch"
    ? [[{ text: button.watches, data: "watches" }]]
    : [[{ text: button.scan, data: "scan" }]];
}

function menu({ texts }: RenderContext): Buttons {
  const { button } = texts.market;
  return [
    [{ text: button.finds, data: "opportunities" }, { text: button.ideas, data: "find" }],
    [{ text: button.market, data: "market" }, { text: button.watches, data: "watches" }],
    [{ text: button.filters, data: "filter" }, { text: button.scan, data: "scan" }],
    [{ text: button.status, data: "status" }, { text: button.language, data: "language" }],
  ];
}

/** `a8db #0123456789`: a title where there is no room for it. */
function meant({ game, title }: { readonly game: GameId; readonly title: string }): string {
  return `${game} #${titleRef(title)}`;
}

function titleButton(
  one: { readonly game: GameId; readonly title: string },
  command: string,
  mark = "",
): Button {
  // A label of nothing but blanks is refused, and the whole message with it.
  const label = `${mark} ${oneLine(one.title, MAX_LABEL)}`.trim() || "…";
  return { text: label, data: `${command} ${meant(one)}` };
}

function gameRow(command: string, present: GameId | null): readonly Button[] {
  return GAMES.map((game) => ({
    text: marked(GAME_TITLES[game], game === present),
    data: `${REPLACES}${command} ${game}`,
  }));
}

function marked(text: string, isMarked: boolean): string {
  return isMarked ? `• ${text}` : text;
}

function ideaRows({ game, ideas }: NoticeOf<"ideas">, { texts }: RenderContext): Buttons {
  return ideas.map(({ title }, at) => [
    { text: `📊 ${texts.count(at + 1)}`, data: `title ${meant({ game, title })}` },
    {
      text: `${texts.market.button.watch} ${texts.count(at + 1)}`,
      data: `watch ${meant({ game, title })}`,
    },
  ]);
}

function pager({ page, pages }: NoticeOf<"watches">): readonly Button[] {
  const to = (target: number, text: string) => ({ text, data: `${REPLACES}watches ${target}` });
  return [
    ...(page > 1 ? [to(page - 1, `‹ ${page - 1}`)] : []),
    to(page, "🔄"),
    ...(page < pages ? [to(page + 1, `${page + 1} ›`)] : []),
  ];
}

function watchButtons({ watch }: NoticeOf<"watched">, { texts }: RenderContext): Buttons {
  const { button, priority } = texts.market;
  return [
    PRIORITIES.map((one) => ({
      text: marked(priority[one], one === watch.priority),
      data: `${REPLACES}watch ${meant(watch)} ${one}`,
    })),
    [
      { text: button.analysis, data: `title ${meant(watch)}` },
      { text: button.unwatch, data: `${REPLACES}unwatch ${meant(watch)}` },
    ],
    [{ text: button.watches, data: `${REPLACES}watches` }],
  ];
}

function fieldButtons({ game, wants }: NoticeOf<"filter">, { texts }: RenderContext): Buttons {
  const { button } = texts.market;
  const fields = Object.keys(FILTER_FIELDS[game]).map((field) => ({
    text: Object.hasOwn(wants, field) ? `✓ ${field}` : field,
    data: `${REPLACES}filter ${game} ${field}`,
  }));
  return [
    ...rowsOf(fields, 2),
    [
      { text: button.clear, data: `${REPLACES}filter ${game} clear` },
      { text: button.scan, data: `scan ${game}` },
    ],
    [{ text: button.back, data: `${REPLACES}filter` }],
  ];
}

function valueButtons(
  { game, field, wants }: NoticeOf<"filter-field">,
  { texts }: RenderContext,
): Buttons {
  const { button, yes, no } = texts.market;
  const spec = FILTER_FIELDS[game][field];
  const words = `${REPLACES}filter ${game} ${field}`;
  const value = wants[field];
  const list = Array.isArray(value) ? value.map(String) : [];
  const options = spec?.kind === "words"
    ? spec.allowed.map((word) => {
      const isSet = list.includes(word);
      return { text: isSet ? `✓ ${word}` : word, data: `${words} ${isSet ? "-" : "+"}${word}` };
    })
    : [];
  const flags = spec?.kind === "flag"
    ? [
      { text: marked(yes, value === true), data: `${words} yes` },
      { text: marked(no, value === false), data: `${words} no` },
    ]
    : [];
  const isShort = options.every(({ text }) => text.length <= 8);
  return [
    ...rowsOf(options, isShort ? 5 : 2),
    ...rowsOf(flags, 2),
    [
      { text: marked(button.any, value === undefined), data: `${words} clear` },
      { text: button.back, data: `${REPLACES}filter ${game}` },
    ],
  ];
}

function rowsOf(buttons: readonly Button[], perRow: number): Buttons {
  const rows: Button[][] = [];
  for (let at = 0; at < buttons.length; at += perRow) rows.push(buttons.slice(at, at + perRow));
  return rows;
}
