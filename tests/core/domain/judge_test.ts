import assert from "node:assert/strict";
import { judge } from "@/core/domain/judge.ts";
import { GUARDS } from "@/core/domain/opportunity.ts";
import { opportunity as opportunitySchema } from "@/core/protocol/schemas.ts";
import { DAY_MS } from "@/core/domain/rules.ts";
import type { JudgeInput } from "@/core/domain/facts.ts";
import {
  bid,
  context,
  evidence,
  NOW_MS,
  offer,
  quote,
  soundInput,
  steadySales,
} from "./builders.ts";

function verdict(change: Partial<JudgeInput>): string {
  return judge(soundInput(change)).verdict;
}

function accepted(change: Partial<JudgeInput> = {}) {
  return judge(soundInput(change)).opportunities;
}

Deno.test("judge() accepts a sound resale with its money, and shows why", () => {
  const [list, ...others] = accepted();
  assert.deepEqual(others, []);
  assert.deepEqual(list, {
    kind: "list",
    exitCents: 1_143,
    feePpm: 70_000,
    feeCents: 81,
    netCents: 1_062,
    profitCents: 62,
    roiBps: 620,
    breakEvenCents: 1_076,
    scanId: context().scanId,
    game: "a8db",
    level: "medium",
    offerId: "offer-1",
    title: offer().title,
    assetClass: offer().assetClass,
    buyCents: 1_000,
    lockDays: 0,
    confidence: "high",
    annualisedBps: 226_300,
    sales7d: 21,
    otherAskCents: 1_200,
    bestBidCents: 900,
    fee: { feePpm: 70_000, minFeeCents: 1 },
    guards: list?.guards,
    foundAtMs: NOW_MS,
  });
  assert.deepEqual(opportunitySchema.parse(list), list);
});

Deno.test("judge() names a resale below the last sales where that still earns the minimum", () => {
  const exitOf = (priceCents: number) => {
    const dear = offer({ priceCents });
    const asks = [dear, offer({ offerId: "offer-2", priceCents: 1_200 })];
    return accepted({ offer: dear, evidence: evidence({ asks }) })[0]?.exitCents;
  };
  assert.equal(exitOf(1_000), 1_143);
  // 1.05 × 1,040 needs 1,175: between the 1,143 that would sell faster and the 1,180 of the sales.
  assert.equal(exitOf(1_040), 1_175);
  // Some buyer pays up to 1,196.
  assert.equal(exitOf(1_059), 1_196);
  assert.equal(exitOf(1_060), undefined);
});

Deno.test("judge() gives one opportunity for each way out", () => {
  const both = accepted({ evidence: evidence({ bids: [bid(1_150)] }) });
  assert.deepEqual(both.map(({ kind }) => kind), ["quick", "list"]);
  assert.deepEqual(both.map(({ exitCents }) => exitCents), [1_150, 1_143]);
});

Deno.test("judge() sells into a lone bid only up to the last sales and the suggested price, both", () => {
  const waysOut = (bidCents: number, suggestedCents: number) => {
    const judged = offer({ suggestedCents });
    const asks = [judged, offer({ offerId: "offer-2", priceCents: 1_200 })];
    const bids = [bid(bidCents, { amount: 1 }), bid(900)];
    return accepted({ offer: judged, evidence: evidence({ asks, bids }) }).map(({ kind }) => kind);
  };
  assert.deepEqual(waysOut(1_150, 1_250), ["quick", "list"]);
  assert.deepEqual(waysOut(1_200, 1_250), ["list"], "The last sales were at 1,180");
  assert.deepEqual(waysOut(1_150, 1_140), ["list"]);
});

Deno.test("judge() asks every guard about every offer", () => {
  for (const change of [{}, { evidence: null }, { offer: offer({ reserved: true }) }]) {
    assert.deepEqual(judge(soundInput(change)).guards.map(({ guard }) => guard), [...GUARDS]);
  }
});

Deno.test("judge() accepts a quick sale of a title that nobody buys from listings", () => {
  const input = { evidence: evidence({ bids: [bid(1_150)], sales: [] }) };
  const [quick, ...others] = accepted(input);
  assert.equal(quick?.kind, "quick");
  assert.deepEqual(others, []);
  // Only guards that a quick sale needs are shown with it; all of them passed.
  assert.ok(quick?.guards.every(({ outcome }) => outcome === "pass"));
  assert.ok(!quick?.guards.some(({ guard }) => guard === "no-sales"));
});

Deno.test("judge() leaves an offer unverified until its title is read", () => {
  assert.equal(verdict({ evidence: null, quote: quote({ bestBidCents: 2_000 }) }), "unverified");
  assert.equal(verdict({ evidence: null }), "unverified");
});

