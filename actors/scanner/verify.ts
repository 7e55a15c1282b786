/** Reading titles: which ones next, and what their book and sales say about the waiting listings. */

import { comparable } from "@/core/domain/asset_class.ts";
import { isFree } from "@/core/domain/book.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import type { TitleEvidence } from "@/core/domain/market.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import type { ReplyOf } from "@/core/kernel/mod.ts";
import { countVerdicts, judgeIn } from "./judging.ts";
import type { Progressed } from "./page.ts";
import { candidateKey, giveUp, rankTitles } from "./pool.ts";
import type { ScannerConfig } from "./spec.ts";
import { type Candidate, openIds, type Scan, type VerifiedTitle } from "./state.ts";

export type EvidenceReply = ReplyOf<typeof marketFetcher, "Evidence">;

/**
 * Titles to read now. While pages are still coming, only as large a share of the limit is spent as
 * of the band is seen, and only on titles of which later pages can tell nothing new; at the end of
 * the band the best of all that wait are read.
 */
export function nextTitles(scan: Scan, config: ScannerConfig): readonly string[] {
  if (scan.verifying.length > 0 || scan.pool.length === 0) return [];
  const share = scan.endOfBand || scan.total === null || scan.total === 0
    ? 1
    : Math.min(1, scan.seen / scan.total);
  const allowed = Math.ceil(config.verifyTitles * share) - scan.spent;
  if (allowed < 1) return [];
  return rankTitles(scan)
    .filter(({ prospect }) => scan.endOfBand || (prospect.isRipe && prospect.returnBps > 0))
    .slice(0, Math.min(allowed, config.verifyBatch))
    .map(({ title }) => title);
}

/** Judges every waiting listing of the titles that were asked for. */
export function takeEvidence(scan: Scan, reply: EvidenceReply, nowMs: number): Progressed {
  const asked = new Set(scan.verifying);
  const read = new Map(reply.evidence.map((evidence) => [evidence.title, evidence]));
  const passed = openIds(scan, scan.passedTitles);
  const verified = new Map(scan.verified.map((known) => [known.title, known]));
  const final: Judgement[] = [];
  for (const entry of scan.pool) {
    if (!asked.has(entry.title)) continue;
    const evidence = read.get(entry.title);
    if (evidence === undefined) {
      final.push(...giveUp(scan, [entry], nowMs));
      passed.add(candidateKey(entry.title, entry.phase));
      continue;
    }
    const earlier = verified.get(entry.title)?.takenLots ?? 0;
    const result = judgeEntry(scan, { entry, evidence, takenLots: earlier, nowMs });
    final.push(...result.final);
    verified.set(entry.title, remember(evidence, result.takenLots));
    if (hasCheaper(entry, evidence, nowMs)) {
      passed.add(candidateKey(entry.title, entry.phase));
    }
  }
  const done: Scan = {
    ...scan,
    pool: scan.pool.filter(({ title }) => !asked.has(title)),
    verifying: [],
    verified: [...verified.values()],
    spent: scan.spent + scan.verifying.length,
    passedTitles: passed.packed(),
    evidenceFailures: 0,
  };
  return { scan: countVerdicts(done, final), final };
}

interface EntryAsked {
  readonly entry: Candidate;
  readonly evidence: TitleEvidence;
  /** Lots promised to listings of this title before. */
  readonly takenLots: number;
  readonly nowMs: number;
}

/** Cheapest first, each quick sale taking one lot of the bids from the dearer ones. */
function judgeEntry(
  scan: Scan,
  { entry, evidence, takenLots, nowMs }: EntryAsked,
): { readonly final: readonly Judgement[]; readonly takenLots: number } {
  let taken = takenLots;
  const byPrice = entry.offers.toSorted((a, b) => a.priceCents - b.priceCents);
  const final = byPrice.map((offer) => {
    const judgement = judgeIn(scan, {
      offer,
      quote: entry.quote,
      evidence,
      otherAskSeenCents: null,
      takenLots: taken,
      nowMs,
    });
    if (judgement.opportunities.some(({ kind }) => kind === "quick")) taken++;
    return judgement;
  });
  return { final, takenLots: taken };
}

function remember(evidence: TitleEvidence, takenLots: number): VerifiedTitle {
  const bids = evidence.bids.map(({ priceCents }) => priceCents);
  return {
    title: evidence.title,
    topBidCents: bids.length === 0 ? null : Math.max(...bids),
    takenLots,
  };
}

/** True when listings still to come have a free competitor at or below the cheapest that waited. */
function hasCheaper(entry: Candidate, evidence: TitleEvidence, nowMs: number): boolean {
  const [cheapest] = entry.offers;
  return cheapest !== undefined &&
    evidence.asks.some((ask) =>
      ask.priceCents <= cheapest.priceCents && isFree(ask, nowMs) &&
      comparable(ask.assetClass, cheapest.assetClass)
    );
}
