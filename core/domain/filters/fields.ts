/**
 * Which filters a game has and what they may be set to. One table: validation, matching and what
 * people are told all read it.
 */

import type { GameId } from "@/core/domain/market.ts";

export type FieldSpec =
  /** One or more of a fixed set of words. */
  | { readonly kind: "words"; readonly allowed: readonly string[] }
  /** One or more places in the market's tree of categories: `rifle`, `rifle/ak-47`. */
  | { readonly kind: "path" }
  /** One or more names as the market writes them; any of them will do. */
  | { readonly kind: "names" }
  /** One or more whole numbers. */
  | { readonly kind: "numbers"; readonly from: number; readonly to: number }
  | { readonly kind: "flag" };

function buckets(exterior: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${exterior}-${i}`);
}

const CS2 = {
  category: { kind: "path" },
  exterior: {
    kind: "words",
    allowed: [
      "factory-new",
      "minimal-wear",
      "field-tested",
      "well-worn",
      "battle-scarred",
      "not-painted",
    ],
  },
  floatPart: {
    kind: "words",
    allowed: [
      ...buckets("fn", 7),
      ...buckets("mw", 5),
      ...buckets("ft", 5),
      ...buckets("ww", 5),
      ...buckets("bs", 5),
    ],
  },
  phase: {
    kind: "words",
    allowed: [
      "phase-1",
      "phase-2",
      "phase-3",
      "phase-4",
      "ruby",
      "sapphire",
      "emerald",
      "black-pearl",
    ],
  },
  pattern: { kind: "numbers", from: 0, to: 1_000 },
  stickers: { kind: "names" },
  statTrak: { kind: "flag" },
  souvenir: { kind: "flag" },
} satisfies Record<string, FieldSpec>;

const DOTA2 = {
  hero: { kind: "names" },
  rarity: {
    kind: "words",
    allowed: [
      "common",
      "uncommon",
      "rare",
      "mythical",
      "legendary",
      "immortal",
      "arcana",
      "ancient",
      "seasonal",
    ],
  },
  quality: {
    kind: "words",
    allowed: [
      "standard",
      "inscribed",
      "exalted",
      "genuine",
      "autographed",
      "corrupted",
      "auspicious",
      "cursed",
      "elder",
      "frozen",
      "heroic",
      "infused",
      "unusual",
    ],
  },
  gems: { kind: "names" },
} satisfies Record<string, FieldSpec>;

const TF2 = {
  quality: {
    kind: "words",
    allowed: [
      "unique",
      "strange",
      "unusual",
      "vintage",
      "genuine",
      "haunted",
      "collectors",
      "decorated-weapon",
      "normal",
      "community",
      "self-made",
    ],
  },
  craftable: { kind: "flag" },
  unusualEffect: { kind: "names" },
} satisfies Record<string, FieldSpec>;

const RUST = { type: { kind: "path" } } satisfies Record<string, FieldSpec>;

/** The filters of each game by name. */
export const FILTER_FIELDS: Readonly<Record<GameId, Readonly<Record<string, FieldSpec>>>> = {
  a8db: CS2,
  "9a92": DOTA2,
  tf2: TF2,
  rust: RUST,
};

/**
 * Words as they are compared: `EXTERIOR_FIELD_TESTED` less its prefix, `Field-Tested` and
 * `field tested` are all `field-tested`; apostrophes and marks such as ™ do not count.
 */
export function plainWords(text: string): string {
  return text.toLowerCase().replaceAll(/['’™★]/g, "").replaceAll(/[\s_-]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
