/** The account's own things: inventory, targets, listings, purchases, transfers. */

import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/errors.ts";
import {
  readDepositStatus,
  syncInventoryBody,
  withdrawAssetsBody,
} from "@/core/market/dmarket/asset_transfers.ts";
import { buyOffersBody, readPurchase } from "@/core/market/dmarket/buying.ts";
import { readInventoryPage } from "@/core/market/dmarket/inventory.ts";
import {
  createOffersBody,
  deleteOffersBody,
  readOffersBatch,
  updateOffersBody,
} from "@/core/market/dmarket/own_offers.ts";
import {
  createTargetsBody,
  deleteTargetsBody,
  readCreatedTargets,
  readDeletedTargets,
  readOwnTargetsPage,
} from "@/core/market/dmarket/own_targets.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";

const TITLE = "AK-47 | Redline (Field-Tested)";
const ANY = { floatPart: null, phase: null, paintSeed: null };

function isError(kind: string, code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ActorError, String(error));
    assert.equal(`${error.kind} ${error.code}`, `${kind} ${code}`);
    return true;
  };
}

Deno.test("inventory prices are dollars as text under keys of either case", () => {
  const attributes = {
    id: "asset",
    title: TITLE,
    inGameAssetId: "0:1:2:730",
    cs2: { float: "0.2" },
  };
  const body = {
    items: [
      {
        attributes,
        suggestedPrice: { Currency: "USD", Amount: "15.40" },
        offerRecommendedPrice: { currency: "USD", amount: "15.99" },
        inMarket: true,
      },
      { attributes: { id: "other", title: TITLE } },
      { attributes: { title: TITLE } },
    ],
    total: "3",
    cursor: "next",
  };
  const page = readInventoryPage(body, { game: "a8db", readAtMs: 0 }, new WireAudit());
  assert.equal(page.malformed.length, 1);
  assert.equal(page.cursor, "next");
  assert.deepEqual(page.items[0], {
    assetId: "asset",
    inGameAssetId: "0:1:2:730",
    classId: null,
    game: "a8db",
    title: TITLE,
    inMarket: true,
    unlockAtMs: null,
    resaleBlocks: [],
    suggestedCents: 1_540,
    recommendedCents: 1_599,
    assetClass: { floatPart: "FT-1", phase: null, paintSeed: null },
  });
  const { inMarket, suggestedCents } = page.items[1] ?? {};
  assert.deepEqual({ inMarket, suggestedCents }, { inMarket: false, suggestedCents: null });
});

Deno.test("own targets are read, and a seed of 0 is none", () => {
  const row = {
    targetId: "target",
    title: TITLE,
    amount: "2",
    status: "TARGET_STATUS_ACTIVE",
    priceCents: "1050",
    attributes: { title: TITLE, cs2: { phase: "", paintSeed: 0, floatPart: "FT-0" } },
  };
  const items = [row, { ...row, status: "TARGET_STATUS_INACTIVE", attributes: {} }];
  const { targets } = readOwnTargetsPage({ items, total: "2", cursor: "" }, new WireAudit());
  assert.deepEqual(targets, [
    {
      targetId: "target",
      title: TITLE,
      priceCents: 1_050,
      amount: 2,
      isActive: true,
      wants: { floatPart: "FT-0", phase: null, paintSeed: null },
    },
    {
      targetId: "target",
      title: TITLE,
      priceCents: 1_050,
      amount: 2,
      isActive: false,
      wants: ANY,
    },
  ]);
});

Deno.test("a target is written in dollars and an offer in cents", () => {
  const wants = { floatPart: "FT-0", phase: null, paintSeed: 661 };
  const target = { title: TITLE, priceCents: 1_050, amount: 3, wants };
  assert.deepEqual(JSON.parse(createTargetsBody("a8db", [target])), {
    GameID: "a8db",
    Targets: [{
      Amount: "3",
      Price: { Currency: "USD", Amount: 10.5 },
      Title: TITLE,
      Attrs: { floatPartValue: "FT-0", phase: "", paintSeed: 661 },
    }],
  });
  assert.equal(
    createOffersBody([{ assetId: "a", priceCents: 1_599 }]),
    '{"requests":[{"assetId":"a","priceCents":1599}]}',
  );
  assert.equal(
    buyOffersBody([{ offerId: "o", priceCents: 4_999 }]),
    '{"offers":[{"offerId":"o","price":{"amount":"4999","currency":"USD"},"type":"dmarket"}]}',
  );
});

