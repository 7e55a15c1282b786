/**
 * The account's own bodies. The profile holds an e-mail address and Steam credentials: only what is
 * named here is read, and neither body is ever logged.
 */

import { z } from "zod";
import {
  optional,
  readObject,
  required,
  type Shape,
  wholeCents,
  wholeNumber,
  type WireAudit,
} from "./wire.ts";

export interface UserProfile {
  /** Targets the account may have at once; null when the market did not say. */
  readonly targetsLimit: number | null;
}

export interface Balance {
  readonly usdCents: number;
  readonly usdWithdrawableCents: number;
}

/** Throws {@link ActorError} `rejected unexpected-shape`. */
export function readUserProfile(body: unknown, audit: WireAudit): UserProfile {
  const { settings } = readObject(body, PROFILE, audit);
  return { targetsLimit: settings?.targetsLimit ?? null };
}

/** Throws {@link ActorError} `rejected unexpected-shape`. */
export function readBalance(body: unknown, audit: WireAudit): Balance {
  const { usd, usdAvailableToWithdraw } = readObject(body, BALANCE, audit);
  return { usdCents: usd, usdWithdrawableCents: usdAvailableToWithdraw };
}

const names = (...fields: readonly string[]): Shape =>
  Object.fromEntries(fields.map((field) => [field, true as const]));

const PROFILE = {
  name: "user",
  shape: {
    ...names(
      "countryCode",
      "countryCodeFromIP",
      "email",
      "ga_client_id",
      "hasActiveSubscriptions",
      "hasHistoryEvents",
      "id",
      "imageUrl",
      "isEmailVerified",
      "isPasswordSet",
      "level",
      "migrated",
      "publicKey",
      "regType",
      "username",
    ),
    agreementsInfo: names("isConfirmed", "updated"),
    features: names("enabled", "name"),
    linkedGames: names("gameId", "gameUserId", "username"),
    restrictions: names("expirationTime", "name"),
    settings: names(
      "enabledDeviceConfirmation",
      "isSubscribedToNewsletters",
      "targetsLimit",
      "tradingApiToken",
    ),
    steamAccount: names(
      "apiKey",
      "apiKeyStatus",
      "icon",
      "isProfilePrivate",
      "level",
      "steamId",
      "tradeUrl",
      "username",
    ),
    twitchAccount: names("icon", "userId", "username"),
  },
  schema: z.object({ settings: z.object({ targetsLimit: optional(wholeNumber) }).nullish() }),
};

const BALANCE = {
  name: "balance",
  shape: names("usd", "usdAvailableToWithdraw", "dmc", "dmcAvailableToWithdraw"),
  schema: z.object({ usd: required(wholeCents), usdAvailableToWithdraw: required(wholeCents) }),
};
