/** Judging inside a scan: what the scan knows goes in, counts come out. */

import type { JudgeContext } from "@/core/domain/facts.ts";
import { judge, type Judgement } from "@/core/domain/judge.ts";
import type { Offer, Quote, TitleEvidence } from "@/core/domain/market.ts";
import type { GuardId } from "@/core/domain/opportunity.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import type { Scan } from "./state.ts";

export interface Knowledge {
  readonly offer: Offer;
  readonly quote: Quote | null;
  readonly evidence: TitleEvidence | null;
  readonly otherAskSeenCents: number | null;
  readonly takenLots: number;
  readonly nowMs: number;
}

export function judgeIn(scan: Scan, known: Knowledge): Judgement {
  const { offer, quote, evidence, otherAskSeenCents, takenLots, nowMs } = known;
  const context: JudgeContext = {
    scanId: scan.scanId,
    game: scan.game,
    level: scan.level,
    nowMs,
    rules: DEFAULT_RULES,
    isDuplicate: false,
    marketSuggests: scan.suggests,
    otherAskSeenCents,
    takenLots,
  };
  return judge({ offer, quote, evidence, context });
}

/** The scan with verdicts counted; each offer's judgement comes here once. */
export function countVerdicts(scan: Scan, judgements: readonly Judgement[]): Scan {
  const counts = { accepted: scan.accepted, refused: scan.refused, unverified: scan.unverified };
  const guardFailures = { ...scan.guardFailures };
  for (const { verdict, guards } of judgements) {
    counts[verdict]++;
    for (const { guard, outcome } of guards) {
      if (outcome === "fail") guardFailures[guard] = (guardFailures[guard] ?? 0) + 1;
    }
  }
  return { ...scan, ...counts, guardFailures };
}

export function countFailure(
  failures: Scan["guardFailures"],
  guard: GuardId,
): Scan["guardFailures"] {
  return { ...failures, [guard]: (failures[guard] ?? 0) + 1 };
}
