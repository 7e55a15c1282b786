/** Signer and market-fetcher as real workers, reading the simulated market over HTTP. */

import assert from "node:assert/strict";
import { marketFetcherSpec } from "@/actors/market_fetcher/spec.ts";
import { signerSpec } from "@/actors/signer/spec.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { child, serve, type Served } from "@/core/kernel/house.ts";
import { DEFAULT_RATES } from "@/core/market/dmarket/rates.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { NO_LIMITS, type Simulator, startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { keepsakes } from "@/core/protocol/keepsakes.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { signer } from "@/core/protocol/signer.ts";
import { SignedClient } from "@/tests/core/market/dmarket/sim/signed_client.ts";
import { type House, inHouse } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";

const BAND = { game: "a8db", fromCents: 300, toCents: 1_000, cursor: null, limit: 50 } as const;
const FAST = { ratePerSecond: 500, burst: 50 };
const FAST_RATES = {
  classes: {
    "market-items": FAST,
    "last-sales": FAST,
    "fee": FAST,
    "other": FAST,
    "write": FAST,
  },
  overall: FAST,
};

/** Keeps as main does, without a database. */
function shelf(): Served {
  const kept = new Map<string, { body: string; keptAtMs: number }>();
  return serve(keepsakes, {
    Keep: ({ name, body }, actor) => {
      kept.set(`${actor} ${name}`, { body, keptAtMs: Date.now() });
      return {};
    },
    Recall: ({ name }, actor) => ({ kept: kept.get(`${actor} ${name}`) ?? null }),
  });
}

async function inMarket(
  test: (house: House, simulator: Simulator) => Promise<void>,
  options: { readonly keys?: readonly string[]; readonly rates?: typeof FAST_RATES } = {},
): Promise<void> {
  const keys = options.keys === undefined ? {} : { keys: options.keys };
  const simulator = await startSimulator({ titles: 300, limits: NO_LIMITS, ...keys });
  const children = [
    child(signerSpec, {
      config: () => ({ ...DEMO_KEYS, mode: "dry" as const, rates: options.rates ?? FAST_RATES }),
      backoff: { minMs: 1 },
    }),
    child(marketFetcherSpec, {
      config: () => ({ baseUrl: simulator.url }),
      backoff: { minMs: 1 },
    }),
  ];
  try {
    await inHouse((house) => test(house, simulator), { children, serve: [shelf()] });
  } finally {
    await simulator.stop();
  }
}

Deno.test("pages and evidence come out of the market through both actors", () =>
  inMarket(async ({ supervisor }) => {
    const page = await supervisor.ask(marketFetcher, "OffersPage", BAND);
    assert.equal(page.offers.length, 50);
    assert.ok(page.offers.every((one) => one.priceCents >= 300 && one.priceCents < 1_000));
    assert.ok(page.cursor !== null && page.total >= 50);
    assert.deepEqual(page.malformed, []);
    const titles = [...new Set(page.offers.map(({ title }) => title))];
    assert.deepEqual(page.quotes.map(({ title }) => title), titles);
    const asked = { game: "a8db", titles: titles.slice(0, 5) } as const;
    const { evidence, missing } = await supervisor.ask(marketFetcher, "Evidence", asked);
    assert.deepEqual(missing, []);
    for (const one of evidence) {
      assert.ok(one.asks.length > 0, one.title);
      const prices = one.asks.map(({ priceCents }) => priceCents);
      assert.deepEqual(prices, prices.toSorted((a, b) => a - b));
      assert.ok(one.fee.feePpm > 0);
    }
    const status = await supervisor.ask(marketFetcher, "Status", {});
    assert.equal(status.requests["offers.ok"], 6);
    assert.deepEqual(status.unknownFields, {});
    const budget = await supervisor.ask(signer, "Budget", {});
    assert.equal(budget.mode, "dry");
    const granted = budget.classes.reduce((sum, one) => sum + one.granted, 0);
    const sent = Object.values(status.requests).reduce((sum, count) => sum + count, 0);
    assert.equal(granted, sent);
  }));

Deno.test("a target and a listing of ours, made elsewhere, are in nobody's book", () =>
  inMarket(async ({ supervisor }, simulator) => {
    const elsewhere = new SignedClient(simulator.url);
    const page = await supervisor.ask(marketFetcher, "OffersPage", BAND);
    const title = page.quotes.find(({ bidCount }) => bidCount > 0)?.title ?? "";
    const read = async () => {
      const body = { game: "a8db" as const, titles: [title], maxBookAgeMs: 0 };
      return (await supervisor.ask(marketFetcher, "Evidence", body)).evidence[0];
    };
    const before = await read();
    const best = before?.bids[0]?.priceCents ?? 0;
    const { json } = await elsewhere.post("/marketplace-api/v1/user-targets/create", {
      GameID: "a8db",
      Targets: [{
        Amount: "2",
        Price: { Currency: "USD", Amount: (best + 1) / 100 },
        Title: title,
        Attrs: {},
      }],
    });
    assert.equal(json.Result[0].Successful, true, JSON.stringify(json));
    const book = await elsewhere.get(
      `/marketplace-api/v1/targets-by-title/csgo/${encodeURIComponent(title)}`,
    );
    assert.match(book.text, new RegExp(`"${best + 1}"`), "it stands in the public book");
    // What is ours is read once a minute; another fetcher reads it now.
    supervisor.find("market-fetcher")?.chaos("exit");
    await waitFor("the fetcher", () => supervisor.find("market-fetcher")?.restarts === 1);
    const after = await waitFor("the evidence", read);
    assert.deepEqual(after.bids, before?.bids);
  }));

