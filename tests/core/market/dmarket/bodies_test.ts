import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/errors.ts";
import { readBalance, readUserProfile } from "@/core/market/dmarket/account.ts";
import { readBidBook } from "@/core/market/dmarket/book.ts";
import { readFees } from "@/core/market/dmarket/fees.ts";
import { readQuotesPage } from "@/core/market/dmarket/quotes.ts";
import { readLastSales } from "@/core/market/dmarket/sales.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";

const TITLE = "AK-47 | Redline (Field-Tested)";
const NOTHING = { floatPart: null, phase: null, paintSeed: null };

function refusesShape(read: () => unknown): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof ActorError, String(error));
    assert.equal(`${error.kind} ${error.code}`, "rejected unexpected-shape");
    return true;
  });
}

function usd(amount: unknown) {
  return { Currency: "USD", Amount: amount };
}

Deno.test("quotes read both sides and take a price of 0 for none", () => {
  const page = readQuotesPage({
    aggregatedPrices: [
      {
        title: TITLE,
        orderBestPrice: usd("1310"),
        orderCount: "42",
        offerBestPrice: usd("1599"),
        offerCount: "128",
      },
      { title: "No Bids", orderBestPrice: usd("0"), offerBestPrice: usd(77), offerCount: 3 },
      { title: "Lower Case", offerBestPrice: { currency: "USD", amount: "5" }, offerCount: "1" },
      { title: "Nothing" },
    ],
    nextCursor: "next",
  }, new WireAudit());
  assert.deepEqual(page.quotes, [
    { title: TITLE, bestBidCents: 1310, bidCount: 42, bestAskCents: 1599, askCount: 128 },
    { title: "No Bids", bestBidCents: null, bidCount: 0, bestAskCents: 77, askCount: 3 },
    { title: "Lower Case", bestBidCents: null, bidCount: 0, bestAskCents: 5, askCount: 1 },
    { title: "Nothing", bestBidCents: null, bidCount: 0, bestAskCents: null, askCount: 0 },
  ]);
  assert.equal(page.cursor, "next");
});

Deno.test("quotes in another currency or in fractions of a cent are refused row by row", () => {
  const audit = new WireAudit();
  const page = readQuotesPage({
    aggregatedPrices: [
      { title: "Euro", offerBestPrice: { Currency: "EUR", Amount: "5" } },
      { title: "Dollars", offerBestPrice: usd("15.99") },
      { title: "Negative", orderBestPrice: usd("-1") },
      { title: "", offerBestPrice: usd("1") },
      { title: TITLE, offerBestPrice: usd("1") },
    ],
    nextCursor: "",
  }, audit);
  assert.deepEqual(page.quotes.map(({ title }) => title), [TITLE]);
  assert.equal(page.malformed.length, 4);
  assert.match(page.malformed[1] ?? "", /offerBestPrice: Must be an amount of USD/);
  assert.deepEqual(audit.refusedRows, {
    "aggregated-prices.offerBestPrice": 2,
    "aggregated-prices.orderBestPrice": 1,
    "aggregated-prices.title": 1,
  });
  assert.equal(page.cursor, null);
});

Deno.test("bids come best first, with what each of them wants", () => {
  const { bids, malformed } = readBidBook(
    {
      orders: [
        { amount: "3", price: "1310", title: TITLE, attributes: { floatPartValue: "any" } },
        {
          amount: 1,
          price: 1455,
          title: TITLE,
          attributes: { floatPartValue: "FT-0", paintSeed: "661", phase: "any" },
        },
        { amount: "2", price: "1400", attributes: { phase: "phase-2", paintSeed: 7 } },
        { amount: "1", price: "900" },
        { amount: "0", price: "9999" },
      ],
    },
    TITLE,
    new WireAudit(),
  );
  assert.deepEqual(malformed, []);
  assert.deepEqual(bids, [
    { priceCents: 1455, amount: 1, wants: { floatPart: "FT-0", phase: null, paintSeed: 661 } },
    { priceCents: 1400, amount: 2, wants: { floatPart: null, phase: "phase-2", paintSeed: 7 } },
    { priceCents: 1310, amount: 3, wants: NOTHING },
    { priceCents: 900, amount: 1, wants: NOTHING },
  ]);
});

