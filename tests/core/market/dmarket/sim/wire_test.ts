/** Holds the answers to the OpenAPI document and to the field sets that live clients parse. */

import assert from "node:assert/strict";
import { ROUTES } from "@/core/market/dmarket/sim/routes.ts";
import { assertDocumented, assertShape } from "./contract.ts";
import { query, type Staged, staged } from "./stage.ts";
import openapi from "@/tests/fixtures/dmarket/openapi-operations.json" with { type: "json" };

const OFFERS = "/marketplace-api/v2/offers";
const AGGREGATED = "/marketplace-api/v1/aggregated-prices";
const TARGETS = "/marketplace-api/v1/targets-by-title/{game_id}/{title}";
const SALES = "/trade-aggregator/v1/last-sales";
const FEES = "/exchange/v1/customized-fees";
const USER = "/account/v1/user";
const BALANCE = "/account/v1/balance";

/** A CS2 title with bids and sales on both sides. */
function livelyTitle({ simulator: { market } }: Staged): string {
  const book = market.game("a8db").titles.find((known) => {
    const operations = new Set(market.salesOf(known).slice(0, 20).map((sale) => sale.operation));
    return known.bids.length > 0 && operations.size === 2 && known.rows.length > 0;
  });
  assert.ok(book);
  return book.title;
}

Deno.test("the routes served are the operations of the OpenAPI document, all of them", () => {
  const named = (method: string, path: string) => `${method} ${path}`;
  assert.deepEqual(
    ROUTES.map(({ method, pattern }) => named(method, pattern)).sort(),
    openapi.operations.map(({ method, path }) => named(method, path)).sort(),
  );
  assert.equal(new Set(ROUTES.map(({ name }) => name)).size, 22);
});

Deno.test("offers have the documented fields and the live ones", async () => {
  await staged({}, async ({ get }) => {
    const answer = await get(`${OFFERS}?${query({ gameId: "a8db", limit: 100 })}`);
    // Live bodies say the discount beside what is documented.
    assertDocumented(answer, OFFERS, { extra: ["items[].discountPercent"] });
    // A few rows are in the words of the document instead.
    const isLive = (item: { attributes: { cs2?: unknown } }) => item.attributes.cs2 !== undefined;
    const live = answer.json.items.filter(isLive);
    assert.ok(live.length > 80 && live.length < 100);
    assertShape({ ...answer, json: { ...answer.json, items: live } }, "v2-offers", [
      // Null in the one shape that is known.
      "items[].attributes.settlementTime",
    ]);
    const [item] = live;
    assert.equal(typeof item.priceCents, "string");
    assert.equal(typeof answer.json.total, "string");
    assert.match(item.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(item.attributes.cs2.float, /^0\.\d{10}$/);
    assert.match(item.attributes.cs2.exterior, /^EXTERIOR_[A-Z]+_[A-Z]+$/);
  });
});

Deno.test("offers of the other games carry their own attribute objects", async () => {
  await staged({}, async ({ get }) => {
    const own = { "9a92": "dota2", tf2: "tf2", rust: "rust" };
    for (const [gameId, name] of Object.entries(own)) {
      const answer = await get(`${OFFERS}?${query({ gameId, limit: 5 })}`);
      for (const item of answer.json.items) {
        assert.equal(typeof item.attributes[name], "object");
        assert.equal(item.attributes.cs2, undefined);
        assert.equal(item.attributes.gameId, gameId);
      }
    }
  });
});

Deno.test("an offer without a reference price has no discountPercent", async () => {
  await staged({}, async ({ simulator, get }) => {
    const book = simulator.market.game("a8db").titles
      .find((known) => known.suggestedCents === null && known.rows.length > 0);
    assert.ok(book);
    const answer = await get(`${OFFERS}?${query({ gameId: "a8db", title: book.title, limit: 1 })}`);
    assert.equal("discountPercent" in answer.json.items[0], false);
  });
});

Deno.test("aggregated prices have the documented fields, and a whole game can be paged", async () => {
  await staged({}, async ({ simulator, post }) => {
    const titles: string[] = [];
    let cursor = "";
    do {
      const answer = await post(AGGREGATED, { filter: { game: "a8db" }, limit: "50", cursor });
      assertDocumented(answer, AGGREGATED);
      assertShape(answer, "v1-aggregated-prices");
      for (const row of answer.json.aggregatedPrices) titles.push(row.title);
      cursor = answer.json.nextCursor;
    } while (cursor !== "");
    const known = simulator.market.game("a8db").titles.map(({ title }) => title);
    assert.deepEqual(titles, known);
  });
});

Deno.test("aggregated prices of named titles come alone, and unknown titles not at all", async () => {
  await staged({}, async (stage) => {
    const title = livelyTitle(stage);
    const filter = { game: "a8db", titles: ["No such thing", title] };
    const { json } = await stage.post(AGGREGATED, { filter, limit: "100", cursor: "" });
    assert.deepEqual(json.aggregatedPrices.map((row: { title: string }) => row.title), [title]);
    assert.equal(json.nextCursor, "");
  });
});

Deno.test("bids have the documented fields; the path is signed decoded", async () => {
  await staged({}, async (stage) => {
    const title = livelyTitle(stage);
    const target = `/marketplace-api/v1/targets-by-title/a8db/${encodeURIComponent(title)}`;
    const answer = await stage.get(target);
    assertDocumented(answer, TARGETS);
    assert.ok(answer.json.orders.length > 0);
    assert.equal((await stage.get(target, { signedPath: target })).status, 401);
    const alias = target.replace("/a8db/", "/csgo/");
    assert.deepEqual((await stage.get(alias)).json, answer.json);
  });
});

Deno.test("a title nobody knows has no bids and no sales; one with a slash has no route", async () => {
  await staged({}, async ({ get }) => {
    const bids = await get("/marketplace-api/v1/targets-by-title/a8db/Nothing%2520at%20all");
    assert.deepEqual(bids.json, { orders: [] });
    const sales = await get(`${SALES}?${query({ gameId: "a8db", title: "Nothing" })}`);
    assert.deepEqual(sales.json, { sales: [] });
    assert.equal((await get("/marketplace-api/v1/targets-by-title/a8db/Holo%2FFoil")).status, 404);
  });
});

Deno.test("sales are dollars in quotes, newest first, twenty at most, split by operation", async () => {
  await staged({}, async (stage) => {
    const title = livelyTitle(stage);
    const ask = (more: Record<string, string | number>) =>
      stage.get(`${SALES}?${query({ gameId: "a8db", title, ...more })}`);
    const answer = await ask({ limit: 20 });
    // The document calls a hit bid `Order`; live bodies and the parameter say `Target`.
    assertDocumented(answer, SALES, { unlike: ["sales[].txOperationType"] });
    const { sales } = answer.json;
    assert.ok(sales.length > 1 && sales.length <= 20);
    for (const sale of sales) assert.match(sale.price, /^\d+\.\d\d$/);
    const dates = sales.map((sale: { date: string }) => Number(sale.date));
    assert.deepEqual(dates, [...dates].sort((a, b) => b - a));
    for (const operation of ["Target", "Offer"]) {
      const { json } = await ask({ limit: 20, txOperationType: operation });
      assert.ok(json.sales.length > 0);
      for (const { txOperationType: said } of json.sales) {
        assert.equal(said === "Order" ? "Target" : said, operation);
      }
    }
    const second = await ask({ limit: 1, offset: 1 });
    assert.deepEqual(second.json.sales, [sales[1]]);
    for (const limit of [0, 21]) assert.equal((await ask({ limit })).status, 400);
  });
});

Deno.test("sales can be filtered by pattern and float bucket", async () => {
  await staged({}, async (stage) => {
    const title = livelyTitle(stage);
    const ask = async (filters: string) =>
      (await stage.get(`${SALES}?${query({ gameId: "a8db", title, filters })}`)).json;
    const [sale] = (await ask("")).sales;
    const { paintSeed } = sale.offerAttributes;
    for (const found of (await ask(`paintSeed=${paintSeed}`)).sales) {
      assert.equal(found.offerAttributes.paintSeed, paintSeed);
    }
    const buckets = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((part) => ask(`float[]=${part}`)));
    const found = buckets.reduce((sum, { sales }) => sum + sales.length, 0);
    assert.ok(found > 0, "no float bucket holds a sale");
  });
});

