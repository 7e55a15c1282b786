/** The table of routes: what the simulator answers, in which class a request counts, and how. */

import { profileWire } from "./account.ts";
import type { Aggregates } from "./aggregates.ts";
import type { Market } from "./market.ts";
import type { OffersSearch } from "./offers_query.ts";
import type { RequestClass } from "./rate_limits.ts";
import { aggregatedPrices, customizedFees, lastSales, offers, targetsByTitle } from "./reads.ts";
import { type Family, ok, type Reply } from "./replies.ts";

/** What the routes work on. */
export interface World {
  readonly market: Market;
  readonly search: OffersSearch;
  readonly aggregates: Aggregates;
  readonly cursorMaxAgeS: number;
  readonly balanceCents: number;
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

export const ROUTES: readonly Route[] = [
  {
    name: "offers",
    method: "GET",
    pattern: "/marketplace-api/v2/offers",
    class: "market-items",
    family: "marketplace",
    answer: offers,
  },
  {
    name: "aggregated-prices",
    method: "POST",
    pattern: "/marketplace-api/v1/aggregated-prices",
    class: "other",
    family: "marketplace",
    answer: aggregatedPrices,
  },
  {
    name: "targets-by-title",
    method: "GET",
    pattern: "/marketplace-api/v1/targets-by-title/{game}/{title}",
    class: "other",
    family: "marketplace",
    answer: targetsByTitle,
  },
  {
    name: "last-sales",
    method: "GET",
    pattern: "/trade-aggregator/v1/last-sales",
    class: "last-sales",
    family: "exchange",
    answer: lastSales,
  },
  {
    name: "customized-fees",
    method: "GET",
    pattern: "/exchange/v1/customized-fees",
    class: "fee",
    family: "exchange",
    answer: customizedFees,
  },
  {
    name: "user",
    method: "GET",
    pattern: "/account/v1/user",
    class: "other",
    family: "account",
    answer: (_world, call) => ok(profileWire(call.account)),
  },
  {
    name: "balance",
    method: "GET",
    pattern: "/account/v1/balance",
    class: "other",
    family: "account",
    answer: ({ balanceCents }) => ok(balanceWire(balanceCents)),
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

export function isRetired(path: string): boolean {
  return RETIRED.includes(path);
}

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

function balanceWire(balanceCents: number): Readonly<Record<string, string>> {
  const usd = String(balanceCents);
  return { usd, usdAvailableToWithdraw: usd, dmc: "0", dmcAvailableToWithdraw: "0" };
}
