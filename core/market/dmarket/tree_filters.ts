/**
 * Filters as DMarket's own `treeFilters` parameter. It only narrows what is read: whatever comes
 * back is matched again here, so a value the market understands differently lets nothing wrong in.
 */

import { plainWords } from "@/core/domain/filters/fields.ts";
import type { GameFilter, Wanted } from "@/core/domain/filters/filter.ts";
import type { GameId } from "@/core/domain/market.ts";
import { MAX_FILTERS_CHARS } from "./questions.ts";

type Term = (wanted: Wanted) => readonly string[];

/** The keys the specification documents; filters that are not here are matched by us alone. */
const TERMS: Readonly<Record<GameId, Readonly<Record<string, Term>>>> = {
  a8db: {
    category: list("categoryPath"),
    exterior: list("exterior", exteriorWords),
    floatPart: list("floatPart", (part) => part.toUpperCase()),
    phase: list("phase"),
    pattern: list("paintSeed"),
    stickers: (wanted) => isSendable(wanted) ? wanted.map((name) => `sticker[]=${name}`) : [],
    // A knife with StatTrak may be filed under either, so both are let through.
    statTrak: (wanted) =>
      wanted === true ? ["category[]=stattrak_tm", "category[]=★"] : ["not_category=stattrak_tm"],
    souvenir: (wanted) => wanted === true ? ["category=souvenir"] : ["not_category=souvenir"],
  },
  "9a92": { hero: list("hero", heroWords) },
  tf2: { craftable: (wanted) => [`isCraftable=${wanted === true}`] },
  rust: { type: typeTerms },
};

/** Heroes whose names are more than words with spaces between them, by their plain words. */
const HEROES: Readonly<Record<string, string>> = {
  "anti-mage": "anti-mage",
  "natures-prophet": "nature's prophet",
};

export interface TreeFilters {
  /** The parameter's value, not yet percent-encoded; null when the market has no such filter. */
  readonly treeFilters: string | null;
  /** Filters that only we can match. */
  readonly local: readonly string[];
}

/**
 * Filters beyond what a query can hold are left to ours. One `category` key cannot say both
 * "StatTrak" and "not souvenir": the first one is sent.
 */
export function treeFiltersOf({ game, wants }: GameFilter): TreeFilters {
  const sent: string[] = [];
  const local: string[] = [];
  const keys = new Set<string>();
  for (const [field, wanted] of Object.entries(wants)) {
    const terms = TERMS[game][field]?.(wanted) ?? [];
    const key = (terms[0] ?? "").replace(/^not_/, "").replace(/(\[\])?=.*$/, "");
    const isSent = terms.length > 0 && !keys.has(key) &&
      [...sent, ...terms].join(",").length <= MAX_FILTERS_CHARS;
    if (!isSent) {
      local.push(field);
      continue;
    }
    keys.add(key);
    sent.push(...terms);
  }
  return { treeFilters: sent.length === 0 ? null : sent.join(","), local };
}

function list(key: string, form: (value: string) => string = (value) => value): Term {
  return (wanted) => {
    if (typeof wanted === "boolean") return [];
    const values = wanted.map((value) => form(String(value)));
    return values.length === 1
      ? [`${key}=${values[0]}`]
      : values.map((value) => `${key}[]=${value}`);
  };
}

/** Names as the game writes them, in small letters. */
function heroWords(hero: string): string {
  const words = plainWords(hero);
  return HEROES[words] ?? words.replaceAll("-", " ");
}

/** A name in which hyphens may stand for spaces, or that the grammar would take apart, is not. */
function isSendable(wanted: Wanted): wanted is readonly string[] {
  if (typeof wanted === "boolean") return false;
  return wanted.map(String).every((name) =>
    !/[,=]/.test(name) && (name.includes(" ") || !name.includes("-"))
  );
}

/** A type is a word, what lies in a category has a path; one key cannot say both. */
function typeTerms(wanted: Wanted): readonly string[] {
  if (typeof wanted === "boolean") return [];
  const paths = wanted.filter((value) => String(value).includes("/")).length;
  if (paths > 0 && paths < wanted.length) return [];
  return list(paths > 0 ? "categoryPath" : "type")(wanted);
}

/** `field-tested` keeps its hyphen, `factory new` has none. */
function exteriorWords(exterior: string): string {
  return ["factory-new", "minimal-wear", "not-painted"].includes(exterior)
    ? exterior.replace("-", " ")
    : exterior;
}
