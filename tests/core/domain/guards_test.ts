/** Each guard with a passing, a failing and (where it can lack something) an unknown case. */

import assert from "node:assert/strict";
import { gatherFacts, type JudgeInput } from "@/core/domain/facts.ts";
import {
  checkAboveSuggested,
  checkAttributeMix,
  checkBand,
  checkDuplicate,
  checkFalling,
  checkFreshness,
  checkGone,
  checkJoke,
  checkMinRoi,
  checkPriced,
  checkPump,
  checkResale,
  checkReserved,
  checkSales,
  checkSpread,
  checkThinSales,
  checkTradeLock,
  type Finding,
  GUARD_RULES,
} from "@/core/domain/guards.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";
import { type ExitKind, GUARDS } from "@/core/domain/opportunity.ts";
import type { Offer, Sale, TitleEvidence } from "@/core/domain/market.ts";
import {
  ANY,
  bid,
  context,
  evidence,
  NOW_MS,
  offer,
  quote,
  sale,
  soundInput,
  steadySales,
} from "./builders.ts";

type Check = (facts: ReturnType<typeof gatherFacts>, kind: ExitKind) => Finding;

function run(check: Check, change: Partial<JudgeInput> = {}, kind: ExitKind = "list"): Finding {
  return check(gatherFacts(soundInput(change)), kind);
}

function outcome(check: Check, change: Partial<JudgeInput> = {}, kind: ExitKind = "list") {
  return run(check, change, kind).outcome;
}

/** The judged offer, on the page and in the book alike. */
function listed(change: Partial<Offer>, more: Partial<TitleEvidence> = {}): Partial<JudgeInput> {
  const judged = offer(change);
  const other = offer({ offerId: "offer-2", priceCents: 1_200 });
  return { offer: judged, evidence: evidence({ asks: [judged, other], ...more }) };
}

function selling(sales: readonly Sale[]): Partial<JudgeInput> {
  return { evidence: evidence({ sales }) };
}

const UNREAD = { evidence: null };
/** Of the sound input: 1.02 times the dearest sale, 1,181, undercut 1,200 less than one per cent. */
const MOST_ASKED = 1_196;

Deno.test("GUARD_RULES holds every guard once, in the order of GUARDS", () => {
  assert.deepEqual(GUARD_RULES.map(({ id }) => id), [...GUARDS]);
});

Deno.test("every guard passes a sound offer, and says why in at most 400 characters", () => {
  const facts = gatherFacts(soundInput());
  for (const { id, check } of GUARD_RULES) {
    const { outcome, reason } = check(facts, "list");
    assert.equal(outcome, "pass", `${id}: ${reason}`);
    assert.ok(reason.length > 5 && reason.length <= 400, id);
  }
});

Deno.test("checkReserved() fails what another trade holds", () => {
  assert.equal(outcome(checkReserved, listed({ reserved: true })), "fail");
  assert.equal(outcome(checkReserved), "pass");
});

Deno.test("checkReserved() believes the book over the page", () => {
  const asks = [offer({ reserved: true })];
  assert.equal(outcome(checkReserved, { evidence: evidence({ asks }) }), "fail");
});

Deno.test("checkTradeLock() allows no lock by default, for either way out", () => {
  const locked = listed({ unlockAtMs: NOW_MS + 1 });
  assert.equal(outcome(checkTradeLock, locked, "quick"), "fail");
  assert.equal(outcome(checkTradeLock, locked, "list"), "fail");
  assert.match(
    run(checkTradeLock, listed({ unlockAtMs: NOW_MS + 3 * DAY_MS })).reason,
    /lock of 3 days exceeds the 0 days/,
  );
});

Deno.test("checkTradeLock() takes a lock that ended a second ago for none", () => {
  assert.equal(outcome(checkTradeLock, listed({ unlockAtMs: NOW_MS - 1_000 })), "pass");
});

Deno.test("checkTradeLock() keeps the limit of each way out", () => {
  const rules = { ...DEFAULT_RULES, listMaxLockDays: 7 };
  const change = { ...listed({ unlockAtMs: NOW_MS + 7 * DAY_MS }), context: context({ rules }) };
  assert.equal(outcome(checkTradeLock, change, "list"), "pass");
  assert.equal(outcome(checkTradeLock, change, "quick"), "fail");
});

Deno.test("checkResale() names the flags that forbid it", () => {
  const finding = run(checkResale, listed({ resaleBlocks: ["overstocked", "saleRestricted"] }));
  assert.equal(finding.outcome, "fail");
  assert.match(finding.reason, /overstocked, saleRestricted/);
});

