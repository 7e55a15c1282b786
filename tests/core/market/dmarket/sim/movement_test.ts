import assert from "node:assert/strict";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import type { Market } from "@/core/market/dmarket/sim/market.ts";
import { Ledger } from "@/core/market/dmarket/sim/ledger.ts";
import { Movement } from "@/core/market/dmarket/sim/movement.ts";
import { exportScenario } from "@/core/market/dmarket/sim/scenario_export.ts";
import { NOW_MS, staged } from "./stage.ts";

const NOW_S = NOW_MS / 1_000;
const DAY_MS = 86_400_000;

function moved(days: number, steps: number, seed = 1): Market {
  const market = generateMarket({ seed, nowS: NOW_S, titles: 400 });
  const movement = new Movement(market, { speed: 1, nowMs: NOW_MS, ledger: new Ledger(market, 0) });
  for (let i = 1; i <= steps; i++) movement.advance(NOW_MS + days * DAY_MS * i / steps);
  return market;
}

const textOf = (market: Market) => JSON.stringify(exportScenario(market, { nowS: NOW_S }));

/** Every index says the same as the columns. */
function assertConsistent(market: Market): void {
  let indexed = 0;
  for (const { game, titles, index } of market.games.values()) {
    indexed += index.size;
    const rows = titles.flatMap((book) => book.rows);
    assert.equal(rows.length, index.size, game);
    for (let i = 1; i < index.size; i++) {
      assert.ok(market.table.compare(index.at(i - 1), index.at(i)) < 0, `${game} at ${i}`);
    }
    for (const book of titles) {
      for (const row of book.rows) assert.equal(market.bookOf(row), book);
      for (const bid of book.bids) assert.ok(bid.amount > 0 && bid.priceCents > 0);
    }
  }
  assert.equal(indexed, market.table.live);
}

Deno.test("the same seed moves the same way, however often one looks", () => {
  assert.equal(textOf(moved(1, 1)), textOf(moved(1, 50)));
  assert.notEqual(textOf(moved(1, 1)), textOf(moved(1, 1, 2)));
});

Deno.test("after ten days the indexes hold, and the market is neither empty nor flooded", () => {
  const before = generateMarket({ seed: 1, nowS: NOW_S, titles: 400 }).table.live;
  const market = moved(10, 10);
  assertConsistent(market);
  assert.ok(market.table.live > before * 0.6 && market.table.live < before * 1.6);
});

Deno.test("sales of the crowd are newest first and dated when they happened", () => {
  const market = moved(3, 3);
  const fresh = market.titles.flatMap((book) =>
    market.salesOf(book).filter(({ atS }) => atS > NOW_S)
  );
  assert.ok(fresh.length > 100, `${fresh.length} sales`);
  assert.ok(fresh.every(({ atS }) => atS <= NOW_S + 3 * 86_400));
  for (const book of market.titles) {
    const dates = market.salesOf(book).map(({ atS }) => atS);
    assert.deepEqual(dates, [...dates].sort((a, b) => b - a));
  }
});

Deno.test("an id names an offer until it is sold, and nothing afterwards", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S, titles: 400 });
  const ids = new Map<string, number>();
  for (let row = 0; row < market.table.used; row++) ids.set(market.offerId(row), row);
  assert.equal(ids.size, market.table.used);
  new Movement(market, { speed: 1, nowMs: NOW_MS, ledger: new Ledger(market, 0) }).advance(
    NOW_MS + 5 * DAY_MS,
  );
  let gone = 0;
  for (const [id, row] of ids) {
    const found = market.rowOf(id);
    if (found === null) gone++;
    else assert.equal(found, row);
  }
  assert.ok(gone > 100, `${gone} gone`);
});

Deno.test("a market at speed 0 and a scenario stand still", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S, titles: 100 });
  const { version } = market;
  new Movement(market, { speed: 0, nowMs: NOW_MS, ledger: new Ledger(market, 0) }).advance(
    NOW_MS + DAY_MS,
  );
  assert.equal(market.version, version);
});

Deno.test("a speed out of range is refused with value and rule", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S, titles: 10 });
  for (const speed of [-1, 10_001, NaN]) {
    assert.throws(
      () => new Movement(market, { speed, nowMs: NOW_MS, ledger: new Ledger(market, 0) }),
      new RegExp(`Speed must be 0 to 10000: current value is ${speed}`),
    );
  }
});

Deno.test("a moving market's aggregates lag behind its books by up to a minute", async () => {
  await staged({ speed: 1_000 }, async ({ simulator: { market }, clock, post }) => {
    const aggregates = async () => {
      const { json } = await post("/marketplace-api/v1/aggregated-prices", {
        filter: { game: "a8db" },
        limit: "1000",
      });
      return json.aggregatedPrices as { title: string; offerCount: string }[];
    };
    clock.nowMs += 60_000;
    const early = await aggregates();
    clock.nowMs += 59_000;
    assert.deepEqual(await aggregates(), early);
    const stale = early.filter(({ title, offerCount }) =>
      market.title("a8db", title)?.rows.length !== Number(offerCount)
    );
    assert.ok(stale.length > 0, "no aggregate is stale");
    clock.nowMs += 1_000;
    assert.notDeepEqual(await aggregates(), early);
  });
});
