/** The table of routes: what the simulator answers, in which class a request counts, and how. */

import { balance, profile } from "./account.ts";
import type { Aggregates } from "./aggregates.ts";
import { closedOffers, closedTargets } from "./closed_trades.ts";
import type { Ledger } from "./ledger.ts";
import type { Market } from "./market.ts";
import type { OffersSearch } from "./offers_query.ts";
import type { RequestClass } from "./rate_limits.ts";
import { aggregatedPrices, customizedFees, lastSales, offers, targetsByTitle } from "./reads.ts";
import type { Family, Reply } from "./replies.ts";
import { createTargets, deleteTargets } from "./target_routes.ts";
import { buyOffers, createOffers, deleteOffers, updateOffers } from "./trading.ts";
import { depositAssets, depositStatus, syncInventory, withdrawAssets } from "./transfers.ts";
import { inventory, ownOffers, ownTargets } from "./user_lists.ts";

/** What the routes work on. */
export interface World {
  readonly market: Market;
  readonly search: OffersSearch;
  readonly aggregates: Aggregates;
  readonly cursorMaxAgeS: number;
  readonly ledger: Ledger;
}

/** One request, as the handlers see it. */
export interface Call {
  /** Values of the pattern's placeholders, decoded, in order. */
  readonly path: readonly string[];
  readonly params: URLSearchParams;
  readonly body: string;
  /** Public key of the signer. */
  readonly account: string;
  readonly nowS: number;
}

/** One operation of the API. */
export interface Route {
  /** As the request log and the faults name it. */
  readonly name: string;
  readonly method: string;
  /** Placeholders in braces match one segment. */
  readonly pattern: string;
  readonly class: RequestClass;
  readonly family: Family;
  readonly answer: (world: World, call: Call) => Reply;
}

/** The class that a request counts in is `other` unless a line says more. */
const MARKETPLACE = { family: "marketplace", class: "other" } as const;
const EXCHANGE = { family: "exchange", class: "other" } as const;
const ACCOUNT = { family: "account", class: "other" } as const;

/** The 22 operations of the Trading API. */
export const ROUTES: readonly Route[] = [
  {
    ...ACCOUNT,
    name: "user",
    method: "GET",
    pattern: "/account/v1/user",
    answer: profile,
  },
  {
    ...ACCOUNT,
    name: "balance",
    method: "GET",
    pattern: "/account/v1/balance",
    answer: balance,
  },
  {
    ...MARKETPLACE,
    class: "market-items",
    name: "offers",
    method: "GET",
    pattern: "/marketplace-api/v2/offers",
    answer: offers,
  },
  {
    ...MARKETPLACE,
    name: "aggregated-prices",
    method: "POST",
    pattern: "/marketplace-api/v1/aggregated-prices",
    answer: aggregatedPrices,
  },
  {
    ...MARKETPLACE,
    name: "targets-by-title",
    method: "GET",
    pattern: "/marketplace-api/v1/targets-by-title/{game_id}/{title}",
    answer: targetsByTitle,
  },
  {
    ...EXCHANGE,
    class: "last-sales",
    name: "last-sales",
    method: "GET",
    pattern: "/trade-aggregator/v1/last-sales",
    answer: lastSales,
  },
  {
    ...EXCHANGE,
    class: "fee",
    name: "customized-fees",
    method: "GET",
    pattern: "/exchange/v1/customized-fees",
    answer: customizedFees,
  },
  {
    ...EXCHANGE,
    name: "offers-buy",
    method: "PATCH",
    pattern: "/exchange/v1/offers-buy",
    answer: buyOffers,
  },
  {
    ...MARKETPLACE,
    name: "user-offers",
    method: "GET",
    pattern: "/marketplace-api/v2/user/offers",
    answer: ownOffers,
  },
  {
    ...MARKETPLACE,
    name: "offers-create",
    method: "POST",
    pattern: "/marketplace-api/v2/offers:batchCreate",
    answer: createOffers,
  },
  {
    ...MARKETPLACE,
    name: "offers-update",
    method: "POST",
    pattern: "/marketplace-api/v2/offers:batchUpdate",
    answer: updateOffers,
  },
  {
    ...MARKETPLACE,
    name: "offers-delete",
    method: "POST",
    pattern: "/marketplace-api/v2/offers:batchDelete",
    answer: deleteOffers,
  },
  {
    ...MARKETPLACE,
    name: "offers-closed",
    method: "GET",
    pattern: "/marketplace-api/v1/user-offers/closed",
    answer: closedOffers,
  },
  {
    ...MARKETPLACE,
    name: "user-targets",
    method: "GET",
    pattern: "/marketplace-api/v2/user/targets",
    answer: ownTargets,
  },
  {
    ...MARKETPLACE,
    name: "targets-create",
    method: "POST",
    pattern: "/marketplace-api/v1/user-targets/create",
    answer: createTargets,
  },
  {
    ...MARKETPLACE,
    name: "targets-delete",
    method: "POST",
    pattern: "/marketplace-api/v1/user-targets/delete",
    answer: deleteTargets,
  },
  {
    ...MARKETPLACE,
    name: "targets-closed",
    method: "GET",
    pattern: "/marketplace-api/v1/user-targets/closed",
    answer: closedTargets,
  },
  {
    ...MARKETPLACE,
    name: "inventory",
    method: "GET",
    pattern: "/marketplace-api/v2/user/inventory",
    answer: inventory,
  },
  {
    ...MARKETPLACE,
    name: "inventory-sync",
    method: "POST",
    pattern: "/marketplace-api/v1/user-inventory/sync",
    answer: syncInventory,
  },
  {
    ...MARKETPLACE,
    name: "deposit-assets",
    method: "POST",
    pattern: "/marketplace-api/v1/deposit-assets",
    answer: depositAssets,
  },
  {
    ...MARKETPLACE,
    name: "deposit-status",
    method: "GET",
    pattern: "/marketplace-api/v1/deposit-status/{DepositID}",
    answer: depositStatus,
  },
  {
    ...EXCHANGE,
    name: "withdraw-assets",
    method: "POST",
    pattern: "/exchange/v1/withdraw-assets",
    answer: withdrawAssets,
  },
];

/** v1 routes that the live market answers with 410. */
const RETIRED: readonly string[] = [
  "/exchange/v1/market/items",
  "/exchange/v1/offers-by-title",
  "/exchange/v1/offers",
  "/exchange/v1/user/items",
  "/exchange/v1/user/offers",
  "/marketplace-api/v1/user-offers",
  "/marketplace-api/v1/user-offers/create",
  "/marketplace-api/v1/user-offers/edit",
  "/marketplace-api/v1/user-inventory",
  "/marketplace-api/v1/user-targets",
  "/price-aggregator/v1/aggregated-prices",
];

/** Whether a path belonged to the retired API. */
export function isRetired(path: string): boolean {
  return RETIRED.includes(path);
}

/** A route with the values of its placeholders. */
export interface Match {
  readonly route: Route;
  readonly path: readonly string[];
}

/** The route of a decoded path; null when there is none. A slash inside a value matches nothing. */
export function matchRoute(method: string, path: string): Match | null {
  const segments = path.split("/");
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const values = matchPattern(route.pattern.split("/"), segments);
    if (values !== null) return { route, path: values };
  }
  return null;
}

function matchPattern(
  pattern: readonly string[],
  segments: readonly string[],
): readonly string[] | null {
  if (pattern.length !== segments.length) return null;
  const values: string[] = [];
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? "";
    if (part.startsWith("{") && segment !== "") values.push(segment);
    else if (part !== segment) return null;
  }
  return values;
}
