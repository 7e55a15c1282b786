/**
 * Which assets of one title are alike. A title already fixes exterior, StatTrak and Souvenir; what
 * is left are the Doppler phase, which the market prices apart, and float bucket and paint seed,
 * which a bid may insist on but which never raise an automatic exit price.
 */

import type { AssetClass } from "./market.ts";

/** True when an asset satisfies everything a bid insists on; a null attribute insists on nothing. */
export function satisfies(asset: AssetClass, wants: AssetClass): boolean {
  return (wants.floatPart === null || wants.floatPart === asset.floatPart) &&
    (wants.phase === null || wants.phase === asset.phase) &&
    (wants.paintSeed === null || wants.paintSeed === asset.paintSeed);
}

/** True when a bid insists on nothing. */
export function isGeneric({ floatPart, phase, paintSeed }: AssetClass): boolean {
  return floatPart === null && phase === null && paintSeed === null;
}

/** True when a buyer of one would as well take the other at a lower price. */
export function comparable(a: AssetClass, b: AssetClass): boolean {
  return a.phase === b.phase;
}

/** The class a generic buy order for such an asset names: its phase, nothing cosmetic. */
export function genericClass(asset: AssetClass): AssetClass {
  return { floatPart: null, phase: asset.phase, paintSeed: null };
}
