/**
 * The `treeFilters` parameter: `key=value`, several values as `key[]=a,key[]=b`, negation as
 * `not_key=`, ranges as `…From` and `…To`. Evaluated on the wire form of an asset's attributes.
 */

import { floatPartOf } from "./asset.ts";
import type { Wire } from "./books.ts";
import { badRequest } from "./replies.ts";

/** Whether an asset passes. */
export type AttributePredicate = (attributes: Wire) => boolean;

const MAX_TERMS = 100;
const DAY_S = 86_400;

type Fields = Readonly<Record<string, (attributes: Wire) => readonly string[]>>;

/** What each key compares, in the words the document asks for. */
const FIELDS: Fields = {
  categoryPath: (attributes) => [text(attributes.categoryPath)],
  type: (attributes) => [part(attributes, "rust", "type"), text(attributes.categoryPath)],
  tradable: (attributes) => [text(attributes.tradable)],
  exterior: (attributes) => [documented(EXTERIORS, part(attributes, "cs2", "exterior"))],
  paintSeed: (attributes) => [part(attributes, "cs2", "paintSeed")],
  floatPart: (attributes) => [floatPart(attributes)],
  phase: (attributes) => [part(attributes, "cs2", "phase")],
  category: (attributes) => [documented(CATEGORIES, part(attributes, "cs2", "category"))],
  collection: (attributes) => [part(attributes, "cs2", "collection")],
  charmName: (attributes) => names(attributes, "charms"),
  sticker: (attributes) => names(attributes, "stickers"),
  charmExists: (attributes) => [String(names(attributes, "charms").length > 0)],
  isProskin: (attributes) => [part(attributes, "cs2", "isProskin") || "false"],
  isCraftable: (attributes) => [part(attributes, "tf2", "isCraftable")],
  hero: (attributes) => [part(attributes, "dota2", "hero")],
};

/** Of the account's own rows, which say them beside the asset. */
export const OWN_FIELDS: Fields = {
  isAdvanced: (row) => [part(row, "cs2", "isAdvanced")],
  inMarket: (row) => [text(row.inMarket)],
  priceCents: (row) => [text(row.priceCents)],
  amount: (row) => [text(row.amount)],
  status: (row) => [String(row.status), text(row.status).replace("target_status_", "")],
};

const EXTERIORS = [
  "factory new",
  "minimal wear",
  "field-tested",
  "well-worn",
  "battle-scarred",
  "not painted",
];
const CATEGORIES = ["stattrak_tm", "souvenir", "normal", "★"];

/** The documented word for what an attribute says: `EXTERIOR_FIELD_TESTED` is `field-tested`. */
function documented(words: readonly string[], said: string): string {
  const plain = (text: string) =>
    text.replace(/^(exterior|category)_/, "").replace("★", "star").replaceAll(/[_ -]/g, "");
  return words.find((word) => plain(word) === plain(said)) ?? "";
}

/** Numbers that ranges compare. */
const RANGES: Readonly<Record<string, (attributes: Wire) => number>> = {
  tradeLock: (attributes) =>
    Number(attributes.tradeLockDays ?? Math.ceil(seconds(attributes.tradeLockDuration) / DAY_S)),
  fadePercent: (attributes) => Number(part(attributes, "cs2", "fadePercent") || 0),
};

/** The same for every asset of a generated title. */
const OF_TITLE = new Set([
  "categoryPath",
  "type",
  "exterior",
  "category",
  "collection",
  "isProskin",
  "isCraftable",
  "hero",
]);

const NO_NEGATION = new Set(["charmName", "sticker"]);

/** Filters in two parts, so that a title's assets need not be looked at one by one in vain. */
export interface TreeFilters {
  /** What any asset of a generated title answers for all of them. */
  readonly ofTitle: AttributePredicate;
  /** The rest; null when there is none. */
  readonly ofAsset: AttributePredicate | null;
}

/** Throws a 400 naming the term at fault; `more` are fields that only some rows have. */
export function parseTreeFilters(filters: string, more: Fields = {}): AttributePredicate {
  const { ofTitle, ofAsset } = splitTreeFilters(filters, more);
  return (attributes) => ofTitle(attributes) && (ofAsset === null || ofAsset(attributes));
}

