import assert from "node:assert/strict";
import { purchaseLabelOf } from "@/core/market/dmarket/sim/drawn_labels.ts";
import { FLAG } from "@/core/market/dmarket/sim/offer_table.ts";
import type { Simulator } from "@/core/market/dmarket/sim/server.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { assertDocumented, assertShape } from "./contract.ts";
import { NOW_MS, plainMarket, query, type Staged, staged } from "./stage.ts";

const BUY = "/exchange/v1/offers-buy";
const BALANCE = "/account/v1/balance";
const CREATE = "/marketplace-api/v2/offers:batchCreate";
const UPDATE = "/marketplace-api/v2/offers:batchUpdate";
const DELETE = "/marketplace-api/v2/offers:batchDelete";
const OWN_OFFERS = "/marketplace-api/v2/user/offers?gameId=a8db&limit=100";
const INVENTORY = "/marketplace-api/v2/user/inventory?gameId=a8db&limit=100";
const CLOSED = "/marketplace-api/v1/user-offers/closed";
const DAY_MS = 86_400_000;

interface Buyable {
  readonly offerId: string;
  readonly priceCents: number;
  readonly title: string;
}

/** The cheapest CS2 listings from `fromCents` on that anyone may buy and list again. */
function buyable({ market }: Simulator, fromCents = 100): Buyable {
  const { index } = market.game("a8db");
  for (let i = index.lowerBound(fromCents); i < index.size; i++) {
    const row = index.at(i);
    const isFree = (market.table.flags[row] ?? 0) === FLAG.live;
    if (!isFree || (market.table.unlockAtS[row] ?? 0) > 0) continue;
    if (purchaseLabelOf(market, row) !== "") continue;
    return {
      offerId: market.offerId(row),
      priceCents: market.table.price(row),
      title: market.bookOf(row).title,
    };
  }
  throw new Error("Nothing to buy");
}

function order(offerId: string, amount: number) {
  return {
    offers: [{ offerId, price: { amount: String(amount), currency: "USD" }, type: "dmarket" }],
  };
}

async function balance({ get }: Staged): Promise<number> {
  return Number((await get(BALANCE)).json.usd);
}

/** Buys the cheapest listing and returns the asset's id. */
async function bought(stage: Staged, fromCents?: number): Promise<Buyable & { assetId: string }> {
  const offer = buyable(stage.simulator, fromCents);
  const answer = await stage.send("PATCH", BUY, order(offer.offerId, offer.priceCents));
  assert.equal(answer.json.status, "TxSuccess", answer.text);
  const { items } = (await stage.get(`${INVENTORY}&orderBy=createdAt&orderDir=desc`)).json;
  const item = items.find((row: { inMarket: boolean; attributes: { title: string } }) =>
    row.inMarket && row.attributes.title === offer.title
  );
  return { ...offer, assetId: item.attributes.id };
}

/** Lists above every bid, so that nothing meets it at once. */
async function listed(stage: Staged, assetId: string, priceCents: number): Promise<string> {
  const { json } = await stage.post(CREATE, { requests: [{ assetId, priceCents }] });
  assert.deepEqual(json.failed, []);
  return json.offers[0].id;
}

Deno.test("buying takes the listed price, whatever was agreed to, the listing off the market, and the asset in", async () => {
  await staged({}, async (stage) => {
    const offer = buyable(stage.simulator);
    const agreed = order(offer.offerId, offer.priceCents + 50);
    const { json } = await stage.send("PATCH", BUY, agreed);
    assert.equal(json.status, "TxSuccess");
    assert.deepEqual(json.dmOffersStatus, { [offer.offerId]: { started: true } });
    assert.equal(json.dmOffersFailReason.code, "");
    assert.equal(await balance(stage), 100_000 - offer.priceCents);
    assert.equal(stage.simulator.market.rowOf(offer.offerId), null);
    const again = await stage.send("PATCH", BUY, order(offer.offerId, offer.priceCents));
    assert.deepEqual([again.status, again.json.status], [200, "TxFailed"]);
    assert.equal(again.json.dmOffersFailReason.code, "OfferNotFound");
    const sales = await stage.get(
      `/trade-aggregator/v1/last-sales?${query({ gameId: "a8db", title: offer.title, limit: 1 })}`,
    );
    assert.equal(Math.round(Number(sales.json.sales[0].price) * 100), offer.priceCents);
  });
});

