import assert from "node:assert/strict";
import { GAMES } from "@/core/domain/market.ts";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import { parseScenario, ScenarioError } from "@/core/market/dmarket/sim/scenario.ts";
import { exportScenario } from "@/core/market/dmarket/sim/scenario_export.ts";
import { loadScenario } from "@/core/market/dmarket/sim/scenario_load.ts";
import { NOW_MS, query, type Staged, staged } from "./stage.ts";

const NOW_S = NOW_MS / 1_000;
const DAY_S = 86_400;

/** As people write it by hand: the example of the format, with a bit of everything. */
function handmade(): Record<string, unknown> {
  return {
    format: "marketd-scenario/1",
    seed: 1,
    now: "2026-01-17T13:00:00Z",
    games: {
      a8db: {
        fees: {
          defaultFee: { fraction: "0.07", minAmount: 1 },
          reducedFees: [{
            title: "AK-47 | Redline (Field-Tested)",
            fraction: "0.03",
            minPrice: 100,
            maxPrice: 5_000,
            expiresAt: 1_768_658_400,
          }],
        },
        titles: [{
          title: "AK-47 | Redline (Field-Tested)",
          offers: [{
            offerId: "a-1",
            priceCents: 1_599,
            createdAt: "2026-01-17T12:00:00Z",
            locked: false,
            discountPercent: 12,
            attributes: {
              title: "AK-47 | Redline (Field-Tested)",
              gameId: "a8db",
              tradable: true,
              unlockDate: "2026-01-18T13:00:00Z",
              cs2: { exterior: "EXTERIOR_FIELD_TESTED", float: "0.2356" },
            },
          }, { offerId: "a-2", priceCents: "1640", locked: true }],
          targets: [{ amount: "3", price: "1310", attributes: { floatPartValue: "any" } }],
          sales: [{ price: "15.9", date: "1768650000", txOperationType: "Order" }],
          truth: { quick: false, list: true },
        }],
      },
    },
  };
}

/** `handmade` with one place changed, named by its JSON path. */
function broken(path: readonly (string | number)[], value: unknown): unknown {
  const scenario = handmade();
  let place: Record<string | number, unknown> = scenario;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  place[path.at(-1) ?? ""] = value;
  return scenario;
}

Deno.test("a scenario is served in wire form, its dates moved to the present", async () => {
  await staged({ scenario: handmade() }, async ({ get }) => {
    const { json } = await get(
      `/marketplace-api/v2/offers?${query({ gameId: "a8db", limit: 10 })}`,
    );
    assert.deepEqual(json.items.map((item: { offerId: string }) => item.offerId), ["a-1", "a-2"]);
    const [first, second] = json.items;
    const shiftS = NOW_S - Date.parse("2026-01-17T13:00:00Z") / 1_000;
    assert.equal(first.priceCents, "1599");
    assert.equal(first.discountPercent, 12);
    assert.equal(Date.parse(first.createdAt) / 1_000, NOW_S - 3_600);
    assert.equal(Date.parse(first.attributes.unlockDate) / 1_000, NOW_S + DAY_S);
    assert.deepEqual(second, {
      offerId: "a-2",
      priceCents: "1640",
      locked: true,
      attributes: { title: "AK-47 | Redline (Field-Tested)", gameId: "a8db" },
    });
    const title = encodeURIComponent("AK-47 | Redline (Field-Tested)");
    const sales = await get(`/trade-aggregator/v1/last-sales?gameId=a8db&title=${title}`);
    assert.equal(sales.json.sales[0].price, "15.9");
    assert.equal(sales.json.sales[0].txOperationType, "Order");
    assert.equal(Number(sales.json.sales[0].date), 1_768_650_000 + shiftS);
    const bids = await get(`/marketplace-api/v1/targets-by-title/a8db/${title}`);
    assert.deepEqual(bids.json.orders[0].attributes, { floatPartValue: "any" });
    const fees = await get("/exchange/v1/customized-fees?gameId=a8db");
    assert.equal(fees.json.reducedFees[0].expiresAt, 1_768_658_400 + shiftS);
  });
});

Deno.test("dates can be kept as they are, and stay so when the file names no moment", () => {
  const kept = loadScenario(handmade(), { nowS: NOW_S, keepDates: true });
  assert.equal(kept.salesOf(bookOf(kept))[0]?.atS, 1_768_650_000);
  const { now: _, ...timeless } = handmade();
  const loaded = loadScenario(timeless, { nowS: NOW_S });
  assert.equal(loaded.salesOf(bookOf(loaded))[0]?.atS, 1_768_650_000);
});

function bookOf(market: ReturnType<typeof loadScenario>) {
  const book = market.title("a8db", "AK-47 | Redline (Field-Tested)");
  assert.ok(book);
  return book;
}

