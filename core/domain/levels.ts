/** The levels: half-open price bands and the return each asks for. */

import type { ExitKind, LevelId } from "./opportunity.ts";
import type { TradeRules } from "./rules.ts";

export interface LevelRule {
  /** First price inside the band. */
  readonly fromCents: number;
  /** First price above the band, so that $3.00 belongs to one level only. */
  readonly toCents: number;
  /** Least return, whatever the way out. */
  readonly minRoiBps: number;
  /** Above three times this a return is suspicious: it lowers the confidence, it is no trophy. */
  readonly usualMaxRoiBps: number;
}

export const LEVEL_RULES: Readonly<Record<LevelId, LevelRule>> = {
  boost: { fromCents: 50, toCents: 300, minRoiBps: 100, usualMaxRoiBps: 500 },
  standard: { fromCents: 300, toCents: 1_000, minRoiBps: 500, usualMaxRoiBps: 1_000 },
  medium: { fromCents: 1_000, toCents: 3_000, minRoiBps: 500, usualMaxRoiBps: 2_000 },
  advanced: { fromCents: 3_000, toCents: 10_000, minRoiBps: 1_000, usualMaxRoiBps: 3_000 },
  pro: { fromCents: 10_000, toCents: 100_000, minRoiBps: 2_000, usualMaxRoiBps: 10_000 },
};

/** What a level promises by a way out: its own minimum, and for a quick sale no less than its floor. */
export function minRoiBps(level: LevelRule, kind: ExitKind, rules: TradeRules): number {
  return kind === "quick" ? Math.max(level.minRoiBps, rules.quickMinRoiBps) : level.minRoiBps;
}

export function inBand(rule: LevelRule, priceCents: number): boolean {
  return priceCents >= rule.fromCents && priceCents < rule.toCents;
}
