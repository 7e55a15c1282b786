/** What a scan knew, as rows to keep: enough to judge again exactly as it was judged then. */

import { judge, type Judgement } from "@/core/domain/judge.ts";
import type { GameId, Offer, Quote, TitleEvidence, TitleLook } from "@/core/domain/market.ts";
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

/** Row of the domain write `history_looks`: what one round of first looks refused. */
export interface LooksRecord extends Seen {
  readonly marketSuggests: boolean;
  readonly titles: readonly LookedTitle[];
}

/** One title, or one phase of it, that a first look refused. */
export interface LookedTitle {
  readonly quote: Quote | null;
  readonly look: TitleLook;
  readonly offers: readonly LookedOffer[];
  readonly takenLots: number;
  /** As in {@link JudgeContext}. */
  readonly pumpedUntilMs?: number | null | undefined;
}

export interface LookedOffer {
  readonly offer: Offer;
  /** As in {@link JudgeContext}. */
  readonly otherAskSeenCents: number | null;
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

/** The same for a title that was looked at: with the rules of its scan the verdicts are the scan's. */
export function judgeLook(
  looked: LookedTitle,
  round: Omit<LooksRecord, "titles">,
  rules: TradeRules,
): readonly Judgement[] {
  const { scanId, game, level, atMs: nowMs, marketSuggests } = round;
  const { quote, look, takenLots, pumpedUntilMs } = looked;
  const seen = { scanId, game, level, nowMs, rules, isDuplicate: false, marketSuggests };
  return looked.offers.map(({ offer, otherAskSeenCents }) =>
    judge({
      offer,
      quote,
      evidence: null,
      look,
      context: { ...seen, otherAskSeenCents, takenLots, pumpedUntilMs },
    })
  );
}
