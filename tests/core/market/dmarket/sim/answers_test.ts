/** Holds the answers to writes, and to what follows from them, to the OpenAPI document. */

import assert from "node:assert/strict";
import {
  depositAssetsBody,
  syncInventoryBody,
  withdrawAssetsBody,
} from "@/core/market/dmarket/asset_transfers.ts";
import {
  OPERATIONS,
  READ_OPERATIONS,
  type ReadName,
  type WriteName,
} from "@/core/market/dmarket/operations.ts";
import { createOffersBody, deleteOffersBody } from "@/core/market/dmarket/own_offers.ts";
import { createTargetsBody, deleteTargetsBody } from "@/core/market/dmarket/own_targets.ts";
import { documentOf } from "../documented.ts";
import { assertDocumented, type Differences } from "./contract.ts";
import type { Answer } from "./signed_client.ts";
import { type Staged, staged } from "./stage.ts";

const INVENTORY = "/marketplace-api/v2/user/inventory?gameId=a8db&limit=100";
const ANY = { floatPart: null, phase: null, paintSeed: null };

function write({ post }: Staged, name: WriteName, body: string): Promise<Answer> {
  return post(OPERATIONS[name].path, JSON.parse(body));
}

function hold(answer: Answer, name: WriteName | ReadName, differences?: Differences): void {
  assertDocumented(answer, documentOf(name).path, differences);
}

interface Held {
  readonly inMarket: boolean;
  readonly attributes: { readonly id: string; readonly classId: string };
}

async function assets({ get }: Staged): Promise<readonly Held[]> {
  return (await get(INVENTORY)).json.items;
}

/** Brings an asset from Steam; returns it with the answers on the way. */
async function deposited(stage: Staged) {
  const [asset] = (await assets(stage)).filter(({ inMarket }) => !inMarket);
  assert.ok(asset);
  const begun = await write(stage, "depositAssets", depositAssetsBody([asset.attributes.id]));
  const path = READ_OPERATIONS.depositStatus.path.replace("{}", begun.json.DepositID);
  const pending = await stage.get(path);
  stage.clock.nowMs += 40_000;
  return { asset, begun, pending, arrived: await stage.get(path) };
}

Deno.test("answers to targets created and deleted are as documented, row by row", () =>
  staged({}, async (stage) => {
    const title = stage.simulator.market.game("a8db").titles
      .find(({ aggregate }) => aggregate === null)?.title ?? "";
    const wishes = [
      { title, priceCents: 100, amount: 1, wants: { ...ANY, floatPart: "FT-0" } },
      { title: "No such title", priceCents: 100, amount: 1, wants: ANY },
    ];
    const made = await write(stage, "createTargets", createTargetsBody("a8db", wishes));
    assert.deepEqual(made.json.Result.map((row: { Successful: boolean }) => row.Successful), [
      true,
      false,
    ]);
    // What was sent comes back, a seed of null too; a target that stands has no error.
    hold(made, "createTargets", {
      nullable: ["Result[].CreateTarget.Attrs.paintSeed", "Result[].Error"],
    });
    const ids = [made.json.Result[0].TargetID, "none"];
    const gone = await write(stage, "deleteTargets", deleteTargetsBody(ids));
    assert.deepEqual(gone.json.Result.map((row: { Successful: boolean }) => row.Successful), [
      true,
      false,
    ]);
    hold(gone, "deleteTargets", { nullable: ["Result[].Error"] });
  }));

Deno.test("answers on the way from Steam and back are as documented", () =>
  staged({}, async (stage) => {
    hold(await write(stage, "syncInventory", syncInventoryBody("a8db")), "syncInventory");
    const { asset, begun, pending, arrived } = await deposited(stage);
    hold(begun, "depositAssets");
    hold(pending, "depositStatus", { empty: ["Assets"] });
    hold(arrived, "depositStatus");
    const { id, classId } = asset.attributes;
    const leaving = withdrawAssetsBody([{ assetId: id, game: "a8db", classId }], "request-1");
    hold(await write(stage, "withdrawAssets", leaving), "withdrawAssets");
  }));

Deno.test("the answer to offers taken back is as documented, done and refused", () =>
  staged({}, async (stage) => {
    const { asset } = await deposited(stage);
    const body = createOffersBody([{ assetId: asset.attributes.id, priceCents: 9_999_999 }]);
    const listed = await write(stage, "batchCreateOffers", body);
    stage.clock.nowMs += 900_000;
    const ids = [listed.json.offers[0].id, "none"];
    const gone = await write(stage, "batchDeleteOffers", deleteOffersBody(ids));
    hold(gone, "batchDeleteOffers");
  }));