Deno.test("a price below the listing's, a reserved one and too little money buy nothing", async () => {
  await staged({ balanceCents: 150 }, async (stage) => {
    const { market } = stage.simulator;
    const offer = buyable(stage.simulator);
    const code = async (offerId: string, amount: number) =>
      (await stage.send("PATCH", BUY, order(offerId, amount))).json.dmOffersFailReason.code;
    assert.equal(await code(offer.offerId, offer.priceCents - 1), "OfferNotFound");
    const dear = buyable(stage.simulator, 151);
    assert.equal(await code(dear.offerId, dear.priceCents), "BalanceInsufficientFunds");
    const row = market.rowOf(offer.offerId);
    assert.ok(row !== null);
    market.setFlag(row, FLAG.reserved, true);
    assert.equal(await code(offer.offerId, offer.priceCents), "OfferNotFound");
    assert.equal(await balance(stage), 150);
    for (const body of [{}, { offers: [] }, order(offer.offerId, -1)]) {
      assert.equal((await stage.send("PATCH", BUY, body)).status, 400);
    }
  });
});

Deno.test("an asset can be listed once, and shows among offers as reserved for nobody", async () => {
  await staged({ market: plainMarket() }, async (stage) => {
    const { assetId, title } = await bought(stage);
    const offerId = await listed(stage, assetId, 99_999);
    const own = (await stage.get(OWN_OFFERS)).json;
    assert.deepEqual([own.total, own.items[0].offerId], ["1", offerId]);
    assert.deepEqual([own.items[0].priceCents, own.items[0].locked], ["99999", false]);
    const shop = await stage.get(
      `/marketplace-api/v2/offers?${query({ gameId: "a8db", title, limit: 100 })}`,
    );
    assert.ok(shop.json.items.some((item: { offerId: string }) => item.offerId === offerId));
    const twice = await stage.post(CREATE, { requests: [{ assetId, priceCents: 5 }] });
    assert.equal(twice.json.failed[0].code, "DuplicatedAssets");
    const none = await stage.post(CREATE, { requests: [{ assetId: "x", priceCents: 5 }] });
    assert.equal(none.json.failed[0].code, "InventoryItemsNotFound");
  });
});

Deno.test("a changed price is a new offer id, and is locked for fifteen minutes", async () => {
  await staged({ market: plainMarket() }, async (stage) => {
    const { assetId } = await bought(stage);
    const offerId = await listed(stage, assetId, 99_999);
    stage.clock.nowMs += 161_000;
    const change = (id: string) =>
      stage.post(UPDATE, { requests: [{ offerId: id, priceCents: 88_888 }] });
    const early = (await change(offerId)).json;
    assert.deepEqual(early, {
      offers: [],
      failed: [{ offerId, code: "AssetTimeLocked", message: "12:19" }],
    });
    const kept = await stage.post(DELETE, { requests: [{ offerId }] });
    assert.equal(kept.json.failed[0].code, "AssetTimeLocked");
    stage.clock.nowMs += 739_000;
    const { offers, failed } = (await change(offerId)).json;
    assert.deepEqual(failed, []);
    assert.equal(offers[0].assetId, assetId);
    assert.notEqual(offers[0].id, offerId);
    assert.equal((await change(offerId)).json.failed[0].code, "OfferNotFound");
    stage.clock.nowMs += 900_000;
    const gone = await stage.post(DELETE, { requests: [{ offerId: offers[0].id }] });
    assert.deepEqual(gone.json.failed, []);
    assert.equal((await stage.get(OWN_OFFERS)).json.total, "0");
  });
});

