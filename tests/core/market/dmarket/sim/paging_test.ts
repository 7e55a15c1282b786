import assert from "node:assert/strict";
import { hasLabel } from "@/core/market/dmarket/sim/drawn_labels.ts";
import { query, type Staged, staged } from "./stage.ts";

const OFFERS = "/marketplace-api/v2/offers";

interface Item {
  readonly offerId: string;
  readonly priceCents: string;
  readonly createdAt: string;
  readonly attributes: {
    readonly title: string;
    readonly cs2?: { readonly float?: string };
    readonly cs2Attributes?: { readonly floatValue?: number };
  };
}

type Values = Readonly<Record<string, string | number>>;

/** All items of a query, page by page; `between` runs after each page. */
async function walk(stage: Staged, values: Values, between = () => {}): Promise<Item[]> {
  const items: Item[] = [];
  let cursor = "";
  do {
    const { json } = await stage.get(`${OFFERS}?${query({ limit: 100, ...values, cursor })}`);
    items.push(...json.items);
    cursor = json.cursor;
    between();
  } while (cursor !== "");
  return items;
}

/** A walk without the rows that are planted to come again on the next page. */
async function walkOnce(stage: Staged, values: Values): Promise<Item[]> {
  const items = await walk(stage, values);
  return items.filter(({ offerId }, i) => offerId !== items[i - 1]?.offerId);
}

const ids = (items: readonly Item[]) => items.map(({ offerId }) => offerId);
const prices = (items: readonly Item[]) => items.map(({ priceCents }) => Number(priceCents));

Deno.test("a walk over a standing market finds every offer once, cheapest first", async () => {
  await staged({}, async (stage) => {
    const items = await walkOnce(stage, { gameId: "a8db" });
    const { index } = stage.simulator.market.game("a8db");
    assert.equal(items.length, index.size);
    assert.equal(new Set(ids(items)).size, index.size);
    assert.deepEqual(prices(items), prices(items).sort((a, b) => a - b));
    const backwards = await walkOnce(stage, { gameId: "a8db", orderDir: "desc", limit: 73 });
    assert.deepEqual(ids(backwards), ids(items).reverse());
  });
});

Deno.test("a row planted so is the last of a page and the first of the next, and nobody else is", async () => {
  await staged({}, async (stage) => {
    const { market } = stage.simulator;
    const repeated = async (limit: number) => {
      const items = await walk(stage, { gameId: "a8db", limit });
      return ids(items.filter(({ offerId }, i) => offerId === items[i - 1]?.offerId));
    };
    const found = await repeated(10);
    assert.ok(found.length > 3, `${found.length} rows came twice`);
    for (const offerId of found) {
      assert.ok(hasLabel(market, market.rowOf(offerId) ?? -1, "repeated-row"));
    }
    assert.deepEqual(await repeated(10), found);
    assert.deepEqual(await repeated(1), [], "a page of one would lead nowhere");
  });
});

Deno.test("price bounds are inclusive, and total counts what lies between", async () => {
  await staged({}, async (stage) => {
    const all = await walkOnce(stage, { gameId: "a8db" });
    const [from = 0, to = 0] = [prices(all)[20], prices(all)[60]];
    const wanted = all.filter(({ priceCents }) =>
      Number(priceCents) >= from && Number(priceCents) <= to
    );
    const band = { gameId: "a8db", priceFrom: from, priceTo: to };
    assert.deepEqual(ids(await walkOnce(stage, band)), ids(wanted));
    const { json } = await stage.get(`${OFFERS}?${query({ ...band, limit: 1 })}`);
    assert.equal(json.total, String(wanted.length));
    const none = await stage.get(`${OFFERS}?${query({ ...band, priceTo: from - 1, limit: 1 })}`);
    assert.deepEqual([none.json.items, none.json.total, none.json.cursor], [[], "0", ""]);
  });
});

Deno.test("title is a prefix, whatever the case", async () => {
  await staged({ titles: 1_000 }, async (stage) => {
    const all = await walk(stage, { gameId: "a8db" });
    const items = await walk(stage, { gameId: "a8db", title: "ak-47 | " });
    const wanted = all.filter(({ attributes: { title } }) => title.startsWith("AK-47 | "));
    assert.ok(items.length > 0);
    assert.deepEqual(new Set(ids(items)), new Set(ids(wanted)));
    assert.deepEqual(prices(items), prices(items).sort((a, b) => a - b));
  });
});

Deno.test("orders by title, float and age", async () => {
  await staged({}, async (stage) => {
    const keys: Readonly<Record<string, (item: Item) => string | number>> = {
      title: ({ attributes }) => attributes.title.toLowerCase(),
      createdAt: ({ createdAt }) => createdAt,
      float: ({ attributes }) =>
        Number(attributes.cs2?.float ?? attributes.cs2Attributes?.floatValue ?? Infinity),
    };
    for (const [orderBy, key] of Object.entries(keys)) {
      const items = await walk(stage, { gameId: "a8db", orderBy });
      assert.equal(new Set(ids(items)).size, stage.simulator.market.game("a8db").index.size);
      const found = items.map(key);
      assert.deepEqual(found, [...found].sort((a, b) => a < b ? -1 : a > b ? 1 : 0), orderBy);
    }
  });
});

