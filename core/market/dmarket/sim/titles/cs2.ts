/** CS2: weapons × finishes × exteriors, knives, gloves, and the containers nobody resells. */

import { hashText, mix, type Rng } from "../random.ts";
import {
  type Cs2Item,
  DOPPLER_PHASES,
  type Exterior,
  EXTERIORS,
  GAMMA_PHASES,
  type Phase,
  type TitleSpec,
} from "./spec.ts";

const WEAPONS: Readonly<Record<string, readonly string[]>> = {
  rifle: [
    "AK-47",
    "M4A4",
    "M4A1-S",
    "AWP",
    "SSG 08",
    "FAMAS",
    "Galil AR",
    "AUG",
    "SG 553",
    "SCAR-20",
    "G3SG1",
  ],
  pistol: [
    "Desert Eagle",
    "USP-S",
    "Glock-18",
    "P250",
    "Five-SeveN",
    "Tec-9",
    "CZ75-Auto",
    "Dual Berettas",
    "P2000",
    "R8 Revolver",
  ],
  smg: ["MP9", "MAC-10", "UMP-45", "P90", "MP7", "MP5-SD", "PP-Bizon"],
  shotgun: ["Nova", "XM1014", "MAG-7", "Sawed-Off"],
  machinegun: ["Negev", "M249"],
};

const FINISHES = [
  "Redline",
  "Asiimov",
  "Vulcan",
  "Neon Rider",
  "Hyper Beast",
  "Fever Dream",
  "Elite Build",
  "Slate",
  "Case Hardened",
  "Fade",
  "Printstream",
  "Phantom Disruptor",
  "Legion of Anubis",
  "Ice Coaled",
  "Nightwish",
  "Head Shot",
  "Inheritance",
  "Bloodsport",
  "Frontside Misty",
  "Point Disarray",
  "Wasteland Rebel",
  "Jaguar",
  "Aquamarine Revenge",
  "Blue Laminate",
  "Safari Mesh",
  "Uncharted",
  "Rat Rod",
  "Orbit Mk01",
  "Neo-Noir",
  "Desolate Space",
  "Buzz Kill",
  "Decimator",
  "Mecha Industries",
  "Golden Coil",
  "Chantico's Fire",
  "Hot Rod",
  "Bright Water",
  "Cyrex",
  "Nitro",
  "Guardian",
  "Dragon King",
  "龍王 (Dragon King)",
  "Wurst Hölle",
  "Cold Fusion",
  "Mount Fuji",
  "Starlight Protector",
  "Food Chain",
  "Hydra",
  "Kumicho Dragon",
  "Code Red",
  "Mecha Love",
  "Oxide Blaze",
  "Light Rail",
  "Blaze",
  "Corticera",
  "Night Terror",
  "Cortex",
  "The Traitor",
  "Ticket to Hell",
  "Kill Confirmed",
  "Caiman",
  "Water Elemental",
  "Vogue",
  "Moonrise",
  "Bullet Queen",
  "Candy Apple",
  "Nuclear Garden",
  "Allure",
  "Disco Tech",
  "Stalker",
  "Last Dive",
  "Momentum",
  "Primal Saber",
  "Crime Scene",
  "Briefing",
  "Shapewood",
  "Death by Kitty",
  "Emerald Dragon",
  "Trigon",
  "Franklin",
] as const;

/** Every knife of {@link drawCs2}. */
export const KNIVES = [
  "Karambit",
  "M9 Bayonet",
  "Bayonet",
  "Butterfly Knife",
  "Flip Knife",
  "Gut Knife",
  "Huntsman Knife",
  "Falchion Knife",
  "Shadow Daggers",
  "Bowie Knife",
  "Navaja Knife",
  "Stiletto Knife",
  "Talon Knife",
  "Ursus Knife",
  "Skeleton Knife",
  "Nomad Knife",
  "Paracord Knife",
  "Survival Knife",
  "Classic Knife",
  "Kukri Knife",
];
const KNIFE_FINISHES = [
  "Doppler",
  "Gamma Doppler",
  "Fade",
  "Tiger Tooth",
  "Marble Fade",
  "Slaughter",
  "Crimson Web",
  "Case Hardened",
  "Blue Steel",
  "Stained",
  "Night",
  "Urban Masked",
  "Boreal Forest",
  "Safari Mesh",
  "Ultraviolet",
  "Rust Coat",
  "Autotronic",
  "Lore",
  "Freehand",
  "Bright Water",
];
const GLOVES = [
  "Sport Gloves",
  "Driver Gloves",
  "Hand Wraps",
  "Moto Gloves",
  "Specialist Gloves",
  "Hydra Gloves",
  "Bloodhound Gloves",
  "Broken Fang Gloves",
];
const GLOVE_FINISHES = [
  "Vice",
  "Superconductor",
  "Amphibious",
  "Arid",
  "Bronze Morph",
  "Crimson Weave",
  "King Snake",
  "Polygon",
  "Slaughter",
  "Emerald Web",
  "Overtake",
  "Case Hardened",
  "Jade",
  "Unhinged",
  "Yellow-banded",
];
const SEALED = [
  "Fracture Case",
  "Clutch Case",
  "Kilowatt Case",
  "Revolution Case",
  "Recoil Case",
  "Operation Riptide Case",
  "Paris 2023 Legends Sticker Capsule",
  "Music Kit | Scarlxrd, King Scar",
  "Sealed Graffiti | Cerberus (War Pig Pink)",
  "Sticker | ESL One Katowice 2015 Challengers (Holo-Foil)",
  "Sticker | Crown (Foil)",
  "Patch | Crazy Banana",
  "Guardian Elite Pin",
  "Operation Hydra Access Pass",
];

