/** What a generated title is, apart from its price: enough to write every wire attribute. */

import type { GameId } from "@/core/domain/market.ts";

export const EXTERIORS = [
  "factory new",
  "minimal wear",
  "field-tested",
  "well-worn",
  "battle-scarred",
] as const;
export type Exterior = typeof EXTERIORS[number];

export const DOPPLER_PHASES = [
  "phase-1",
  "phase-2",
  "phase-3",
  "phase-4",
  "ruby",
  "sapphire",
  "black-pearl",
] as const;
export const GAMMA_PHASES = ["phase-1", "phase-2", "phase-3", "phase-4", "emerald"] as const;
export type Phase = typeof DOPPLER_PHASES[number] | "emerald";

export interface Cs2Item {
  readonly type: "cs2";
  readonly category: "normal" | "stattrak_tm" | "souvenir" | "★";
  /** Null for what is not painted: vanilla knives, cases, stickers. */
  readonly exterior: Exterior | null;
  readonly paintIndex: number;
  /** Empty unless the finish comes in phases. */
  readonly phases: readonly Phase[];
}

export interface Dota2Item {
  readonly type: "dota2";
  readonly hero: string;
  readonly rarity: string;
  readonly quality: string;
}

export interface Tf2Item {
  readonly type: "tf2";
  readonly quality: string;
  readonly effect: string | null;
  readonly craftable: boolean;
}

export interface RustItem {
  readonly type: "rust";
  readonly itemType: string;
}

export type Item = Cs2Item | Dota2Item | Tf2Item | RustItem;

export interface TitleSpec {
  readonly game: GameId;
  readonly title: string;
  readonly categoryPath: string;
  /** What such an item costs, before the market has its say; cents, not rounded. */
  readonly basePriceCents: number;
  readonly item: Item;
}
