/** Purchases that the market answers with `TxPending` and decides later. */

import assert from "node:assert/strict";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import { PENDING_S } from "@/core/market/dmarket/sim/pending.ts";
import {
  hasLabel,
  type PurchaseLabel,
  purchaseLabelOf,
} from "@/core/market/dmarket/sim/drawn_labels.ts";
import { FLAG } from "@/core/market/dmarket/sim/offer_table.ts";
import type { Simulator } from "@/core/market/dmarket/sim/server.ts";
import { assertDocumented } from "./contract.ts";
import { NOW_MS, query, type Staged, staged } from "./stage.ts";

const BUY = "/exchange/v1/offers-buy";

/** The cheapest free CS2 listing that is planted so. */
function planted({ market }: Simulator, label: PurchaseLabel) {
  const { index } = market.game("a8db");
  for (let i = 0; i < index.size; i++) {
    const row = index.at(i);
    const isFree = (market.table.flags[row] ?? 0) === FLAG.live;
    if (!isFree || market.table.price(row) > 50_000 || purchaseLabelOf(market, row) !== label) {
      continue;
    }
    const title = market.bookOf(row).title;
    return { offerId: market.offerId(row), priceCents: market.table.price(row), title };
  }
  throw new Error(`Nothing is planted as ${label}`);
}

function buy({ send }: Staged, { offerId, priceCents }: ReturnType<typeof planted>) {
  const price = { amount: String(priceCents), currency: "USD" };
  return send("PATCH", BUY, { offers: [{ offerId, price, type: "dmarket" }] });
}

/** What a client can see of a purchase: money, the asset, and the listing. */
async function seen({ get }: Staged, { offerId, title }: ReturnType<typeof planted>) {
  const balance = Number((await get("/account/v1/balance")).json.usd);
  const inventory = (await get("/marketplace-api/v2/user/inventory?gameId=a8db&limit=100")).json;
  const held =
    inventory.items.filter((item: { inMarket: boolean; attributes: { title: string } }) =>
      item.inMarket && item.attributes.title === title
    ).length;
  const shop = await get(
    `/marketplace-api/v2/offers?${query({ gameId: "a8db", title, limit: 100 })}`,
  );
  const listing = shop.json.items.find((item: { offerId: string }) => item.offerId === offerId);
  return { balance, held, locked: listing?.locked ?? null };
}

Deno.test("a slow purchase is pending, holds money and listing, and then brings the asset", () =>
  staged({}, async (stage) => {
    const offer = planted(stage.simulator, "slow-purchase");
    const answer = await buy(stage, offer);
    assertDocumented(answer, BUY);
    assert.equal(answer.json.status, "TxPending");
    assert.notEqual(answer.json.txId, "");
    const paid = 100_000 - offer.priceCents;
    assert.deepEqual(await seen(stage, offer), { balance: paid, held: 0, locked: true });
    const again = await buy(stage, offer);
    assert.equal(again.json.status, "TxFailed", "What is on its way cannot be bought twice");
    stage.clock.nowMs = NOW_MS + PENDING_S * 1_000;
    assert.deepEqual(await seen(stage, offer), { balance: paid, held: 1, locked: null });
  }));

Deno.test("a lost purchase is pending, and then the money is back and the listing gone", () =>
  staged({}, async (stage) => {
    const offer = planted(stage.simulator, "lost-purchase");
    assert.equal((await buy(stage, offer)).json.status, "TxPending");
    stage.clock.nowMs = NOW_MS + PENDING_S * 1_000;
    assert.deepEqual(await seen(stage, offer), { balance: 100_000, held: 0, locked: null });
    const { entries } = stage.simulator.ledger.account(
      stage.simulator.requests()[0]?.account ?? "",
      NOW_MS / 1_000,
    );
    assert.deepEqual(entries.map(({ kind }) => kind), ["opening", "bought", "returned"]);
  }));