const EXTERIOR_FACTORS: Readonly<Record<Exterior, number>> = {
  "factory new": 1.75,
  "minimal wear": 1.18,
  "field-tested": 0.86,
  "well-worn": 0.78,
  "battle-scarred": 0.72,
};

/** What no finish covers: knives as they come, cases, stickers. */
export const UNPAINTED: Cs2Item = {
  type: "cs2",
  category: "normal",
  exterior: null,
  paintIndex: 0,
  fades: false,
  phases: [],
};

/** One random CS2 title; the same finish costs about the same in every wear. */
export function drawCs2(rng: Rng, seed: number): TitleSpec {
  const roll = rng.next();
  if (roll < 0.85) return drawWeapon(rng, seed);
  if (roll < 0.94) return drawKnife(rng, seed);
  return roll < 0.985 ? drawGlove(rng, seed) : drawSealed(rng, seed);
}

function drawWeapon(rng: Rng, seed: number): TitleSpec {
  const group = rng.pick(["rifle", "rifle", "pistol", "pistol", "smg", "shotgun", "machinegun"]);
  const weapon = rng.pick(WEAPONS[group] ?? []);
  const finish = rng.pick(FINISHES);
  const exterior = rng.pick(EXTERIORS);
  const roll = rng.next();
  const category = roll < 0.22 ? "stattrak_tm" : roll < 0.28 ? "souvenir" : "normal";
  const prefix = { stattrak_tm: "StatTrak™ ", souvenir: "Souvenir ", normal: "" }[category];
  const rarityFactor = { stattrak_tm: 2.1, souvenir: 1.5, normal: 1 }[category];
  const skinPrice = spread(mix(seed, hashText(weapon + finish)), {
    lowCents: 32,
    highCents: 15_000,
    skew: 1.3,
  });
  return {
    game: "a8db",
    title: `${prefix}${weapon} | ${finish} (${titleCase(exterior)})`,
    categoryPath: `${group}/${slug(weapon)}`,
    basePriceCents: skinPrice * EXTERIOR_FACTORS[exterior] * rarityFactor,
    item: painted({ category, exterior, finish, phases: [] }),
  };
}

function drawKnife(rng: Rng, seed: number): TitleSpec {
  const knife = rng.pick(KNIVES);
  const finish = rng.pick(KNIFE_FINISHES);
  const phases = finish === "Doppler"
    ? DOPPLER_PHASES
    : finish === "Gamma Doppler"
    ? GAMMA_PHASES
    : [];
  const exterior = phases.length > 0
    ? rng.pick(["factory new", "minimal wear"] as const)
    : rng.pick(EXTERIORS);
  const counted = rng.chance(0.25);
  const skinPrice = spread(mix(seed, hashText(knife + finish)), {
    lowCents: 6_000,
    highCents: 120_000,
    skew: 1.2,
  });
  return {
    game: "a8db",
    title: `★ ${counted ? "StatTrak™ " : ""}${knife} | ${finish} (${titleCase(exterior)})`,
    categoryPath: `knife/${slug(knife)}`,
    basePriceCents: skinPrice * EXTERIOR_FACTORS[exterior] * (counted ? 1.1 : 1),
    item: painted({ category: "★", exterior, finish, phases }),
  };
}

function drawGlove(rng: Rng, seed: number): TitleSpec {
  const glove = rng.pick(GLOVES);
  const finish = rng.pick(GLOVE_FINISHES);
  const exterior = rng.pick(EXTERIORS);
  const skinPrice = spread(mix(seed, hashText(glove + finish)), {
    lowCents: 4_500,
    highCents: 90_000,
    skew: 1.4,
  });
  return {
    game: "a8db",
    title: `★ ${glove} | ${finish} (${titleCase(exterior)})`,
    categoryPath: `gloves/${slug(glove)}`,
    basePriceCents: skinPrice * EXTERIOR_FACTORS[exterior],
    item: painted({ category: "★", exterior, finish, phases: [] }),
  };
}

function drawSealed(rng: Rng, seed: number): TitleSpec {
  const title = rng.pick(SEALED);
  return {
    game: "a8db",
    title,
    categoryPath: "misc/container",
    basePriceCents: spread(mix(seed, hashText(title)), {
      lowCents: 25,
      highCents: 2_500,
      skew: 1.2,
    }),
    item: UNPAINTED,
  };
}

function painted(
  options: {
    category: Cs2Item["category"];
    exterior: Exterior;
    finish: string;
    phases: readonly Phase[];
  },
): Cs2Item {
  const { category, exterior, finish, phases } = options;
  return {
    type: "cs2",
    category,
    exterior,
    phases,
    paintIndex: hashText(finish) % 1_200 + 1,
    fades: finish === "Fade",
  };
}

/** Prices spread evenly over their logarithm; a skew above 1 favours the cheap end. */
export interface PriceSpread {
  readonly lowCents: number;
  readonly highCents: number;
  readonly skew: number;
}

/** The price that a hash picks out of a spread. */
export function spread(hash: number, { lowCents, highCents, skew }: PriceSpread): number {
  const unit = (hash / 4_294_967_296) ** skew;
  return lowCents * (highCents / lowCents) ** unit;
}

/** Lower-case words joined by hyphens, as in category paths. */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}

function titleCase(exterior: Exterior): string {
  return exterior.replaceAll(/(^|[ -])([a-z])/g, (_, gap, letter) => gap + letter.toUpperCase());
}
