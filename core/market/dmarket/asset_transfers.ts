/**
 * Assets on their way between Steam and the market: wire forms in and out. Deposits and withdrawals
 * are writes; nothing here sends them.
 */

import { z } from "zod";
import type { GameId } from "@/core/domain/market.ts";
import { id, optional, readObject, required, type Shape, text, type WireAudit } from "./wire.ts";

const LONG_ID = text(200);

/** The synchronisation names games in its own way. */
const SYNC_GAMES: Readonly<Record<GameId, string>> = {
  a8db: "CSGO",
  "9a92": "Dota2",
  tf2: "TF2",
  rust: "Rust",
};

/** `POST /marketplace-api/v1/user-inventory/sync`; its answer is empty. */
export function syncInventoryBody(game: GameId): string {
  return JSON.stringify({ Type: "Inventory", GameID: SYNC_GAMES[game] });
}

/** `POST /marketplace-api/v1/deposit-assets`, by the ids the inventory gives. */
export function depositAssetsBody(inGameAssetIds: readonly string[]): string {
  return JSON.stringify({ AssetID: inGameAssetIds });
}

/** Id to ask the status of a deposit by. Throws {@link ActorError} `rejected unexpected-shape`. */
export function readDeposit(body: unknown, audit: WireAudit): string {
  return readObject(body, {
    name: "deposit-assets",
    shape: { DepositID: true },
    schema: z.object({ DepositID: required(id) }),
  }, audit).DepositID;
}

const DEPOSIT_STATES = {
  TransferStatusPending: "pending",
  TransferStatusCreated: "created",
  TransferStatusSuccess: "success",
  TransferStatusFailedToCreate: "failed",
  TransferStatusError: "failed",
  TransferStatusOnHold: "on-hold",
} as const;

export interface DepositStatus {
  readonly depositId: string;
  readonly state: typeof DEPOSIT_STATES[keyof typeof DEPOSIT_STATES];
  /** Steam's trade offer to accept; null before there is one. */
  readonly tradeOfferId: string | null;
  /** The market's ids of the assets once they have arrived, by their ids in the game. */
  readonly assetIds: ReadonlyMap<string, string>;
}

/** `GET /marketplace-api/v1/deposit-status/{id}`. Throws {@link ActorError} `unexpected-shape`. */
export function readDepositStatus(body: unknown, audit: WireAudit): DepositStatus {
  const status = readObject(body, DEPOSIT, audit);
  const pairs = (status.Assets ?? []).map((asset) => [asset.InGameAssetID, asset.DmarketAssetID]);
  return {
    depositId: status.DepositID,
    state: status.Status,
    tradeOfferId: status.SteamDepositInfo?.TradeOfferID ?? null,
    assetIds: new Map(pairs as [string, string][]),
  };
}

const depositShape: Shape = {
  DepositID: true,
  AssetID: true,
  Status: true,
  Error: true,
  Assets: { InGameAssetID: true, DmarketAssetID: true },
  SteamDepositInfo: { TradeOfferID: true, Message: true },
};

const DEPOSIT = {
  name: "deposit-status",
  shape: depositShape,
  schema: z.object({
    DepositID: required(id),
    Status: required({
      read: (value) =>
        typeof value === "string" && Object.hasOwn(DEPOSIT_STATES, value)
          ? DEPOSIT_STATES[value as keyof typeof DEPOSIT_STATES]
          : null,
      rule: "a transfer status",
    }),
    Assets: z.array(z.object({
      InGameAssetID: required(LONG_ID),
      DmarketAssetID: required(LONG_ID),
    })).max(1_000).nullish(),
    SteamDepositInfo: z.object({ TradeOfferID: optional(LONG_ID) }).nullish(),
  }),
} as const;

export interface WithdrawalAsset {
  readonly assetId: string;
  readonly game: GameId;
  readonly classId: string;
}

/**
 * `POST /exchange/v1/withdraw-assets`. The only write that carries an id of ours: `requestId` makes
 * it safe to repeat.
 */
export function withdrawAssetsBody(assets: readonly WithdrawalAsset[], requestId: string): string {
  const rows = assets.map(({ assetId, game, classId }) => ({ id: assetId, gameId: game, classId }));
  return JSON.stringify({ assets: rows, requestId });
}

/** Id of the transfer. Throws {@link ActorError} `rejected unexpected-shape`. */
export function readWithdrawal(body: unknown, audit: WireAudit): string {
  return readObject(body, {
    name: "withdraw-assets",
    shape: { transferId: true },
    schema: z.object({ transferId: required(LONG_ID) }),
  }, audit).transferId;
}