Deno.test("a bid whose wish is not understood never passes for one that takes anything", () => {
  const bad = [
    { floatPartValue: "FT-9" },
    { floatPartValue: "0.15-0.18" },
    { paintSeed: "many" },
    { paintSeed: -1 },
    { phase: "x".repeat(41) },
    { exterior: "factory new" },
    "any",
    [],
  ];
  for (const attributes of bad) {
    const audit = new WireAudit();
    const body = { orders: [{ amount: "1", price: "9999", title: TITLE, attributes }] };
    const { bids, malformed } = readBidBook(body, TITLE, audit);
    assert.deepEqual(bids, [], JSON.stringify(attributes));
    assert.equal(malformed.length, 1);
  }
});

Deno.test("a bid for another title is refused", () => {
  const body = { orders: [{ amount: "1", price: "1", title: "Other", attributes: {} }] };
  const audit = new WireAudit();
  const { bids, malformed } = readBidBook(body, TITLE, audit);
  assert.deepEqual(bids, []);
  assert.match(malformed[0] ?? "", /is Other/);
  assert.deepEqual(audit.refusedRows, { "targets-by-title.title": 1 });
});

Deno.test("sales come newest first, in cents, with Order meaning the same as Target", () => {
  const { sales, malformed } = readLastSales({
    sales: [
      { price: "13.20", date: "1781605800", txOperationType: "Target" },
      {
        price: "15.99",
        date: 1781692200,
        txOperationType: "Offer",
        offerAttributes: { floatValue: 0.2356, paintSeed: 412, phaseTitle: "PHASE_TITLE_PHASE_2" },
      },
      {
        price: "13.21",
        date: "1781605801",
        txOperationType: "Order",
        offerAttributes: { phaseTitle: "PHASE_TITLE_UNSPECIFIED" },
      },
    ],
  }, new WireAudit());
  assert.deepEqual(malformed, []);
  assert.deepEqual(sales, [
    { priceCents: 1599, soldAtMs: 1781692200000, side: "offer", phase: "phase-2" },
    { priceCents: 1321, soldAtMs: 1781605801000, side: "target", phase: null },
    { priceCents: 1320, soldAtMs: 1781605800000, side: "target", phase: undefined },
  ]);
});

Deno.test("a sale with stickers, a charm or a best float is known for its extra", () => {
  const extraOf = (offerAttributes: unknown) =>
    readLastSales({
      sales: [{ price: "9.00", date: "1781605800", txOperationType: "Offer", offerAttributes }],
    }, new WireAudit()).sales.map(({ isPremium = false }) => isPremium);
  for (
    const extra of [{ stickers: [{ name: "Titan" }] }, { charms: ["x"] }, { floatValue: 0.003 }]
  ) {
    assert.deepEqual(extraOf({ floatValue: 0.2356, stickers: [], ...extra }), [true]);
  }
  assert.deepEqual(extraOf({ floatValue: "0.1501" }), [true]);
  const odd = { floatValue: {}, stickers: "none" };
  for (const plain of [{ floatValue: 0.2356, stickers: [] }, {}, null, odd]) {
    assert.deepEqual(extraOf(plain), [false]);
  }
});

Deno.test("sales with unreadable price, date or kind are refused row by row", () => {
  const good = { price: "1.00", date: "1781605800", txOperationType: "Offer" };
  const { sales, malformed } = readLastSales({
    sales: [
      good,
      { ...good, price: 1 },
      { ...good, price: "-1.00" },
      { ...good, price: "0.00" },
      { ...good, date: "1781605800000" },
      { ...good, date: "yesterday" },
      { ...good, txOperationType: "Gift" },
      null,
      "sale",
    ],
  }, new WireAudit());
  assert.equal(sales.length, 1);
  assert.equal(malformed.length, 8);
});

