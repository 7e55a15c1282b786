/** What is planted in single assets and titles, and what our client makes of those that are spelt otherwise. */

import assert from "node:assert/strict";
import { readBidBook } from "@/core/market/dmarket/book.ts";
import { readInventoryPage } from "@/core/market/dmarket/inventory.ts";
import { readOffersPage } from "@/core/market/dmarket/offers.ts";
import { readLastSales } from "@/core/market/dmarket/sales.ts";
import { isGeneric } from "@/core/market/dmarket/sim/bid_match.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { assetDetail } from "@/core/market/dmarket/sim/asset.ts";
import type { Wire } from "@/core/market/dmarket/sim/books.ts";
import { hasLabel, isDrawn, labelsOfTitle } from "@/core/market/dmarket/sim/drawn_labels.ts";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import {
  ASSET_LABELS,
  type AssetLabel,
  PURCHASES,
  TITLE_LABELS,
} from "@/core/market/dmarket/sim/labels.ts";
import { exportScenario } from "@/core/market/dmarket/sim/scenario_export.ts";
import { loadScenario } from "@/core/market/dmarket/sim/scenario_load.ts";
import { bidWire, offerWire, saleWire } from "@/core/market/dmarket/sim/wire.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { query, staged } from "./stage.ts";

const NOW_S = 1_768_650_000;
const market = generateMarket({ seed: 5, nowS: NOW_S, titles: 600 });
const { table } = market;

/** Listings of CS2 titles with this label. */
function rowsOf(label: AssetLabel): readonly number[] {
  return market.game("a8db").titles.flatMap(({ rows }) => rows)
    .filter((row) => hasLabel(market, row, label));
}

function attributesOf(item: Wire): Wire {
  return item.attributes as Wire;
}

function read(items: readonly Wire[]) {
  const context = { game: "a8db", readAtMs: NOW_S * 1_000 } as const;
  const { offers, malformed } = readOffersPage({ items }, context, new WireAudit());
  assert.deepEqual(malformed, []);
  return offers;
}

function shown(rows: readonly number[]): readonly Wire[] {
  assert.ok(rows.length > 5, `${rows.length} rows`);
  return rows.map((row) => offerWire(market, row, NOW_S));
}

Deno.test("each label has its share of assets or titles, none more than one in twenty", () => {
  const serials = Array.from({ length: 20_000 }, (_, serial) => serial);
  for (const label of [...ASSET_LABELS, "order-sales", "blank-wishes"] as const) {
    const share = serials.filter((serial) => isDrawn(label, 5, serial)).length / serials.length;
    assert.ok(share > 0.003 && share < 0.06, `${label}: ${share}`);
  }
});

Deno.test("labels are drawn apart: those with one do not have another more often", () => {
  const slow = Array.from({ length: 100_000 }, (_, serial) => serial)
    .filter((serial) => isDrawn("slow-purchase", 5, serial));
  const both = slow.filter((serial) => isDrawn("repeated-row", 5, serial)).length;
  assert.ok(both / slow.length > 0.02 && both / slow.length < 0.09, `${both} of ${slow.length}`);
});

Deno.test("a lock that ended a second ago is none", () => {
  const items = shown(
    rowsOf("negative-lock").slice(0, 100).filter((row) => table.unlockAtS[row] === 0),
  );
  for (const item of items) assert.equal(attributesOf(item).tradeLockDuration, "-1s");
  assert.ok(read(items).every(({ unlockAtMs }) => unlockAtMs === null));
});

