/** Reading titles: which ones next, and what their book and sales say about the waiting listings. */

import { isFree } from "@/core/domain/book.ts";
import { type CaseRecord, judgeCase } from "@/core/domain/analysis/recording.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import type { IdSet } from "@/core/domain/judged_ids.ts";
import { inBand, LEVEL_RULES } from "@/core/domain/levels.ts";
import type { TitleEvidence } from "@/core/domain/market.ts";
import { type PumpBan, pumpedUntilMs } from "@/core/domain/pump.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import type { ReplyOf } from "@/core/kernel/mod.ts";
import { countVerdicts } from "./judging.ts";
import type { Progressed } from "./page.ts";
import { candidateKey, giveUp, rankTitles } from "./pool.ts";
import type { ScannerConfig } from "./spec.ts";
import { nextRound, openMarks } from "./round.ts";
import {
  type Candidate,
  openIds,
  type Round,
  type Scan,
  type VerifiedTitle,
  waitingOffers,
} from "./state.ts";

export type EvidenceReply = ReplyOf<typeof marketFetcher, "Evidence">;

/**
 * Titles to read now. While pages are still coming, only as large a share of the limit is spent as
 * of the band is seen, and only on titles of which later pages can tell nothing new; at the end of
 * the band the best of all that wait are read. Those that the round knows come when no other waits.
 */
export function nextTitles(scan: Scan, config: ScannerConfig): readonly string[] {
  if (scan.verifying.length > 0 || scan.pool.length === 0) return [];
  const share = scan.endOfBand || scan.total === null || scan.total === 0
    ? 1
    : Math.min(1, scan.seen / scan.total);
  const allowed = Math.ceil(config.verifyTitles * share) - scan.spent;
  if (allowed < 1) return [];
  const ranked = rankTitles(scan);
  const unknown = ranked.filter(({ isKnown }) => !isKnown);
  const eligible = scan.endOfBand
    ? unknown.length > 0 ? unknown : ranked
    : unknown.filter(({ prospect }) => prospect.isRipe && prospect.returnBps > 0);
  return eligible
    .slice(0, Math.min(allowed, config.verifyBatch))
    .map(({ title }) => title);
}

/**
 * Judges every waiting listing of the titles that were asked for, and those that their books show
 * before the pages do. A title that could not be read leaves its listings unverified.
 */
export function takeEvidence(
  scan: Scan,
  reply: EvidenceReply,
  { nowMs, pumpBans }: { readonly nowMs: number; readonly pumpBans: readonly PumpBan[] },
): Progressed {
  const read = new Map(reply.evidence.map((evidence) => [evidence.title, evidence]));
  const fromBooks = openIds(scan, scan.fromBooks);
  const sets = { takenUp: openIds(scan, scan.takenUp), fromBooks };
  const passed = openIds(scan, scan.passedTitles);
  const verified = new Map(scan.verified.map((known) => [known.title, known]));
  const final: Judgement[] = [];
  const cases: CaseRecord[] = [];
  for (const title of scan.verifying) {
    const entries = scan.pool.filter((entry) => entry.title === title);
    const evidence = read.get(title);
    if (evidence === undefined) {
      final.push(...giveUp(scan, entries, nowMs));
      for (const { phase } of entries) passed.add(candidateKey(title, phase));
      continue;
    }
    const { takenLots = 0 } = verified.get(title) ?? {};
    const bannedUntilMs = pumpedUntilMs(pumpBans, { game: scan.game, title, nowMs });
    const reading = { entries, evidence, takenLots, bannedUntilMs, ...sets, nowMs };
    const result = judgeTitle(scan, reading);
    final.push(...result.final);
    cases.push(result.record);
    verified.set(title, remember(evidence, result.takenLots));
    for (const ask of evidence.asks) {
      // Later pages show dearer listings only; this one competes with all of them.
      const isPassed = isFree(ask, nowMs) && ask.priceCents <= scan.frontCents;
      if (isPassed) passed.add(candidateKey(title, ask.assetClass.phase));
    }
  }
  const done: Scan = {
    ...scan,
    pool: scan.pool.filter(({ title }) => !scan.verifying.includes(title)),
    verifying: [],
    verified: [...verified.values()],
    round: withVerified(scan, read, nowMs),
    spent: scan.spent + scan.verifying.length,
    fromBooks: fromBooks.packed(),
    passedTitles: passed.packed(),
    evidenceFailures: 0,
  };
  return { scan: countVerdicts(done, final), final, cases };
}

/** The round with the titles that were read; a new one when it knew them before. */
function withVerified(scan: Scan, read: ReadonlyMap<string, unknown>, nowMs: number): Round {
  const asked = rankTitles(scan).filter(({ title }) => scan.verifying.includes(title));
  const round = asked.some(({ isKnown }) => isKnown) ? nextRound(scan, nowMs) : scan.round;
  const marks = openMarks({ ...scan, round });
  for (const { title, mark } of asked) if (read.has(title)) marks.add(mark);
  return { ...round, marks: marks.packed() };
}

interface TitleRead {
  /** What waits of the title, an entry per phase. */
  readonly entries: readonly Candidate[];
  readonly evidence: TitleEvidence;
  /** Lots of its bids promised to listings before. */
  readonly takenLots: number;
  /** End of the ban that its pumped sales earned; null: there is none. */
  readonly bannedUntilMs: number | null;
  readonly takenUp: IdSet;
  /** Filled with the listings that are taken up here. */
  readonly fromBooks: IdSet;
  readonly nowMs: number;
}

/** Cheapest first, each quick sale taking one lot of the bids from the dearer ones. */
function judgeTitle(
  scan: Scan,
  { entries, evidence, takenLots, bannedUntilMs, takenUp, fromBooks, nowMs }: TitleRead,
): {
  readonly final: readonly Judgement[];
  readonly takenLots: number;
  readonly record: CaseRecord;
} {
  const quote = entries[0]?.quote ?? null;
  const waiting = entries.flatMap((entry) => waitingOffers(scan, entry));
  // What is cheaper was met in an earlier band; whether a filter lets it pass only pages say.
  const unmet = scan.filter !== null
    ? []
    : evidence.asks.filter((ask) =>
      inBand(LEVEL_RULES[scan.level], ask.priceCents) && ask.priceCents >= scan.floorCents &&
      !takenUp.has(ask.offerId) && fromBooks.add(ask.offerId)
    );
  const { scanId, game, level, suggests: marketSuggests } = scan;
  const offers = [...waiting, ...unmet].sort((a, b) => a.priceCents - b.priceCents);
  const seen = { scanId, game, level, atMs: nowMs, marketSuggests };
  const book = { quote, evidence, offers, takenLots };
  const record: CaseRecord = { ...seen, ...book, pumpedUntilMs: bannedUntilMs };
  const final = judgeCase(record, DEFAULT_RULES);
  const taken =
    final.filter(({ opportunities }) => opportunities.some(({ kind }) => kind === "quick")).length;
  return { final, takenLots: takenLots + taken, record };
}

function remember(evidence: TitleEvidence, takenLots: number): VerifiedTitle {
  const bids = evidence.bids.map(({ priceCents }) => priceCents);
  return {
    title: evidence.title,
    topBidCents: bids.length === 0 ? null : Math.max(...bids),
    takenLots,
  };
}
