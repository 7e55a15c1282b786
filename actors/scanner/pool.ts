/** The titles that wait to be verified: bounded, the most promising ones, refused as soon as can be. */

import { isFree } from "@/core/domain/book.ts";
import type { LookedOffer } from "@/core/domain/analysis/recording.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import type { Offer, Quote } from "@/core/domain/market.ts";
import { compareProspects, type Prospect, prospectOf } from "@/core/domain/prospect.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import { judgeIn } from "./judging.ts";
import { knownMarks, markOf, openMarks } from "./round.ts";
import { type Candidate, MAX_OFFERS_OF_TITLE, type Scan, waitingOffers } from "./state.ts";
import { packOffer } from "./waiting.ts";

/** What makes listings compete: their title and, where it has phases, their phase. */
export function candidateKey(title: string, phase: string | null): string {
  return phase === null ? title : `${title}\n${phase}`;
}

/** What one listing did to the pool. */
export interface PoolChange {
  /** The title's entry from now on; null when nothing of it waits any more. */
  readonly entry: Candidate | null;
  /** Listings whose verdict is final. */
  readonly final: readonly Judgement[];
}

export interface Arrival {
  readonly offer: Offer;
  readonly quote: Quote | null;
  /** The title's entry so far. */
  readonly entry: Candidate | null;
  /** The most that an earlier free listing of its key asks which waits no more; null: none was met. */
  readonly passedCents: number | null;
  readonly nowMs: number;
}

/**
 * Takes a listing up. It is judged by what is known without reading its title, and so are those it
 * now competes with; the ones that are refused are out, the others wait.
 */
export function admit(scan: Scan, arrival: Arrival): PoolChange {
  const { offer, quote, nowMs } = arrival;
  const earlier: Candidate = arrival.entry ??
    { title: offer.title, phase: offer.assetClass.phase, quote, waiting: [], lowest: [] };
  const lowest = isFree(offer, nowMs) ? twoLowest(earlier.lowest, offer) : earlier.lowest;
  const waiting: Offer[] = [];
  const final: Judgement[] = [];
  for (const listing of [...waitingOffers(scan, earlier), offer]) {
    const otherAskSeenCents = lowestOther(lowest, listing, arrival.passedCents);
    const unread = { evidence: null, takenLots: 0, nowMs };
    const judgement = judgeIn(scan, { offer: listing, quote, otherAskSeenCents, ...unread });
    const isFull = waiting.length === MAX_OFFERS_OF_TITLE;
    if (judgement.verdict === "refused" || isFull) final.push(judgement);
    else waiting.push(listing);
  }
  if (waiting.length === 0) return { entry: null, final };
  return { entry: { ...earlier, quote, waiting: waiting.map(packOffer), lowest }, final };
}

type Low = Candidate["lowest"][number];

function twoLowest(lowest: Low[], { offerId, priceCents }: Offer): Low[] {
  const met = { offerId, priceCents };
  const [first, second] = lowest;
  if (first === undefined) return [met];
  if (priceCents < first.priceCents) return [met, first];
  return second === undefined || priceCents < second.priceCents ? [first, met] : lowest;
}

function lowestOther(lowest: readonly Low[], offer: Offer, passed: number | null): number | null {
  let least = passed;
  for (const { offerId, priceCents } of lowest) {
    if (offerId !== offer.offerId && (least === null || priceCents < least)) least = priceCents;
  }
  return least;
}

/** A title with what the best of its entries (one per phase) promises. */
export interface RankedTitle {
  readonly title: string;
  readonly prospect: Prospect;
  /** How it stands, for the round. */
  readonly mark: string;
  /** It was verified in this round, and stands as it did. */
  readonly isKnown: boolean;
}

/** Waiting titles, the most promising first; those that the round knows behind the others. */
export function rankTitles(scan: Scan): readonly RankedTitle[] {
  const marks = openMarks(scan);
  const byTitle = Map.groupBy(scan.pool, ({ title }) => title);
  const ranked = [...byTitle].map(([title, entries]): RankedTitle => {
    const prospects = entries.map((entry) => prospectIn(scan, entry));
    const prospect = prospects.reduce((best, one) => compareProspects(one, best) < 0 ? one : best);
    const mark = markOf(entries, prospect.isBidFor);
    return { title, prospect, mark, isKnown: marks.has(mark) };
  });
  return ranked.sort((a, b) =>
    Number(a.isKnown) - Number(b.isKnown) || compareProspects(a.prospect, b.prospect)
  );
}

/** Listings of entries that wait no more, and that stand as they were verified not long ago. */
export function standing(scan: Scan, entries: readonly Candidate[]): ReadonlySet<string> {
  if (entries.length === 0) return new Set();
  const isStill = knownMarks(scan);
  const known = rankTitles({ ...scan, pool: [...entries] }).filter(({ mark }) => isStill(mark));
  const titles = new Set(known.map(({ title }) => title));
  const still = entries.filter(({ title }) => titles.has(title));
  return new Set(still.flatMap(({ waiting }) => waiting.map(([offerId]) => offerId)));
}

/** Keeps the `capacity` most promising titles; the listings of the others are returned. */
export function trim(
  scan: Scan,
  capacity: number,
): { readonly pool: Candidate[]; readonly dropped: readonly Candidate[] } {
  if (scan.pool.length <= capacity) return { pool: scan.pool, dropped: [] };
  const kept = new Set(rankTitles(scan).slice(0, capacity).map(({ title }) => title));
  for (const title of scan.verifying) kept.add(title);
  return {
    pool: scan.pool.filter(({ title }) => kept.has(title)),
    dropped: scan.pool.filter(({ title }) => !kept.has(title)),
  };
}

/** What waits of an entry, each with the lowest free listing met beside it. */
export function waitingWithOthers(scan: Scan, entry: Candidate): readonly LookedOffer[] {
  return waitingOffers(scan, entry).map((offer) => {
    return { offer, otherAskSeenCents: lowestOther(entry.lowest, offer, null) };
  });
}

/** Verdicts on waiting listings without, or before, a reading of their titles. */
export function judgeWaiting(
  scan: Scan,
  entries: readonly Candidate[],
  nowMs: number,
): readonly Judgement[] {
  return entries.flatMap((entry) =>
    waitingWithOthers(scan, entry).map((waiting) =>
      judgeIn(scan, { ...waiting, quote: entry.quote, evidence: null, takenLots: 0, nowMs })
    )
  );
}

function prospectIn(scan: Scan, entry: Candidate): Prospect {
  const [offer] = waitingOffers(scan, { ...entry, waiting: entry.waiting.slice(0, 1) });
  if (offer === undefined) throw new RangeError(`Cannot rank ${entry.title}: it has no listing`);
  return prospectOf({
    offer,
    quote: entry.quote,
    otherAskCents: lowestOther(entry.lowest, offer, null),
    frontCents: scan.endOfBand ? LEVEL_RULES[scan.level].toCents : scan.frontCents,
    level: scan.level,
  }, DEFAULT_RULES);
}