Deno.test("fees have the documented fields, ten unless more are asked for", async () => {
  await staged({ titles: 2_000 }, async ({ simulator, get }) => {
    const answer = await get(`${FEES}?gameId=a8db`);
    assertDocumented(answer, FEES);
    assertShape(answer, "v1-customized-fees");
    assert.equal(answer.json.reducedFees.length, 10);
    const all = await get(`${FEES}?gameId=a8db&limit=100000&offerType=dmarket`);
    const { reducedFees } = simulator.market.game("a8db").fees;
    assert.deepEqual(all.json.reducedFees, reducedFees);
    const rest = await get(`${FEES}?gameId=a8db&limit=100000&offset=10`);
    assert.deepEqual(rest.json.reducedFees, reducedFees.slice(10));
  });
});

Deno.test("profile and balance have the documented fields", async () => {
  await staged({ balanceCents: 12_345 }, async ({ get }) => {
    assertDocumented(await get(USER), USER, { empty: ["restrictions"] });
    const balance = await get(BALANCE);
    assertDocumented(balance, BALANCE);
    assertShape(balance, "v1-balance");
    assert.equal(balance.json.usd, "12345");
  });
});

Deno.test("a wrong parameter is refused in the words of its part of the API", async () => {
  await staged({}, async ({ get, post }) => {
    const offers = await get(`${OFFERS}?gameId=csgo&limit=10`);
    assert.equal(offers.status, 400);
    assert.equal(offers.json.code, 3);
    assert.match(offers.json.message, /gameId must be one of a8db.*current value is "csgo"/);
    assert.equal(offers.json.error, offers.json.message);
    const sales = await get(`${SALES}?gameId=a8db`);
    assert.deepEqual(Object.keys(sales.json), ["code", "message"]);
    assert.equal(sales.json.code, "BadRequest");
    for (const body of [[], { filter: {} }, { filter: { game: "a8db", titles: "x" } }]) {
      assert.equal((await post(AGGREGATED, body)).status, 400);
    }
  });
});

Deno.test("retired routes are gone, unknown ones not found, and both say so without a key", async () => {
  await staged({}, async ({ simulator, get }) => {
    const gone = await get("/exchange/v1/market/items?gameId=a8db");
    assert.deepEqual([gone.status, gone.text], [410, ""]);
    const unknown = await fetch(`${simulator.url}/marketplace-api/v9/offers`);
    assert.equal(unknown.status, 404);
    assert.equal((await unknown.json()).code, "NotFound");
    assert.equal(
      (await get("/marketplace-api/v1/targets-by-title/a8db/%FF", { signedPath: "/" })).status,
      404,
    );
  });
});
