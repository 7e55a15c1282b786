/** The same said in other words on the wire, and what our client makes of it: the same. */

import assert from "node:assert/strict";
import { readOffersPage } from "@/core/market/dmarket/offers.ts";
import { readLastSales } from "@/core/market/dmarket/sales.ts";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import { SPELLINGS } from "@/core/market/dmarket/sim/labels.ts";
import { isSpelt, type Spelling } from "@/core/market/dmarket/sim/spellings.ts";
import { offerWire, saleWire } from "@/core/market/dmarket/sim/wire.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";

const NOW_S = 1_768_650_000;
const market = generateMarket({ seed: 5, nowS: NOW_S, titles: 600 });
const { table } = market;

/** Listings of CS2 titles that are spelt so. */
function rowsOf(spelling: Spelling): readonly number[] {
  return market.game("a8db").titles.flatMap(({ rows }) => rows)
    .filter((row) => isSpelt(spelling, market.seed, table.assetSerial[row] ?? 0));
}

function read(rows: readonly number[]) {
  const items = rows.map((row) => offerWire(market, row, NOW_S));
  const context = { game: "a8db", readAtMs: NOW_S * 1_000 } as const;
  return { items, page: readOffersPage({ items }, context, new WireAudit()) };
}

Deno.test("each spelling has its share of titles or assets", () => {
  const shares = { "order-sales": 0.05, "negative-lock": 0.01 };
  for (const spelling of SPELLINGS) {
    const serials = Array.from({ length: 20_000 }, (_, serial) => serial);
    const share = serials.filter((serial) => isSpelt(spelling, 5, serial)).length / serials.length;
    const wanted = shares[spelling];
    assert.ok(Math.abs(share - wanted) < wanted / 5, `${spelling}: ${share}`);
  }
});

Deno.test("a lock that ended a second ago is none", () => {
  const rows = rowsOf("negative-lock").filter((row) => (table.unlockAtS[row] ?? 0) <= NOW_S);
  const { items, page } = read(rows);
  assert.ok(rows.length > 10);
  for (const { attributes } of items) {
    assert.equal((attributes as Record<string, unknown>)["tradeLockDuration"], "-1s");
  }
  assert.ok(page.offers.every(({ unlockAtMs }) => unlockAtMs === null));
});

Deno.test("sales that are orders are sales into a bid", () => {
  const books = market.titles.filter(({ id }) => isSpelt("order-sales", market.seed, id));
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