Deno.test("a signer that dies in between is waited for", () =>
  inMarket(async ({ supervisor }) => {
    await supervisor.ask(marketFetcher, "OffersPage", BAND);
    supervisor.find("signer")?.chaos("exit");
    await waitFor("the signer to come back", () => supervisor.find("signer")?.restarts === 1);
    const page = await waitFor(
      "a page",
      () => supervisor.ask(marketFetcher, "OffersPage", BAND),
    );
    assert.equal(page.offers.length, 50);
    assert.equal(supervisor.find("market-fetcher")?.restarts, 0);
  }));

Deno.test("a refused key stops the requests and neither of the actors", () =>
  inMarket(async ({ supervisor }, simulator) => {
    const ask = () =>
      supervisor.ask(marketFetcher, "OffersPage", BAND).then(() => "a page", (error) => {
        assert.ok(error instanceof ActorError);
        return `${error.kind} ${error.code}`;
      });
    await waitFor("the verdict", async () => await ask() === "transient signatures-refused");
    // Requests that were under way when the verdict fell may still have gone out.
    assert.ok(simulator.requests().length <= 6, String(simulator.requests().length));
    const sent = simulator.requests().length;
    for (let i = 0; i < 5; i++) assert.equal(await ask(), "transient signatures-refused");
    assert.equal(simulator.requests().length, sent);
    assert.equal(supervisor.find("market-fetcher")?.restarts, 0);
    await supervisor.ask(marketFetcher, "Status", {});
  }, { keys: ["ab".repeat(32)] }));

Deno.test("a 429 slows the signer down", () =>
  inMarket(async ({ supervisor }, simulator) => {
    const rate = async () => {
      const { classes } = await supervisor.ask(signer, "Budget", {});
      return classes.find((one) => one.class === "market-items")?.ratePerSecond ?? NaN;
    };
    assert.equal(await rate(), 4);
    simulator.faults.add({ route: "offers", kind: "throttle", retryAfterS: 0, times: 1 });
    await supervisor.ask(marketFetcher, "OffersPage", BAND);
    assert.ok(await rate() < 2.1);
  }, { rates: DEFAULT_RATES }));

Deno.test("a signer that starts anew is as slow as the one that was throttled", () =>
  inMarket(async ({ supervisor }, simulator) => {
    const rate = async () => {
      const { classes } = await supervisor.ask(signer, "Budget", {});
      return classes.find((one) => one.class === "market-items")?.ratePerSecond ?? NaN;
    };
    simulator.faults.add({ route: "offers", kind: "throttle", retryAfterS: 0, times: 1 });
    await supervisor.ask(marketFetcher, "OffersPage", BAND);
    assert.ok(await rate() < 2.1);
    supervisor.find("signer")?.chaos("exit");
    await waitFor("the signer", () => supervisor.find("signer")?.restarts === 1);
    const after = await waitFor("its budget", rate);
    assert.ok(after < 2.1, String(after));
  }, { rates: DEFAULT_RATES }));

Deno.test("a fetcher that starts anew reads no fee list of the day again", () =>
  inMarket(async ({ supervisor }, simulator) => {
    const page = await supervisor.ask(marketFetcher, "OffersPage", BAND);
    const titles = page.quotes.slice(0, 3).map(({ title }) => title);
    const fees = async () => {
      const body = { game: "a8db" as const, titles };
      const { evidence } = await supervisor.ask(marketFetcher, "Evidence", body);
      return evidence.map(({ title, fee, reducedFees }) => ({ title, fee, reducedFees }));
    };
    const before = await fees();
    supervisor.find("market-fetcher")?.chaos("exit");
    await waitFor("the fetcher", () => supervisor.find("market-fetcher")?.restarts === 1);
    assert.deepEqual(await waitFor("the evidence", fees), before);
    const read = simulator.requests().filter(({ route }) => route === "customized-fees");
    assert.equal(read.length, 1);
  }));

/** One page of offers now, the next in an hour; quotes are of another class. */
const STRICT_PAGES = {
  ...FAST_RATES,
  classes: { ...FAST_RATES.classes, "market-items": { ratePerSecond: 1 / 3_600, burst: 1 } },
};

Deno.test("a stop waits for no permit: a page that has none yet is given up", () =>
  inMarket(async ({ supervisor, events }) => {
    await supervisor.ask(marketFetcher, "OffersPage", BAND);
    const asked = supervisor.ask(marketFetcher, "OffersPage", BAND).then(
      () => "a page",
      (error: unknown) => error instanceof ActorError && error.kind,
    );
    await waitFor("a request without a permit", async () => {
      const { classes } = await supervisor.ask(signer, "Budget", {});
      return classes.some(({ waiting }) => waiting > 0);
    });
    await supervisor.stop(2_000);
    const ends = events.flatMap((event) =>
      event.is === "exit" && event.actor === "market-fetcher" ? [event.exit.kind] : []
    );
    assert.deepEqual(ends, ["shutdown"]);
    assert.equal(await asked, "peer-down");
  }, { rates: STRICT_PAGES }));

Deno.test("a write is refused by the signer itself, whoever asks", () =>
  inMarket(async ({ supervisor }) => {
    const target = "/marketplace-api/v1/user-targets/create";
    await assert.rejects(
      supervisor.ask(signer, "Sign", { class: "other", method: "POST", target, bodyText: "{}" }),
      (error) => error instanceof ActorError && error.code === "not-a-read",
    );
    assert.equal(supervisor.find("signer")?.restarts, 0);
  }));
