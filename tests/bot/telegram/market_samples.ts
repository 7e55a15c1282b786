/** One notice of every type about titles, watches and filters. */

import type { Notice, NoticeOf } from "@/core/protocol/notices.ts";
import type { WatchView } from "@/core/protocol/watcher.ts";

const NOW_MS = Date.parse("2026-06-17T10:30:00Z");
export const TITLE = "AK-47 | Redline (Field-Tested)";

export function watchView(change: Partial<WatchView> = {}): WatchView {
  return {
    game: "a8db",
    title: TITLE,
    priority: "normal",
    note: null,
    intervalMs: 30_000,
    askCents: 1_200,
    bidCents: 900,
    readAtMs: NOW_MS - 5_000,
    failures: 0,
    addedAtMs: NOW_MS - 86_400_000,
    lastChange: { side: "ask", fromCents: 1_280, toCents: 1_200, atMs: NOW_MS - 180_000 },
    ...change,
  };
}

export const REPORT: NonNullable<NoticeOf<"title-report">["report"]> = {
  title: TITLE,
  readAtMs: NOW_MS - 60_000,
  sales: {
    referenceCents: 1_180,
    referenceCount: 7,
    askSideCount: 14,
    droppedCount: 1,
    spikeCount: 0,
    riseBps: null,
    isFallen: false,
    slideBps: null,
    sales7d: 18,
    newestAskSideDays: 0.2,
    offerVelocity: 1.7,
    targetVelocity: 0.9,
    variation: 0.031,
  },
  volume7d: {
    days: 7,
    offer: { count: 12, cents: 14_160 },
    target: { count: 6, cents: 6_600 },
    isComplete: true,
  },
  volume30d: {
    days: 30,
    offer: { count: 14, cents: 16_500 },
    target: { count: 6, cents: 6_600 },
    isComplete: false,
  },
  liquidity: {
    score: 71,
    sales7d: 18,
    daysToSell: 0.42,
    variation: 0.031,
    offers: 30,
    volume7dCents: 21_240,
  },
  daysToSell: 0.42,
  depth: {
    bandBps: 500,
    asks: { bestCents: 1_200, bestLots: 1, bandLots: 3, bandCents: 3_680 },
    bids: { bestCents: 900, bestLots: 3, bandLots: 5, bandCents: 4_450 },
    choosyBidLots: 1,
    spreadCents: 300,
    spreadBps: 2_500,
  },
  executableBidCents: 900,
  manipulation: { isPumped: false, signs: [], droppedSales: 1 },
};

export function titleNotice(
  change: Partial<NoticeOf<"title-report">> = {},
): NoticeOf<"title-report"> {
  return {
    type: "title-report",
    game: "a8db",
    title: TITLE,
    report: REPORT,
    indicators: {
      days: 18,
      gaps: 2,
      sma7: 1_180.4,
      ema7: 1_171.2,
      rsi14: 48.3,
      bollinger20: { lower: 1_090.1, middle: 1_180, upper: 1_269.9 },
      macd: { macd: 3, signal: 2, histogram: 1.2 },
    },
    problem: null,
    days: { sold: 18, zero: 10, gap: 2 },
    ...change,
  };
}

export const IDEA: NoticeOf<"ideas">["ideas"][number] = {
  title: TITLE,
  score: 87,
  bidCents: 1_201,
  sellCents: 1_429,
  profitCents: 128,
  roiBps: 1_065,
  liquidity: 71,
  bidCount: 12,
  askCount: 30,
  sales7d: 18,
  reasons: ["A target at $12.01"],
};

export const OVERVIEW: NoticeOf<"market">["overview"] = {
  game: "a8db",
  titles: 1_234,
  twoSided: 800,
  asksOnly: 400,
  bidsOnly: 34,
  asks: 56_789,
  bids: 12_345,
  medianAskCents: 420,
  medianSpreadBps: 1_230,
  crossed: 12,
  sinceMs: NOW_MS - 7_200_000,
};

export const MARKET_NOTICES: readonly Notice[] = [
  { type: "market", overview: OVERVIEW },
  { type: "ideas", game: "a8db", ideas: [IDEA, { ...IDEA, liquidity: null, sales7d: null }] },
  titleNotice(),
  {
    type: "choose-title",
    command: "watch",
    text: "redline",
    titles: [{ game: "a8db", title: TITLE }, { game: "rust", title: "Redline Rug" }],
    more: 3,
  },
  {
    type: "watches",
    watches: [watchView(), watchView({ readAtMs: null, lastChange: null, failures: 3 })],
    page: 1,
    pages: 2,
    total: 12,
    readsPerSecond: 0.4,
    maxReadsPerSecond: 1,
  },
  { type: "watched", watch: watchView({ priority: "high", intervalMs: 15_000 }) },
  { type: "unwatched", game: "a8db", title: TITLE, wasWatched: true },
  { type: "watch-refused", title: TITLE, reason: "At most 200 titles can be watched" },
  {
    type: "price-moved",
    game: "a8db",
    title: TITLE,
    side: "ask",
    fromCents: 1_280,
    toCents: 1_200,
    moveBps: -625,
    atMs: NOW_MS,
  },
  { type: "filters", filters: [{ game: "a8db", wants: { exterior: ["field-tested"] } }] },
  {
    type: "filter",
    game: "a8db",
    wants: { exterior: ["field-tested", "minimal-wear"], statTrak: true, pattern: [661] },
  },
  { type: "filter-field", game: "a8db", field: "floatPart", wants: { floatPart: ["ft-0"] } },
  {
    type: "filter-refused",
    game: "a8db",
    problems: [
      { field: "exterior", value: '"shiny"', allowed: ["factory-new", "minimal-wear"] },
      { field: "pattern", value: '"1001"', allowed: [] },
      { field: "hat", value: '"big"', allowed: ["category", "exterior"] },
    ],
  },
];
