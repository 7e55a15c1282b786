/** One page of a band: every listing on it is taken up once. */

import { isFree } from "@/core/domain/book.ts";
import type { CaseRecord } from "@/core/domain/analysis/recording.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import type { IdSet } from "@/core/domain/judged_ids.ts";
import type { Offer, Quote } from "@/core/domain/market.ts";
import type { marketFetcher } from "@/core/protocol/market.ts";
import type { ReplyOf } from "@/core/kernel/mod.ts";
import { countFailure, countVerdicts } from "./judging.ts";
import { admit, candidateKey, giveUp, trim } from "./pool.ts";
import type { ScannerConfig } from "./spec.ts";
import { type Candidate, openIds, type Scan } from "./state.ts";

export type OffersPage = ReplyOf<typeof marketFetcher, "OffersPage">;

/** Pages in a row with nothing new on them that end a band. */
const MAX_STALE_PAGES = 3;

/** A scan one answer later, and the verdicts that became final by it. */
export interface Progressed {
  readonly scan: Scan;
  readonly final: readonly Judgement[];
  /** Titles as they were verified, for the history. */
  readonly cases?: readonly CaseRecord[];
}

interface Sets {
  readonly takenUp: IdSet;
  readonly passed: IdSet;
  readonly pool: Map<string, Candidate>;
}

/** Takes up a page that was asked for with the scan's present cursor. */
export function takePage(
  scan: Scan,
  page: OffersPage,
  at: { readonly config: ScannerConfig; readonly nowMs: number },
): Progressed {
  const { config, nowMs } = at;
  const suggests = scan.suggests || page.offers.some((offer) => offer.suggestedCents !== null);
  const current = { ...scan, suggests };
  const sets = openSets(current);
  const quotes = new Map(page.quotes.map((quote) => [quote.title, quote]));
  const inBooks = new Set(scan.verified.map(({ title }) => title));
  const final: Judgement[] = [];
  let { guardFailures } = scan;
  let fresh = 0;
  for (const offer of page.offers) {
    if (!sets.takenUp.add(offer.offerId)) {
      // A listing that its title's book showed first is met again by design.
      if (!inBooks.has(offer.title)) guardFailures = countFailure(guardFailures, "duplicate");
      continue;
    }
    fresh++;
    final.push(...takeUp(current, sets, { offer, quote: quotes.get(offer.title) ?? null, nowMs }));
  }
  const turned = turnPage({ ...current, guardFailures }, page, { config, nowMs, fresh });
  const { pool, dropped } = trim({ ...turned, pool: [...sets.pool.values()] }, config.poolTitles);
  final.push(...giveUp(turned, dropped, nowMs));
  for (const { title, phase } of dropped) sets.passed.add(candidateKey(title, phase));
  const packed = { takenUp: sets.takenUp.packed(), passedTitles: sets.passed.packed() };
  return { scan: countVerdicts({ ...turned, ...packed, pool }, final), final };
}

function openSets(scan: Scan): Sets {
  return {
    takenUp: openIds(scan, scan.takenUp),
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

/** Where the scan stands in its band after the page, and whether that is the end of it. */
function turnPage(scan: Scan, page: OffersPage, { config, nowMs, fresh }: PageTurn): Scan {
  const passPages = scan.passPages + 1;
  const frontCents = Math.max(
    scan.frontCents,
    ...page.offers.map(({ priceCents }) => priceCents),
  );
  // Books may have shown a page's listings before, but no book shows prices that no page reached.
  const isNew = fresh > 0 || frontCents > scan.frontCents;
  const stalePages = isNew ? 0 : scan.stalePages + 1;
  const cutShort = page.cursor === null
    ? null
    : earlyEnd(scan, { cursor: page.cursor, passPages, stalePages, maxPages: config.maxPages });
  const endOfBand = page.cursor === null || cutShort !== null;
  return {
    ...scan,
    cursor: endOfBand ? null : page.cursor,
    cursorAtMs: endOfBand ? null : nowMs,
    pages: scan.pages + 1,
    passPages,
    stalePages,
    endOfBand,
    cutShort,
    total: page.total,
    seen: scan.seen + page.offers.length,
    frontCents,
    pageFailures: 0,
  };
}

interface Ahead {
  readonly cursor: string;
  readonly passPages: number;
  readonly stalePages: number;
  readonly maxPages: number;
}

/** Why not to follow the cursor; null: follow it. */
function earlyEnd(scan: Scan, { cursor, passPages, stalePages, maxPages }: Ahead): string | null {
  if (cursor === scan.cursor) return "The market repeated its cursor";
  if (stalePages >= MAX_STALE_PAGES) return `${stalePages} pages in a row showed nothing new`;
  return passPages >= maxPages ? `Its limit of pages, ${maxPages}, was reached` : null;
}

/** The same scan without more pages to come. */
export function leaveBand(scan: Scan, cutShort: string): Scan {
  return { ...scan, cursor: null, cursorAtMs: null, endOfBand: true, cutShort, pageFailures: 0 };
}

/** The same scan at the beginning of its band; what was taken up stays taken up. */
export function restartBand(scan: Scan): Scan {
  return {
    ...scan,
    pass: scan.pass + 1,
    cursor: null,
    cursorAtMs: null,
    passPages: 0,
    stalePages: 0,
    seen: 0,
    frontCents: 0,
    passedTitles: "",
  };
}
