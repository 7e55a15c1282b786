/** One page of a band: every listing on it is taken up once. */

import { isFree } from "@/core/domain/book.ts";
import type { CaseRecord, LooksRecord } from "@/core/domain/analysis/recording.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import type { IdSet } from "@/core/domain/judged_ids.ts";
import type { Offer, Quote } from "@/core/domain/market.ts";
import { type Reason, reason } from "@/core/domain/reasons.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import type { ReplyOf } from "@/core/kernel/mod.ts";
import { countFailure, countVerdicts } from "./judging.ts";
import { admit, candidateKey, judgeWaiting, standing, trim } from "./pool.ts";
import type { ScannerConfig } from "./spec.ts";
import { goOnBeyond, nextBand, splitBand } from "./band.ts";
import { bandOf, type Candidate, openIds, type Scan } from "./state.ts";

export type OffersPage = ReplyOf<typeof marketFetcher, "OffersPage">;

/** Pages in a row with nothing new on them that end a band. */
const MAX_STALE_PAGES = 3;

/** A scan one answer later, and the verdicts that became final by it. */
export interface Progressed {
  readonly scan: Scan;
  readonly final: readonly Judgement[];
  /** Ids of the listings on the page. */
  readonly met?: ReadonlySet<string>;
  /** Ids of listings that wait no more and stand as the round verified them. */
  readonly standing?: ReadonlySet<string>;
  /** Ids of waiting listings whose titles could not be read. */
  readonly unread?: ReadonlySet<string>;
  /** Titles as they were verified, for the history. */
  readonly cases?: readonly CaseRecord[];
  /** Titles that a first look refused, for the history. */
  readonly looks?: readonly LooksRecord[];
}

interface Sets {
  readonly takenUp: IdSet;
  readonly fromBooks: IdSet;
  readonly passed: IdSet;
  readonly pool: Map<string, Candidate>;
}

/**
 * Takes up a page that was asked for with the scan's present cursor. The first page of a band that
 * is too large only says so, and is read again in the half it belongs to.
 */
export function takePage(
  scan: Scan,
  page: OffersPage,
  at: { readonly config: ScannerConfig; readonly nowMs: number },
): Progressed {
  const { config, nowMs } = at;
  const split = splitBand(scan, page.total, config.maxRows);
  if (split !== null) return { scan: split, final: [] };
  const suggests = scan.suggests || page.offers.some((offer) => offer.suggestedCents !== null);
  const current = { ...scan, suggests };
  const sets = openSets(current);
  const quotes = new Map(page.quotes.map((quote) => [quote.title, quote]));
  const final: Judgement[] = [];
  let { guardFailures } = scan;
  let fresh = 0;
  for (const offer of page.offers) {
    if (!sets.takenUp.add(offer.offerId)) {
      guardFailures = countFailure(guardFailures, "duplicate");
      continue;
    }
    fresh++;
    // A listing that its title's book showed first is met again by design.
    if (sets.fromBooks.has(offer.offerId)) continue;
    final.push(...takeUp(current, sets, { offer, quote: quotes.get(offer.title) ?? null, nowMs }));
  }
  const takenUp = sets.takenUp.packed();
  const turned = turnPage({ ...current, guardFailures, takenUp }, page, { config, nowMs, fresh });
  const met = new Set(page.offers.map(({ offerId }) => offerId));
  const { pool, dropped } = trim({ ...turned, pool: [...sets.pool.values()] }, config.poolTitles);
  final.push(...judgeWaiting(turned, dropped, nowMs));
  for (const { title, phase } of dropped) sets.passed.add(candidateKey(title, phase));
  const next = { ...turned, passedTitles: sets.passed.packed(), pool };
  return { scan: countVerdicts(next, final), final, met, standing: standing(turned, dropped) };
}

