import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { ActorError } from "@/core/kernel/errors.ts";
import { readBidBook } from "@/core/market/dmarket/book.ts";
import { readFees } from "@/core/market/dmarket/fees.ts";
import { readOffersPage } from "@/core/market/dmarket/offers.ts";
import { readQuotesPage } from "@/core/market/dmarket/quotes.ts";
import { readLastSales } from "@/core/market/dmarket/sales.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { offer, quote, titleEvidence } from "@/core/protocol/schemas.ts";

Deno.test("the audit stays bounded whatever comes", () => {
  const audit = new WireAudit();
  for (let i = 0; i < 1_000; i++) audit.countUnknown({ [`field${i}`]: 1 }, {}, "body");
  for (let i = 0; i < 1_000; i++) audit.countRefused(`reason ${i}`);
  assert.ok(Object.keys(audit.unknownFields).length <= 51);
  assert.ok(Object.keys(audit.refusedRows).length <= 51);
  const counted = Object.values(audit.unknownFields).reduce((sum, times) => sum + times, 0);
  assert.equal(counted, 1_000);
});

Deno.test("the audit repeats no odd field names", () => {
  const audit = new WireAudit();
  const odd = { "<script>": 1, ["x".repeat(500)]: 1, "line\nbreak": 1, "": 1 };
  audit.countUnknown(odd, {}, "body");
  assert.deepEqual(audit.unknownFields, { "body.(odd name)": 4 });
});

Deno.test("names that every object inherits are unknown like any other", () => {
  const audit = new WireAudit();
  audit.countUnknown(JSON.parse('{"__proto__":1,"constructor":1,"toString":1}'), {}, "body");
  assert.deepEqual(audit.unknownFields, {
    "body.__proto__": 1,
    "body.constructor": 1,
    "body.toString": 1,
  });
});

/** Values near the edges of what a field may hold, and anything else JSON can hold. */
const value = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "1",
    "1599",
    "-1",
    "15.99",
    "9223372036854775807",
    "1000000000001",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "any",
    "Offer",
    "x".repeat(41),
    "x".repeat(301),
    9223372036854775807,
    1e21,
    -0,
    99,
    -1_219_512_000,
  ),
  fc.nat(),
  fc.boolean(),
  fc.jsonValue({ maxDepth: 1 }),
);

function bodyOf(list: string, row: fc.Arbitrary<unknown>, ...envelope: string[]) {
  const others = Object.fromEntries(envelope.map((field) => [field, value]));
  return fc.oneof(
    { weight: 9, arbitrary: fc.record({ [list]: fc.array(row, { maxLength: 5 }), ...others }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

function some(...fields: string[]) {
  const record = Object.fromEntries(fields.map((field) => [field, value]));
  return fc.oneof(
    { weight: 9, arbitrary: fc.record(record, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

const cs2 = some("floatPart", "float", "floatValue", "paintSeed", "phase", "phaseTitle");
const offerRow = fc.record({
  offerId: fc.constantFrom<unknown>("a", "b", 1, ""),
  priceCents: fc.oneof(fc.constant("1599"), value),
  createdAt: value,
  discountPercent: value,
  locked: fc.constantFrom<unknown>(true, false, null, "no"),
  attributes: fc.record({
    title: fc.oneof(fc.constant("T"), value),
    unlockDate: value,
    tradeLockDays: value,
    tradable: fc.constantFrom<unknown>(true, false, undefined),
    cs2: fc.oneof(fc.constant(undefined), cs2),
  }),
});
const money = some("Currency", "Amount").map((some) =>
  typeof some === "object" && some !== null ? { Currency: "USD", ...some } : some
);

/** Runs `read`; a body may be refused whole, but in no other way. */
function unlessRefused<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof ActorError, String(error));
    assert.equal(error.code, "unexpected-shape");
    return null;
  }
}

Deno.test("any offers body is read or refused, and what is read may be sent on", () => {
  fc.assert(
    fc.property(bodyOf("items", offerRow, "total", "cursor"), (body) => {
      const context = { game: "a8db", readAtMs: Date.parse("2026-06-17T10:30:00Z") } as const;
      const page = unlessRefused(() => readOffersPage(body, context, new WireAudit()));
      z.array(offer).parse(page?.offers ?? []);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("any quotes body is read or refused, and what is read may be sent on", () => {
  const row = fc.record({
    title: fc.oneof(fc.constant("T"), value),
    orderBestPrice: money,
    orderCount: value,
    offerBestPrice: money,
    offerCount: value,
  }, { requiredKeys: ["title"] });
  fc.assert(
    fc.property(bodyOf("aggregatedPrices", row, "nextCursor"), (body) => {
      const page = unlessRefused(() => readQuotesPage(body, new WireAudit()));
      z.array(quote).parse(page?.quotes ?? []);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("any book, sales and fees are read or refused, and what is read may be sent on", () => {
  const bid = fc.record({
    price: value,
    amount: value,
    attributes: some("floatPartValue", "phase", "paintSeed"),
  });
  const sale = fc.record({
    price: fc.oneof(fc.constant("1.00"), value),
    date: fc.oneof(fc.constant("1781605800"), value),
    txOperationType: fc.constantFrom<unknown>("Offer", "Target", "Order", 1),
    offerAttributes: some("phase", "phaseTitle"),
  });
  const fee = fc.record({
    title: fc.constant("T"),
    fraction: fc.constantFrom<unknown>("0.03", "0.0300001", "1.5", 0.03, "-1"),
    minPrice: value,
    maxPrice: value,
    expiresAt: value,
  });
  const fees = fc.record({
    defaultFee: fc.record({ fraction: fc.constant("0.07"), minAmount: value }),
    reducedFees: fc.array(fee, { maxLength: 5 }),
  });
  fc.assert(
    fc.property(bodyOf("orders", bid), bodyOf("sales", sale), fees, (book, sales, list) => {
      const audit = new WireAudit();
      const charged = unlessRefused(() => readFees(list, audit));
      titleEvidence.parse({
        title: "T",
        readAtMs: 0,
        asks: [],
        bids: unlessRefused(() => readBidBook(book, "T", audit))?.bids ?? [],
        sales: unlessRefused(() => readLastSales(sales, audit))?.sales ?? [],
        fee: charged?.standard ?? { feePpm: 0, minFeeCents: 0 },
        reducedFees: charged?.reduced.get("T") ?? [],
      });
    }),
    { numRuns: 1_000 },
  );
});
