/** Laws of judgement: what must hold for any market, however odd. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { judge } from "@/core/domain/judge.ts";
import { medianCents, salesReading, summariseSales } from "@/core/domain/sales.ts";
import { targetPrice } from "@/core/domain/target_price.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import { GUARDS, type LevelId } from "@/core/domain/opportunity.ts";
import type { JudgeInput } from "@/core/domain/facts.ts";
import type { AssetClass, Bid, Offer, Quote, Sale, TitleEvidence } from "@/core/domain/market.ts";

const NOW_MS = 1_768_650_000_000;
const cents = fc.integer({ min: 1, max: 4_000 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const hours = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -1, max: 24 * 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 24 * 6, max: 24 * 40 }) },
);
/** Mostly the first, so that enough offers are sound in all but one respect. */
const seldom = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, {
    weight: 1,
    arbitrary: fc.constantFrom(...others),
  });

const assetClass: fc.Arbitrary<AssetClass> = fc.record({
  floatPart: fc.constantFrom(null, "FT-0", "FT-2"),
  phase: seldom<string | null>(null, "ruby"),
  paintSeed: fc.constantFrom(null, 1, 412),
});

function offerOf(offerId: string, maxCents: number): fc.Arbitrary<Offer> {
  return fc.record({
    offerId: fc.constant(offerId),
    game: fc.constant("a8db"),
    title: fc.constant("A"),
    priceCents: fc.integer({ min: 900, max: maxCents }),
    createdAtMs: fc.constant(null),
    reserved: seldom(false, true),
    unlockAtMs: seldom<number | null>(null, NOW_MS - 1, NOW_MS + 1, NOW_MS + 7 * DAY_MS),
    resaleBlocks: seldom<readonly string[]>([], ["overstocked"]),
    suggestedCents: fc.oneof(maybe(cents), fc.constant(1_300)),
    assetClass,
  });
}

const sale: fc.Arbitrary<Sale> = fc.record({
  priceCents: fc.integer({ min: 1_000, max: 1_600 }),
  soldAtMs: hours.map((ago) => NOW_MS - ago * 3_600_000),
  side: fc.constantFrom("offer", "target"),
  phase: seldom<string | null | undefined>(null, undefined, "ruby"),
});
const bid: fc.Arbitrary<Bid> = fc.record({
  priceCents: fc.integer({ min: 800, max: 1_500 }),
  amount: fc.integer({ min: 0, max: 4 }),
  wants: assetClass,
});
const quote: fc.Arbitrary<Quote> = fc.record({
  title: fc.constant("A"),
  bestBidCents: maybe(cents),
  bidCount: fc.nat(40),
  bestAskCents: maybe(cents),
  askCount: fc.nat(40),
});

/** The judged offer is `offer-0`; the book may or may not still show it. */
const input: fc.Arbitrary<JudgeInput> = fc.record({
  offer: offerOf("offer-0", 1_250),
  quote: maybe(quote),
  evidence: maybe(fc.record<TitleEvidence>({
    title: fc.constant("A"),
    readAtMs: fc.integer({ min: -5, max: 250 }).map((s) => NOW_MS - s * 1_000),
    asks: fc.tuple(...[0, 1, 2, 3, 4, 5].map((i) => offerOf(`offer-${i}`, i === 0 ? 1_250 : 3_200)))
      .map((asks) => asks.toSorted((a, b) => a.priceCents - b.priceCents)),
    bids: fc.array(bid, { maxLength: 5 }),
    sales: fc.array(sale, { maxLength: 20, size: "max" }),
    fee: fc.record({ feePpm: fc.constantFrom(20_000, 70_000), minFeeCents: fc.constant(1) }),
    reducedFees: fc.constant([]),
  })),
  context: fc.record({
    scanId: fc.constant("019bcb3e-6d1a-7a2c-8f00-0123456789ab"),
    game: fc.constant("a8db"),
    level: seldom<LevelId>("medium", "standard", "advanced"),
    nowMs: fc.constant(NOW_MS),
    rules: fc.constant(DEFAULT_RULES),
    isDuplicate: seldom(false, true),
    marketSuggests: fc.boolean(),
    otherAskSeenCents: maybe(cents),
    takenLots: fc.nat(3),
  }),
});

const RUNS = { numRuns: 2_000 };

