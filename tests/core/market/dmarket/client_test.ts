import assert from "node:assert/strict";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import type { CallOptions } from "@/core/market/dmarket/transport.ts";

const TITLE = "AK-47 | Redline 50%20off + 5&5 (Field-Tested)";

interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  readonly body: string;
}

type Route = (seen: Seen) => unknown;

/** A client of a server that answers each request with what `route` makes of it. */
async function withMarket(
  route: Route,
  use: (client: DmarketClient, seen: readonly Seen[]) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (req) => {
    const url = new URL(req.url);
    const request = { method: req.method, url, path: url.pathname, body: await req.text() };
    seen.push(request);
    const answer = route(request);
    return answer instanceof Response ? answer : Response.json(answer);
  });
  const client = new DmarketClient({
    baseUrl: `http://127.0.0.1:${server.addr.port}`,
    fetcher: systemFetcher,
    clock: systemClock,
    random: () => 0,
    sign: () => Promise.resolve({}),
    report: () => {},
  });
  try {
    await use(client, seen);
  } finally {
    await server.shutdown();
  }
}

function call(): CallOptions {
  const signal = new AbortController().signal;
  return { signal, deadlineAtMs: systemClock.monotonic() + 10_000 };
}

const BODIES: Readonly<Record<string, unknown>> = {
  "/marketplace-api/v2/offers": { items: [], total: "0", cursor: "" },
  "/marketplace-api/v1/aggregated-prices": { aggregatedPrices: [], nextCursor: "" },
  "/trade-aggregator/v1/last-sales": { sales: [] },
  "/exchange/v1/customized-fees": { defaultFee: { fraction: "0.07", minAmount: 1 } },
  "/account/v1/user": { settings: { targetsLimit: 7 } },
  "/account/v1/balance": { usd: "1", usdAvailableToWithdraw: "1" },
};

const anyBody: Route = ({ path }) => BODIES[path] ?? { orders: [] };

Deno.test("a half-open price band becomes the API's inclusive one", async () => {
  await withMarket(anyBody, async (client, seen) => {
    const band = { fromCents: 300, toCents: 1_000 };
    await client.offersPage({ game: "tf2", band, limit: 100, cursor: "abc=" }, call());
    assert.deepEqual(Object.fromEntries(seen[0]?.url.searchParams ?? []), {
      gameId: "tf2",
      priceFrom: "300",
      priceTo: "999",
      orderBy: "price",
      orderDir: "asc",
      limit: "100",
      cursor: "abc=",
    });
  });
});

Deno.test("quotes are asked for a whole game or for some titles", async () => {
  await withMarket(anyBody, async (client, seen) => {
    await client.quotesPage({ game: "a8db", limit: 1_000 }, call());
    await client.quotesPage({ game: "rust", titles: ["a", "b"], cursor: "c", limit: 2 }, call());
    assert.deepEqual(seen.map(({ body }) => JSON.parse(body)), [
      { filter: { game: "a8db" }, limit: "1000", cursor: "" },
      { filter: { game: "rust", titles: ["a", "b"] }, limit: "2", cursor: "c" },
    ]);
  });
});

Deno.test("titles arrive literally, in the path and in the query", async () => {
  await withMarket(anyBody, async (client, seen) => {
    for (const title of [TITLE, "★ StatTrak™ 🦄", "Ol' (Bess)!"]) {
      await client.targetsByTitle("a8db", title, call());
      await client.lastSales({ game: "a8db", title, limit: 20, side: "target" }, call());
      const [targets, sales] = seen.slice(-2);
      const segment = targets?.path.split("/").at(-1) ?? "";
      assert.equal(decodeURIComponent(segment), title);
      assert.equal(sales?.url.searchParams.get("title"), title);
      assert.equal(sales?.url.searchParams.get("txOperationType"), "Target");
    }
  });
});

Deno.test("a title with a slash is refused before anything is sent", async () => {
  await withMarket(anyBody, async (client, seen) => {
    await assert.rejects(client.targetsByTitle("a8db", "x (Holo/Foil)", call()), (error) => {
      assert.ok(error instanceof ActorError && error.kind === "rejected");
      assert.match(error.message, /"x \(Holo\/Foil\)".*slash/);
      return true;
    });
    assert.equal(seen.length, 0);
  });
});

Deno.test("targets unknown under the game's id are asked under its name, and found there again", async () => {
  const route: Route = ({ path }) =>
    path.includes("/a8db/") ? Response.json({ code: 5 }, { status: 404 }) : { orders: [] };
  await withMarket(route, async (client, seen) => {
    await client.targetsByTitle("a8db", "x", call());
    await client.targetsByTitle("a8db", "y", call());
    assert.deepEqual(seen.map(({ path }) => path.split("/").slice(-2).join("/")), [
      "a8db/x",
      "csgo/x",
      "csgo/y",
    ]);
  });
});

Deno.test("targets that are nowhere are not found, after two questions", async () => {
  await withMarket(() => new Response(null, { status: 404 }), async (client, seen) => {
    await assert.rejects(client.targetsByTitle("9a92", "x", call()), (error) => {
      return error instanceof ActorError && error.code === "not-found";
    });
    assert.equal(seen.length, 2);
    await assert.rejects(client.targetsByTitle("tf2", "x", call()));
    assert.equal(seen.length, 3);
  });
});

