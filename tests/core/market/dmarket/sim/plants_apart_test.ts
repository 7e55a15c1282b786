/** Traps from streams of their own, as a client sees them, and that they change nothing else. */

import assert from "node:assert/strict";
import type { TitleBook, Wire } from "@/core/market/dmarket/sim/books.ts";
import { labelsOfTitle } from "@/core/market/dmarket/sim/drawn_labels.ts";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import type { Label } from "@/core/market/dmarket/sim/labels.ts";
import { FLAG } from "@/core/market/dmarket/sim/offer_table.ts";
import { exportScenario } from "@/core/market/dmarket/sim/scenario_export.ts";
import { loadScenario } from "@/core/market/dmarket/sim/scenario_load.ts";
import { openMarket, standingClock } from "@/tests/judge/open_market.ts";
import { NOW_MS, plainMarket, query, type Staged, staged } from "./stage.ts";

const NOW_S = NOW_MS / 1_000;
const APART: readonly string[] = [
  "lone-ask",
  "own-listing",
  "own-target",
  "cosmetic-premium",
  "stale-row",
];

const grown = () => generateMarket({ seed: 1, nowS: NOW_S, titles: 2_000 });

/** A CS2 title with this label. */
function planted({ simulator: { market } }: Staged, label: Label): TitleBook {
  const book = market.game("a8db").titles.find((known) => known.label === label);
  assert.ok(book, label);
  return book;
}

async function listings({ get }: Staged, { title }: TitleBook): Promise<readonly Wire[]> {
  const about = query({ gameId: "a8db", title, limit: 100 });
  const { json } = await get(`/marketplace-api/v2/offers?${about}`);
  return json.items.filter((item: { attributes: Wire }) => item.attributes.title === title);
}

async function bids({ get }: Staged, { title }: TitleBook): Promise<readonly Wire[]> {
  const { json } = await get(
    `/marketplace-api/v1/targets-by-title/a8db/${encodeURIComponent(title)}`,
  );
  return json.orders;
}

const centsOf = (item: Wire | undefined) => Number(item?.priceCents ?? item?.price);

Deno.test("a lone ask has no listing beside it, and a suggestion above it", () =>
  staged({ market: grown() }, async (stage) => {
    const items = await listings(stage, planted(stage, "lone-ask"));
    assert.equal(items.length, 1);
    assert.ok(Number(items[0]?.discountPercent) > 5);
  }));

Deno.test("our own listing is the only other one, in the storefront and among our own", () =>
  staged({ market: grown() }, async (stage) => {
    const book = planted(stage, "own-listing");
    const [cheap, dear, ...rest] = await listings(stage, book);
    assert.equal(rest.length, 0);
    assert.ok(centsOf(dear) > 1.25 * centsOf(cheap));
    const own = (await stage.get("/marketplace-api/v2/user/offers?gameId=a8db&limit=100")).json;
    const ids = own.items.map(({ offerId }: Wire) => offerId);
    assert.ok(ids.includes(dear?.offerId) && !ids.includes(cheap?.offerId));
    const price = { amount: String(centsOf(dear)), currency: "USD" };
    const { json } = await stage.send("PATCH", "/exchange/v1/offers-buy", {
      offers: [{ offerId: dear?.offerId, price, type: "dmarket" }],
    });
    assert.equal(json.dmOffersFailReason.code, "OfferNotFound", "nobody buys from himself");
  }));

Deno.test("our own target is the best bid, as long as we can pay for it", async () => {
  for (const balanceCents of [100_000, 10]) {
    await staged({ market: grown(), balanceCents }, async (stage) => {
      const book = planted(stage, "own-target");
      const [best] = await bids(stage, book);
      const { json } = await stage.get("/marketplace-api/v2/user/targets?gameId=a8db&limit=100");
      const own = json.items.find(({ title }: Wire) => title === book.title);
      const isOurs = centsOf(best) === Number(own.priceCents);
      assert.equal(isOurs, balanceCents > 10);
      assert.equal(own.status, `TARGET_STATUS_${isOurs ? "ACTIVE" : "INACTIVE"}`);
      const [cheapest] = await listings(stage, book);
      assert.ok(Number(own.priceCents) > 1.1 * centsOf(cheapest));
    });
  }
});

Deno.test("dear sales and dear listings wear stickers; the cheap listing does not", () =>
  staged({ market: grown() }, async (stage) => {
    const book = planted(stage, "cosmetic-premium");
    const wears = ({ cs2, cs2Attributes }: Record<string, Wire | undefined>) =>
      ((cs2 ?? cs2Attributes)?.stickers as unknown[]).length > 0;
    const [cheap, ...others] = (await listings(stage, book)).map(({ attributes }) =>
      attributes as Record<string, Wire | undefined>
    );
    assert.ok(cheap !== undefined && !wears(cheap));
    assert.ok(others.length >= 3 && others.every(wears));
    const about = query({ gameId: "a8db", title: book.title, txOperationType: "Offer" });
    const { sales } = (await stage.get(`/trade-aggregator/v1/last-sales?${about}`)).json;
    const mean = (dressed: boolean) => {
      const prices = sales.filter(({ offerAttributes }: { offerAttributes: Wire }) =>
        (offerAttributes.stickers as unknown[]).length > 0 === dressed
      ).map(({ price }: Wire) => Number(price));
      assert.ok(prices.length > 1);
      return prices.reduce((sum: number, price: number) => sum + price) / prices.length;
    };
    assert.ok(mean(true) > 1.2 * mean(false), `${mean(true)} and ${mean(false)}`);
  }));