Deno.test("checkPriced() fails an offer that the market alone of all does not price", () => {
  assert.equal(outcome(checkPriced, listed({ suggestedCents: null })), "fail");
  const unread = { offer: offer({ suggestedCents: null }), ...UNREAD };
  assert.equal(outcome(checkPriced, unread), "fail");
});

Deno.test("checkPriced() goes by sales, then bids, where the market suggests no prices", () => {
  const silent = context({ marketSuggests: false });
  const unpriced = (more: Partial<TitleEvidence>) => ({
    ...listed({ suggestedCents: null }, more),
    context: silent,
  });
  assert.match(run(checkPriced, unpriced({})).reason, /Past sales say \$11\.80/);
  assert.match(run(checkPriced, unpriced({ sales: [] })).reason, /A bid offers \$9\.00/);
  assert.equal(outcome(checkPriced, unpriced({ sales: [], bids: [] })), "fail");
  const unread = { offer: offer({ suggestedCents: null }), context: silent, ...UNREAD };
  assert.equal(outcome(checkPriced, unread), "unknown");
});

Deno.test("checkJoke() fails more than five times the suggested or the reference price", () => {
  assert.equal(outcome(checkJoke, listed({ priceCents: 5_000, suggestedCents: 1_000 })), "pass");
  assert.equal(outcome(checkJoke, listed({ priceCents: 5_001, suggestedCents: 1_000 })), "fail");
  const high = listed({ priceCents: 6_000, suggestedCents: 5_900 });
  assert.match(run(checkJoke, high).reason, /5 × the reference \$11\.80/);
});

Deno.test("checkJoke() cannot tell without any reference, unless a bid covers the price", () => {
  const bare = (bids: TitleEvidence["bids"]) =>
    listed({ suggestedCents: null }, { sales: [], bids });
  assert.equal(outcome(checkJoke, bare([bid(999)])), "unknown");
  assert.equal(outcome(checkJoke, bare([bid(1_000)])), "pass");
  assert.equal(
    outcome(checkJoke, { offer: offer({ suggestedCents: null }), ...UNREAD }),
    "unknown",
  );
});

Deno.test("checkSales() fails a title whose listings nobody bought", () => {
  assert.equal(outcome(checkSales, selling([])), "fail");
  assert.equal(outcome(checkSales, selling([sale(1_000, 1, { side: "target" })])), "fail");
  assert.equal(outcome(checkSales, selling([sale(1_000, 31)])), "fail");
  assert.equal(outcome(checkSales, UNREAD), "unknown");
});

Deno.test("checkThinSales() wants so many sales that another one in two weeks is likely", () => {
  const every = (days: number, count: number) =>
    selling(Array.from({ length: count }, (_, i) => sale(1_180, 0.1 + i * days)));
  assert.equal(outcome(checkThinSales, every(9, 3)), "pass");
  assert.equal(outcome(checkThinSales, every(9, 2)), "fail");
  assert.match(
    run(checkThinSales, every(9, 2)).reason,
    /^Sound sales: 2 in 30 days, .* 61 of 100/,
  );
  assert.equal(outcome(checkThinSales, every(0.5, 1)), "fail");
  assert.equal(outcome(checkThinSales, UNREAD), "unknown");
});

Deno.test("checkThinSales() forgives a silence that suits the pace of the sales", () => {
  const since = (days: number, everyDays: number, count: number) =>
    selling(Array.from({ length: count }, (_, i) => sale(1_180, days + i * everyDays)));
  assert.equal(outcome(checkThinSales, since(5.5, 0.5, 20)), "pass");
  assert.match(
    run(checkThinSales, since(5.6, 0.5, 20)).reason,
    /5.6 days ago, at most 5.57 days/,
  );
  assert.equal(outcome(checkThinSales, since(13.9, 5, 4)), "pass");
  assert.match(run(checkThinSales, since(14.1, 5, 4)).reason, /at most 14 days/);
  assert.equal(outcome(checkThinSales, selling([])), "fail");
});

Deno.test("a sale into a bid shows that there are buyers, not what a listing is worth", () => {
  const targets = Array.from({ length: 12 }, (_, i) => sale(700, i / 4, { side: "target" }));
  const listings = [sale(1_180, 1), sale(1_180, 1.5)];
  const roi = (sales: readonly Sale[]) => run(checkMinRoi, selling(sales)).reason;
  assert.equal(outcome(checkThinSales, selling([...targets, ...listings])), "pass");
  assert.equal(outcome(checkThinSales, selling(listings)), "fail");
  assert.equal(roi([...targets, ...listings]), roi(listings));
});

