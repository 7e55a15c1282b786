/** TF2: hats, strange and killstreak weapons, unusuals with their effects. */

import { hashText, mix, type Rng } from "../random.ts";
import { slug, spread } from "./cs2.ts";
import type { TitleSpec } from "./spec.ts";

const HATS = [
  "Team Captain",
  "Bill's Hat",
  "Brotherhood of Arms",
  "Hong Kong Cone",
  "Killer Exclusive",
  "Anger",
  "Ghastly Gibus",
  "Modest Pile of Hat",
  "Tyrant's Helm",
  "Villain's Veil",
  "Towering Pillar of Hats",
  "Brown Bomber",
  "Texas Ten Gallon",
  "Sober Stuntman",
  "Law",
  "Antarctic Parka",
  "Burning Beanie",
  "Cotton Head",
];
const WEAPONS = [
  "Rocket Launcher",
  "Scattergun",
  "Medi Gun",
  "Sniper Rifle",
  "Minigun",
  "Flame Thrower",
  "Knife",
  "Wrench",
  "Grenade Launcher",
  "Ambassador",
  "Black Box",
  "Huntsman",
  "Direct Hit",
  "Kritzkrieg",
];
const PREFIXES = [
  "Strange",
  "Vintage",
  "Genuine",
  "Haunted",
  "Collector's",
  "Strange Professional Killstreak",
  "Specialized Killstreak",
  "Killstreak",
  "Strange Australium",
  "Festivized",
];
const EFFECTS = [
  "Burning Flames",
  "Scorching Flames",
  "Sunbeams",
  "Purple Energy",
  "Green Confetti",
  "Stormy Storm",
  "Circling Heart",
  "Beams of Fire",
  "Dead Presidents",
  "Miami Nights",
];
const COMMODITIES: Readonly<Record<string, number>> = {
  "Mann Co. Supply Crate Key": 190,
  "Tour of Duty Ticket": 85,
  "Refined Metal": 4,
};

/** One random TF2 title. */
export function drawTf2(rng: Rng, seed: number): TitleSpec {
  const roll = rng.next();
  if (roll < 0.01) return drawCommodity(rng);
  return roll < 0.3 ? drawUnusual(rng, seed) : drawWeapon(rng, seed);
}

function drawCommodity(rng: Rng): TitleSpec {
  const title = rng.pick(Object.keys(COMMODITIES));
  return {
    game: "tf2",
    title,
    categoryPath: "tool",
    basePriceCents: COMMODITIES[title] ?? 1,
    item: { type: "tf2", quality: "unique", effect: null, craftable: true },
  };
}

function drawUnusual(rng: Rng, seed: number): TitleSpec {
  const effect = rng.pick(EFFECTS);
  const hat = rng.pick(HATS);
  const hash = mix(seed, hashText(effect + hat));
  return {
    game: "tf2",
    title: `Unusual ${effect} ${hat}`,
    categoryPath: "hat",
    basePriceCents: spread(hash, { lowCents: 1_400, highCents: 95_000, skew: 1.5 }),
    item: { type: "tf2", quality: "unusual", effect, craftable: mix(hash, 1) % 5 !== 0 },
  };
}

function drawWeapon(rng: Rng, seed: number): TitleSpec {
  const prefix = rng.pick(PREFIXES);
  const plain = rng.chance(0.4);
  const name = plain ? rng.pick(HATS) : rng.pick(WEAPONS);
  const title = `${rng.chance(0.12) ? "Non-Craftable " : ""}${prefix} ${name}`;
  return {
    game: "tf2",
    title,
    categoryPath: plain ? "hat" : "weapon",
    basePriceCents: spread(mix(seed, hashText(prefix + name)), {
      lowCents: 30,
      highCents: 12_000,
      skew: 1.2,
    }),
    item: {
      type: "tf2",
      quality: slug(prefix),
      effect: null,
      craftable: !title.startsWith("Non-Craftable"),
    },
  };
}
