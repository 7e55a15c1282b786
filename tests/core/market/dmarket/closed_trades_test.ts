import assert from "node:assert/strict";
import fc from "fast-check";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  type ClosedTrade,
  type ClosedTradesQuery,
  readClosedOffers,
  readClosedTargets,
  walkClosedTrades,
} from "@/core/market/dmarket/closed_trades.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";

const TITLE = "AK-47 | Redline (Field-Tested)";

Deno.test("sales are read with the fee that was paid, in cents", () => {
  const { trades, malformed } = readClosedOffers({
    Trades: [{
      OfferID: "offer",
      TargetID: "",
      AssetID: "asset",
      Price: { Currency: "USD", Amount: 15.99 },
      CurrencyCode: "USD",
      Amount: "1",
      Title: TITLE,
      Fee: { Amount: { Currency: "USD", Amount: 1.12 }, Percent: "7", IsPersonal: false },
      OfferCreatedAt: "1781605800",
      OfferClosedAt: "1781692200",
      Status: "trade_protected",
      FinalizationTime: "1782297000",
    }],
    Total: "1",
    Cursor: "",
  }, new WireAudit());
  assert.deepEqual(malformed, []);
  assert.deepEqual(trades, [{
    offerId: "offer",
    targetId: null,
    assetId: "asset",
    title: TITLE,
    priceCents: 1_599,
    amount: 1,
    closedAtMs: 1_781_692_200_000,
    status: "protected",
    finalAtMs: 1_782_297_000_000,
    feeCents: 112,
  }]);
});

Deno.test("purchases are read, and rows without price, time or known status refused", () => {
  const good = {
    TargetID: "target",
    Price: { Currency: "USD", Amount: 10.5 },
    Title: TITLE,
    ClosedAt: "1781692200",
    Status: "successful",
    FinalizationTime: "0",
  };
  const audit = new WireAudit();
  const { trades, malformed } = readClosedTargets({
    Trades: [
      good,
      { ...good, Price: { Currency: "EUR", Amount: 1 } },
      { ...good, Price: { Currency: "USD", Amount: "10.5" } },
      { ...good, ClosedAt: "today" },
      { ...good, Status: "stolen" },
    ],
  }, audit);
  assert.equal(malformed.length, 4);
  assert.deepEqual(
    trades.map(({ priceCents, amount, finalAtMs, feeCents, offerId }) => ({
      priceCents,
      amount,
      finalAtMs,
      feeCents,
      offerId,
    })),
    [{ priceCents: 1_050, amount: 1, finalAtMs: null, feeCents: null, offerId: null }],
  );
});

function trade(index: number, closedAtMs: number): ClosedTrade {
  return {
    offerId: `offer ${index}`,
    targetId: null,
    assetId: null,
    title: TITLE,
    priceCents: 1,
    amount: 1,
    closedAtMs,
    status: "successful",
    finalAtMs: null,
    feeCents: null,
  };
}

/** A market that ignores cursors, as the real one was seen to do. */
function history(trades: readonly ClosedTrade[]) {
  const asked: ClosedTradesQuery[] = [];
  const fetchPage = (query: ClosedTradesQuery) => {
    asked.push(query);
    const later = trades.filter(({ closedAtMs }) => closedAtMs >= (query.fromMs ?? 0));
    const sorted = later.toSorted((a, b) => a.closedAtMs - b.closedAtMs);
    return Promise.resolve({ trades: sorted.slice(0, query.limit), cursor: "same", malformed: [] });
  };
  return { asked, fetchPage };
}

async function collect(walk: AsyncGenerator<readonly ClosedTrade[]>) {
  const all: ClosedTrade[] = [];
  for await (const trades of walk) all.push(...trades);
  return all;
}

Deno.test("a whole history is walked, each trade once, although no cursor advances", async () => {
  const second = fc.integer({ min: 1, max: 400 });
  await fc.assert(fc.asyncProperty(
    fc.array(second, { maxLength: 600 }),
    fc.option(second, { nil: null }),
    async (seconds, since) => {
      const perSecond = Map.groupBy(seconds, (at) => at);
      fc.pre([...perSecond.values()].every((same) => same.length < 50));
      const trades = seconds.map((at, index) => trade(index, at * 1_000));
      const sinceMs = since === null ? null : since * 1_000;
      const { fetchPage } = history(trades);
      const walked = await collect(walkClosedTrades(fetchPage, { sinceMs, maxPages: 100 }));
      const expected = trades.filter(({ closedAtMs }) => closedAtMs >= (sinceMs ?? 0));
      assert.deepEqual(
        walked.map(({ offerId }) => offerId).toSorted(),
        expected.map(({ offerId }) => offerId).toSorted(),
      );
    },
  ));
});

function isError(code: string) {
  return (error: unknown) => error instanceof ActorError && error.code === code;
}

Deno.test("a second that fills a page is noticed instead of walked for ever", async () => {
  const { asked, fetchPage } = history(Array.from({ length: 300 }, (_, i) => trade(i, 7_000)));
  const walk = walkClosedTrades(fetchPage, { sinceMs: null, maxPages: 100 });
  await assert.rejects(collect(walk), isError("trades-stall"));
  assert.equal(asked.length, 2);
});

Deno.test("a history that is longer than allowed says so", async () => {
  const { fetchPage } = history(Array.from({ length: 300 }, (_, i) => trade(i, i * 1_000)));
  const walk = walkClosedTrades(fetchPage, { sinceMs: null, maxPages: 2 });
  await assert.rejects(collect(walk), isError("too-many-pages"));
});