Deno.test("treeFilters select, negate and range", async () => {
  await staged({ titles: 1_000 }, async (stage) => {
    const count = async (treeFilters: string) =>
      (await walkOnce(stage, { gameId: "a8db", treeFilters })).length;
    const all = await count("");
    const stars = await count("category=★");
    assert.ok(stars > 0);
    assert.equal(await count("not_category=★"), all - stars);
    const worn = await count("exterior[]=well-worn,exterior[]=battle-scarred");
    assert.equal(
      worn,
      (await count("exterior=well-worn")) + (await count("exterior=battle-scarred")),
    );
    const locked = await count("tradeLockFrom=1");
    assert.ok(locked > 0);
    assert.equal(await count("tradeLockTo=1"), all - locked);
    const faded = await count("fadePercentFrom=80,fadePercentTo=100");
    assert.ok(faded > 0 && faded < all);
    assert.equal(await count("fadePercentTo=79"), all - faded);
    assert.ok((await count("categoryPath=rifle")) > (await count("categoryPath=rifle/ak-47")));
  });
});

Deno.test("a filter that does not exist is refused by name", async () => {
  await staged({}, async ({ get }) => {
    for (const treeFilters of ["colour=red", "not_sticker=x", "tradeLockFrom=soon"]) {
      const answer = await get(`${OFFERS}?${query({ gameId: "a8db", limit: 1, treeFilters })}`);
      assert.equal(answer.status, 400);
      assert.match(answer.json.message, /treeFilters/);
    }
  });
});

Deno.test("limit is 1 to 100 and must be given", async () => {
  await staged({}, async ({ get }) => {
    for (const limit of ["0", "101", "-1", "1.5", "ten", ""]) {
      const answer = await get(`${OFFERS}?${query({ gameId: "a8db", limit })}`);
      assert.equal(answer.status, 400, limit);
    }
    assert.equal((await get(`${OFFERS}?gameId=a8db`)).status, 400);
  });
});

Deno.test("a cursor is short, belongs to its filters, and dies of age", async () => {
  await staged({ cursorMaxAgeS: 60 }, async ({ get, clock }) => {
    const page = (more: Values) =>
      get(`${OFFERS}?${query({ gameId: "a8db", limit: 10, ...more })}`);
    const { cursor } = (await page({})).json;
    assert.ok(cursor.length > 0 && cursor.length <= 500);
    assert.equal((await page({ cursor, limit: 50 })).status, 200);
    const foreign = await page({ cursor, priceFrom: 5 });
    assert.equal(foreign.status, 400);
    assert.match(foreign.json.message, /other filters/);
    for (const bad of ["x", btoa("{}"), btoa("null"), "a".repeat(501)]) {
      assert.equal((await page({ cursor: bad })).status, 400);
    }
    clock.nowMs += 61_000;
    assert.match((await page({ cursor })).json.message, /expired/);
  });
});

Deno.test("a query yields ten thousand rows at most, whatever total says", async () => {
  await staged({ titles: 1_500, depth: 3 }, async (stage) => {
    const { index } = stage.simulator.market.game("a8db");
    assert.ok(index.size > 10_000, `${index.size} offers`);
    const items = await walkOnce(stage, { gameId: "a8db" });
    assert.equal(items.length, 10_000);
    const { json } = await stage.get(`${OFFERS}?${query({ gameId: "a8db", limit: 1 })}`);
    assert.equal(json.total, String(index.size));
  });
});

Deno.test("when the market moves during a walk, offers come twice or are missed", async () => {
  await staged({}, async (stage) => {
    const { market } = stage.simulator;
    const listCheap = () => {
      const serial = market.takeSerial();
      market.addOffer({
        titleId: market.game("rust").titles[0]?.id ?? 0,
        priceCents: 1,
        createdAtS: 0,
        unlockAtS: 0,
        flags: 0,
        label: 0,
        serial,
        assetSerial: serial,
      });
    };
    const twice = ids(await walk(stage, { gameId: "rust", limit: 20 }, listCheap));
    assert.ok(twice.length > new Set(twice).size, "no offer came twice");
    const before = new Set(ids(await walk(stage, { gameId: "tf2" })));
    const { index } = market.game("tf2");
    let sold = 0;
    const seen = new Set(ids(
      await walk(stage, { gameId: "tf2", limit: 20 }, () => {
        if (index.size === 0) return;
        market.removeOffer(index.at(0));
        sold++;
      }),
    ));
    const missed = [...before].filter((id) => !seen.has(id));
    assert.ok(missed.length > 0 && missed.length <= sold, `${missed.length} of ${sold} sold`);
  });
});
