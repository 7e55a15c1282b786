/**
 * What a single asset is: float, pattern, phase, stickers. Drawn from the asset's serial whenever
 * someone looks, never stored.
 */

import { Rng } from "./random.ts";
import type { Cs2Item, Exterior, Item, Phase } from "./titles/spec.ts";

/** Everything that tells an asset from others of its title. */
export interface AssetDetail {
  /** Ten decimals, as DMarket sends it; null when the item has no wear. */
  readonly float: string | null;
  /** Bucket such as `FT-2`; null when the item has no wear. */
  readonly floatPart: string | null;
  readonly paintSeed: number;
  readonly phase: Phase | null;
  readonly stickers: readonly string[];
  readonly charm: string | null;
  /** 80 to 100 for finishes that fade; 0 for all others. */
  readonly fadePercent: number;
  /** Dota 2 only. */
  readonly gems: readonly Gem[];
}

export interface Gem {
  readonly name: string;
  readonly type: string;
}

/** Wear buckets: name and the lowest float in it; the last one ends at 1. */
const FLOAT_PARTS: readonly (readonly [string, number])[] = [
  ...[0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06].map((from, i) => [`FN-${i}`, from] as const),
  ...[0.07, 0.08, 0.09, 0.1, 0.11].map((from, i) => [`MW-${i}`, from] as const),
  ...[0.15, 0.18, 0.21, 0.24, 0.27].map((from, i) => [`FT-${i}`, from] as const),
  ...[0.38, 0.39, 0.4, 0.41, 0.42].map((from, i) => [`WW-${i}`, from] as const),
  ...[0.45, 0.5, 0.63, 0.76, 0.8].map((from, i) => [`BS-${i}`, from] as const),
];

const WEAR: Readonly<Record<Exterior, readonly [number, number]>> = {
  "factory new": [0, 0.07],
  "minimal wear": [0.07, 0.15],
  "field-tested": [0.15, 0.38],
  "well-worn": [0.38, 0.45],
  "battle-scarred": [0.45, 1],
};

/** Value of a phase relative to the title's fair price. */
const PHASE_FACTORS: Readonly<Record<Phase, number>> = {
  "phase-1": 0.97,
  "phase-2": 1.05,
  "phase-3": 0.96,
  "phase-4": 1.02,
  emerald: 5.4,
  ruby: 4.3,
  sapphire: 5.2,
  "black-pearl": 6.6,
};

/** What the dear sales of a title wear. */
export const DEAR_STICKER = "Titan | Katowice 2014";
const STICKERS = ["Crown (Foil)", "Titan | Katowice 2014", "Fnatic | Stockholm 2021", "Flammable"];
const CHARMS = ["Hot Howl", "Lil' Ava", "Chicken Lil'"];

const GEMS: readonly Gem[] = [
  { name: "Creator's Light", type: "Prismatic" },
  { name: "Resonant Energy", type: "Ethereal" },
  { name: "Heroes Killed", type: "Inscribed" },
  { name: "Games Watched", type: "Spectator" },
];

/** Bucket of a float; null outside [0, 1]. */
export function floatPartOf(float: number): string | null {
  if (!(float >= 0 && float <= 1)) return null;
  return FLOAT_PARTS.findLast(([, from]) => float >= from)?.[0] ?? null;
}

/** Whether its assets differ by wear, and by no phase. */
export function hasFloat(item: Item): item is Cs2Item & { readonly exterior: Exterior } {
  return item.type === "cs2" && item.exterior !== null && item.phases.length === 0;
}

/** Buckets that an exterior can fall into. */
export function floatPartsOf(exterior: Exterior): readonly string[] {
  const [from, to] = WEAR[exterior];
  return FLOAT_PARTS.filter(([, start]) => start >= from && start < to).map(([part]) => part);
}

/** How much more, or less, than its title's fair price an asset of this phase is worth. */
export function phaseFactor(phase: Phase | null): number {
  return phase === null ? 1 : PHASE_FACTORS[phase];
}

/** Whether a phase is one of the few that collectors pay multiples for. */
function isRare(phase: Phase): boolean {
  return PHASE_FACTORS[phase] > 2;
}

/** The asset that `assetSerial` names in a market grown from `seed`. */
export function assetDetail(item: Item, seed: number, assetSerial: number): AssetDetail {
  if (item.type === "dota2") return { ...PLAIN, gems: drawGems(new Rng(seed, assetSerial, 37)) };
  if (item.type !== "cs2") return PLAIN;
  const rng = new Rng(seed, assetSerial, 31);
  const float = drawFloat(item, rng);
  return {
    float: float === null ? null : float.toFixed(10),
    floatPart: float === null ? null : floatPartOf(float),
    paintSeed: item.exterior === null ? 0 : rng.int(0, 999),
    phase: drawPhase(item.phases, rng, 0.12),
    stickers: item.category !== "★" && rng.chance(0.14)
      ? Array.from({ length: rng.int(1, 4) }, () => rng.pick(STICKERS))
      : [],
    charm: item.category !== "★" && rng.chance(0.03) ? rng.pick(CHARMS) : null,
    fadePercent: item.fades ? rng.int(80, 100) : 0,
    gems: [],
  };
}

/** A phase, rare with probability `rareShare`; null for items without phases. */
export function drawPhase(phases: readonly Phase[], rng: Rng, rareShare: number): Phase | null {
  if (phases.length === 0) return null;
  const rare = rng.chance(rareShare);
  return rng.pick(phases.filter((phase) => isRare(phase) === rare));
}

const PLAIN: AssetDetail = {
  float: null,
  floatPart: null,
  paintSeed: 0,
  phase: null,
  stickers: [],
  charm: null,
  fadePercent: 0,
  gems: [],
};

/** One in six has a gem or two. */
function drawGems(rng: Rng): readonly Gem[] {
  if (!rng.chance(1 / 6)) return [];
  const first = rng.pick(GEMS);
  const others = GEMS.filter(({ type }) => type !== first.type);
  return rng.chance(0.3) ? [first, rng.pick(others)] : [first];
}

function drawFloat(item: Cs2Item, rng: Rng): number | null {
  if (item.exterior === null) return null;
  const [from, to] = WEAR[item.exterior];
  const float = from + (to - from) * rng.next() ** 1.2;
  return Math.min(float, to - 1e-9);
}
