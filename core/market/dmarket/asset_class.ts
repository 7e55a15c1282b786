/** Float buckets, phases and seeds: what prices assets of one title apart. */

import type { AssetClass } from "@/core/domain/market.ts";

/** Lower bounds of the float buckets, ascending; each reaches to the next, the last to 1. */
const FLOAT_PARTS: readonly (readonly [string, number])[] = [
  ["FN-0", 0],
  ["FN-1", 0.01],
  ["FN-2", 0.02],
  ["FN-3", 0.03],
  ["FN-4", 0.04],
  ["FN-5", 0.05],
  ["FN-6", 0.06],
  ["MW-0", 0.07],
  ["MW-1", 0.08],
  ["MW-2", 0.09],
  ["MW-3", 0.1],
  ["MW-4", 0.11],
  ["FT-0", 0.15],
  ["FT-1", 0.18],
  ["FT-2", 0.21],
  ["FT-3", 0.24],
  ["FT-4", 0.27],
  ["WW-0", 0.38],
  ["WW-1", 0.39],
  ["WW-2", 0.4],
  ["WW-3", 0.41],
  ["WW-4", 0.42],
  ["BS-0", 0.45],
  ["BS-1", 0.5],
  ["BS-2", 0.63],
  ["BS-3", 0.76],
  ["BS-4", 0.8],
];

const FLOAT_PART = /^(?:FLOAT_PART_)?(FN|MW|FT|WW|BS)[-_]?(\d)$/i;
const ANY: readonly string[] = ["", "any"];

/** Without float bucket, phase or seed; as a wish: anything. */
export const ANY_ASSET: AssetClass = { floatPart: null, phase: null, paintSeed: null };

/** Name of the bucket a float lies in, `FT-2` for 0.2356; null outside [0, 1]. */
export function floatPartOf(float: number): string | null {
  if (!(float >= 0 && float <= 1)) return null;
  let part: string | null = null;
  for (const [name, from] of FLOAT_PARTS) {
    if (float >= from) part = name;
  }
  return part;
}

/** Whether buyers pay extra for it: the first bucket of its exterior. */
export function isBestPart(floatPart: string | null): boolean {
  return floatPart !== null && floatPart.endsWith("-0");
}

/** `FLOAT_PART_FT_2` and `FT-2` alike as `FT-2`; null for anything that names no known bucket. */
export function floatPartName(name: string): string | null {
  const match = FLOAT_PART.exec(name);
  const part = match === null ? null : `${match[1]?.toUpperCase()}-${match[2]}`;
  return FLOAT_PARTS.some(([known]) => known === part) ? part : null;
}

/** `phase-2` and `PHASE_TITLE_PHASE_2` alike as `phase-2`; null where there is no phase. */
export function phaseName(name: string): string | null {
  const plain = name.replace(/^PHASE_TITLE_/i, "").toLowerCase().replaceAll(/[_ ]+/g, "-");
  return ["", "any", "none", "unspecified"].includes(plain) ? null : plain;
}

/** True for a wish that anything fulfils. */
export function isAny(wish: unknown): boolean {
  return wish === null || wish === undefined ||
    (typeof wish === "string" && ANY.includes(wish.toLowerCase()));
}