Deno.test("a protection that is over leaves its dates behind, and is no lock", () => {
  const items = shown(
    rowsOf("settled-lock").filter((row) => table.unlockAtS[row] === 0).slice(0, 100),
  );
  for (const attributes of items.map(attributesOf)) {
    assert.equal(attributes.tradeProtectionRemoved, true);
    assert.equal(attributes.unlockDate, null);
    for (const date of [attributes.settlementTime, attributes.revertPendingUntil]) {
      assert.ok(Date.parse(String(date)) / 1_000 < NOW_S);
    }
  }
  assert.ok(read(items).every(({ unlockAtMs }) => unlockAtMs === null));
  const locked = market.game("a8db").titles.flatMap(({ rows }) => rows)
    .filter((row) => (table.unlockAtS[row] ?? 0) > NOW_S);
  for (const attributes of shown(locked).map(attributesOf)) {
    assert.equal(attributes.settlementTime, attributes.unlockDate);
    assert.equal(attributes.revertPendingUntil, attributes.unlockDate);
    assert.equal(attributes.tradeProtectionRemoved, false);
  }
});

Deno.test("assets in the words of the document read like all others", () => {
  const rows = rowsOf("spec-attributes").slice(0, 100);
  const items = shown(rows);
  for (const item of items) {
    assert.equal(typeof item.priceCents, "number");
    assert.equal(attributesOf(item).cs2, undefined);
  }
  const offers = read(items);
  for (const [i, row] of rows.entries()) {
    const { spec } = market.bookOf(row);
    assert.ok(spec);
    const { floatPart, phase, paintSeed } = assetDetail(
      spec.item,
      market.seed,
      table.assetSerial[row] ?? 0,
    );
    assert.deepEqual(offers[i]?.assetClass, { floatPart, phase, paintSeed });
    assert.equal(offers[i]?.priceCents, table.price(row));
  }
});

Deno.test("filters and the order by float know both words for an asset", () =>
  staged({ market }, async ({ get }) => {
    const ask = async (more: Readonly<Record<string, string>>) => {
      const { status, json } = await get(
        `/marketplace-api/v2/offers?${query({ gameId: "a8db", limit: 100, ...more })}`,
      );
      assert.equal(status, 200);
      return json.items as Wire[];
    };
    const wearOf = (item: Wire) => {
      const { cs2, cs2Attributes } = attributesOf(item) as Record<string, Wire | undefined>;
      return Number(cs2?.float ?? cs2Attributes?.floatValue);
    };
    const spelt = shown(rowsOf("spec-attributes")).find((item) => wearOf(item) > 0.15);
    assert.ok(spelt);
    const [offer] = read([spelt]);
    const { exterior } = attributesOf(spelt).cs2Attributes as Wire;
    const found = await ask({
      title: offer?.title ?? "",
      treeFilters: `exterior=${exterior},floatPart=${offer?.assetClass.floatPart}`,
    });
    assert.ok(found.some(({ offerId }) => offerId === spelt.offerId));
    const byFloat = (await ask({ orderBy: "float", treeFilters: "exterior=field-tested" }))
      .map(wearOf);
    assert.deepEqual(byFloat, byFloat.toSorted((a, b) => a - b));
  }));

Deno.test("sales that are orders are sales into a bid", () => {
  const books = market.titles.filter((book) => labelsOfTitle(market, book).includes("order-sales"));
  assert.ok(books.length > 15);
  const rows = books.flatMap((book) =>
    market.salesOf(book).slice(0, 20).map((sale) => ({ sale, wire: saleWire(market, book, sale) }))
  ).slice(0, 400);
  const orders = rows.filter(({ sale }) => sale.operation === "Target");
  assert.ok(orders.length > 0);
  for (const { wire } of orders) assert.equal(wire["txOperationType"], "Order");
  const { sales, malformed } = readLastSales(
    { sales: rows.map(({ wire }) => wire) },
    new WireAudit(),
  );
  assert.deepEqual(malformed, []);
  assert.equal(sales.filter(({ side }) => side === "target").length, orders.length);
});