Deno.test("a market survives export and load: every route answers the same", async () => {
  const answers = async (stage: Staged) => {
    const bodies: unknown[] = [];
    for (const game of GAMES) {
      const page = query({ gameId: game, limit: 100 });
      bodies.push((await stage.get(`/marketplace-api/v2/offers?${page}`)).json);
      const filter = { filter: { game }, limit: "1000" };
      bodies.push((await stage.post("/marketplace-api/v1/aggregated-prices", filter)).json);
      bodies.push((await stage.get(`/exchange/v1/customized-fees?gameId=${game}&limit=99`)).json);
      for (const { title } of stage.simulator.market.game(game).titles.slice(0, 20)) {
        const encoded = encodeURIComponent(title);
        const bids = `/marketplace-api/v1/targets-by-title/${game}/${encoded}`;
        bodies.push((await stage.get(bids)).json);
        const sales = `/trade-aggregator/v1/last-sales?gameId=${game}&title=${encoded}`;
        bodies.push((await stage.get(sales)).json);
      }
    }
    return bodies;
  };
  const market = generateMarket({ seed: 4, nowS: NOW_S, titles: 120 });
  const scenario = JSON.parse(JSON.stringify(exportScenario(market, { nowS: NOW_S })));
  let before: unknown[] = [];
  await staged({ market }, async (stage) => void (before = await answers(stage)));
  await staged({ scenario }, async (stage) => assert.deepEqual(await answers(stage), before));
});

Deno.test("truth and labels survive too", () => {
  const loaded = loadScenario(handmade(), { nowS: NOW_S });
  const again = parseScenario(exportScenario(loaded, { nowS: NOW_S }));
  assert.deepEqual(again.games.a8db?.titles[0]?.truth, { quick: false, list: true });
});

Deno.test("a mistake is named by its JSON path", () => {
  const title = ["games", "a8db", "titles", 0] as const;
  const cases: readonly (readonly [readonly (string | number)[], unknown, RegExp])[] = [
    [["format"], "marketd-scenario/2", /^format: /],
    [["now"], "yesterday", /^now: Must be an ISO 8601/],
    [["games", "csgo"], { titles: [] }, /^games: .*csgo|^games\.csgo: /],
    [[...title, "title"], "", /^games\.a8db\.titles\[0\]\.title: /],
    [[...title, "offers", 0, "priceCents"], "15.99", /\.offers\[0\]\.priceCents: Must be a whole/],
    [[...title, "offers", 0, "priceCents"], -1, /\.offers\[0\]\.priceCents: Must be a whole/],
    [[...title, "offers", 0, "priceCents"], "0", /\.offers\[0\]\.priceCents: .*above 0/],
    [[...title, "offers", 0, "priceCents"], "1000000000001", /priceCents: .*up to \$10 billion/],
    [[...title, "targets", 0, "price"], "0", /\.targets\[0\]\.price: .*above 0/],
    [[...title, "sales", 0, "price"], "0.00", /\.sales\[0\]\.price: .*above 0/],
    [[...title, "offers", 0, "attributes", "gameId"], "9a92", /gameId: Must be "a8db"/],
    [[...title, "offers", 1, "offerId"], "a-1", /\.offers\[1\]\.offerId: "a-1" appears twice/],
    [[...title, "offers", 0, "attributes", "title"], "M4A4", /attributes\.title: Must be "AK-47/],
    [[...title, "offers", 0, "attributes", "unlockDate"], "soon", /unlockDate: Must be an ISO/],
    [[...title, "targets", 0, "price"], "13.10", /\.targets\[0\]\.price: Must be a whole/],
    [[...title, "sales", 0, "price"], 15.9, /\.sales\[0\]\.price: /],
    [[...title, "sales", 0, "txOperationType"], "Gift", /\.sales\[0\]\.txOperationType: /],
    [["games", "a8db", "fees", "defaultFee", "fraction"], "7%", /defaultFee\.fraction: Must be/],
    [[...title, "truth", "quick"], "no", /\.truth\.quick: /],
  ];
  for (const [path, value, message] of cases) {
    assert.throws(() => parseScenario(broken(path, value)), (error) => {
      assert.ok(error instanceof ScenarioError);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => parseScenario([]), /^ScenarioError: \(root\): /);
});

Deno.test("a title listed twice is refused, and many mistakes are cut short", () => {
  const scenario = handmade();
  const { a8db } = scenario.games as { a8db: { titles: unknown[] } };
  a8db.titles.push({ title: "AK-47 | Redline (Field-Tested)" });
  assert.throws(() => parseScenario(scenario), /titles\[1\]\.title: .* appears twice/);
  a8db.titles.push(...Array.from({ length: 20 }, () => ({ title: 5 })));
  assert.throws(() => parseScenario(scenario), /… and 10 more$/);
});

Deno.test("what the format does not know is kept where it is wire form, and no mistake", () => {
  const scenario = broken(["games", "a8db", "titles", 0, "offers", 0, "colour"], "red");
  const market = loadScenario(scenario, { nowS: NOW_S });
  const exported = parseScenario(exportScenario(market, { nowS: NOW_S }));
  assert.equal(exported.games.a8db?.titles[0]?.offers[0]?.colour, "red");
});

Deno.test("the aggregate can be told to say something else than the book", async () => {
  const said = { orderBestPrice: "62", orderCount: "9" };
  const scenario = broken(["games", "a8db", "titles", 0, "aggregated"], said);
  await staged({ scenario }, async ({ post }) => {
    const { json } = await post("/marketplace-api/v1/aggregated-prices", {
      filter: { game: "a8db" },
    });
    assert.deepEqual(json.aggregatedPrices, [{
      title: "AK-47 | Redline (Field-Tested)",
      orderBestPrice: { Currency: "USD", Amount: "62" },
      orderCount: "9",
      offerBestPrice: { Currency: "USD", Amount: "1599" },
      offerCount: "2",
    }]);
  });
});