Deno.test("a stale row is on the pages of its band, not in its title's own search, and not for sale", () =>
  staged({ market: grown() }, async (stage) => {
    const book = planted(stage, "stale-row");
    const { table } = stage.simulator.market;
    const row = book.rows.find((one) => table.has(one, FLAG.stale)) ?? -1;
    const [offerId, priceCents] = [stage.simulator.market.offerId(row), table.price(row)];
    const about = { gameId: "a8db", priceFrom: priceCents, priceTo: priceCents, limit: 100 };
    const band = (await stage.get(`/marketplace-api/v2/offers?${query(about)}`)).json;
    assert.ok(band.items.some((item: Wire) => item.offerId === offerId));
    const own = await listings(stage, book);
    assert.ok(own.length > 0 && own.every((item) => item.offerId !== offerId));
    assert.ok(centsOf(own[0]) > priceCents);
    const price = { amount: String(priceCents), currency: "USD" };
    const { json } = await stage.send("PATCH", "/exchange/v1/offers-buy", {
      offers: [{ offerId, price, type: "dmarket" }],
    });
    assert.equal(json.dmOffersFailReason.code, "OfferNotFound");
  }));

Deno.test("the name of one title begins those of others: its search brings them, its book does not", async () => {
  const market = grown();
  const books = market.game("a8db").titles.filter((book) =>
    labelsOfTitle(market, book).includes("prefix-title")
  );
  assert.ok(books.length > 5);
  const open = await openMarket({ market, clock: standingClock(NOW_MS) });
  try {
    for (const { title, rows } of books.slice(0, 5)) {
      const found = market.withPrefix("a8db", title);
      assert.ok(found.length > 1 && found.every((book) => book.title.startsWith(title)));
      const { evidence: [read] } = await open.evidence("a8db", [title]);
      const free = rows.filter((row) => !market.table.has(row, FLAG.own)).slice(0, 5);
      const asked = read?.asks.slice(0, 5).map(({ offerId }) => offerId);
      assert.deepEqual(asked, free.map((row) => market.offerId(row)));
    }
  } finally {
    await open.close();
  }
  await staged({ market }, async ({ get }) => {
    const [{ title = "" } = {}] = books;
    const about = query({ gameId: "a8db", title, limit: 100 });
    const { items } = (await get(`/marketplace-api/v2/offers?${about}`)).json;
    const titles = new Set(items.map((item: { attributes: Wire }) => item.attributes.title));
    assert.ok(titles.has(title) && titles.size > 1);
  });
});

Deno.test("a target withdrawn early is refused at another price for the rest of 15 minutes", () =>
  staged({ market: plainMarket() }, async (stage) => {
    const path = "/marketplace-api/v1/user-targets";
    const { title = "" } = stage.simulator.market.game("a8db").titles[0] ?? {};
    const create = async (dollars: number, floatPartValue = "") => {
      const wish = {
        Amount: "1",
        Price: { Currency: "USD", Amount: dollars },
        Title: title,
        Attrs: { floatPartValue },
      };
      const { json } = await stage.post(`${path}/create`, { GameID: "a8db", Targets: [wish] });
      return json.Result[0];
    };
    const withdraw = (TargetID: string) =>
      stage.post(`${path}/delete`, { Targets: [{ TargetID }] });
    const first = await create(1);
    stage.clock.nowMs += 161_000;
    assert.equal((await create(1.5)).Successful, true, "a second one beside it is none");
    await withdraw(first.TargetID);
    assert.deepEqual((await create(1.01)).Error, { Code: "AssetTimeLocked", Message: "12:19" });
    assert.equal((await create(1.01, "FT-0")).Successful, true, "another wish is free");
    const again = await create(1);
    assert.equal(again.Successful, true, "the same price is none, either");
    stage.clock.nowMs += 739_000;
    assert.equal((await create(1.01)).Successful, true);
  }));

Deno.test("what is planted apart leaves all other titles as they were", () => {
  const market = grown();
  const apart = new Set<TitleBook>();
  for (const book of market.titles) {
    const serials = book.rows.map((row) => market.table.assetSerial[row] ?? 0);
    if (serials.some((serial) => serial >= 2 ** 31)) apart.add(book);
  }
  for (const book of apart) {
    const isAdded = book.id >= 2_000;
    assert.ok(isAdded || APART.includes(book.label ?? ""), `${book.title}: ${book.label}`);
  }
  assert.ok(apart.size > 20);
  for (const { id, label } of market.titles) {
    if (id < 2_000 && !APART.includes(label ?? "")) continue;
    assert.ok(id >= 2_000 || label !== null);
  }
});

Deno.test("a scenario keeps what is ours, and what is fleeting", () => {
  const options = { nowS: NOW_S };
  const market = grown();
  const loaded = loadScenario(JSON.parse(JSON.stringify(exportScenario(market, options))), options);
  const count = ({ titles, table }: typeof market) => ({
    listings: titles.flatMap(({ rows }) => rows).filter((row) => table.has(row, FLAG.own)).length,
    stale: titles.flatMap(({ rows }) => rows).filter((row) => table.has(row, FLAG.stale)).length,
    bids: titles.flatMap((book) => book.bids).filter(({ own }) => own).length,
    fleeting: titles.flatMap((book) => book.bids).filter(({ fleeting }) => fleeting).length,
  });
  const kept = count(market);
  assert.deepEqual(count(loaded), kept);
  assert.ok(kept.listings > 0 && kept.stale > 0 && kept.bids > 0 && kept.fleeting > 0);
});
