/** Whether an asset passes a filter. What the market did not say never passes. */

import { type FieldSpec, FILTER_FIELDS, plainWords } from "./fields.ts";
import type { GameFilter, Wanted } from "./filter.ts";

/**
 * What is known about an asset, by the names of the filters: texts, a number or a flag. Null or
 * absent: the market did not say.
 */
export type AssetTraits = Readonly<
  Record<string, readonly string[] | number | boolean | null | undefined>
>;

export interface FilterVerdict {
  readonly passes: boolean;
  /** The first filter that is not met, with both values; null when all are. */
  readonly reason: string | null;
}

const PASSES: FilterVerdict = { passes: true, reason: null };

export function matchFilter(filter: GameFilter, traits: AssetTraits): FilterVerdict {
  const fields = FILTER_FIELDS[filter.game];
  for (const [field, wanted] of Object.entries(filter.wants)) {
    const spec = fields[field];
    const trait = traits[field];
    if (spec === undefined) return fails(`Filter ${field} does not exist`);
    if (trait === null || trait === undefined) {
      return fails(`The market does not say the ${field}, and ${shown(wanted)} is asked for`);
    }
    if (!meets(spec, trait, wanted)) {
      return fails(`The ${field} is ${shown(trait)}, and ${shown(wanted)} is asked for`);
    }
  }
  return PASSES;
}

function fails(reason: string): FilterVerdict {
  return { passes: false, reason };
}

type Trait = NonNullable<AssetTraits[string]>;

function meets(spec: FieldSpec, trait: Trait, wanted: Wanted): boolean {
  if (typeof wanted === "boolean") return trait === wanted;
  if (spec.kind === "numbers") return wanted.some((one) => one === trait);
  if (typeof trait !== "object") return false;
  const isMet = spec.kind === "path"
    ? (have: string, want: string) => have === want || have.startsWith(`${want}/`)
    : (have: string, want: string) => plainWords(have) === plainWords(want);
  return wanted.some((want) => trait.some((have) => isMet(have.toLowerCase(), String(want))));
}

function shown(value: Wanted | Trait): string {
  if (typeof value !== "object") return String(value);
  return value.length === 0 ? "none" : value.join(" or ").slice(0, 200);
}