Deno.test("the crowd buys our listing; the sale is provisional for a week, with its exact fee", async () => {
  await staged({ speed: 1, titles: 200 }, async (stage) => {
    const { ledger, market } = stage.simulator;
    const { assetId, priceCents } = await bought(stage);
    const exitCents = Math.max(2, Math.floor(priceCents * 0.6));
    const before = await balance(stage);
    await listed(stage, assetId, exitCents);
    for (let hour = 0; hour < 72 && (await trades(stage)).length === 0; hour++) {
      stage.clock.nowMs += 3_600_000;
    }
    const [trade] = await trades(stage);
    assert.ok(trade, "nobody bought it");
    const soldCents = Math.round(trade.Price.Amount * 100);
    const feeCents = Math.round(trade.Fee.Amount.Amount * 100);
    assert.ok(soldCents >= exitCents);
    assert.equal(trade.Status, "trade_protected");
    assert.equal(Number(trade.FinalizationTime), Number(trade.OfferClosedAt) + 7 * 86_400);
    assert.equal(feeCents, Math.max(1, Math.ceil(soldCents * Number(trade.Fee.Percent) / 100)));
    assert.equal(await balance(stage), before + soldCents - feeCents);
    const { json } = await stage.get(BALANCE);
    assert.equal(Number(json.usdAvailableToWithdraw), before);
    stage.clock.nowMs += 8 * DAY_MS;
    assert.match((await trades(stage))[0]?.Status ?? "", /^(successful|reverted)$/);
    const account = ledger.account(DEMO_KEYS.publicKey, 0);
    const sum = account.entries.reduce((total, { cents }) => total + cents, 0);
    assert.equal(account.balanceCents, sum);
    assert.ok(market.table.live > 0);
  });
});

Deno.test("a trade planted so is reversed after its week: money back, asset back; others stand", async () => {
  for (const label of ["reverted-trade", "none"]) {
    const scenario = {
      format: "marketd-scenario/1",
      games: {
        a8db: {
          titles: [{
            title: "T",
            offers: [{ offerId: "o", priceCents: 100, labels: [label] }],
            targets: [{ price: 400, amount: 9 }],
          }],
        },
      },
    };
    await staged({ scenario }, async (stage) => {
      await stage.send("PATCH", BUY, order("o", 100));
      const [item] = (await stage.get(INVENTORY)).json.items;
      const { id: assetId } = item.attributes;
      let offerId = await listed(stage, assetId, 400);
      // At the price of a bid a listing may meet it, or not.
      while ((await trades(stage)).length === 0) {
        stage.clock.nowMs += 901_000;
        const requests = [{ offerId, priceCents: 400 }];
        const { offers } = (await stage.post(UPDATE, { requests })).json;
        offerId = offers[0].id;
      }
      const isReverted = label === "reverted-trade";
      const sold = 100_000 - 100 + 400 - 28;
      assert.equal(await balance(stage), sold);
      stage.clock.nowMs += 7 * DAY_MS + 1_000;
      assert.equal((await trades(stage))[0]?.Status, isReverted ? "reverted" : "successful");
      assert.equal(await balance(stage), isReverted ? 99_900 : sold);
      const held = (await stage.get(INVENTORY)).json.items.length;
      assert.equal(held, isReverted ? 1 : 0);
    });
  }
});

interface TradeRow {
  readonly Status: string;
  readonly Price: { readonly Amount: number };
  readonly Fee: { readonly Amount: { readonly Amount: number }; readonly Percent: string };
  readonly OfferClosedAt: string;
  readonly FinalizationTime: string;
}

async function trades({ get }: Staged): Promise<readonly TradeRow[]> {
  return (await get(CLOSED)).json.Trades;
}

