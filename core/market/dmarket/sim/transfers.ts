/** Between Steam and the market: deposits that take a while, withdrawals that are asked for once. */

import type { AccountBook, OwnedAsset } from "./account_book.ts";
import { bodyAs, depositBody, syncBody, withdrawBody } from "./bodies.ts";
import { isDrawn } from "./drawn_labels.ts";
import { uuidOf } from "./ids.ts";
import { isDecided } from "./ledger.ts";
import { badRequest, ok, Refusal, type Reply } from "./replies.ts";
import type { Call, World } from "./routes.ts";
import { attributesWire } from "./wire.ts";

/** Deposits one account may have; older ones are forgotten. */
const MAX_DEPOSITS = 1_000;

/** `POST /marketplace-api/v1/user-inventory/sync`: Steam is always in step here. */
export function syncInventory(_world: World, { body }: Call): Reply {
  bodyAs(syncBody, body);
  return ok({});
}

/** `POST /marketplace-api/v1/deposit-assets`, by asset id or by the id the asset has in its game. */
export function depositAssets({ ledger, market }: World, call: Call): Reply {
  const account = ledger.account(call.account, call.nowS);
  const assets = bodyAs(depositBody, call.body).AssetID.map((id) => {
    const asset = steamAsset(account, (held) => held.assetId === id || inGameId(held) === id);
    if (asset === undefined) throw badRequest(`AssetID must be on Steam: "${id}" is not`);
    return asset;
  });
  const depositId = uuidOf(market.seed, market.takeSerial(), 161);
  account.deposits.set(depositId, {
    depositId,
    assetIds: assets.map(({ assetId }) => assetId),
    startedAtS: call.nowS,
    fails: assets.some(({ assetSerial }) => isDrawn("failed-deposit", market.seed, assetSerial)),
  });
  const [oldest] = account.deposits.keys();
  if (account.deposits.size > MAX_DEPOSITS && oldest !== undefined) account.deposits.delete(oldest);
  return ok({ DepositID: depositId });

  function inGameId(asset: OwnedAsset): unknown {
    if (asset.recorded !== null) return asset.recorded.inGameAssetId;
    return attributesWire(market, { ...asset, createdAtS: 0 }, call.nowS).inGameAssetId;
  }
}

function steamAsset(
  account: AccountBook,
  suits: (asset: OwnedAsset) => boolean,
): OwnedAsset | undefined {
  return [...account.assets.values()].find((asset) => !asset.inMarket && suits(asset));
}

/** `GET /marketplace-api/v1/deposit-status/{DepositID}` */
export function depositStatus({ ledger }: World, { account, path, nowS }: Call): Reply {
  const deposit = ledger.account(account, nowS).deposits.get(path[0] ?? "");
  if (deposit === undefined) throw new Refusal(404, "DepositTransferNotFound", "Unknown deposit");
  const isOver = isDecided(deposit, nowS);
  const [arrived, failed] = [isOver && !deposit.fails, isOver && deposit.fails];
  return ok({
    DepositID: deposit.depositId,
    AssetID: deposit.assetIds,
    Status: `TransferStatus${arrived ? "Success" : failed ? "Error" : "Pending"}`,
    Error: failed ? "Steam did not hand it over" : "",
    Assets: arrived
      ? deposit.assetIds.map((id) => ({ InGameAssetID: id, DmarketAssetID: id }))
      : [],
    SteamDepositInfo: { TradeOfferID: "", Message: "" },
  });
}

/** `POST /exchange/v1/withdraw-assets`: the same request id moves nothing twice. */
export function withdrawAssets({ ledger, market }: World, call: Call): Reply {
  const { assets, requestId } = bodyAs(withdrawBody, call.body);
  const account = ledger.account(call.account, call.nowS);
  const known = account.withdrawals.get(requestId);
  if (known !== undefined) return ok({ transferId: known });
  const leaving = assets.map(({ id }) => withdrawable(account, id, call.nowS));
  for (const asset of leaving) account.assets.delete(asset.assetId);
  const transferId = uuidOf(market.seed, market.takeSerial(), 162);
  account.withdrawals.set(requestId, transferId);
  return ok({ transferId });
}

function withdrawable(account: AccountBook, id: string, nowS: number): OwnedAsset {
  const asset = account.assets.get(id);
  if (asset === undefined || !asset.inMarket || asset.listing !== null) {
    throw badRequest(`Asset must be in the inventory and not listed: "${id}" is not`);
  }
  if (asset.unlockAtS > nowS) throw badRequest(`Asset must not be locked: "${id}" is`);
  return asset;
}