function openSets(scan: Scan): Sets {
  return {
    takenUp: openIds(scan, scan.takenUp),
    fromBooks: openIds(scan, scan.fromBooks),
    passed: openIds(scan, scan.passedTitles),
    pool: new Map(scan.pool.map((entry) => [candidateKey(entry.title, entry.phase), entry])),
  };
}

interface Listing {
  readonly offer: Offer;
  readonly quote: Quote | null;
  readonly nowMs: number;
}

function takeUp(scan: Scan, sets: Sets, { offer, quote, nowMs }: Listing): readonly Judgement[] {
  const key = candidateKey(offer.title, offer.assetClass.phase);
  const entry = sets.pool.get(key) ?? null;
  const known = scan.verified.find(({ title }) => title === offer.title);
  const change = admit(scan, {
    offer,
    // What was read of the title is worth more than what is quoted.
    quote: known === undefined || quote === null
      ? quote
      : { ...quote, bestBidCents: known.topBidCents },
    entry,
    // Pages come cheapest first: a listing met earlier is no dearer than this one.
    passedCents: sets.passed.has(key) ? offer.priceCents : null,
    nowMs,
  });
  if (change.entry !== null) sets.pool.set(key, change.entry);
  else {
    sets.pool.delete(key);
    if (entry !== null || isFree(offer, nowMs)) sets.passed.add(key);
  }
  return change.final;
}

interface PageTurn {
  readonly config: ScannerConfig;
  readonly nowMs: number;
  /** Listings on the page that were not met before. */
  readonly fresh: number;
}

/** Where the scan stands in its level after the page. */
function turnPage(scan: Scan, page: OffersPage, turn: PageTurn): Scan {
  const { nowMs, fresh } = turn;
  const frontCents = Math.max(scan.frontCents, dearestCents(scan, page));
  // Books may have shown a page's listings before, but no book shows prices that no page reached.
  const isNew = fresh > 0 || page.leftOut > 0 || frontCents > scan.frontCents;
  const seen = scan.seen + fresh + page.leftOut;
  const turned: Scan = {
    ...scan,
    pages: scan.pages + 1,
    passPages: scan.passPages + 1,
    passRows: scan.passRows + page.offers.length + page.leftOut + page.malformed.length,
    stalePages: isNew ? 0 : scan.stalePages + 1,
    total: scan.bands.length === 0 ? page.total : Math.max(scan.total ?? page.total, seen),
    seen,
    leftOut: scan.leftOut + page.leftOut,
    frontCents,
    pageFailures: 0,
  };
  const early = earlyEnd(turned, page, turn.config);
  if (early !== null) return goOnBeyond(turned, early);
  return page.cursor === null
    ? nextBand(turned)
    : { ...turned, cursor: page.cursor, cursorAtMs: nowMs };
}

/** A row from outside its band says nothing about how far the scan has come. */
function dearestCents(scan: Scan, page: OffersPage): number {
  const { toCents } = bandOf(scan);
  const prices = [page.dearestCents ?? 0, ...page.offers.map(({ priceCents }) => priceCents)];
  return Math.max(0, ...prices.filter((price) => price < toCents));
}

/** Why the query shows no more although there is more; null: it goes on, or is at its end. */
function earlyEnd(scan: Scan, page: OffersPage, config: ScannerConfig): Reason | null {
  const { cursor, total } = page;
  const most = config.maxPages * config.pageSize;
  if (cursor === null) {
    const missed = total - scan.passRows;
    const isCapped = total > most || missed > Math.max(config.pageSize, total / 20);
    return isCapped
      ? reason("shown-in-part", { shownCount: scan.passRows, totalCount: total })
      : null;
  }
  if (cursor === scan.cursor) return reason("cursor-repeated", {});
  if (scan.stalePages >= MAX_STALE_PAGES) {
    return reason("nothing-new", { pageCount: scan.stalePages });
  }
  return scan.passPages >= config.maxPages
    ? reason("query-full", { pageCount: config.maxPages })
    : null;
}