Deno.test("fees are exact, grouped by title, and share the least amount of the default", () => {
  const fees = readFees({
    defaultFee: { fraction: "0.07", minAmount: 1 },
    reducedFees: [
      { title: TITLE, fraction: "0.03", minPrice: 100, maxPrice: 5000, expiresAt: 1781740800 },
      { title: TITLE, fraction: "0.02", minPrice: "1", maxPrice: "99", expiresAt: "1781740800" },
      { title: "Bad", fraction: "3%", minPrice: 1, maxPrice: 2, expiresAt: 1781740800 },
    ],
  }, new WireAudit());
  assert.deepEqual(fees.standard, { feePpm: 70_000, minFeeCents: 1 });
  assert.equal(fees.malformed.length, 1);
  assert.deepEqual(fees.reduced.get(TITLE), [
    {
      title: TITLE,
      feePpm: 30_000,
      minFeeCents: 1,
      minPriceCents: 100,
      maxPriceCents: 5_000,
      expiresAtMs: 1781740800000,
    },
    {
      title: TITLE,
      feePpm: 20_000,
      minFeeCents: 1,
      minPriceCents: 1,
      maxPriceCents: 99,
      expiresAtMs: 1781740800000,
    },
  ]);
});

Deno.test("a fee list without a readable default fee is refused whole", () => {
  refusesShape(() => readFees({ reducedFees: [] }, new WireAudit()));
  refusesShape(() => readFees({ defaultFee: { fraction: "1.0" } }, new WireAudit()));
  refusesShape(() => readFees({ defaultFee: { fraction: 0.07 } }, new WireAudit()));
});

Deno.test("of the profile only the targets limit is read", () => {
  const body = { id: "x", email: "a@b.c", settings: { targetsLimit: 500, tradingApiToken: "t" } };
  assert.deepEqual(readUserProfile(body, new WireAudit()), { targetsLimit: 500 });
  assert.deepEqual(readUserProfile({ id: "x" }, new WireAudit()), { targetsLimit: null });
});

Deno.test("the balance is in cents, and refused when a needed field is missing", () => {
  const body = { usd: "12345", usdAvailableToWithdraw: "12000", dmc: "0" };
  assert.deepEqual(readBalance(body, new WireAudit()), {
    usdCents: 12_345,
    usdWithdrawableCents: 12_000,
  });
  refusesShape(() => readBalance({ usd: "12345" }, new WireAudit()));
  refusesShape(() => readBalance({ usd: "-1", usdAvailableToWithdraw: "0" }, new WireAudit()));
  refusesShape(() => readBalance({ usd: { amount: 1 } }, new WireAudit()));
});

Deno.test("an empty list may be null or left out, as protobuf and Go write it", () => {
  for (const body of [{ orders: [] }, { orders: null }, {}]) {
    assert.deepEqual(readBidBook(body, TITLE, new WireAudit()).bids, []);
  }
  assert.deepEqual(readLastSales({ sales: null }, new WireAudit()).sales, []);
  assert.deepEqual(readQuotesPage({ nextCursor: "" }, new WireAudit()).quotes, []);
});

Deno.test("a body that is something else altogether is refused whole", () => {
  const bodies = [null, [], "text", 7, { error: "x", code: 3 }, { orders: {} }, { sales: "none" }];
  for (const body of bodies) {
    refusesShape(() => readQuotesPage(body, new WireAudit()));
    if (!(body !== null && typeof body === "object" && "orders" in body)) {
      refusesShape(() => readBidBook(body, TITLE, new WireAudit()));
    }
  }
  const many = Array.from({ length: 1_001 }, () => ({ title: TITLE }));
  refusesShape(() => readQuotesPage({ aggregatedPrices: many }, new WireAudit()));
});
