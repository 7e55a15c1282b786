/** Every reading of the client, asked of a market that a test puts in its place. */

import { systemClock } from "@/core/kernel/clock.ts";
import type { ClosedTradesQuery } from "@/core/market/dmarket/closed_trades.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import type { ReadName } from "@/core/market/dmarket/operations.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";
import { type Documented, documentedAnswer } from "./documented.ts";

export const CALL: CallOptions = {
  signal: new AbortController().signal,
  deadlineAtMs: systemClock.monotonic() + 3_600_000,
};
const PAGE = { game: "a8db", title: "T", cursor: "c", limit: 10 } as const;
const BAND = { fromCents: 1, toCents: 9 };
const ORDER = { orderBy: "title", orderDir: "desc" } as const;
const OWN_PAGE = { ...PAGE, ...ORDER, treeFilters: "exterior=factory new" } as const;
const SPAN = { fromMs: 1_781_692_200_000, toMs: 1_781_692_300_000 };
const TRADES: ClosedTradesQuery = {
  ...SPAN,
  created: SPAN,
  final: SPAN,
  statuses: ["successful", "protected"],
  cursor: "c",
  limit: 100,
};

/** Every reading, asked with everything that it can be asked with. */
export const READS: Readonly<Record<ReadName, (client: DmarketClient) => Promise<unknown>>> = {
  userProfile: (client) => client.account.userProfile(CALL),
  balance: (client) => client.account.balance(CALL),
  offers: (client) =>
    client.offersPage({
      ...PAGE,
      band: BAND,
      filter: { game: "a8db", wants: { souvenir: false } },
    }, CALL),
  aggregatedPrices: (client) =>
    client.quotesPage({ game: "a8db", titles: ["T"], cursor: "c", limit: 10 }, CALL),
  targetsByTitle: (client) => client.targetsByTitle("a8db", "T", CALL),
  lastSales: (client) =>
    client.lastSales({
      game: "a8db",
      title: "T",
      side: "offer",
      filters: "phase=ruby",
      offset: 20,
      limit: 20,
    }, CALL),
  customizedFees: (client) =>
    client.customizedFees({ game: "a8db", offerType: "p2p", offset: 10, limit: 10 }, CALL),
  userInventory: (client) => client.account.inventoryPage(OWN_PAGE, CALL),
  userOffers: (client) => client.account.offersPage(OWN_PAGE, CALL),
  closedOffers: (client) => client.account.closedOffers(TRADES, CALL),
  userTargets: (client) => client.account.targetsPage({ ...OWN_PAGE, band: BAND }, CALL),
  closedTargets: (client) => client.account.closedTargets(TRADES, CALL),
  depositStatus: (client) => client.account.depositStatus("id", CALL),
};

/** A client whose every request gets this answer. */
export function clientFor(answer: (url: string, init: RequestInit) => Response): DmarketClient {
  return new DmarketClient({
    baseUrl: "https://market.test",
    fetcher: (url, init) => Promise.resolve(answer(url, init)),
    clock: systemClock,
    random: () => 0,
    sign: () => Promise.resolve({}),
    report: () => {},
  });
}

/** A documented answer in which `change` was done to the object that holds the field. */
export function answerWith(
  { response }: Documented,
  path: string,
  change: (parent: Record<string, unknown>, name: string) => void,
): unknown {
  const body = documentedAnswer(response);
  const parts = path.split(".");
  const parent = parts.slice(0, -1).reduce<unknown>((at, part) => {
    const inner = (at as Record<string, unknown>)[part.replace("[]", "")];
    return part.endsWith("[]") ? (inner as readonly unknown[])[0] : inner;
  }, body);
  change(parent as Record<string, unknown>, parts.at(-1) ?? "");
  return body;
}
