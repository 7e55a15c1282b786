/** What an answer is worth of which some rows, or all, were refused. */

import assert from "node:assert/strict";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import type { ReadName } from "@/core/market/dmarket/operations.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";
import { documentedAnswer, documentOf } from "./documented.ts";

const CALL: CallOptions = {
  signal: new AbortController().signal,
  deadlineAtMs: systemClock.monotonic() + 3_600_000,
};
const PAGE = { game: "a8db", limit: 10 } as const;
const TRADES = { fromMs: null, limit: 100 };

interface Reading {
  readonly list: string;
  /** What of it cannot be read is known to be harmless: at worst a deal is missed. */
  readonly isForeign?: true;
  readonly ask: (client: DmarketClient) => Promise<{ readonly malformed: readonly string[] }>;
}

const LISTS: Readonly<Partial<Record<ReadName, Reading>>> = {
  offers: { list: "items", isForeign: true, ask: (client) => client.offersPage(PAGE, CALL) },
  aggregatedPrices: {
    list: "aggregatedPrices",
    isForeign: true,
    ask: (client) => client.quotesPage(PAGE, CALL),
  },
  targetsByTitle: {
    list: "orders",
    isForeign: true,
    ask: (client) => client.targetsByTitle("a8db", "T", CALL),
  },
  lastSales: {
    list: "sales",
    isForeign: true,
    ask: (client) => client.lastSales({ game: "a8db", title: "T", limit: 20 }, CALL),
  },
  customizedFees: {
    list: "reducedFees",
    ask: (client) => client.customizedFees({ game: "a8db" }, CALL),
  },
  userInventory: { list: "items", ask: (client) => client.account.inventoryPage(PAGE, CALL) },
  userOffers: { list: "items", ask: (client) => client.account.offersPage(PAGE, CALL) },
  userTargets: { list: "items", ask: (client) => client.account.targetsPage(PAGE, CALL) },
  closedOffers: { list: "Trades", ask: (client) => client.account.closedOffers(TRADES, CALL) },
  closedTargets: { list: "Trades", ask: (client) => client.account.closedTargets(TRADES, CALL) },
};

const ROWS = 10;

/** The documented answer with so many rows, the first `odd` of which are no rows at all. */
function bodyOf(name: ReadName, list: string, odd: number, rows = ROWS): unknown {
  const body = documentedAnswer(documentOf(name).response) as Record<string, unknown>;
  const [row] = body[list] as readonly unknown[];
  return { ...body, [list]: Array.from({ length: rows }, (_, i) => i < odd ? 7 : row) };
}

function clientOf(body: unknown): DmarketClient {
  return new DmarketClient({
    baseUrl: "https://market.test",
    fetcher: () => Promise.resolve(Response.json(body)),
    clock: systemClock,
    random: () => 0,
    sign: () => Promise.resolve({}),
    report: () => {},
  });
}

for (const [name, { list, ask }] of Object.entries(LISTS) as [ReadName, Reading][]) {
  Deno.test(`${name}: up to a fifth of the rows may be odd, more make the answer unreadable`, async () => {
    for (const odd of [0, 1, 2]) {
      assert.equal((await ask(clientOf(bodyOf(name, list, odd)))).malformed.length, odd);
    }
    for (const odd of [3, ROWS]) {
      const client = clientOf(bodyOf(name, list, odd));
      await assert.rejects(ask(client), (error) => {
        assert.ok(error instanceof ActorError, String(error));
        assert.equal(`${error.kind} ${error.code}`, "rejected unexpected-shape");
        assert.match(error.message, new RegExp(`${odd} of ${ROWS} rows`));
        return true;
      });
      const refused = Object.values(client.reading().refusedRows);
      assert.equal(refused.reduce((sum, count) => sum + count, 0), odd);
    }
  });
}

const UNREADABLE = { name: "ActorError", kind: "rejected", code: "unexpected-shape" };

for (const [name, { list, isForeign, ask }] of Object.entries(LISTS) as [ReadName, Reading][]) {
  const few = isForeign === true ? "costs itself" : "makes what is ours unreadable";
  Deno.test(`${name}: an odd row among few ${few}`, async () => {
    for (const [odd, rows] of [[1, 1], [1, 4], [2, 2], [2, 9]] as const) {
      const answer = ask(clientOf(bodyOf(name, list, odd, rows)));
      if (isForeign === true) assert.equal((await answer).malformed.length, odd);
      else await assert.rejects(answer, UNREADABLE);
    }
    await assert.rejects(ask(clientOf(bodyOf(name, list, 3, 4))), UNREADABLE);
  });
}
