/** A first look at a title: it refuses what all evidence would refuse, and nothing else. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { judge, type Judgement } from "@/core/domain/judge.ts";
import type { Sale, TitleEvidence, TitleLook } from "@/core/domain/market.ts";
import type { GuardVerdict } from "@/core/domain/opportunity.ts";
import { ANY, bid, evidence, NOW_MS, offer, sale, soundInput, steadySales } from "./builders.ts";

interface Parts {
  readonly bids: boolean;
  readonly sales: boolean;
}

function lookAt(read: TitleEvidence, { bids, sales }: Parts): TitleLook {
  const { title, fee, reducedFees, readAtMs } = read;
  const parts = { bids: bids ? read.bids : null, sales: sales ? read.sales : null };
  return { title, fee, reducedFees, readAtMs, ...parts };
}

function judgeLook(read: TitleEvidence, parts: Parts, change = {}): Judgement {
  const look = lookAt(read, parts);
  return judge(soundInput({ evidence: null, quote: null, look, ...change }));
}

function said(judgement: Judgement, guard: GuardVerdict["guard"]): GuardVerdict["outcome"] {
  return judgement.guards.find((one) => one.guard === guard)?.outcome ?? "unknown";
}

Deno.test("a first look accepts nothing, however good", () => {
  const { verdict, open, opportunities } = judgeLook(evidence({ bids: [bid(1_200)] }), {
    bids: true,
    sales: true,
  });
  assert.deepEqual([verdict, open, opportunities], ["unverified", ["quick", "list"], []]);
});

Deno.test("sales alone close a resale and say nothing of bids", () => {
  const none = judgeLook(evidence({ sales: [] }), { bids: false, sales: true });
  assert.deepEqual(none.open, ["quick"]);
  assert.equal(said(none, "no-sales"), "fail");
  const cheap = judgeLook(evidence({ sales: steadySales(1_020) }), { bids: false, sales: true });
  assert.deepEqual(cheap.open, ["quick"]);
  assert.equal(said(cheap, "thin-sales"), "unknown");
});

Deno.test("bids alone close a quick sale: none that it satisfies, or none that pays", () => {
  const wants = { ...ANY, floatPart: "FN-0" };
  for (const bids of [[bid(1_300, { wants })], [bid(1_050)], []]) {
    const judgement = judgeLook(evidence({ bids }), { bids: true, sales: false });
    assert.deepEqual(judgement.open, ["list"]);
  }
});

Deno.test("a lone bid is believed until sales say what it is worth", () => {
  const bids = [bid(1_900, { amount: 1 }), bid(900)];
  assert.deepEqual(judgeLook(evidence({ bids }), { bids: true, sales: false }).open, [
    "quick",
    "list",
  ]);
});

const phases = fc.constantFrom(null, "ruby");
const sales: fc.Arbitrary<Sale> = fc.record({
  price: fc.integer({ min: 800, max: 1_600 }),
  daysAgo: fc.double({ min: 0, max: 40, noNaN: true }),
  side: fc.constantFrom("offer" as const, "target" as const),
  phase: phases,
}).map(({ price, daysAgo, side, phase }) => sale(price, daysAgo, { side, phase }));
const bids = fc.record({
  price: fc.integer({ min: 800, max: 1_600 }),
  amount: fc.integer({ min: 0, max: 3 }),
  floatPart: fc.constantFrom(null, "FT-2", "FT-0"),
}).map(({ price, amount, floatPart }) => bid(price, { amount, wants: { ...ANY, floatPart } }));
const books = fc.record({
  phase: phases,
  others: fc.array(fc.integer({ min: 1_000, max: 1_600 }), { maxLength: 4 }),
  bids: fc.array(bids, { maxLength: 5 }),
  sales: fc.array(sales, { maxLength: 20 }),
});

Deno.test("what a first look refuses, all evidence refuses", () => {
  let refused = 0;
  fc.assert(
    fc.property(books, fc.boolean(), fc.boolean(), (book, withBids, withSales) => {
      const assetClass = { floatPart: "FT-2", phase: book.phase, paintSeed: null };
      const judged = offer({ assetClass });
      const asks = [
        judged,
        ...book.others.map((priceCents, i) =>
          offer({ offerId: `other-${i}`, priceCents, assetClass })
        ),
      ].sort((a, b) => a.priceCents - b.priceCents);
      const read = evidence({ asks, bids: book.bids, sales: book.sales, readAtMs: NOW_MS });
      const parts = { bids: withBids, sales: withSales };
      const { open } = judgeLook(read, parts, { offer: judged });
      const whole = judge(soundInput({ offer: judged, quote: null, evidence: read }));
      if (open.length < 2) refused += 1;
      for (const kind of whole.open) assert.ok(open.includes(kind), `${kind} was closed`);
    }),
    { numRuns: 500 },
  );
  assert.ok(refused > 100, `${refused} of 500 closed something`);
});