Deno.test("checkAttributeMix() needs the phase of asset and sales where phases differ", () => {
  const ruby = { ...ANY, phase: "ruby" };
  const phased = (phase: string | null) => steadySales(1_180).map((row) => ({ ...row, phase }));
  const mix = (assetClass: typeof ruby | typeof ANY, sales: readonly Sale[]) =>
    outcome(checkAttributeMix, listed({ assetClass }, { sales }));
  assert.equal(mix(ruby, phased("ruby")), "pass");
  assert.equal(mix(ruby, steadySales(1_180)), "unknown");
  assert.equal(mix(ANY, phased("ruby")), "unknown");
  assert.equal(mix(ANY, phased(null)), "pass");
  const partly = phased("sapphire").map((row, i) => i % 2 ? row : { ...row, phase: null });
  assert.equal(mix(ruby, partly), "unknown", "Any of those without a phase may be a ruby");
  assert.equal(outcome(checkAttributeMix, UNREAD), "unknown");
});

Deno.test("sales of unknown phase leave every sales guard of a phased asset unknown", () => {
  const change = listed({ assetClass: { ...ANY, phase: "ruby" } });
  for (const check of [checkSales, checkThinSales, checkAttributeMix, checkMinRoi]) {
    assert.equal(outcome(check, change), "unknown", check.name);
  }
});

Deno.test("checkPump() fails more than three spikes", () => {
  const spiky = (spikes: number) =>
    selling(Array.from({ length: 20 }, (_, i) => {
      const isSpike = i % 5 === 2 && i / 5 < spikes;
      return sale(isSpike ? 1_800 : 1_180, 0.1 + i / 4);
    }));
  assert.equal(outcome(checkPump, spiky(3)), "pass");
  assert.equal(outcome(checkPump, spiky(4)), "fail");
  assert.equal(outcome(checkPump, selling([])), "unknown");
  assert.equal(outcome(checkPump, UNREAD), "unknown");
});

Deno.test("checkPump() fails newest sales far above the older ones", () => {
  const risen = (newest: number) =>
    selling(Array.from({ length: 20 }, (_, i) => sale(i < 9 ? newest : 1_000, 0.1 + i / 4)));
  assert.equal(outcome(checkPump, risen(1_240)), "pass");
  assert.match(run(checkPump, risen(1_260)).reason, /126\.00 %/);
});