Deno.test("a listing at a bid's price may meet it at once, and names the target then", async () => {
  await staged({}, async (stage) => {
    const { market } = stage.simulator;
    let met = 0;
    let open = 0;
    for (let i = 0; i < 12; i++) {
      const { assetId, title } = await bought(stage, 100 + i * 20);
      const bid = market.title("a8db", title)?.bids.find(({ attributes, fleeting }) =>
        attributes.floatPartValue === "any" && attributes.phase === "any" &&
        attributes.paintSeed === "any" && !fleeting
      );
      if (bid === undefined) continue;
      await stage.post(CREATE, { requests: [{ assetId, priceCents: bid.priceCents }] });
      const [trade] = (await stage.get(`${CLOSED}?Limit=1`)).json.Trades;
      if (trade?.AssetID === assetId) {
        assert.ok(trade.TargetID !== "");
        met++;
      } else open++;
    }
    assert.ok(met > 0 && open > 0, `${met} met, ${open} open`);
  });
});

Deno.test("closed sales page by cursor and can be filtered", async () => {
  await staged({ speed: 1 }, async (stage) => {
    for (let i = 0; i < 4; i++) {
      const { assetId, priceCents } = await bought(stage, 100 + i * 50);
      await listed(stage, assetId, Math.max(2, Math.floor(priceCents * 0.5)));
      stage.clock.nowMs += 3_600_000;
    }
    for (let hour = 0; hour < 200 && (await trades(stage)).length < 3; hour++) {
      stage.clock.nowMs += 3_600_000;
    }
    const all = await trades(stage);
    assert.ok(all.length >= 3, `${all.length} sold`);
    const first = (await stage.get(`${CLOSED}?Limit=2`)).json;
    const second = (await stage.get(`${CLOSED}?${query({ Limit: 2, Cursor: first.Cursor })}`)).json;
    assert.deepEqual([...first.Trades, ...second.Trades].slice(0, all.length), all.slice(0, 4));
    const asc = (await stage.get(`${CLOSED}?OrderDir=asc`)).json.Trades;
    assert.deepEqual(asc, [...all].reverse());
    assert.deepEqual((await stage.get(`${CLOSED}?Status=reverted`)).json.Trades, []);
    assert.equal((await stage.get(`${CLOSED}?Status=lost`)).status, 400);
    const since = { "OfferClosed.From": Number(all[0]?.OfferClosedAt) };
    const newest = (await stage.get(`${CLOSED}?${query(since)}`)).json.Trades;
    assert.ok(newest.length >= 1 && newest.length < all.length);
  });
});

Deno.test("a fault can lose the answer of a purchase that happened, or stop it from happening", async () => {
  await staged({}, async (stage) => {
    const { faults } = stage.simulator;
    const lost = buyable(stage.simulator);
    faults.add({ route: "offers-buy", kind: "status", when: "after", times: 1 });
    assert.equal(
      (await stage.send("PATCH", BUY, order(lost.offerId, lost.priceCents))).status,
      500,
    );
    assert.equal(await balance(stage), 100_000 - lost.priceCents);
    const kept = buyable(stage.simulator);
    faults.add({ route: "offers-buy", kind: "reset", times: 1 });
    await assert.rejects(stage.send("PATCH", BUY, order(kept.offerId, kept.priceCents)));
    assert.equal(await balance(stage), 100_000 - lost.priceCents);
  });
});

Deno.test("deposits arrive after a while, and a withdrawal asked for twice happens once", async () => {
  await staged({}, async (stage) => {
    const { items } = (await stage.get(INVENTORY)).json;
    const onSteam = items.filter((item: { inMarket: boolean }) => !item.inMarket);
    assert.equal(onSteam.length, 3);
    const [first, second] = onSteam;
    const deposit = await stage.post("/marketplace-api/v1/deposit-assets", {
      AssetID: [first.attributes.inGameAssetId, second.attributes.id],
    });
    const { DepositID } = deposit.json;
    const status = async () =>
      (await stage.get(`/marketplace-api/v1/deposit-status/${DepositID}`)).json;
    assert.equal((await status()).Status, "TransferStatusPending");
    stage.clock.nowMs += 40_000;
    assert.equal((await status()).Status, "TransferStatusSuccess");
    assert.equal((await status()).Assets.length, 2);
    const after = (await stage.get(INVENTORY)).json.items;
    assert.equal(after.filter((item: { inMarket: boolean }) => item.inMarket).length, 2);
    const { id, classId } = first.attributes;
    const body = { assets: [{ id, gameId: "a8db", classId }], requestId: "r-1" };
    const left = await stage.post("/exchange/v1/withdraw-assets", body);
    assert.equal(left.status, 200);
    const again = await stage.post("/exchange/v1/withdraw-assets", body);
    assert.deepEqual(again.json, left.json);
    const other = await stage.post("/exchange/v1/withdraw-assets", { ...body, requestId: "r-2" });
    assert.equal(other.status, 400);
    assert.equal((await stage.get("/marketplace-api/v1/deposit-status/none")).status, 404);
    const sync = { Type: "Inventory", GameID: "CSGO" };
    assert.deepEqual((await stage.post("/marketplace-api/v1/user-inventory/sync", sync)).json, {});
  });
});