Deno.test("a pending purchase is decided even when the listing disappears meanwhile", () =>
  staged({}, async (stage) => {
    const { market } = stage.simulator;
    const offer = planted(stage.simulator, "slow-purchase");
    await buy(stage, offer);
    const row = market.rowOf(offer.offerId);
    assert.ok(row !== null);
    market.removeOffer(row);
    stage.clock.nowMs = NOW_MS + PENDING_S * 1_000;
    assert.equal((await seen(stage, offer)).held, 1);
  }));

Deno.test("a scenario says which purchases are slow or lost, and does not say so on the wire", () =>
  staged({
    scenario: {
      format: "marketd-scenario/1",
      games: {
        a8db: {
          titles: [{
            title: "T",
            offers: [
              { offerId: "slow", priceCents: 100, purchase: "slow-purchase" },
              { offerId: "plain", priceCents: 200 },
            ],
          }],
        },
      },
    },
  }, async (stage) => {
    const shop = await stage.get("/marketplace-api/v2/offers?gameId=a8db&limit=100");
    assert.doesNotMatch(shop.text, /purchase/);
    const status = async (offerId: string, priceCents: number) =>
      (await buy(stage, { offerId, priceCents, title: "T" })).json.status;
    assert.equal(await status("plain", 200), "TxSuccess");
    assert.equal(await status("slow", 100), "TxPending");
  }));

Deno.test("a listing that is gone answers OfferNotFound, takes no money, and was sold to another", () =>
  staged({}, async (stage) => {
    const offer = planted(stage.simulator, "gone-offer");
    assert.equal((await seen(stage, offer)).locked, false);
    const answer = await buy(stage, offer);
    assertDocumented(answer, BUY);
    assert.equal(answer.status, 200);
    assert.equal(answer.json.status, "TxFailed");
    assert.equal(answer.json.dmOffersFailReason.code, "OfferNotFound");
    assert.deepEqual(await seen(stage, offer), { balance: 100_000, held: 0, locked: null });
    const sales = `/trade-aggregator/v1/last-sales?${
      query({ gameId: "a8db", title: offer.title })
    }`;
    const [newest] = (await stage.get(sales)).json.sales;
    assert.equal(Math.round(Number(newest.price) * 100), offer.priceCents);
  }));

Deno.test("a price that moved answers OfferNotFound once; the dearer offer has a new id", () =>
  staged({}, async (stage) => {
    const offer = planted(stage.simulator, "moved-price");
    const first = await buy(stage, offer);
    assert.equal(first.json.status, "TxFailed");
    assert.equal(first.json.dmOffersFailReason.code, "OfferNotFound");
    assert.deepEqual(await seen(stage, offer), { balance: 100_000, held: 0, locked: null });
    const shop = `/marketplace-api/v2/offers?${
      query({ gameId: "a8db", title: offer.title, limit: 100, orderBy: "createdAt" })
    }`;
    const { market } = stage.simulator;
    const moved = (await stage.get(shop)).json.items.find(({ offerId }: { offerId: string }) =>
      hasLabel(market, market.rowOf(offerId) ?? -1, "moved-price")
    );
    const priceCents = Number(moved.priceCents);
    assert.ok(priceCents > offer.priceCents && priceCents < offer.priceCents * 1.16 + 1);
    const again = await buy(stage, { ...offer, offerId: moved.offerId, priceCents });
    assert.equal(again.json.status, "TxSuccess");
    assert.equal((await seen(stage, offer)).held, 1);
  }));

Deno.test("a few purchases in a hundred are not plain, whatever else is planted there", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_MS / 1_000 });
  const counts = {
    "": 0,
    "slow-purchase": 0,
    "lost-purchase": 0,
    "gone-offer": 0,
    "moved-price": 0,
  };
  for (let row = 0; row < market.table.used; row++) counts[purchaseLabelOf(market, row)]++;
  const share = (label: PurchaseLabel) => counts[label] / market.table.used;
  assert.ok(share("slow-purchase") > 0.005 && share("slow-purchase") < 0.02);
  assert.ok(share("lost-purchase") > 0.002 && share("lost-purchase") < 0.01);
  for (const label of ["gone-offer", "moved-price"] as const) {
    assert.ok(share(label) > 0.005 && share(label) < 0.02, label);
  }
});