Deno.test("checkPump() fails an hour far above the sales before it", () => {
  const hour = (newest: number) =>
    selling([
      ...[5, 20, 50].map((minutes) => sale(newest, minutes / 1_440)),
      ...Array.from({ length: 15 }, (_, i) => sale(1_000, 1 + i / 4)),
    ]);
  assert.equal(outcome(checkPump, hour(1_150)), "pass");
  assert.match(run(checkPump, hour(1_160)).reason, /last hour's sales are at 116\.00 %/);
});

Deno.test("checkPump() fails a page that two hours filled far above the listing", () => {
  const filled = (priceCents: number, minutes: number) =>
    selling(Array.from({ length: 20 }, (_, i) => sale(priceCents, (i + 1) * minutes / 1_440)));
  assert.equal(outcome(checkPump, filled(1_150, 5)), "pass");
  assert.match(run(checkPump, filled(1_160, 5)).reason, /two hours are all .* at 116\.00 %/);
  assert.equal(outcome(checkPump, filled(1_160, 7)), "pass");
});

Deno.test("checkPump() refuses a banned title however calm it looks, read or not", () => {
  const banned = (untilMs: number) => ({ context: context({ pumpedUntilMs: untilMs }) });
  const hour = 3_600_000;
  assert.match(run(checkPump, banned(NOW_MS + hour)).reason, /refused for another 1 hour/);
  assert.equal(outcome(checkPump, { ...banned(NOW_MS + hour), ...UNREAD }), "fail");
  assert.equal(outcome(checkPump, banned(NOW_MS)), "pass");
});

Deno.test("checkFalling() forgives a slide that takes weeks", () => {
  const made = (everyDays: number) =>
    selling(Array.from({ length: 16 }, (_, i) => sale(1_000 + 20 * i, 0.1 + i * everyDays)));
  assert.equal(outcome(checkFalling, made(0.2)), "fail");
  assert.equal(outcome(checkFalling, made(1.5)), "pass");
});

Deno.test("checkFalling() fails sales that slide, not a step that is over", () => {
  const made = (price: (i: number) => number) =>
    selling(Array.from({ length: 20 }, (_, i) => sale(price(i), 0.1 + i / 4)));
  assert.equal(outcome(checkFalling, made((i) => 1_000 + 20 * i)), "fail");
  assert.equal(outcome(checkFalling, made((i) => 1_000 + 2 * i)), "pass");
  assert.match(run(checkFalling, made((i) => i < 10 ? 1_000 : 1_400)).reason, /fell and hold/);
  assert.equal(outcome(checkFalling, made(() => 1_180)), "pass");
  assert.equal(outcome(checkFalling, selling([])), "unknown");
  assert.equal(outcome(checkFalling, UNREAD), "unknown");
});

Deno.test("checkFalling() lets pass what pays at the price that the next buyer will pay", () => {
  const made = (newest: number) =>
    selling(Array.from({ length: 20 }, (_, i) => sale(newest + 20 * i, 0.1 + i / 4)));
  assert.match(run(checkFalling, made(1_180)).reason, /^Sales slide: .* still pays enough$/);
  assert.match(run(checkMinRoi, made(1_180)).reason, /^Listed at \$11\./);
  assert.equal(outcome(checkFalling, made(1_140)), "fail");
});

Deno.test("checkSpread() bounds the resale by 1.5 times the best bid", () => {
  const bidding = (...cents: readonly number[]) => ({
    evidence: evidence({ bids: cents.map((price) => bid(price)) }),
  });
  const { resaleCents } = gatherFacts(soundInput()).proof ?? {};
  assert.equal(resaleCents, MOST_ASKED);
  assert.equal(outcome(checkSpread, bidding(Math.ceil(MOST_ASKED / 1.5))), "pass");
  assert.equal(outcome(checkSpread, bidding(Math.floor(MOST_ASKED / 1.5))), "fail");
  assert.equal(outcome(checkSpread, bidding()), "pass");
  assert.equal(outcome(checkSpread, selling([])), "unknown");
  assert.equal(outcome(checkSpread, UNREAD), "unknown");
});

Deno.test("checkSpread() bounds a phase by bids that ask for something special only", () => {
  const assetClass = { ...ANY, phase: "ruby" };
  const sales = steadySales(1_180).map((one) => ({ ...one, phase: "ruby" }));
  const bidding = (wants: typeof assetClass | typeof ANY) =>
    listed({ assetClass }, { sales, bids: [bid(500, { wants })] });
  assert.equal(outcome(checkSpread, bidding(ANY)), "pass");
  assert.equal(outcome(checkSpread, bidding(assetClass)), "fail");
});

Deno.test("checkSpread() learns nothing from a bid as high as the cheapest listing lets it be", () => {
  const dear = steadySales(2_000);
  const asks = [offer(), offer({ offerId: "offer-2", priceCents: 2_100 })];
  const bidding = (cents: number) => ({
    evidence: evidence({ asks, sales: dear, bids: [bid(cents)] }),
  });
  assert.equal(outcome(checkSpread, bidding(900)), "pass");
  assert.equal(outcome(checkSpread, bidding(899)), "fail");
});

Deno.test("checkAboveSuggested() bounds the resale by 1.5 times the suggested price", () => {
  const suggested = (suggestedCents: number | null) => listed({ suggestedCents });
  assert.equal(outcome(checkAboveSuggested, suggested(Math.ceil(MOST_ASKED / 1.5))), "pass");
  assert.equal(outcome(checkAboveSuggested, suggested(Math.floor(MOST_ASKED / 1.5))), "fail");
  assert.equal(outcome(checkAboveSuggested, suggested(null)), "pass");
  assert.equal(outcome(checkAboveSuggested, UNREAD), "unknown");
  assert.equal(outcome(checkAboveSuggested, selling([])), "unknown");
});

Deno.test("checkFreshness() fails evidence older than three minutes", () => {
  const aged = (ms: number) => ({ evidence: evidence({ readAtMs: NOW_MS - ms }) });
  assert.equal(outcome(checkFreshness, aged(180_000)), "pass");
  assert.equal(outcome(checkFreshness, aged(180_001)), "fail");
  assert.equal(outcome(checkFreshness, UNREAD), "unknown");
});

Deno.test("checkBand() fails what lies outside the band, also when it moved there since", () => {
  assert.equal(outcome(checkBand, { ...UNREAD, offer: offer({ priceCents: 2_999 }) }), "pass");
  assert.equal(outcome(checkBand, { ...UNREAD, offer: offer({ priceCents: 3_000 }) }), "fail");
  const moved = { evidence: evidence({ asks: [offer({ priceCents: 3_000 })] }) };
  assert.match(run(checkBand, moved).reason, /\$30\.00 lies outside/);
});

Deno.test("checkGone() fails what is no more listed", () => {
  const without = { evidence: evidence({ asks: [offer({ offerId: "offer-2" })] }) };
  assert.equal(outcome(checkGone, without), "fail");
  assert.equal(outcome(checkGone, UNREAD), "unknown");
});

Deno.test("checkGone() cannot tell when the book ends below the price", () => {
  const asks = Array.from(
    { length: 5 },
    (_, i) => offer({ offerId: `cheap-${i}`, priceCents: 900 }),
  );
  const change = { quote: quote({ askCount: 9 }), evidence: evidence({ asks }) };
  assert.equal(outcome(checkGone, change), "unknown");
});

Deno.test("checkDuplicate() fails what was judged before", () => {
  assert.equal(outcome(checkDuplicate, { context: context({ isDuplicate: true }) }), "fail");
  assert.equal(outcome(checkDuplicate), "pass");
});

Deno.test("checkMinRoi() computes the resale with exact fees, to the cent", () => {
  // Bought at 10.00: 11.30 nets 10.50, the 5.00 % of the level; 11.29 nets a cent less.
  const besideAsk = (cents: number) => {
    const asks = [offer(), offer({ offerId: "offer-2", priceCents: cents })];
    return run(checkMinRoi, { evidence: evidence({ asks }) });
  };
  // At most 1.02 times what the competitor asks.
  assert.equal(besideAsk(1_108).outcome, "pass");
  assert.match(besideAsk(1_107).reason, /11\.29 less \$0\.80 fee returns 4\.90 %/);
  assert.equal(besideAsk(1_107).outcome, "fail");
});

Deno.test("checkMinRoi() computes the sale into a bid with exact fees, to the cent", () => {
  // 11.30 nets 10.50, the 5.00 % of the level; 11.29 nets a cent less.
  const into = (cents: number) => ({ evidence: evidence({ bids: [bid(cents)] }) });
  assert.equal(outcome(checkMinRoi, into(1_130), "quick"), "pass");
  assert.equal(outcome(checkMinRoi, into(1_129), "quick"), "fail");
  assert.equal(outcome(checkMinRoi, { evidence: evidence({ bids: [] }) }, "quick"), "fail");
});

Deno.test("checkMinRoi() ignores a reduced fee that ends before the asset can sell", () => {
  const slim = { asks: [offer(), offer({ offerId: "offer-2", priceCents: 1_060 })] };
  const reduced = (expiresAtMs: number) => ({
    evidence: evidence({
      ...slim,
      reducedFees: [{
        title: offer().title,
        feePpm: 20_000,
        minFeeCents: 1,
        minPriceCents: 1,
        maxPriceCents: 5_000,
        expiresAtMs,
      }],
    }),
  });
  assert.equal(outcome(checkMinRoi, reduced(NOW_MS + 10 * DAY_MS)), "pass");
  assert.equal(outcome(checkMinRoi, reduced(NOW_MS + DAY_MS / 24)), "fail");
});

Deno.test("checkMinRoi() rules out by the quote alone, and never rules in", () => {
  const quoted = (bestBidCents: number | null) => ({ ...UNREAD, quote: quote({ bestBidCents }) });
  assert.equal(outcome(checkMinRoi, quoted(null), "quick"), "fail");
  assert.equal(outcome(checkMinRoi, quoted(1_071), "quick"), "fail");
  assert.equal(outcome(checkMinRoi, quoted(1_072), "quick"), "unknown");
  assert.equal(outcome(checkMinRoi, quoted(9_000), "quick"), "unknown");
  assert.equal(outcome(checkMinRoi, { ...UNREAD, quote: null }, "quick"), "unknown");
});

Deno.test("checkMinRoi() rules a resale out by a competitor already seen", () => {
  const seen = (otherAskSeenCents: number | null) => ({
    ...UNREAD,
    context: context({ otherAskSeenCents }),
  });
  assert.equal(outcome(checkMinRoi, seen(1_050)), "fail");
  assert.equal(outcome(checkMinRoi, seen(1_051)), "unknown");
  assert.equal(outcome(checkMinRoi, seen(null)), "unknown");
});
