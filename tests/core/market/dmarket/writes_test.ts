/** Every write as we word it, taken by the simulated market, and its answer as we read it. */

import assert from "node:assert/strict";
import { systemClock } from "@/core/kernel/clock.ts";
import {
  depositAssetsBody,
  readDeposit,
  readWithdrawal,
  syncInventoryBody,
  withdrawAssetsBody,
} from "@/core/market/dmarket/asset_transfers.ts";
import { buyOffersBody, readPurchase } from "@/core/market/dmarket/buying.ts";
import type { DmarketClient } from "@/core/market/dmarket/client.ts";
import { WRITE_OPERATIONS, type WriteName } from "@/core/market/dmarket/operations.ts";
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
} from "@/core/market/dmarket/own_targets.ts";
import { CHANGE_LOCK_S } from "@/core/market/dmarket/sim/outcome.ts";
import {
  NO_LIMITS,
  type SimulatorOptions,
  startSimulator,
} from "@/core/market/dmarket/sim/server.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { demoClient } from "./demo_client.ts";
import { SetClock } from "./sim/stage.ts";
import { SignedClient } from "./sim/signed_client.ts";

const TITLE = "AK-47 | Redline (Field-Tested)";
const SCENARIO = {
  format: "marketd-scenario/1",
  games: {
    a8db: {
      titles: [{
        title: TITLE,
        offers: [{
          offerId: "listing",
          priceCents: 1_599,
          attributes: { id: "bought-asset", inGameAssetId: "0:1:2:730", classId: "1:2" },
        }],
      }],
    },
  },
};

async function staged(
  options: SimulatorOptions,
  use: (stage: {
    readonly clock: SetClock;
    readonly client: DmarketClient;
    /** Sends a body as it is and gives back the JSON of a 200. */
    readonly write: (name: WriteName, body: string) => Promise<unknown>;
    readonly written: Set<string>;
  }) => Promise<void>,
): Promise<void> {
  const clock = new SetClock();
  const simulator = await startSimulator({ clock, limits: NO_LIMITS, ...options });
  const { client, dateS } = await demoClient(simulator.url, clock);
  const sender = new SignedClient(simulator.url);
  const written = new Set<string>();
  const write = async (name: WriteName, body: string) => {
    const { method, path } = WRITE_OPERATIONS[name];
    const answer = await sender.send(method, path, { body: JSON.parse(body), dateS: dateS() });
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    written.add(name);
    return answer.json;
  };
  try {
    await use({ clock, client, write, written });
  } finally {
    await simulator.stop();
  }
}

function call() {
  return { signal: new AbortController().signal, deadlineAtMs: systemClock.monotonic() + 20_000 };
}

Deno.test("writes are taken as we word them, and their answers understood", () =>
  staged({ scenario: SCENARIO }, async ({ clock, client, write, written }) => {
    const audit = new WireAudit();
    const page = { game: "a8db", limit: 100 } as const;

    const purchase = buyOffersBody([{ offerId: "listing", priceCents: 1_599 }]);
    assert.equal(readPurchase(await write("buyOffers", purchase), audit).state, "bought");
    const { items } = await client.account.inventoryPage(page, call());
    const bought = items.find(({ inMarket }) => inMarket) ?? assert.fail("Nothing arrived");
    assert.equal(bought.assetId, "bought-asset");

    const wants = { floatPart: "FT-0", phase: null, paintSeed: null };
    const target = { title: TITLE, priceCents: 1_049, amount: 2, wants };
    const targets = await write("createTargets", createTargetsBody("a8db", [target]));
    const [made] = readCreatedTargets(targets, 1, audit);
    assert.ok(made?.ok);
    const [own] = (await client.account.targetsPage(page, call())).targets;
    assert.deepEqual([own?.targetId, own?.priceCents, own?.amount], [made.targetId, 1_049, 2]);
    const { bids } = await client.targetsByTitle("a8db", TITLE, call());
    assert.deepEqual(bids, [{ priceCents: 1_049, amount: 2, wants }]);
    const removed = await write("deleteTargets", deleteTargetsBody([made.targetId, "unknown"]));
    assert.deepEqual(readDeletedTargets(removed, 2, audit).map(({ ok }) => ok), [true, false]);

    const listing = { assetId: bought.assetId, priceCents: 1_999 };
    const listed = readOffersBatch(
      await write("batchCreateOffers", createOffersBody([listing])),
      audit,
    );
    const offerId = listed.done[0]?.offerId ?? assert.fail("Nothing is listed");
    const dearer = updateOffersBody([{ offerId, priceCents: 2_099 }]);
    const tooSoon = readOffersBatch(await write("batchUpdateOffers", dearer), audit);
    assert.equal(tooSoon.failed[0]?.retryAfterMs, CHANGE_LOCK_S * 1_000);
    clock.nowMs += CHANGE_LOCK_S * 1_000;
    const repriced = readOffersBatch(await write("batchUpdateOffers", dearer), audit);
    const newId = repriced.done[0]?.offerId ?? assert.fail("Nothing is repriced");
    assert.notEqual(newId, offerId);
    const [offer] = (await client.account.offersPage(page, call())).offers;
    assert.deepEqual([offer?.offerId, offer?.priceCents], [newId, 2_099]);
    clock.nowMs += CHANGE_LOCK_S * 1_000;
    const back = readOffersBatch(
      await write("batchDeleteOffers", deleteOffersBody([newId])),
      audit,
    );
    assert.deepEqual(back.failed, []);

    await write("syncInventory", syncInventoryBody("9a92"));
    const leaving = { assetId: bought.assetId, game: "a8db", classId: "1:2" } as const;
    const withdrawal = withdrawAssetsBody([leaving], "request-1");
    const transferId = readWithdrawal(await write("withdrawAssets", withdrawal), audit);
    assert.equal(readWithdrawal(await write("withdrawAssets", withdrawal), audit), transferId);

    assert.deepEqual(audit.unknownFields, {});
    assert.deepEqual(audit.refusedRows, {});
    assert.deepEqual(
      Object.keys(WRITE_OPERATIONS).filter((name) => !written.has(name)),
      ["depositAssets"],
      "A scenario's accounts have nothing on Steam",
    );
  }));

Deno.test("a deposit is followed from Steam to the market", () =>
  staged({ titles: 100 }, async ({ clock, client, write }) => {
    const page = { game: "a8db", limit: 100 } as const;
    const [item] = (await client.account.inventoryPage(page, call())).items;
    assert.equal(item?.inMarket, false);
    const deposit = await write("depositAssets", depositAssetsBody([item?.inGameAssetId ?? ""]));
    const depositId = readDeposit(deposit, new WireAudit());
    assert.equal((await client.account.depositStatus(depositId, call())).state, "pending");
    clock.nowMs += 60_000;
    const { state, assetIds } = await client.account.depositStatus(depositId, call());
    assert.deepEqual([state, [...assetIds.values()]], ["success", [item?.assetId]]);
    const { items } = await client.account.inventoryPage(page, call());
    assert.equal(items.find(({ assetId }) => assetId === item?.assetId)?.inMarket, true);
  }));
