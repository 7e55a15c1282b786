/** The client against the simulated market: two readings of the same pages of documentation. */

import assert from "node:assert/strict";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { RateLimiter } from "@/core/http/rate_limiter.ts";
import { type Clock, systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { type ClosedTradesQuery, walkClosedTrades } from "@/core/market/dmarket/closed_trades.ts";
import { walkPages } from "@/core/market/dmarket/pages.ts";
import { ratesBelow } from "@/core/market/dmarket/rates.ts";
import { type ApiKeyPair, SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import {
  NO_LIMITS,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "@/core/market/dmarket/sim/server.ts";
import { closeTrade } from "@/core/market/dmarket/sim/trade_close.ts";
import type { CallOptions, EdgeReport } from "@/core/market/dmarket/transport.ts";

interface Stage {
  readonly simulator: Simulator;
  readonly client: DmarketClient;
  readonly reports: readonly EdgeReport[];
}

interface StageOptions extends SimulatorOptions {
  readonly keyPair?: ApiKeyPair;
  /** How far our own clock is ahead of the simulator's. */
  readonly clockErrorMs?: number;
  readonly beforeSending?: () => Promise<void>;
}

async function staged(options: StageOptions, use: (stage: Stage) => Promise<void>): Promise<void> {
  const simulator = await startSimulator({ titles: 200, limits: NO_LIMITS, ...options });
  const key = await SigningKey.import(options.keyPair ?? DEMO_KEYS);
  const reports: EdgeReport[] = [];
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + (options.clockErrorMs ?? 0),
  };
  let skewMs = 0;
  const client = new DmarketClient({
    baseUrl: simulator.url,
    fetcher: systemFetcher,
    clock,
    random: () => 0,
    sign: async (request) => {
      await options.beforeSending?.();
      return { ...await key.sign(request, Math.floor((clock.now() + skewMs) / 1_000)) };
    },
    report: (report) => {
      reports.push(report);
      if (report.kind === "skew") skewMs = report.skewMs;
    },
  });
  try {
    await use({ simulator, client, reports });
  } finally {
    await simulator.stop();
  }
}

function call(timeoutMs = 20_000): CallOptions {
  const signal = new AbortController().signal;
  return { signal, deadlineAtMs: systemClock.monotonic() + timeoutMs };
}

Deno.test("every read of the simulated market is understood to the last field", async () => {
  await staged({}, async ({ client, simulator }) => {
    for (const game of ["a8db", "9a92", "tf2", "rust"] as const) {
      const { offers, total, malformed } = await client.offersPage({ game, limit: 100 }, call());
      assert.ok(offers.length > 0 && total !== null && total >= offers.length, game);
      assert.deepEqual(malformed, []);
      const { quotes } = await client.quotesPage({ game, limit: 1_000 }, call());
      assert.ok(quotes.length > 0, game);
      const fees = await client.customizedFees({ game }, call());
      assert.ok(fees.standard.feePpm > 0 && fees.malformed.length === 0, game);
      for (const { title } of quotes.slice(0, 10)) {
        const book = await client.targetsByTitle(game, title, call());
        const { sales } = await client.lastSales({ game, title, limit: 20 }, call());
        assert.deepEqual(book.malformed, []);
        assert.ok(sales.every(({ priceCents }) => priceCents > 0), title);
      }
    }
    assert.ok((await client.account.userProfile(call())).targetsLimit !== null);
    assert.equal((await client.account.balance(call())).usdCents, 100_000);
    assert.deepEqual(client.reading().unknownFields, {});
    assert.deepEqual(client.reading().refusedRows, {});
    assert.ok(simulator.requests().every(({ status }) => status === 200));
  });
});

Deno.test("a band is walked to its end without losing or inventing an offer", async () => {
  await staged({}, async ({ client }) => {
    const band = { fromCents: 300, toCents: 1_000 };
    const ids: string[] = [];
    let total: number | null = null;
    const page = (cursor: string | null) =>
      client.offersPage({ game: "a8db", band, cursor, limit: 50 }, call());
    for await (const { offers, total: matching } of walkPages(page, 1_000)) {
      total ??= matching;
      for (const offer of offers) {
        assert.ok(offer.priceCents >= 300 && offer.priceCents < 1_000);
        ids.push(offer.offerId);
      }
    }
    assert.equal(new Set(ids).size, total);
  });
});

Deno.test("quotes by title and quotes of the game agree", async () => {
  await staged({}, async ({ client }) => {
    const whole = await client.quotesPage({ game: "rust", limit: 1_000 }, call());
    const titles = whole.quotes.slice(0, 5).map(({ title }) => title);
    const some = await client.quotesPage({ game: "rust", titles, limit: 100 }, call());
    assert.deepEqual(
      some.quotes.toSorted((a, b) => a.title < b.title ? -1 : 1),
      whole.quotes.slice(0, 5).toSorted((a, b) => a.title < b.title ? -1 : 1),
    );
  });
});

Deno.test("a foreign key is refused three times and then no more is sent", async () => {
  const seed = "359deec185d783203f183f179f9bde44bb30daab08fe0813d6d3e75b370e082c";
  const publicKey = "c5321490b7f5ce81d5ba1bebd5501257b964de2dab21e24007c79d1324696467";
  await staged({ keyPair: { publicKey, secretKey: seed } }, async ({ client, simulator }) => {
    const codes: string[] = [];
    for (let i = 0; i < 5; i++) {
      await client.account.balance(call()).catch((error) => {
        assert.ok(error instanceof ActorError);
        codes.push(`${error.kind} ${error.code}`);
      });
    }
    assert.deepEqual(codes, [
      "rejected unauthorized",
      "rejected unauthorized",
      ...Array.from({ length: 3 }, () => "fatal signatures-refused"),
    ]);
    assert.equal(simulator.requests().length, 3);
  });
});

Deno.test("a clock that is an hour off is corrected from the first answer on", async () => {
  await staged({ clockErrorMs: 3_600_000 }, async ({ client, simulator, reports }) => {
    const work = Array.from({ length: 6 }, () => client.account.balance(call()));
    assert.equal((await Promise.all(work)).length, 6);
    assert.ok(simulator.requests().some(({ status }) => status === 401));
    const told = reports.flatMap((report) => report.kind === "skew" ? [report.skewMs] : []);
    assert.ok(told.length > 0 && told.every((skewMs) => Math.abs(skewMs + 3_600_000) < 2_000));
  });
});

Deno.test("faults of the market end in retries, or in their own reason", async () => {
  await staged({}, async ({ client, simulator }) => {
    for (const kind of ["status", "html", "truncate", "reset"] as const) {
      simulator.faults.add({ route: "*", kind, times: 1 });
      assert.ok((await client.lastSales({ game: "a8db", title: "x", limit: 1 }, call())).sales);
    }
    simulator.faults.add({ route: "offers", kind: "stall" });
    await assert.rejects(client.offersPage({ game: "a8db", limit: 1 }, call(1_200)), (error) => {
      return error instanceof ActorError && error.kind === "deadline";
    });
  });
});

Deno.test("a paced client meets no 429", async () => {
  const limits = { "market-items": 20, "last-sales": 20, fee: 20, other: 20 };
  const profile = ratesBelow({ ...limits, "market-items": 12, write: 1 }, 50);
  const limiter = new RateLimiter({ profile, clock: systemClock, maxWaiters: 100 });
  const never = new AbortController().signal;
  const beforeSending = () => limiter.acquire("market-items", never);
  await staged({ limits, beforeSending }, async ({ client, simulator, reports }) => {
    const pages = Array.from(
      { length: 24 },
      () => client.offersPage({ game: "a8db", limit: 1 }, call()),
    );
    await Promise.all(pages);
    const requests = simulator.requests();
    assert.equal(requests.length, 24);
    assert.ok(requests.every(({ status }) => status === 200));
    assert.ok(reports.every(({ kind }) => kind !== "throttled"));
    limiter.close();
  });
});

Deno.test("both histories of the account are walked whole, though one cursor stands still", async () => {
  await staged({}, async ({ simulator, client }) => {
    const nowS = Math.floor(Date.now() / 1_000);
    const account = simulator.ledger.account(DEMO_KEYS.publicKey, nowS);
    const [asset] = account.assets.values();
    assert.ok(asset !== undefined);
    for (let i = 0; i < 250; i++) {
      for (const side of ["offer", "target"] as const) {
        closeTrade(account, {
          side,
          offerId: `offer ${i}`,
          targetId: `target ${i}`,
          asset,
          priceCents: 100 + i,
          feeCents: side === "offer" ? 7 : 0,
          feePercent: "7",
          isReducedFee: false,
          createdAtS: nowS - 1_000,
          closedAtS: nowS - 500 + i,
        });
      }
    }
    const histories = [
      (query: ClosedTradesQuery) => client.account.closedOffers(query, call()),
      (query: ClosedTradesQuery) => client.account.closedTargets(query, call()),
    ];
    for (const fetchPage of histories) {
      const prices: number[] = [];
      for await (const page of walkClosedTrades(fetchPage, { sinceMs: null, maxPages: 10 })) {
        prices.push(...page.map(({ priceCents }) => priceCents));
      }
      assert.deepEqual(prices, Array.from({ length: 250 }, (_, i) => 100 + i));
    }
    const counts = simulator.requests().map(({ route }) => route);
    assert.equal(counts.filter((route) => route === "targets-closed").length, 3);
  });
});

Deno.test("a page that leads back to itself ends the walk with its reason", async () => {
  await staged({}, async ({ simulator, client }) => {
    simulator.faults.add({ route: "*", kind: "repeat" });
    const error = (error: unknown) =>
      error instanceof ActorError && error.code === "cursor-repeats";
    const first = await client.offersPage({ game: "a8db", limit: 1 }, call());
    const again = { game: "a8db", limit: 1, cursor: first.cursor } as const;
    await assert.rejects(client.offersPage(again, call()), error);
    const { cursor } = await client.quotesPage({ game: "a8db", limit: 1 }, call());
    await assert.rejects(client.quotesPage({ game: "a8db", limit: 1, cursor }, call()), error);
  });
});

Deno.test("a market whose clock is an hour ahead is met from its first answer on", async () => {
  await staged({ skewS: 3_600 }, async ({ client, reports }) => {
    assert.ok((await client.account.balance(call())).usdCents > 0);
    const told = reports.flatMap((report) => report.kind === "skew" ? [report.skewMs] : []);
    assert.ok(told.length > 0 && told.every((skewMs) => Math.abs(skewMs - 3_600_000) < 2_000));
  });
});
