import assert from "node:assert/strict";
import { importRecorded } from "@/core/market/dmarket/sim/import_recorded.ts";
import { parseScenario, type ScenarioOffer } from "@/core/market/dmarket/sim/scenario.ts";
import { loadScenario } from "@/core/market/dmarket/sim/scenario_load.ts";

const SEEN = "2026-01-17T13:09:56.076+00:00";

function v1(changes: Record<string, unknown> = {}, extra: Record<string, unknown> = {}): unknown {
  return {
    objects: [{
      itemId: "item-1",
      title: "StatTrak™ MAC-10 | Allure (Field-Tested)",
      gameId: "a8db",
      classId: "188530170:3955313428",
      lockStatus: false,
      discount: 36,
      price: { DMC: "", USD: "63" },
      suggestedPrice: { DMC: "", USD: "99" },
      createdAt: 1_642_964_615,
      extra: {
        offerId: "offer-1",
        tradable: false,
        categoryPath: "smg/mac-10",
        exterior: "field-tested",
        category: "stattrak™",
        tradeLock: 7,
        tradeLockDuration: 651_139,
        floatValue: 0.2158581018447876,
        paintIndex: 965,
        paintSeed: 585,
        saleRestricted: false,
        stickers: [{ name: "Crown (Foil)", image: "x" }],
        ...extra,
      },
      ...changes,
    }],
    total: { items: 5_213 },
  };
}

function scan(changes: Record<string, unknown> = {}): unknown {
  return {
    metadata: { source: "dmarket_live" },
    prices: [{
      item_name: "AWP | Hyper Beast (Field-Tested)",
      game: "csgo",
      price_usd: 500,
      suggested_price_usd: 49.86,
      discount_percent: -902.8,
      collected_at: SEEN,
      item_id: "row-1",
      trade_lock_hours: 0,
      category: "normal",
      exterior: "field-tested",
      float_value: 0.2043987363576889,
      ...changes,
    }],
  };
}

function imported(...contents: unknown[]): ReturnType<typeof parseScenario> {
  return parseScenario(importRecorded(contents.map((content) => ({ name: "file.json", content }))));
}

function onlyOffer(content: unknown): ScenarioOffer {
  const games = Object.values(imported(content).games);
  const [offer] = games.flatMap((game) => game?.titles ?? []).flatMap(({ offers }) => offers);
  assert.ok(offer);
  return offer;
}

Deno.test("a v1 body becomes offers in today's wire form", () => {
  assert.deepEqual(onlyOffer(v1()), {
    offerId: "offer-1",
    priceCents: "63",
    createdAt: "2022-01-23T19:03:35Z",
    locked: false,
    discountPercent: 36,
    attributes: {
      title: "StatTrak™ MAC-10 | Allure (Field-Tested)",
      gameId: "a8db",
      id: "item-1",
      categoryPath: "smg/mac-10",
      classId: "188530170:3955313428",
      tradable: false,
      saleRestricted: false,
      cs2: {
        category: "CATEGORY_STATTRAK_TM",
        exterior: "EXTERIOR_FIELD_TESTED",
        float: "0.2158581018",
        paintSeed: 585,
        paintIndex: 965,
        stickers: [{ name: "Crown (Foil)" }],
      },
      tradeLockDuration: "651139s",
      unlockDate: "2022-01-31T07:55:54Z",
    },
  });
});

Deno.test("what was not recorded stays out: no bids, no sales, no discount without a reference", () => {
  const scenario = imported(v1({ suggestedPrice: { DMC: "", USD: "" } }, { stickers: undefined }));
  const [title] = scenario.games.a8db?.titles ?? [];
  assert.deepEqual([title?.targets, title?.sales, title?.truth], [[], [], undefined]);
  assert.equal("discountPercent" in (title?.offers[0] ?? {}), false);
  assert.equal(scenario.now, "2022-01-23T19:03:35Z");
});

Deno.test("fees are the documented default, and say that they are assumed", () => {
  assert.deepEqual(imported(v1()).games.a8db?.fees, {
    defaultFee: { fraction: "0.07", minAmount: 1 },
    reducedFees: [],
    assumed: true,
  });
});

Deno.test("a scanned price list becomes offers; a discount below -100 % stays", () => {
  assert.deepEqual(onlyOffer(scan()), {
    offerId: "row-1",
    priceCents: "50000",
    locked: false,
    discountPercent: -902,
    attributes: {
      title: "AWP | Hyper Beast (Field-Tested)",
      gameId: "a8db",
      cs2: {
        category: "CATEGORY_NORMAL",
        exterior: "EXTERIOR_FIELD_TESTED",
        float: "0.2043987364",
      },
      tradeLockDuration: "0s",
      unlockDate: null,
    },
  });
});

Deno.test("a scan's zero stands for no reference price, and its negative lock is kept", () => {
  const offer = onlyOffer(
    scan({
      game: "rust",
      suggested_price_usd: 0,
      trade_lock_hours: -0.0002777777777777778,
      category: "",
      exterior: "",
      float_value: null,
    }),
  );
  assert.equal("discountPercent" in offer, false);
  assert.equal(offer.attributes.tradeLockDuration, "-1s");
  assert.equal(offer.attributes.unlockDate, "2026-01-17T13:09:55Z");
  assert.equal(offer.attributes.cs2, undefined);
});

Deno.test("dollars become cents without losing one", () => {
  for (const [dollars, cents] of [[0.29, "29"], [1.13, "113"], [1.15, "115"], [49.86, "4986"]]) {
    assert.equal(onlyOffer(scan({ price_usd: dollars })).priceCents, cents);
  }
});

Deno.test("of an offer in two files the later stays", () => {
  const early = scan({ price_usd: 1, collected_at: "2026-01-17T13:08:55Z" });
  const late = scan({ price_usd: 2 });
  for (const order of [[early, late], [late, early]]) {
    const { games, now } = imported(...order);
    assert.deepEqual(games.a8db?.titles[0]?.offers.map(({ priceCents }) => priceCents), ["200"]);
    assert.equal(now, "2026-01-17T13:09:56Z");
  }
});

Deno.test("a file that is neither, or is broken, is named with the place", () => {
  const importing = (content: unknown) => () => importRecorded([{ name: "x.json", content }]);
  assert.throws(importing({}), /^ScenarioError: x\.json: Must hold "objects".*or "prices"/);
  assert.throws(importing(null), /x\.json: Must hold/);
  assert.throws(
    importing(v1({ price: { USD: "6.3" } })),
    /x\.json: objects\[0\]\.price\.USD: Must be cents/,
  );
  assert.throws(importing(scan({ game: "chess" })), /x\.json: prices\[0\]\.game: /);
  assert.throws(importing({ objects: [] }), /hold no offers/);
});

Deno.test("the recordings load, with their joke prices and locks", async () => {
  const counts: Readonly<Record<string, number>> = {
    "recorded-2022-01-23.json": 100,
    "recorded-2026-01-17-200.json": 200,
    "recorded-2026-01-17-400.json": 400,
  };
  for (const [name, offers] of Object.entries(counts)) {
    const text = await Deno.readTextFile(`tests/fixtures/dmarket/${name}`);
    const market = loadScenario(JSON.parse(text), { nowS: 1_768_650_000 });
    assert.equal(market.table.live, offers, name);
  }
});