Deno.test("judge() refuses without reading when both ways out are ruled out", () => {
  const capped = context({ otherAskSeenCents: 1_010 });
  assert.equal(verdict({ evidence: null, context: capped }), "refused");
  const bidding = quote({ bestBidCents: 2_000 });
  assert.equal(verdict({ evidence: null, context: capped, quote: bidding }), "unverified");
});

Deno.test("judge() never takes an unknown for a pass", () => {
  const ruby = { floatPart: null, phase: "ruby", paintSeed: null };
  const judged = offer({ assetClass: ruby });
  const input = { offer: judged, evidence: evidence({ asks: [judged], bids: [] }) };
  assert.equal(verdict(input), "unverified");
  assert.deepEqual(accepted(input), []);
});

Deno.test("judge() goes by the price and the flags of the newest reading", () => {
  const dearer = [offer({ priceCents: 1_150 }), offer({ offerId: "offer-2", priceCents: 1_200 })];
  const judged = judge(soundInput({ evidence: evidence({ asks: dearer }) }));
  assert.equal(judged.offer.priceCents, 1_150);
  assert.equal(judged.verdict, "refused");
});

Deno.test("judge() refuses the same offer a second time", () => {
  assert.equal(verdict({ context: context({ isDuplicate: true }) }), "refused");
});

Deno.test("judge() shows the money of both ways out even when it refuses", () => {
  const { verdict, plans } = judge(soundInput({ offer: offer({ reserved: true }) }));
  assert.equal(verdict, "accepted");
  const reserved = offer({ reserved: true });
  const refused = judge(soundInput({ offer: reserved, evidence: evidence({ asks: [reserved] }) }));
  assert.equal(refused.verdict, "refused");
  assert.deepEqual(plans.map(({ kind, roiBps }) => [kind, roiBps]), [["quick", -1_630], [
    "list",
    620,
  ]]);
  assert.equal(refused.plans.length, 2);
});

Deno.test("judge() merges a guard to a pass when one way out passes it", () => {
  const roi = judge(soundInput()).guards.find(({ guard }) => guard === "min-roi");
  assert.equal(roi?.outcome, "pass");
  assert.match(roi?.reason ?? "", /Listed at \$11\.43 less \$0\.81 fee returns 6\.20 %/);
});

Deno.test("judge() lowers the confidence of what is too good, stale, lone or unsteady", () => {
  const confidence = (change: Partial<JudgeInput>) => accepted(change)[0]?.confidence;
  const bids = (amount: number, cents = 1_150) => [bid(cents, { amount })];
  assert.equal(confidence({ evidence: evidence({ bids: bids(3) }) }), "high");
  assert.equal(confidence({ evidence: evidence({ bids: bids(1) }) }), "low");
  const pair = [...bids(1), ...bids(1, 1_140)];
  assert.equal(confidence({ evidence: evidence({ bids: pair }) }), "medium");
  assert.equal(confidence({ evidence: evidence({ bids: bids(3, 1_800) }) }), "low");
  assert.equal(confidence({ evidence: evidence({ readAtMs: NOW_MS - 61_000 }) }), "low");
  const falling = steadySales(1_180).map((row, i) => i < 9 ? row : { ...row, priceCents: 1_400 });
  assert.equal(confidence({ evidence: evidence({ sales: falling }) }), "low");
});

Deno.test("judge() has little confidence in a resale that has to ask more than the usual price", () => {
  const resale = (priceCents: number) => {
    const bought = offer({ priceCents });
    const asks = [bought, offer({ offerId: "offer-2", priceCents: 1_200 })];
    const [found] = accepted({ offer: bought, evidence: evidence({ asks }) });
    return [found?.exitCents, found?.confidence];
  };
  // The last sales were at 1180; the least prices are 1040 · 1.05 / 0.93 and 1050 · 1.05 / 0.93.
  assert.deepEqual(resale(1_040), [1_175, "high"]);
  assert.deepEqual(resale(1_050), [1_187, "low"]);
});

Deno.test("judge() ranks a locked asset by the days it binds the money", () => {
  const rules = { ...context().rules, quickMaxLockDays: 7, listMaxLockDays: 7 };
  const locked = offer({ unlockAtMs: NOW_MS + 7 * DAY_MS });
  const [quick] = accepted({
    offer: locked,
    evidence: evidence({ asks: [locked], bids: [bid(1_150)] }),
    context: context({ rules }),
  });
  assert.equal(quick?.lockDays, 7);
  assert.equal(quick?.annualisedBps, Math.floor((quick?.roiBps ?? 0) * 365 / 7));
});