Deno.test("answers about one's own have the documented fields and the live ones", async () => {
  await staged({ speed: 1 }, async (stage) => {
    const { assetId } = await bought(stage);
    const inventory = await stage.get(INVENTORY);
    // The document writes the keys of money small, live bodies with a capital.
    const keys = (...names: string[]) =>
      ["suggestedPrice", "offerRecommendedPrice"]
        .flatMap((money) => names.map((name) => `items[].${money}.${name}`));
    assertDocumented(inventory, "/marketplace-api/v2/user/inventory", {
      unlike: keys("currency", "amount"),
      extra: keys("Currency", "Amount"),
    });
    assertShape(inventory, "v2-user-inventory");
    assert.match(inventory.json.items[0].suggestedPrice.Amount, /^(\d+\.\d\d)?$/);
    const unknown = { assetId: "none", offerId: "none", priceCents: 99_999 };
    const create = await stage.post(CREATE, {
      requests: [{ assetId, priceCents: 99_999 }, unknown],
    });
    assertDocumented(create, CREATE);
    assertDocumented(await stage.get(OWN_OFFERS), "/marketplace-api/v2/user/offers", {
      extra: ["items[].discountPercent"],
    });
    const offerId = create.json.offers[0].id;
    stage.clock.nowMs += 900_000;
    const update = await stage.post(UPDATE, { requests: [{ offerId, priceCents: 1 }, unknown] });
    assertDocumented(update, UPDATE);
    const second = await bought(stage, 200);
    await listed(stage, second.assetId, 2);
    for (let hour = 0; hour < 72 && (await trades(stage)).length === 0; hour++) {
      stage.clock.nowMs += 3_600_000;
    }
    const closed = await stage.get(CLOSED);
    assertDocumented(closed, CLOSED);
    assertShape(closed, "v1-closed-offers");
    const { offerId: free, priceCents } = buyable(stage.simulator, 300);
    const purchase = await stage.send("PATCH", BUY, order(free, priceCents));
    assertDocumented(purchase, BUY);
  });
});

Deno.test("an offer of a scenario can be bought and listed again as it was", async () => {
  const attributes = { id: "asset-9", cs2: { float: "0.2" }, unlockDate: null };
  const scenario = {
    format: "marketd-scenario/1",
    games: {
      a8db: {
        titles: [{
          title: "P250 | Slate",
          offers: [{ offerId: "o-9", priceCents: 500, attributes }],
        }],
      },
    },
  };
  await staged({ scenario }, async (stage) => {
    assert.equal((await stage.send("PATCH", BUY, order("o-9", 500))).json.status, "TxSuccess");
    const offerId = await listed(stage, "asset-9", 700);
    const { items } = (await stage.get("/marketplace-api/v2/offers?gameId=a8db&limit=5")).json;
    assert.deepEqual(items, [{
      offerId,
      priceCents: "700",
      locked: false,
      createdAt: new Date(NOW_MS).toISOString().replace(".000Z", "Z"),
      attributes: { title: "P250 | Slate", gameId: "a8db", ...attributes },
    }]);
  });
});
