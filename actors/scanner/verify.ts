/** Reading titles: which ones next, and what their book and sales say about the waiting listings. */

import { isFree } from "@/core/domain/book.ts";
import {
  type CaseRecord,
  judgeCase,
  judgeLook,
  type LookedTitle,
} from "@/core/domain/analysis/recording.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import type { IdSet } from "@/core/domain/judged_ids.ts";
import { inBand, LEVEL_RULES } from "@/core/domain/levels.ts";
import type { Bid, TitleEvidence } from "@/core/domain/market.ts";
import { type PumpBan, pumpedUntilMs } from "@/core/domain/pump.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import type { InputOf, ReplyOf } from "@/core/kernel/mod.ts";
import { countVerdicts } from "./judging.ts";
import { REQUESTS_PER_TITLE, titlesLeft } from "./limit.ts";
import type { Progressed } from "./page.ts";
import { candidateKey, judgeWaiting, rankTitles, waitingWithOthers } from "./pool.ts";
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
export type LookReply = ReplyOf<typeof marketFetcher, "Look">;
export type Wanted = InputOf<typeof marketFetcher, "Look">["titles"][number];

interface ReadAt {
  readonly nowMs: number;
  readonly pumpBans: readonly PumpBan[];
}

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
  const allowed = titlesLeft(scan, config, share);
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
 * What to look at before all evidence of the titles is read: bids where a sale into one is still
 * open, sales where a resale is.
 */
export function wantedOf(scan: Scan, nowMs: number): Wanted[] {
  return scan.verifying.map((title) => {
    const entries = scan.pool.filter((entry) => entry.title === title);
    const open = new Set(judgeWaiting(scan, entries, nowMs).flatMap(({ open }) => open));
    return { title, bids: open.has("quick"), sales: open.has("list") };
  });
}

/**
 * Refuses the titles whose every waiting listing a first look refuses; of the others all evidence is
 * to be read.
 */
export function takeLook(scan: Scan, reply: LookReply, { nowMs, pumpBans }: ReadAt): Progressed {
  const read = new Map(reply.looks.map((look) => [look.title, look]));
  const passed = openIds(scan, scan.passedTitles);
  const verified = new Map(scan.verified.map((known) => [known.title, known]));
  const refused = new Set<string>();
  const final: Judgement[] = [];
  const titles: LookedTitle[] = [];
  const { scanId, game, level, suggests: marketSuggests } = scan;
  const round = { scanId, game, level, atMs: nowMs, marketSuggests };
  let spentRequests = scan.spentRequests;
  for (const title of scan.verifying) {
    const look = read.get(title);
    if (look === undefined) continue;
    const entries = scan.pool.filter((entry) => entry.title === title);
    const { takenLots = 0 } = verified.get(title) ?? {};
    const bannedUntilMs = pumpedUntilMs(pumpBans, { game, title, nowMs });
    const looked = entries.map((entry): LookedTitle => {
      const offers = waitingWithOthers(scan, entry);
      return { quote: entry.quote, look, offers, takenLots, pumpedUntilMs: bannedUntilMs };
    });
    const judgements = looked.flatMap((one) => judgeLook(one, round, DEFAULT_RULES));
    if (judgements.some(({ verdict }) => verdict !== "refused")) continue;
    refused.add(title);
    titles.push(...looked);
    spentRequests += Number(look.bids !== null) + Number(look.sales !== null);
    final.push(...judgements);
    if (look.bids !== null) verified.set(title, remember(title, look.bids, takenLots));
    for (const { phase } of entries) passed.add(candidateKey(title, phase));
  }
  const done: Scan = {
    ...scan,
    pool: scan.pool.filter(({ title }) => !refused.has(title)),
    verifying: scan.verifying.filter((title) => !refused.has(title)),
    isLooked: true,
    verified: [...verified.values()],
    round: withVerified(scan, refused, nowMs),
    spent: scan.spent + refused.size,
    spentRequests,
    passedTitles: passed.packed(),
    evidenceFailures: 0,
  };
  const looks = titles.length === 0 ? [] : [{ ...round, titles }];
  return { scan: countVerdicts(done, final), final, looks };
}

/**
 * Judges every waiting listing of the titles that were asked for, and those that their books show
 * before the pages do. A title that could not be read leaves its listings unverified.
 */
export function takeEvidence(
  scan: Scan,
  reply: EvidenceReply,
  { nowMs, pumpBans }: ReadAt,
): Progressed {
  const read = new Map(reply.evidence.map((evidence) => [evidence.title, evidence]));
  const fromBooks = openIds(scan, scan.fromBooks);
  const sets = { takenUp: openIds(scan, scan.takenUp), fromBooks };
  const passed = openIds(scan, scan.passedTitles);
  const verified = new Map(scan.verified.map((known) => [known.title, known]));
  const final: Judgement[] = [];
  const cases: CaseRecord[] = [];
  const unread = new Set<string>();
  let { unreadTitles } = scan;
  for (const title of scan.verifying) {
    const entries = scan.pool.filter((entry) => entry.title === title);
    const evidence = read.get(title);
    if (evidence === undefined) {
      unreadTitles++;
      for (const { waiting } of entries) for (const [offerId] of waiting) unread.add(offerId);
      final.push(...judgeWaiting(scan, entries, nowMs));
      for (const { phase } of entries) passed.add(candidateKey(title, phase));
      continue;
    }
    const { takenLots = 0 } = verified.get(title) ?? {};
    const bannedUntilMs = pumpedUntilMs(pumpBans, { game: scan.game, title, nowMs });
    const reading = { entries, evidence, takenLots, bannedUntilMs, ...sets, nowMs };
    const result = judgeTitle(scan, reading);
    final.push(...result.final);
    cases.push(result.record);
    verified.set(title, remember(title, evidence.bids, result.takenLots));
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
    isLooked: false,
    verified: [...verified.values()],
    round: withVerified(scan, new Set(read.keys()), nowMs),
    spent: scan.spent + scan.verifying.length,
    spentRequests: scan.spentRequests + REQUESTS_PER_TITLE * scan.verifying.length,
    unreadTitles,
    fromBooks: fromBooks.packed(),
    passedTitles: passed.packed(),
    evidenceFailures: 0,
  };
  return { scan: countVerdicts(done, final), final, unread, cases };
}

/** The round with the titles that were read; a new one when it knew them before. */
function withVerified(scan: Scan, read: ReadonlySet<string>, nowMs: number): Round {
  const asked = new Set(scan.verifying);
  const pool = scan.pool.filter(({ title }) => read.has(title) && asked.has(title));
  const done = rankTitles({ ...scan, pool });
  const round = done.some(({ isKnown }) => isKnown) ? nextRound(scan, nowMs) : scan.round;
  const marks = openMarks({ ...scan, round });
  for (const { mark } of done) marks.add(mark);
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

function remember(title: string, bids: readonly Bid[], takenLots: number): VerifiedTitle {
  const prices = bids.map(({ priceCents }) => priceCents);
  return { title, topBidCents: prices.length === 0 ? null : Math.max(...prices), takenLots };
}
