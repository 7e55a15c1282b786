import assert from "node:assert/strict";
import { competition, executableBid, isFree, standing } from "@/core/domain/book.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";
import type { Bid, Offer } from "@/core/domain/market.ts";
import { ANY, bid, evidence, NOW_MS, offer, quote } from "./builders.ts";

const asset = { floatPart: "FT-2", phase: null, paintSeed: 412 };

function best(bids: readonly Bid[], takenLots = 0) {
  return executableBid({ bids, asset, takenLots, worthCents: null }, DEFAULT_RULES);
}

function bestAt(worthCents: number, bids: readonly Bid[]) {
  return executableBid({ bids, asset, takenLots: 0, worthCents }, DEFAULT_RULES);
}

function search(asks: readonly Offer[], askCount: number) {
  return {
    offer: offer(),
    evidence: evidence({ asks }),
    quote: quote({ askCount }),
    nowMs: NOW_MS,
  };
}

Deno.test("executableBid() passes over bids that this asset does not satisfy", () => {
  const picky = bid(1_500, { wants: { ...ANY, floatPart: "FT-0" } });
  assert.equal(best([picky, bid(900)])?.priceCents, 900);
  assert.equal(best([picky]), null);
  const own = bid(1_500, { wants: { ...ANY, floatPart: "FT-2" } });
  assert.equal(best([own, bid(900)])?.priceCents, 1_500);
});

Deno.test("executableBid() uses the second level when the best is a lone lot far above it", () => {
  const lone = bid(1_000, { amount: 1 });
  assert.deepEqual(best([lone, bid(900)]), {
    priceCents: 900,
    lots: 3,
    isSupported: true,
    isPicky: false,
  });
  const lonely = bid(900, { amount: 1 });
  assert.equal(best([lone, lonely])?.isSupported, false, "Passed over for another lone lot");
  assert.equal(best([lone, lonely, bid(890)])?.isSupported, true);
  assert.equal(best([lone, bid(971)])?.priceCents, 1_000);
  assert.equal(best([lone, bid(970)])?.priceCents, 970);
  assert.equal(best([bid(1_000, { amount: 2 }), bid(900)])?.priceCents, 1_000);
});

Deno.test("executableBid() believes a lone bid that offers no more than the asset is worth", () => {
  const lone = bid(1_000, { amount: 1 });
  const believed = { priceCents: 1_000, lots: 1, isSupported: false, isPicky: false };
  assert.deepEqual(bestAt(1_000, [lone, bid(900)]), believed);
  assert.equal(bestAt(999, [lone, bid(900)])?.priceCents, 900);
});

Deno.test("executableBid() believes a lone bid that insists on what the asset has", () => {
  const picky = bid(1_000, { amount: 1, wants: { ...ANY, floatPart: "FT-2" } });
  const believed = { priceCents: 1_000, lots: 1, isSupported: false, isPicky: true };
  assert.deepEqual(best([picky, bid(900)]), believed);
  assert.equal(best([picky, bid(1_000, { amount: 1 }), bid(900)])?.lots, 2);
});

Deno.test("executableBid() takes a lone bid without any other, and says it is unsupported", () => {
  assert.deepEqual(best([bid(1_000, { amount: 1 })]), {
    priceCents: 1_000,
    lots: 1,
    isSupported: false,
    isPicky: false,
  });
});

Deno.test("executableBid() adds up the lots of one price", () => {
  const wants = { ...ANY, paintSeed: 412 };
  const made = best([bid(1_000, { amount: 1 }), bid(1_000, { amount: 1, wants }), bid(900)]);
  assert.deepEqual(made, { priceCents: 1_000, lots: 2, isSupported: true, isPicky: false });
});

Deno.test("executableBid() leaves out lots promised to cheaper assets", () => {
  const bids = [bid(1_000, { amount: 2 }), bid(990, { amount: 2 })];
  const prices = [0, 1, 2, 3, 4].map((taken) => best(bids, taken)?.priceCents ?? null);
  assert.deepEqual(prices, [1_000, 1_000, 990, 990, null]);
});

Deno.test("executableBid() ignores bids of nothing for nothing", () => {
  assert.equal(best([bid(1_000, { amount: 0 }), bid(0)]), null);
});

Deno.test("competition() looks for the lowest free comparable listing but the judged one", () => {
  const asks = [
    offer(),
    offer({ offerId: "reserved", priceCents: 1_010, reserved: true }),
    offer({ offerId: "locked", priceCents: 1_020, unlockAtMs: NOW_MS + 1 }),
    offer({
      offerId: "ruby",
      priceCents: 1_030,
      assetClass: { floatPart: null, phase: "ruby", paintSeed: null },
    }),
    offer({ offerId: "free", priceCents: 1_040 }),
  ];
  const rivals = competition(search(asks, 5), DEFAULT_RULES);
  assert.equal(rivals.otherAskCents, 1_040);
  assert.equal(rivals.below(1_040), 2);
});

Deno.test("competition() takes the end of a cut book for the competitor it could hide", () => {
  const locked = (i: number) =>
    offer({ offerId: `locked-${i}`, priceCents: 1_000 + i, unlockAtMs: NOW_MS + 1 });
  const asks = [offer(), ...[1, 2, 3, 4].map(locked)];
  assert.equal(competition(search(asks, 9), DEFAULT_RULES).otherAskCents, 1_004);
  assert.equal(competition(search(asks, 5), DEFAULT_RULES).otherAskCents, null);
  assert.equal(competition(search(asks.slice(0, 4), 9), DEFAULT_RULES).otherAskCents, null);
});

Deno.test("standing() finds the listing as the book shows it now", () => {
  const moved = offer({ priceCents: 1_100 });
  assert.deepEqual(standing(search([moved], 1), DEFAULT_RULES), { state: "listed", offer: moved });
});

Deno.test("standing() takes a listing for gone only where the book covers its price", () => {
  const at = (priceCents: number, i = 0) => offer({ offerId: `other-${i}`, priceCents });
  const cut = (last: number) => [990, 991, 992, 993, last].map(at);
  assert.equal(standing(search(cut(1_001), 9), DEFAULT_RULES).state, "gone");
  assert.equal(standing(search(cut(1_000), 9), DEFAULT_RULES).state, "beyond");
  assert.equal(standing(search(cut(994), 9), DEFAULT_RULES).state, "beyond");
  assert.equal(standing(search(cut(994), 5), DEFAULT_RULES).state, "gone");
  assert.equal(standing(search([], 9), DEFAULT_RULES).state, "gone");
});

Deno.test("isFree() takes a lock that has just ended for none", () => {
  assert.ok(isFree(offer({ unlockAtMs: NOW_MS }), NOW_MS));
  assert.ok(!isFree(offer({ unlockAtMs: NOW_MS + 1 }), NOW_MS));
  assert.ok(!isFree(offer({ reserved: true }), NOW_MS));
});
