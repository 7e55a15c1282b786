/** What the scanner decides about one offer, and what follows from an accepted one. */

import type { GameFilter } from "./filters/filter.ts";
import type { AssetClass, FeeRule, GameId } from "./market.ts";
import type { Explained, Reason } from "./reasons.ts";

/** Price bands in the order of rising prices. */
export const LEVELS = ["boost", "standard", "medium", "advanced", "pro"] as const;
export type LevelId = typeof LEVELS[number];

/** `quick`: sell into a real bid now. `list`: resell at a defensible price later. */
export type ExitKind = "quick" | "list";

/** The guards, in the order their verdicts are shown. */
export const GUARDS = [
  "out-of-band",
  "reserved",
  "trade-lock",
  "resale-blocked",
  "unpriced",
  "joke-price",
  "no-sales",
  "thin-sales",
  "attribute-mix",
  "pump",
  "falling",
  "above-suggested",
  "wide-spread",
  "stale-evidence",
  "gone",
  "duplicate",
  "min-roi",
] as const;
export type GuardId = typeof GUARDS[number];

/** One guard's opinion of one offer; `said` is absent where a verdict sums up two ways out. */
export interface GuardVerdict extends Explained {
  readonly guard: GuardId;
  /** `unknown`: what the guard needs was not read; never counts as passed. */
  readonly outcome: "pass" | "fail" | "unknown";
}

/** Money of one way out, in integer cents; `roiBps` is floor(profit · 10000 / buy). */
export interface ExitPlan {
  readonly kind: ExitKind;
  readonly exitCents: number;
  readonly feePpm: number;
  readonly feeCents: number;
  readonly netCents: number;
  readonly profitCents: number;
  readonly roiBps: number;
  /** Lowest sale price that loses nothing. */
  readonly breakEvenCents: number;
}

/** An accepted offer: one row per offer and way out. */
export interface Opportunity extends ExitPlan {
  readonly scanId: string;
  readonly game: GameId;
  readonly level: LevelId;
  readonly offerId: string;
  readonly title: string;
  readonly assetClass: AssetClass;
  readonly buyCents: number;
  readonly lockDays: number;
  readonly confidence: "low" | "medium" | "high";
  /** ROI per year over lock and expected days to sell; ranking only, basis points. */
  readonly annualisedBps: number;
  /** Sales of the last seven days. */
  readonly sales7d: number;
  /** Lowest comparable ask that is not this offer; null when there is none. */
  readonly otherAskCents: number | null;
  /** Best bid that this asset satisfies; null when there is none. */
  readonly bestBidCents: number | null;
  readonly fee: FeeRule;
  readonly guards: readonly GuardVerdict[];
  readonly foundAtMs: number;
}

/** Where a scan stands; counts are offers unless named otherwise. */
export interface ScanProgress {
  readonly scanId: string;
  readonly game: GameId;
  readonly level: LevelId;
  /** What the offers have to be; absent: anything. */
  readonly filter?: GameFilter["wants"] | undefined;
  readonly status: "queued" | "running" | "completed" | "stopped" | "failed";
  readonly processed: number;
  /**
   * Offers in the band as the market counts them, less those that the filter left out so far; null
   * before the first page.
   */
  readonly total: number | null;
  readonly accepted: number;
  readonly refused: number;
  readonly unverified: number;
  readonly pages: number;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
  /** Expected end; null while unknown. */
  readonly etaMs: number | null;
  /** How often each guard failed. */
  readonly guardFailures: Readonly<Partial<Record<GuardId, number>>>;
  /** Why it failed, was stopped or ended early, or what it lacks; absent where nothing is amiss. */
  readonly reason?: string | undefined;
  /** The same as data; absent in what older versions wrote. */
  readonly said?: Reason | undefined;
}
