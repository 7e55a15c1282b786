/** Whether a bid takes a given asset: any asset, or the one whose attributes it names. */

import { assetDetail } from "./asset.ts";
import type { BidLevel, TitleBook, Wire } from "./books.ts";

/** As much of an asset as a bid can ask about. */
export interface AssetForBid {
  readonly book: TitleBook;
  readonly assetSerial: number;
}

/** Attributes of a scenario's assets are not looked into: only bids for anything take them. */
export function takesAsset({ attributes }: BidLevel, asset: AssetForBid, seed: number): boolean {
  const wanted = Object.entries(attributes).filter(([, value]) => !isAny(value));
  if (wanted.length === 0) return true;
  const { spec } = asset.book;
  if (spec === null) return false;
  const detail = assetDetail(spec.item, seed, asset.assetSerial);
  const has: Wire = {
    floatPartValue: detail.floatPart,
    phase: detail.phase,
    paintSeed: String(detail.paintSeed),
  };
  return wanted.every(([name, value]) => String(value) === has[name]);
}

/** Whether a bid takes any asset of its title. */
export function isGeneric({ attributes }: BidLevel): boolean {
  return Object.values(attributes).every(isAny);
}

function isAny(value: unknown): boolean {
  return value === "any" || value === "" || value === null || value === undefined;
}