Deno.test("every guard is asked about every offer and answers in words", () => {
  fc.assert(
    fc.property(input, (given) => {
      const { guards } = judge(given);
      assert.deepEqual(guards.map(({ guard }) => guard), [...GUARDS]);
      assert.ok(guards.every(({ reason }) => reason.length > 0 && reason.length <= 400));
    }),
    RUNS,
  );
});

Deno.test("an accepted offer is free, in the band, and pays what its way out promises", () => {
  let seen = 0;
  fc.assert(
    fc.property(input, (given) => {
      const { verdict, opportunities, offer } = judge(given);
      assert.equal(verdict === "accepted", opportunities.length > 0);
      for (const found of opportunities) {
        seen++;
        const level = LEVEL_RULES[found.level];
        assert.ok(!offer.reserved && offer.resaleBlocks.length === 0);
        assert.ok(offer.unlockAtMs === null || offer.unlockAtMs <= NOW_MS);
        assert.ok(found.buyCents >= level.fromCents && found.buyCents < level.toCents);
        assert.ok(found.roiBps >= level.minRoiBps);
        assert.equal(found.profitCents, found.exitCents - found.feeCents - found.buyCents);
        assert.ok(found.exitCents >= found.breakEvenCents);
        assert.ok(found.guards.every(({ outcome }) => outcome === "pass"));
      }
    }),
    { numRuns: 5_000 },
  );
  assert.ok(seen > 100, `Only ${seen} opportunities were met: the law was hardly tested`);
});

Deno.test("a resale hardly exceeds the dearest sale", () => {
  fc.assert(
    fc.property(input, (given) => {
      const list = judge(given).plans.find(({ kind }) => kind === "list");
      if (list === undefined || given.evidence === null) return;
      const prices = given.evidence.sales.map(({ priceCents }) => priceCents);
      assert.ok(list.exitCents * 100 <= Math.max(...prices) * 102);
    }),
    RUNS,
  );
});

Deno.test("without evidence nothing is accepted", () => {
  fc.assert(
    fc.property(input, (given) => {
      assert.notEqual(judge({ ...given, evidence: null }).verdict, "accepted");
    }),
    RUNS,
  );
});

