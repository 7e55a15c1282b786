/** The account of whoever signs: its balance, and a profile without a person behind it. */

import type { Wire } from "./books.ts";
import { uuidOf } from "./ids.ts";
import { hashText } from "./random.ts";
import { ok, type Reply } from "./replies.ts";
import type { Call, World } from "./routes.ts";

/** Targets one account may have. */
export const TARGETS_LIMIT = 500;

/** `GET /account/v1/balance`: cents in quotes. */
export function balance({ ledger }: World, { account, nowS }: Call): Reply {
  const { balanceCents, withdrawableCents } = ledger.account(account, nowS);
  return ok({
    usd: String(balanceCents),
    usdAvailableToWithdraw: String(withdrawableCents),
    dmc: "0",
    dmcAvailableToWithdraw: "0",
  });
}

/** `GET /account/v1/user` */
export function profile(_world: World, { account }: Call): Reply {
  return ok(profileWire(account));
}

function profileWire(publicKey: string): Wire {
  const id = uuidOf(hashText(publicKey), 81);
  return {
    id,
    username: `demo-${id.slice(0, 6)}`,
    email: "demo@simulator.invalid",
    isEmailVerified: true,
    isPasswordSet: true,
    imageUrl: "",
    publicKey: `0x${publicKey}`,
    countryCode: "ZZ",
    countryCodeFromIP: "ZZ",
    regType: "steam",
    level: 1,
    migrated: true,
    hasActiveSubscriptions: false,
    hasHistoryEvents: false,
    ga_client_id: "",
    agreementsInfo: { isConfirmed: true, updated: 1_700_000_000 },
    features: [{ name: "P2P", enabled: true }],
    restrictions: [],
    linkedGames: [{ gameId: "a8db", gameUserId: "0", username: "demo" }],
    settings: {
      enabledDeviceConfirmation: false,
      isSubscribedToNewsletters: false,
      targetsLimit: TARGETS_LIMIT,
      tradingApiToken: "",
    },
    steamAccount: {
      apiKey: "",
      apiKeyStatus: "New",
      icon: "",
      isProfilePrivate: false,
      level: 1,
      steamId: "0",
      tradeUrl: "",
      username: "demo",
    },
    twitchAccount: { icon: "", userId: "", username: "" },
  };
}
