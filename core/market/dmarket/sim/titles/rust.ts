/** Rust: skins of weapons, armour, doors and boxes. */

import { hashText, mix, type Rng } from "../random.ts";
import { slug, spread } from "./cs2.ts";
import type { TitleSpec } from "./spec.ts";

const STYLES = [
  "Tempered",
  "Glory",
  "Alien Red",
  "Big Grin",
  "Punishment",
  "Forest Raiders",
  "Neon",
  "No Mercy",
  "Blackout",
  "Loot Leader",
  "Cold Hunter",
  "Desert Raiders",
  "Apocalypse",
  "Metalhunter",
  "Whiteout",
  "Rebel",
  "Doodle",
  "Predator",
  "Azul",
  "Carnival",
  "Toxic",
  "Wasteland",
  "Carbon",
  "Old Glory",
  "Samurai",
];
const ITEMS: Readonly<Record<string, string>> = {
  AK47: "weapon",
  MP5: "weapon",
  LR300: "weapon",
  Thompson: "weapon",
  "Bolt Rifle": "weapon",
  "Semi-Automatic Rifle": "weapon",
  "Pump Shotgun": "weapon",
  Python: "weapon",
  Crossbow: "weapon",
  Hoodie: "clothing",
  Pants: "clothing",
  Boots: "clothing",
  Poncho: "clothing",
  "Metal Facemask": "armor",
  "Metal Chest Plate": "armor",
  "Roadsign Vest": "armor",
  "Coffee Can Helmet": "armor",
  "Garage Door": "deployable",
  "Sheet Metal Door": "deployable",
  "Armored Door": "deployable",
  "Large Wood Box": "deployable",
  "Sleeping Bag": "deployable",
  Furnace: "deployable",
  Rug: "deployable",
  Hatchet: "tool",
  Pickaxe: "tool",
};

/** One random Rust title. */
export function drawRust(rng: Rng, seed: number): TitleSpec {
  const style = rng.pick(STYLES);
  const thing = rng.pick(Object.keys(ITEMS));
  const itemType = ITEMS[thing] ?? "misc";
  return {
    game: "rust",
    title: `${style} ${thing}`,
    categoryPath: `${itemType}/${slug(thing)}`,
    basePriceCents: spread(mix(seed, hashText(style + thing)), {
      lowCents: 35,
      highCents: 48_000,
      skew: 1.6,
    }),
    item: { type: "rust", itemType },
  };
}