/** Throws as {@link parseTreeFilters} does. */
export function splitTreeFilters(filters: string, more: Fields = {}): TreeFilters {
  const terms = filters.split(",").map((term) => term.trim()).filter((term) => term !== "");
  if (terms.length > MAX_TERMS) {
    throw badRequest(`treeFilters has more than ${MAX_TERMS} terms`);
  }
  const wanted = new Map<string, string[]>();
  const [ofTitle, ofAsset]: [AttributePredicate[], AttributePredicate[]] = [[], []];
  for (const term of terms) {
    const [key = "", ...rest] = term.split("=");
    const value = rest.join("=");
    const range = rangePredicate(key, value);
    if (range !== null) {
      ofAsset.push(range);
      continue;
    }
    const name = key.replace(/\[\]$/, "");
    wanted.set(name, [...(wanted.get(name) ?? []), value]);
  }
  for (const [name, values] of wanted) {
    const predicates = OF_TITLE.has(name.replace(/^not_/, "")) ? ofTitle : ofAsset;
    predicates.push(valuePredicate({ ...FIELDS, ...more }, name, values));
  }
  return { ofTitle: all(ofTitle), ofAsset: ofAsset.length === 0 ? null : all(ofAsset) };
}

function all(predicates: readonly AttributePredicate[]): AttributePredicate {
  return (attributes) => predicates.every((predicate) => predicate(attributes));
}

function valuePredicate(
  fields: Fields,
  name: string,
  values: readonly string[],
): AttributePredicate {
  const negated = name.startsWith("not_");
  const key = negated ? name.slice(4) : name;
  const field = fields[key];
  if (field === undefined || (negated && NO_NEGATION.has(key))) {
    throw badRequest(`treeFilters has no filter "${name}"`);
  }
  const matches = key === "categoryPath" || key === "type"
    ? (found: string, value: string) => found === value || found.startsWith(`${value}/`)
    : (found: string, value: string) => found === value;
  return (attributes) => {
    const found = field(attributes);
    return values.some((value) => found.some((one) => matches(one, value))) !== negated;
  };
}

/** From is inclusive; the end of `tradeLock` is exclusive, of `fadePercent` inclusive. */
function rangePredicate(key: string, value: string): AttributePredicate | null {
  const match = /^(\w+?)(From|To)$/.exec(key);
  const read = RANGES[match?.[1] ?? ""];
  if (match === null || read === undefined) return null;
  const bound = Number(value);
  if (value === "" || !Number.isFinite(bound)) {
    throw badRequest(`treeFilters "${key}" must be a number: current value is "${value}"`);
  }
  if (match[2] === "From") return (attributes) => read(attributes) >= bound;
  if (match[1] === "tradeLock") return (attributes) => read(attributes) < bound;
  return (attributes) => read(attributes) <= bound;
}

/** `"480923.14s"` as a number; 0 for anything else. */
function seconds(duration: unknown): number {
  return typeof duration === "string" ? Math.max(0, parseFloat(duration) || 0) : 0;
}

function part(attributes: Wire, group: string, key: string): string {
  return text(groupOf(attributes, group)[key]);
}

/** What is said about a game's own side of an asset; the document calls `cs2` otherwise. */
function groupOf(attributes: Wire, group: string): Wire {
  const inner = attributes[group] ?? (group === "cs2" ? attributes.cs2Attributes : null);
  return typeof inner === "object" && inner !== null ? inner as Wire : {};
}

/** The bucket as told, or else the one that the float lies in. */
function floatPart(attributes: Wire): string {
  const told = part(attributes, "cs2", "floatPart");
  if (told !== "") return told.replace("float_part_", "").replace("_", "-").toUpperCase();
  const float = floatOf(attributes);
  return float === null ? "" : floatPartOf(float) ?? "";
}

/** The wear of an asset by either name; null when it has none. */
export function floatOf(attributes: Wire): number | null {
  const { float, floatValue } = groupOf(attributes, "cs2");
  const said = float ?? floatValue ?? null;
  return said === null || !Number.isFinite(Number(said)) ? null : Number(said);
}

function names(attributes: Wire, key: string): readonly string[] {
  const list = groupOf(attributes, "cs2")[key];
  return Array.isArray(list) ? list.map((entry: Wire) => text(entry.name)) : [];
}

function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value).toLowerCase();
}
