import assert from "node:assert/strict";
import { depthOf } from "@/core/domain/analysis/depth.ts";
import { findTitles } from "@/core/domain/analysis/finder.ts";
import { marketOverview } from "@/core/domain/analysis/overview.ts";
import { titleReport } from "@/core/domain/analysis/title_report.ts";
import { inEnglish } from "@/core/domain/reasons.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import {
  ANY,
  bid,
  evidence,
  NOW_MS,
  offer,
  quote,
  sale,
  SEVEN_PERCENT,
  steadySales,
  TITLE,
} from "@/tests/core/domain/builders.ts";

function report(change: Parameters<typeof evidence>[0] = {}) {
  return titleReport({
    evidence: evidence(change),
    quote: quote(),
    nowMs: NOW_MS,
    rules: DEFAULT_RULES,
  });
}

Deno.test("depth counts free asks and generic bids near the best, and sets choosy bids apart", () => {
  const depth = depthOf({
    asks: [
      offer({ offerId: "a", priceCents: 900, reserved: true }),
      offer({ offerId: "b", priceCents: 1_000 }),
      offer({ offerId: "c", priceCents: 1_050 }),
      offer({ offerId: "d", priceCents: 1_051 }),
    ],
    bids: [
      bid(990, { amount: 1, wants: { ...ANY, floatPart: "FT-0" } }),
      bid(800, { amount: 2 }),
      bid(760, { amount: 4 }),
      bid(759, { amount: 8 }),
    ],
  }, { nowMs: NOW_MS });
  assert.deepEqual(depth, {
    bandBps: 500,
    asks: { bestCents: 1_000, bestLots: 1, bandLots: 2, bandCents: 2_050 },
    bids: { bestCents: 800, bestLots: 2, bandLots: 6, bandCents: 4_640 },
    choosyBidLots: 1,
    spreadCents: 200,
    spreadBps: 2_000,
  });
  const empty = depthOf({ asks: [], bids: [] }, { nowMs: NOW_MS });
  assert.deepEqual([empty.spreadCents, empty.asks.bestCents, empty.bids.bandLots], [null, null, 0]);
});

Deno.test("a report shows the inputs of its score", () => {
  const { liquidity, volume7d, volume30d, sales, daysToSell, executableBidCents } = report();
  assert.deepEqual(liquidity, {
    // Twenty sales in 6.4 days are 21 in seven.
    sales7d: 21,
    daysToSell,
    variation: sales.variation,
    offers: 2,
    volume7dCents: 21 * 1_180,
    score: liquidity.score,
  });
  assert.equal(volume7d.offer.count, 20);
  assert.equal(volume7d.isComplete, false, "A full page of twenty sales ends within the week");
  assert.equal(volume30d.isComplete, false);
  assert.equal(executableBidCents, 900);
});

Deno.test("a lone bid far above the others is not the price one can sell at", () => {
  const { executableBidCents, depth } = report({ bids: [bid(1_500, { amount: 1 }), bid(900)] });
  assert.equal(depth.bids.bestCents, 1_500);
  assert.equal(executableBidCents, 900);
});

Deno.test("pushed prices are named with their numbers, steady ones are not", () => {
  assert.deepEqual(report().manipulation, { isPumped: false, signs: [], droppedSales: 0 });
  const pushed = steadySales(1_000).map((one, i) => i < 7 ? { ...one, priceCents: 1_400 } : one);
  const { isPumped, signs } = report({ sales: pushed }).manipulation;
  assert.ok(isPumped);
  assert.match(
    signs.map(inEnglish).join(),
    /newest sales are at 140\.00 % of those before, at most 124\.00 %/,
  );
});

Deno.test("one phase of a full page is no complete week", () => {
  const sales = steadySales(500).map((one, i) => ({ ...one, phase: i % 2 ? "ruby" : "phase-1" }));
  const input = { evidence: evidence({ sales }), quote: null, nowMs: NOW_MS, rules: DEFAULT_RULES };
  const ruby = titleReport({ ...input, phase: "ruby" });
  assert.equal(ruby.volume7d.offer.count, 10);
  assert.equal(ruby.volume7d.isComplete, false);
});

Deno.test("an overview counts sides, medians and crossed quotes", () => {
  const quotes = [
    quote({ title: "a", bestBidCents: 900, bestAskCents: 1_000, askCount: 5, bidCount: 2 }),
    quote({ title: "b", bestBidCents: 600, bestAskCents: 500, askCount: 1, bidCount: 1 }),
    quote({ title: "c", bestBidCents: null, bestAskCents: 300, askCount: 4, bidCount: 0 }),
    quote({ title: "d", bestBidCents: 300, bestAskCents: null, askCount: 0, bidCount: 9 }),
  ];
  assert.deepEqual(marketOverview("rust", quotes), {
    game: "rust",
    titles: 4,
    twoSided: 2,
    asksOnly: 1,
    bidsOnly: 1,
    asks: 10,
    bids: 12,
    medianAskCents: 500,
    medianSpreadBps: -500,
    crossed: 1,
  });
  assert.equal(marketOverview("tf2", []).medianSpreadBps, null);
});

const wide = quote({ bestBidCents: 900, bestAskCents: 1_190, bidCount: 12, askCount: 8 });
const find = (
  quotes: readonly ReturnType<typeof quote>[],
  reports: readonly ReturnType<typeof report>[] = [],
) =>
  findTitles({
    quotes,
    reports: new Map(reports.map((one) => [one.title, one])),
    fee: SEVEN_PERCENT,
    limit: 10,
  });

Deno.test("an idea says what the round trip would leave, to the cent", () => {
  const [idea] = find([wide], [report()]);
  assert.ok(idea !== undefined);
  // Sold at the reference of 1,180: a fee of 83 leaves 1,097; bought at 901.
  assert.deepEqual(
    [idea.bidCents, idea.sellCents, idea.profitCents, idea.roiBps],
    [901, 1_180, 196, 2_175],
  );
  assert.match(idea.reasons[0] ?? "", /\$9\.01 resold at \$11\.80 leaves \$1\.96.*21\.75 %/);
  assert.match(idea.reasons[2] ?? "", /21 sales in 7 days/);
});

Deno.test("no idea comes of a thin, absurd, pumped, fallen or dull market", () => {
  assert.deepEqual(find([{ ...wide, bidCount: 2 }]), []);
  assert.deepEqual(find([{ ...wide, askCount: 4 }]), []);
  assert.deepEqual(find([{ ...wide, bestAskCents: 90_000 }]), [], "Ten times the bid is no chance");
  assert.deepEqual(find([{ ...wide, bestBidCents: 1_188 }]), []);
  assert.deepEqual(find([{ ...wide, bestBidCents: null }]), []);
  const pushed = steadySales(1_000).map((one, i) => i < 7 ? { ...one, priceCents: 1_400 } : one);
  assert.deepEqual(find([wide], [report({ sales: pushed })]), []);
  const fallen = steadySales(2_000).map((one, i) => i < 7 ? { ...one, priceCents: 1_100 } : one);
  assert.deepEqual(find([wide], [report({ sales: fallen })]), [], "Though 1,100 would pay");
  assert.deepEqual(find([wide], [report({ sales: [sale(1_180, 1), sale(1_180, 2)] })]), []);
});

Deno.test("a title that is known to sell ranks above one that nobody has read", () => {
  const unread = { ...wide, title: "A title" };
  const ideas = find([unread, wide], [report()]);
  assert.deepEqual(ideas.map(({ title }) => title), [TITLE, "A title"]);
  assert.deepEqual(ideas[1]?.liquidity, null);
  assert.equal(find([unread, wide]).length, 2);
});