Deno.test("a bid for anything may say so by nothing, and takes anything all the same", () => {
  const books = market.game("a8db").titles.filter((book) =>
    book.bids.length > 0 && labelsOfTitle(market, book).includes("blank-wishes")
  );
  assert.ok(books.length > 5);
  for (const book of books) {
    const orders = book.bids.map((bid) => bidWire(market, book, bid));
    assert.ok(orders.every(({ attributes }) => !Object.values(attributes as Wire).includes("any")));
    const { bids, malformed } = readBidBook({ orders }, book.title, new WireAudit());
    assert.deepEqual(malformed, []);
    const open = bids.filter(({ wants }) => Object.values(wants).every((wish) => wish === null));
    assert.equal(open.length, book.bids.filter(isGeneric).length);
  }
});

Deno.test("a deposit of an asset planted so fails, and the asset stays on Steam", () =>
  staged({ market }, async ({ simulator, clock, get, post }) => {
    const account = simulator.ledger.account(DEMO_KEYS.publicKey, NOW_S);
    const [held] = account.assets.values();
    assert.ok(held);
    const serial = Array.from({ length: 1_000 }, (_, i) => i)
      .find((one) => isDrawn("failed-deposit", market.seed, one)) ?? 0;
    account.assets.set("poor", { ...held, assetId: "poor", assetSerial: serial, inMarket: false });
    const begun = await post("/marketplace-api/v1/deposit-assets", { AssetID: ["poor"] });
    const status = async () =>
      (await get(`/marketplace-api/v1/deposit-status/${begun.json.DepositID}`)).json.Status;
    assert.equal(await status(), "TransferStatusPending");
    clock.nowMs += 60_000;
    assert.equal(await status(), "TransferStatusError");
    assert.equal(account.assets.get("poor")?.inMarket, false);
  }));

Deno.test("a title without a suggestion has no discount, and an empty price in the inventory", () =>
  staged({ market }, async ({ simulator, get, send }) => {
    const { index } = market.game("a8db");
    const row = Array.from({ length: index.size }, (_, i) => index.at(i)).find((one) =>
      labelsOfTitle(market, market.bookOf(one)).includes("no-suggestion") &&
      table.price(one) > 50 && table.flags[one] === 1 && (table.unlockAtS[one] ?? 0) === 0 &&
      !PURCHASES.some((label) => hasLabel(market, one, label))
    );
    assert.ok(row !== undefined);
    const wire = offerWire(market, row, NOW_S);
    assert.ok(!("discountPercent" in wire));
    const price = { amount: String(table.price(row)), currency: "USD" };
    const offers = [{ offerId: simulator.market.offerId(row), price, type: "dmarket" }];
    assert.equal(
      (await send("PATCH", "/exchange/v1/offers-buy", { offers })).json.status,
      "TxSuccess",
    );
    const { json } = await get("/marketplace-api/v2/user/inventory?gameId=a8db&limit=100");
    const context = { game: "a8db", readAtMs: NOW_S * 1_000 } as const;
    const { items, malformed } = readInventoryPage(json, context, new WireAudit());
    assert.deepEqual(malformed, []);
    const bought = json.items.findIndex((item: Wire) =>
      attributesOf(item).title === attributesOf(wire).title
    );
    assert.equal(json.items[bought].suggestedPrice.Amount, "");
    assert.equal(items[bought]?.suggestedCents, null);
  }));

Deno.test("an exported market says what is planted in each listing and title, and so does a loaded one", () => {
  const options = { nowS: NOW_S };
  const exported = exportScenario(market, options);
  const loaded = loadScenario(JSON.parse(JSON.stringify(exported)), options);
  const titles = (exported.games as Record<string, Wire>).a8db?.titles as Wire[];
  const planted = titles.flatMap(({ offers }) => offers as Wire[])
    .flatMap(({ labels = [] }) => labels as string[]);
  for (const label of [...ASSET_LABELS, "underpriced"]) assert.ok(planted.includes(label), label);
  const said = titles.flatMap(({ labels = [] }) => labels as string[]);
  for (const label of TITLE_LABELS) assert.ok(said.includes(label), label);
  assert.deepEqual(exportScenario(loaded, options), exported);
  for (const book of loaded.titles) {
    for (const row of book.rows) assert.ok(!("labels" in offerWire(loaded, row, NOW_S)));
  }
});