Deno.test("what a route would refuse is not written", () => {
  const target = { title: TITLE, priceCents: 1_050, amount: 1, wants: ANY };
  const prices = [0, -1, 0.5, NaN, Infinity, 2e12];
  for (const priceCents of prices) {
    const bad = isError("rejected", "bad-price");
    assert.throws(() => createTargetsBody("a8db", [{ ...target, priceCents }]), bad);
    assert.throws(() => createOffersBody([{ assetId: "a", priceCents }]), bad);
    assert.throws(() => updateOffersBody([{ offerId: "a", priceCents }]), bad);
    assert.throws(() => buyOffersBody([{ offerId: "a", priceCents }]), bad);
  }
  const batch = isError("rejected", "bad-batch");
  for (const amount of [0, 101, 1.5]) {
    assert.throws(() => createTargetsBody("a8db", [{ ...target, amount }]), batch);
  }
  assert.throws(() => createTargetsBody("a8db", []), batch);
  assert.throws(() => deleteTargetsBody(Array(101).fill("id")), batch);
  assert.throws(() => deleteOffersBody([]), batch);
});

Deno.test("targets succeed and fail one by one", () => {
  const body = {
    Result: [
      { CreateTarget: {}, TargetID: "target", Successful: true, Error: null },
      {
        TargetID: "",
        Successful: false,
        Error: { Code: "NotEnoughBalance", Message: "Not enough" },
      },
    ],
  };
  assert.deepEqual(readCreatedTargets(body, 2, new WireAudit()), [
    { ok: true, targetId: "target" },
    {
      ok: false,
      failure: { code: "NotEnoughBalance", message: "Not enough", retryAfterMs: null },
    },
  ]);
  const deleted = { Result: [{ DeleteTarget: { TargetID: "target" }, Successful: true }] };
  assert.deepEqual(readDeletedTargets(deleted, 1, new WireAudit()), [
    { ok: true, targetId: "target" },
  ]);
});

Deno.test("an answer with fewer results than targets leaves their fate unknown", () => {
  const unknown = isError("unknown", "results-missing");
  assert.throws(() => readCreatedTargets({ Result: [] }, 1, new WireAudit()), unknown);
  assert.throws(() => readCreatedTargets({ Result: ["odd"] }, 1, new WireAudit()), unknown);
  const nameless = { Result: [{ TargetID: "", Successful: true }] };
  assert.throws(() => readCreatedTargets(nameless, 1, new WireAudit()), unknown);
});

Deno.test("repricing gives a new id, or the time a listing is still locked", () => {
  const answer = readOffersBatch({
    offers: [{ id: "new", assetId: "asset" }, { assetId: "nameless" }],
    failed: [
      { offerId: "old", code: "AssetTimeLocked", message: "12:19" },
      { assetId: "a", code: "AssetTimeLocked", message: "soon" },
      { offerId: "o", code: "OfferNotFound" },
    ],
  }, new WireAudit());
  assert.deepEqual(answer.done, [{ offerId: "new", assetId: "asset" }]);
  assert.deepEqual(answer.failed, [
    { id: "old", code: "AssetTimeLocked", message: "12:19", retryAfterMs: 739_000 },
    { id: "a", code: "AssetTimeLocked", message: "soon", retryAfterMs: null },
    { id: "o", code: "OfferNotFound", message: "", retryAfterMs: null },
  ]);
  assert.equal(answer.malformed.length, 1);
  assert.deepEqual(readOffersBatch({}, new WireAudit()), { done: [], failed: [], malformed: [] });
});

Deno.test("a purchase is what its status says, not its HTTP status", () => {
  const success = {
    orderId: "o",
    txId: "t",
    status: "TxSuccess",
    dmOffersFailReason: { code: "" },
  };
  assert.deepEqual(readPurchase(success, new WireAudit()), {
    state: "bought",
    orderId: "o",
    txId: "t",
    failCode: null,
  });
  const moved = { status: "TxFailed", dmOffersFailReason: { code: "OfferNotFound" } };
  assert.deepEqual(readPurchase(moved, new WireAudit()), {
    state: "failed",
    orderId: null,
    txId: null,
    failCode: "OfferNotFound",
  });
  assert.equal(readPurchase({ status: "TxPending" }, new WireAudit()).state, "pending");
  for (const body of [{}, { status: "TxMaybe" }, { orderId: "o" }, null]) {
    assert.throws(
      () => readPurchase(body, new WireAudit()),
      isError("rejected", "unexpected-shape"),
    );
  }
});

Deno.test("transfers use the game names and ids of their own routes", () => {
  assert.equal(syncInventoryBody("9a92"), '{"Type":"Inventory","GameID":"Dota2"}');
  assert.equal(
    withdrawAssetsBody([{ assetId: "a", game: "a8db", classId: "c" }], "r"),
    '{"assets":[{"id":"a","gameId":"a8db","classId":"c"}],"requestId":"r"}',
  );
  assert.deepEqual(
    readDepositStatus({
      DepositID: "d",
      AssetID: ["0:1:2:730"],
      Status: "TransferStatusOnHold",
      Assets: [{ InGameAssetID: "0:1:2:730", DmarketAssetID: "asset" }],
      SteamDepositInfo: { TradeOfferID: "7", Message: "m" },
    }, new WireAudit()),
    {
      depositId: "d",
      state: "on-hold",
      tradeOfferId: "7",
      assetIds: new Map([["0:1:2:730", "asset"]]),
    },
  );
});