Deno.test("a refusal before reading is never an acceptance after it", () => {
  fc.assert(
    fc.property(input, (given) => {
      // The page, the quote and the book tell of the same moment.
      const { evidence } = given;
      if (evidence === null || given.quote === null) return;
      const book = evidence.asks.filter((ask) => ask.offerId !== given.offer.offerId);
      const asks = [...book, given.offer].toSorted((a, b) => a.priceCents - b.priceCents);
      const rivals = asks.filter((ask) =>
        ask.offerId !== given.offer.offerId && !ask.reserved && ask.unlockAtMs === null &&
        ask.assetClass.phase === given.offer.assetClass.phase
      );
      const best = Math.max(0, ...evidence.bids.map(({ priceCents }) => priceCents));
      const known: JudgeInput = {
        ...given,
        evidence: { ...evidence, asks },
        quote: { ...given.quote, bestBidCents: best },
        context: { ...given.context, otherAskSeenCents: rivals[0]?.priceCents ?? null },
      };
      const before = judge({ ...known, evidence: null }).verdict;
      if (before === "refused") assert.notEqual(judge(known).verdict, "accepted");
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("guards are monotone: what makes an offer worse never makes it accepted", () => {
  const worsen: readonly ((given: JudgeInput) => JudgeInput)[] = [
    (given) => withOffer(given, { reserved: true }),
    (given) => withOffer(given, { unlockAtMs: NOW_MS + DAY_MS }),
    (given) => withOffer(given, { resaleBlocks: ["saleRestricted"] }),
    (given) => ({ ...given, context: { ...given.context, isDuplicate: true } }),
    (given) => ({ ...given, evidence: null }),
  ];
  fc.assert(
    fc.property(input, fc.constantFrom(...worsen), (given, change) => {
      assert.notEqual(judge(change(given)).verdict, "accepted");
    }),
    RUNS,
  );
});

function withOffer(given: JudgeInput, change: Partial<Offer>): JudgeInput {
  const { evidence } = given;
  const worse = (offer: Offer) =>
    offer.offerId === given.offer.offerId ? { ...offer, ...change } : offer;
  return {
    ...given,
    offer: worse(given.offer),
    evidence: evidence === null ? null : { ...evidence, asks: evidence.asks.map(worse) },
  };
}

Deno.test("a dearer bid never turns a quick sale down, a dearer offer never makes one", () => {
  fc.assert(
    fc.property(input, fc.integer({ min: 1, max: 300 }), (given, more) => {
      const { evidence } = given;
      if (evidence === null) return;
      const generous = { priceCents: 3_000, amount: 9, wants: { ...GENERIC } };
      const quick = (bids: readonly Bid[], raise: number) => {
        const raised = withOffer(given, { priceCents: given.offer.priceCents + raise });
        const asks = raised.evidence?.asks ?? [];
        const made = judge({ ...raised, evidence: { ...evidence, asks, bids } });
        return made.plans.find(({ kind }) => kind === "quick")?.roiBps ?? -Infinity;
      };
      assert.ok(quick([...evidence.bids, generous], 0) >= quick(evidence.bids, 0));
      assert.ok(quick(evidence.bids, more) <= quick(evidence.bids, 0));
    }),
    RUNS,
  );
});

const GENERIC: AssetClass = { floatPart: null, phase: null, paintSeed: null };

Deno.test("a median lies within its values and splits them in halves", () => {
  fc.assert(fc.property(fc.array(cents, { minLength: 1, maxLength: 40 }), (values) => {
    const median = medianCents(values);
    assert.ok(median >= Math.min(...values) && median <= Math.max(...values));
    const half = values.length / 2;
    assert.ok(values.filter((value) => value < median).length <= half);
    assert.ok(values.filter((value) => value > median).length <= half);
  }));
});

Deno.test("a reference price lies within the sales it comes from", () => {
  fc.assert(fc.property(fc.array(sale, { maxLength: 20 }), (sales) => {
    const made = summed(sales);
    const { referenceCents, sales7d, droppedCount, askSideCount } = made;
    const prices = sales.filter(({ side }) => side === "offer").map(({ priceCents }) => priceCents);
    if (referenceCents !== null) {
      assert.ok(referenceCents >= Math.min(...prices) && referenceCents <= Math.max(...prices));
    }
    assert.ok(droppedCount <= askSideCount && sales7d >= 0);
  }));
});

function summed(sales: readonly Sale[]) {
  const reading = salesReading({ sales, readAtMs: NOW_MS }, DEFAULT_RULES);
  return summariseSales(sales, reading, DEFAULT_RULES);
}

Deno.test("what it is worth lies within what was paid, and buyers pay little more", () => {
  let seen = 0;
  fc.assert(fc.property(fc.array(sale, { maxLength: 20, size: "max" }), (sales) => {
    const { worthCents, payableCents } = summed(sales);
    if (worthCents === null || payableCents === null) return;
    seen++;
    const prices = sales.filter(({ side }) => side === "offer").map(({ priceCents }) => priceCents);
    assert.ok(worthCents >= Math.min(...prices) - 1 && worthCents <= Math.max(...prices));
    assert.ok(payableCents <= (worthCents + 1) * Math.exp(DEFAULT_RULES.buyerReach));
  }));
  assert.ok(seen > 10, `Only ${seen} prices were met: the law was hardly tested`);
});

Deno.test("a target lies within its bounds and earns the minimum", () => {
  const market = fc.record({
    offerBestCents: cents,
    exitNetCents: fc.integer({ min: -10, max: 4_000 }),
    minRoiBps: fc.integer({ min: 0, max: 3_000 }),
    competingBidCents: maybe(cents),
    whenOutbid: fc.constantFrom("skip" as const, "upper" as const),
  });
  fc.assert(
    fc.property(market, (given) => {
      const { priceCents, lowerCents, upperCents, reason } = targetPrice(given);
      assert.ok(lowerCents <= upperCents && reason.length > 0);
      if (priceCents === null) return;
      assert.ok(priceCents >= 1 && priceCents <= upperCents);
      assert.ok(given.competingBidCents === null || priceCents >= lowerCents);
      assert.ok(priceCents * 10 <= given.offerBestCents * 9);
      assert.ok((given.exitNetCents - priceCents) * 10_000 >= given.minRoiBps * priceCents);
    }),
    RUNS,
  );
});
