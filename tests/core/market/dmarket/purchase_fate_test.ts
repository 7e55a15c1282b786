/** Looking up what became of a purchase, on the simulated market and by its rules alone. */

import assert from "node:assert/strict";
import { systemClock } from "@/core/kernel/clock.ts";
import { buyOffersBody, readPurchase } from "@/core/market/dmarket/buying.ts";
import type { DmarketClient } from "@/core/market/dmarket/client.ts";
import {
  fateOf,
  lookUp,
  type PurchaseView,
  type PurchaseWish,
  viewOf,
} from "@/core/market/dmarket/purchase_fate.ts";
import { PENDING_S } from "@/core/market/dmarket/sim/pending.ts";
import { NO_LIMITS, type Simulator, startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { demoClient } from "./demo_client.ts";
import { SetClock } from "./sim/stage.ts";
import { SignedClient } from "./sim/signed_client.ts";

const WISH: PurchaseWish = { game: "a8db", offerId: "o", title: "T", priceCents: 400 };

function view(change: Partial<PurchaseView>): PurchaseView {
  const listed = { listing: "free", listedAssetId: "wanted" } as const;
  return { usdCents: 1_000, assetIds: new Set(["mine"]), ...listed, ...change };
}

const GONE = { listing: "gone", listedAssetId: null } as const;
const ARRIVED = new Set(["mine", "wanted"]);
const OF_A_TARGET = new Set(["mine", "other"]);

Deno.test("only the listed asset is a purchase, and only a free listing proves that there is none", () => {
  const before = view({});
  const paid = { usdCents: 600 };
  const cases: readonly (readonly [Partial<PurchaseView>, string])[] = [
    [{ ...paid, ...GONE, assetIds: ARRIVED }, "bought"],
    [{ ...GONE, assetIds: ARRIVED }, "bought"],
    [{ listing: "free" }, "not-bought"],
    [{ ...paid, listing: "reserved" }, "open"],
    [{ listing: "reserved" }, "open"],
    [{ ...paid, ...GONE }, "open"],
    [GONE, "open"],
    [{ ...paid, listing: "free" }, "open"],
    // A sale of ours has brought more than the purchase cost.
    [{ usdCents: 1_500, ...GONE }, "open"],
    // A target of the same title was filled.
    [{ ...paid, ...GONE, assetIds: OF_A_TARGET }, "open"],
    [{ usdCents: 990, assetIds: OF_A_TARGET }, "not-bought"],
  ];
  for (const [now, fate] of cases) {
    assert.equal(fateOf(WISH, before, view(now)), fate, JSON.stringify(now));
  }
});

Deno.test("without the id of the listed asset nothing is said to be bought", () => {
  const before = view({ listedAssetId: null });
  assert.equal(fateOf(WISH, before, view({ ...GONE, assetIds: ARRIVED })), "open");
  assert.equal(fateOf(WISH, before, view({})), "not-bought");
});

interface Stage {
  readonly simulator: Simulator;
  readonly clock: SetClock;
  readonly client: DmarketClient;
  buy(wish: PurchaseWish): Promise<string>;
}

async function staged(use: (stage: Stage) => Promise<void>): Promise<void> {
  const clock = new SetClock();
  const offers = ["slow-purchase", "lost-purchase", undefined].map((purchase, i) => ({
    offerId: purchase ?? "plain",
    priceCents: 400 + i,
    ...(purchase === undefined ? {} : { purchase }),
    attributes: { id: `asset-${i}` },
  }));
  const scenario = {
    format: "marketd-scenario/1",
    games: { a8db: { titles: [{ title: "T", offers }] } },
  };
  const simulator = await startSimulator({ clock, scenario, limits: NO_LIMITS });
  const { client, dateS } = await demoClient(simulator.url, clock);
  const writer = new SignedClient(simulator.url);
  const buy = async (wish: PurchaseWish) => {
    const body: unknown = JSON.parse(buyOffersBody([wish]));
    const path = "/exchange/v1/offers-buy";
    const { json } = await writer.send("PATCH", path, { body, dateS: dateS() });
    return readPurchase(json, new WireAudit()).state;
  };
  try {
    await use({ simulator, clock, client, buy });
  } finally {
    await simulator.stop();
  }
}

function call() {
  return {
    signal: new AbortController().signal,
    deadlineAtMs: systemClock.monotonic() + 20_000,
  };
}

Deno.test("a pending purchase is open until it has arrived", () =>
  staged(async ({ clock, client, buy }) => {
    const wish = { ...WISH, offerId: "slow-purchase", priceCents: 400 };
    const before = await viewOf(client, wish, call());
    assert.equal(await buy(wish), "pending");
    assert.equal(await lookUp(client, { wish, before }, call()), "open");
    clock.nowMs += PENDING_S * 1_000;
    assert.equal(await lookUp(client, { wish, before }, call()), "bought");
  }));

Deno.test("a pending purchase that another wins stays open: nothing proves that it failed", () =>
  staged(async ({ clock, client, buy }) => {
    const wish = { ...WISH, offerId: "lost-purchase", priceCents: 401 };
    const before = await viewOf(client, wish, call());
    assert.equal(await buy(wish), "pending");
    clock.nowMs += PENDING_S * 1_000;
    assert.equal(await lookUp(client, { wish, before }, call()), "open");
  }));

Deno.test("a purchase whose answer was lost is found, and one that never arrived is not", () =>
  staged(async ({ simulator, client, buy }) => {
    const wish = { ...WISH, offerId: "plain", priceCents: 402 };
    const before = await viewOf(client, wish, call());
    simulator.faults.add({ route: "offers-buy", kind: "status", times: 1 });
    await assert.rejects(buy(wish));
    assert.equal(await lookUp(client, { wish, before }, call()), "not-bought");
    simulator.faults.add({ route: "offers-buy", kind: "status", when: "after", times: 1 });
    await assert.rejects(buy(wish));
    assert.equal(await lookUp(client, { wish, before }, call()), "bought");
  }));
