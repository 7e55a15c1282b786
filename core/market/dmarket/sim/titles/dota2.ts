/** Dota 2: cosmetics by quality, hero and slot. */

import { hashText, mix, type Rng } from "../random.ts";
import { slug, spread } from "./cs2.ts";
import type { TitleSpec } from "./spec.ts";

const HEROES = [
  "Lina",
  "Juggernaut",
  "Pudge",
  "Invoker",
  "Phantom Assassin",
  "Crystal Maiden",
  "Shadow Fiend",
  "Windranger",
  "Faceless Void",
  "Legion Commander",
  "Monkey King",
  "Drow Ranger",
  "Earthshaker",
  "Ogre Magi",
  "Templar Assassin",
  "Terrorblade",
];
const FAMOUS = [
  "Fiery Soul of the Slayer",
  "Bladeform Legacy",
  "Manifold Paradox",
  "Blades of Voth Domosh",
  "Demon Eater",
  "Feast of Abscession",
  "Frost Avalanche",
  "Great Sage's Reckoning",
  "Tempest Helm of the Thundergod",
  "The Magus Cypher",
  "Fractal Horns of Inner Abysm",
  "Dragonclaw Hook",
  "Golden Staff of Gun-Yu",
  "Compass of the Rising Gale",
];
const MATERIALS = [
  "Golden",
  "Crimson",
  "Frostbound",
  "Obsidian",
  "Emberforged",
  "Jade",
  "Moonlit",
  "Storm",
  "Bone",
  "Ashen",
  "Verdant",
  "Spectral",
  "Thundering",
  "Sunken",
];
const PIECES = [
  "Blade",
  "Mask",
  "Cape",
  "Crown",
  "Pauldrons",
  "Bracers",
  "Staff",
  "Horns",
  "Wings",
];
const ORIGINS = [
  "of the Demon Witch",
  "of the Fallen Monarch",
  "of the Ravenous Fiend",
  "of the Eternal Light",
  "of the Burning Nomad",
  "of the Deep Ancients",
  "of the Exiled Ronin",
  "of the Arctic Hall",
  "of the Silent Wake",
  "of the Third Insight",
];
const QUALITIES = ["", "", "", "Inscribed", "Exalted", "Genuine", "Autographed", "Corrupted"];
const RARITIES = ["common", "uncommon", "rare", "mythical", "legendary", "immortal", "arcana"];
const QUALITY_FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  Inscribed: 1.1,
  Exalted: 1.25,
  Genuine: 1.6,
  Autographed: 1.4,
  Corrupted: 1.9,
};

/** One random Dota 2 title; a quality multiplies the price of its item. */
export function drawDota2(rng: Rng, seed: number): TitleSpec {
  const famous = rng.chance(0.08);
  const name = famous
    ? rng.pick(FAMOUS)
    : `${rng.pick(MATERIALS)} ${rng.pick(PIECES)} ${rng.pick(ORIGINS)}`;
  const quality = rng.pick(QUALITIES);
  const hash = mix(seed, hashText(name));
  const hero = (HEROES[hash % HEROES.length] ?? "Lina").toLowerCase();
  const [low, high] = famous ? [900, 45_000] : [28, 9_000];
  const rarity = famous ? "arcana" : RARITIES[mix(hash, 1) % 6] ?? "common";
  return {
    game: "9a92",
    title: quality === "" ? name : `${quality} ${name}`,
    categoryPath: rarity,
    basePriceCents: spread(hash, { lowCents: low, highCents: high, skew: 1.3 }) *
      (QUALITY_FACTORS[quality] ?? 1),
    item: { type: "dota2", hero, rarity, quality: quality === "" ? "standard" : slug(quality) },
  };
}
