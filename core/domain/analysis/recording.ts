/** What a scan knew, as rows to keep: enough to judge again exactly as it was judged then. */

import { judge, type Judgement } from "@/core/domain/judge.ts";
import type { GameId, Offer, Quote, TitleEvidence } from "@/core/domain/market.ts";
import type { LevelId } from "@/core/domain/opportunity.ts";
import type { TradeRules } from "@/core/domain/rules.ts";

interface Seen {
  readonly scanId: string;
  readonly game: GameId;
  readonly level: LevelId;
  /** When the scan took it in. */
  readonly atMs: number;
}

/** Row of the domain write `history_quotes`: the quotes that came with one page. */
export interface QuotesRecord extends Seen {
  /** At most 100. */
  readonly quotes: readonly Quote[];
}

/** Row of the domain write `history_cases`: one title as it was verified. */
export interface CaseRecord extends Seen {
  readonly quote: Quote | null;
  readonly evidence: TitleEvidence;
  /** The offers judged, in the order in which they were. */
  readonly offers: readonly Offer[];
  /** Lots of its bids promised before the first of them. */
  readonly takenLots: number;
  readonly marketSuggests: boolean;
  /** As in {@link JudgeContext}. */
  readonly pumpedUntilMs?: number | null | undefined;
}

/**
 * Judges a case under `rules`: with those of its scan the verdicts are the scan's. Each quick sale
 * takes one lot of the bids from the offers after it.
 */
export function judgeCase(record: CaseRecord, rules: TradeRules): readonly Judgement[] {
  const { scanId, game, level, atMs, quote, evidence, marketSuggests, pumpedUntilMs } = record;
  let { takenLots } = record;
  return record.offers.map((offer) => {
    const context = {
      scanId,
      game,
      level,
      nowMs: atMs,
      rules,
      isDuplicate: false,
      marketSuggests,
      otherAskSeenCents: null,
      takenLots,
      pumpedUntilMs,
    };
    const judgement = judge({ offer, quote, evidence, context });
    if (judgement.opportunities.some(({ kind }) => kind === "quick")) takenLots++;
    return judgement;
  });
}
