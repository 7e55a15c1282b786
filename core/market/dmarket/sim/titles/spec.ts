/** What a generated title is, apart from its price: enough to write every wire attribute. */

import type { GameId } from "@/core/domain/market.ts";

/** Wear of painted items, best first, in the words of filters. */
export const EXTERIORS = [
  "factory new",
  "minimal wear",
  "field-tested",
  "well-worn",
  "battle-scarred",
] as const;
/** A wear. */
export type Exterior = typeof EXTERIORS[number];

/** Phases of Doppler finishes. */
export const DOPPLER_PHASES = [
  "phase-1",
  "phase-2",
  "phase-3",
  "phase-4",
  "ruby",
  "sapphire",
  "black-pearl",
] as const;
/** Phases of Gamma Doppler finishes. */
export const GAMMA_PHASES = ["phase-1", "phase-2", "phase-3", "phase-4", "emerald"] as const;
/** A phase, in the words of targets. */
export type Phase = typeof DOPPLER_PHASES[number] | "emerald";

/** A CS2 item, painted or not. */
export interface Cs2Item {
  readonly type: "cs2";
  readonly category: "normal" | "stattrak_tm" | "souvenir" | "★";
  /** Null for what is not painted: vanilla knives, cases, stickers. */
  readonly exterior: Exterior | null;
  readonly paintIndex: number;
  /** Whether each asset has a fade percentage of its own. */
  readonly fades: boolean;
  /** Empty unless the finish comes in phases. */
  readonly phases: readonly Phase[];
}

/** A Dota 2 cosmetic. */
export interface Dota2Item {
  readonly type: "dota2";
  readonly hero: string;
  readonly rarity: string;
  readonly quality: string;
}

/** A TF2 item; only unusuals have an effect. */
export interface Tf2Item {
  readonly type: "tf2";
  readonly quality: string;
  readonly effect: string | null;
  readonly craftable: boolean;
}

/** A Rust skin. */
export interface RustItem {
  readonly type: "rust";
  readonly itemType: string;
}

/** An item of any game. */
export type Item = Cs2Item | Dota2Item | Tf2Item | RustItem;

/** A title with all that its wire attributes say. */
export interface TitleSpec {
  readonly game: GameId;
  readonly title: string;
  readonly categoryPath: string;
  /** What such an item costs, before the market has its say; cents, not rounded. */
  readonly basePriceCents: number;
  readonly item: Item;
}
