/** What no language translates, and what the page shares with messages. */

import { GAME_TITLES } from "@/core/domain/market.ts";
import { type Language, LANGUAGES } from "@/core/protocol/languages.ts";
import type { Catalogue, PageTexts, Words } from "./catalogue.ts";
import type { Formats } from "./format.ts";

/** Each language by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  ru: "Русский",
  es: "Español",
  de: "Deutsch",
};

/** A whole catalogue from the words of a language. */
export function complete(language: Language, formats: Formats, words: Words): Catalogue {
  const names = LANGUAGES.map((one) => LANGUAGE_NAMES[one]).join(", ");
  return {
    ...formats,
    ...words,
    language,
    modeBadge: { dry: "🧪 DRY" },
    commands: { ...words.commands, language: names },
    page: pageTexts(formats, words),
  };
}

const TIME = "{time}";

function filterTexts(market: Words["market"]) {
  const { filterTitle, filterUse, noFilter, anyValue, yes, no, filterTakes } = market;
  return {
    filterTitle,
    filterUse,
    noFilter,
    anyValue,
    yes,
    no,
    filterUnknown: market.filterUnknown("{field}", "{allowed}"),
    filterCannot: market.filterCannot("{field}", "{value}"),
    filterTakes: {
      ...filterTakes,
      words: filterTakes.words("{allowed}"),
      numbers: filterTakes.numbers("{from}", "{to}"),
    },
  };
}

function pageTexts({ locale, units }: Formats, words: Words): PageTexts {
  const { market } = words;
  const { marketTitle, ideasTitle, ideasMeaning, noIdeas, salesUnread, priority, unread } = market;
  return {
    ...words.page,
    ...units,
    locale,
    games: GAME_TITLES,
    marketTitle,
    ideasTitle,
    ideasMeaning,
    noIdeas,
    salesUnread,
    priority,
    unread,
    every: market.every(TIME),
    polled: market.polled,
    ...filterTexts(market),
    health: words.healthTitle,
    states: words.states,
    up: words.upFor(TIME),
    left: words.left(TIME),
    kind: words.exit,
    guardNames: words.guardNames,
    reasons: words.reasons,
  };
}
