/** The profile of whoever signs: invented, complete, and without a person behind it. */

import type { Wire } from "./books.ts";
import { uuidOf } from "./ids.ts";
import { hashText } from "./random.ts";

export const TARGETS_LIMIT = 500;

/** Answer of `GET /account/v1/user` to the owner of `publicKey`. */
export function profileWire(publicKey: string): Wire {
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