Deno.test("a page that leads back to itself is noticed", async () => {
  const offers = { items: [], total: "5", cursor: "same" };
  const quotes = { aggregatedPrices: [], nextCursor: "same" };
  await withMarket(({ path }) => path.includes("offers") ? offers : quotes, async (client) => {
    const repeats = (error: unknown) =>
      error instanceof ActorError && error.code === "cursor-repeats";
    await client.offersPage({ game: "a8db", limit: 5 }, call());
    await assert.rejects(
      client.offersPage({ game: "a8db", limit: 5, cursor: "same" }, call()),
      repeats,
    );
    await assert.rejects(
      client.quotesPage({ game: "a8db", limit: 5, cursor: "same" }, call()),
      repeats,
    );
  });
});

Deno.test("a question the API would refuse is not asked", async () => {
  await withMarket(anyBody, async (client, seen) => {
    const own = { game: "a8db", limit: 1 } as const;
    const trades = { fromMs: null, limit: 1 };
    const bad = [
      () => client.offersPage({ game: "a8db", limit: 0 }, call()),
      () => client.offersPage({ game: "a8db", limit: 101 }, call()),
      () => client.offersPage({ game: "a8db", limit: 1.5 }, call()),
      () => client.offersPage({ game: "a8db", limit: 1, cursor: "c".repeat(501) }, call()),
      () =>
        client.offersPage({ game: "a8db", limit: 1, band: { fromCents: 5, toCents: 5 } }, call()),
      () =>
        client.offersPage({ game: "a8db", limit: 1, band: { fromCents: -1, toCents: 5 } }, call()),
      () =>
        client.offersPage({ game: "a8db", limit: 1, band: { fromCents: 0, toCents: NaN } }, call()),
      () => client.quotesPage({ game: "a8db", limit: 1_001 }, call()),
      () => client.quotesPage({ game: "a8db", titles: [], limit: 1 }, call()),
      () => client.quotesPage({ game: "a8db", titles: Array(101).fill("x"), limit: 1 }, call()),
      () => client.lastSales({ game: "a8db", title: "x", limit: 21 }, call()),
      () => client.lastSales({ game: "a8db", title: "x", limit: 1, offset: -1 }, call()),
      () => client.lastSales({ game: "a8db", title: "x", limit: 1, filters: "" }, call()),
      () => client.customizedFees({ game: "a8db", offerType: "steam" as never }, call()),
      () => client.customizedFees({ game: "a8db", offset: 0.5 }, call()),
      () => client.customizedFees({ game: "a8db", limit: 100_001 }, call()),
      () => client.account.inventoryPage({ ...own, treeFilters: "a".repeat(1_501) }, call()),
      () => client.account.inventoryPage({ ...own, orderDir: "up" as never }, call()),
      () => client.account.offersPage({ ...own, orderBy: "updatedAt" as never }, call()),
      () => client.account.targetsPage({ ...own, orderBy: "float" as never }, call()),
      () => client.account.targetsPage({ ...own, band: { fromCents: 5, toCents: 5 } }, call()),
      () => client.account.closedOffers({ fromMs: -1, limit: 1 }, call()),
      () => client.account.closedOffers({ fromMs: null, limit: 1_001 }, call()),
      () => client.account.closedTargets({ ...trades, final: { toMs: NaN } }, call()),
      () => client.account.closedTargets({ ...trades, orderDir: "up" as never }, call()),
      () => client.account.closedTargets({ ...trades, statuses: ["lost" as never] }, call()),
      () => client.account.closedTargets({ ...trades, cursor: "c".repeat(501) }, call()),
    ];
    for (const ask of bad) {
      await assert.rejects(ask(), (error) => {
        assert.ok(error instanceof ActorError);
        assert.equal(`${error.kind} ${error.code}`, "rejected bad-query");
        return true;
      });
    }
    assert.equal(seen.length, 0);
  });
});

Deno.test("an HTML page, a broken body and a huge one end the call with their own reason", async () => {
  const cases: [() => Response, string][] = [
    [() => new Response("<html>Maintenance</html>"), "transient html-instead-of-json"],
    [() => new Response('{"usd":"1'), "transient bad-json"],
    [
      () => new Response(new Uint8Array(50 * 1024 * 1024).fill(32)),
      "rejected body-too-large",
    ],
    [() => Response.json({ usd: 1.5, usdAvailableToWithdraw: "1" }), "rejected unexpected-shape"],
  ];
  for (const [route, expected] of cases) {
    await withMarket(route, async (client) => {
      await assert.rejects(client.account.balance(call()), (error) => {
        assert.ok(error instanceof ActorError);
        assert.equal(`${error.kind} ${error.code}`, expected);
        return true;
      });
    });
  }
});

Deno.test("the account is read, and what is unknown in it is counted by name only", async () => {
  const user = { id: "1", email: "someone@example.com", settings: { targetsLimit: 7 }, shoe: 43 };
  const route: Route = ({ path }) => path.endsWith("user") ? user : BODIES[path];
  await withMarket(route, async (client) => {
    assert.deepEqual(await client.account.userProfile(call()), { targetsLimit: 7 });
    assert.deepEqual(await client.account.balance(call()), {
      usdCents: 1,
      usdWithdrawableCents: 1,
    });
    const reading = client.reading();
    assert.deepEqual(reading.unknownFields, { "user.shoe": 1 });
    assert.deepEqual(reading.attempts, { "userProfile.ok": 1, "balance.ok": 1 });
    assert.doesNotMatch(JSON.stringify(reading), /example\.com/);
  });
});
