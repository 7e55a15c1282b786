/**
 * Input nobody asked for, from the wire to the domain. More about keys: signing_test; broken and
 * declared huge bodies: client_test; cursors that repeat: pages_test.
 */

import assert from "node:assert/strict";
import { MarketReader } from "@/actors/market_fetcher/reader.ts";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { READ_OPERATIONS, type ReadName } from "@/core/market/dmarket/operations.ts";
import { readOffersPage } from "@/core/market/dmarket/offers.ts";
import { readLastSales } from "@/core/market/dmarket/sales.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { NO_LIMITS, startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { parseTreeFilters } from "@/core/market/dmarket/sim/tree_filters.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { silentLog } from "@/tests/support/house.ts";
import { documentedAnswer, documentOf } from "./documented.ts";
import { answerWith, clientFor, READS } from "./readings.ts";

const { signal } = new AbortController();
const NOW_MS = Date.UTC(2026, 0, 17, 13);
const MEGABYTE = 1_000_000;

function call() {
  return { signal, deadlineAtMs: systemClock.monotonic() + 20_000 };
}

async function clientOf(baseUrl: string): Promise<DmarketClient> {
  const key = await SigningKey.import(DEMO_KEYS);
  return new DmarketClient({
    baseUrl,
    fetcher: systemFetcher,
    clock: systemClock,
    random: () => 0,
    sign: async (request) => ({ ...await key.sign(request, Math.floor(Date.now() / 1_000)) }),
    report: () => {},
  });
}

Deno.test("wrong keys sign nothing", async () => {
  const { publicKey, secretKey } = DEMO_KEYS;
  const wrong = [
    { publicKey: publicKey.replace(/^./, (digit) => digit === "0" ? "1" : "0"), secretKey },
    { publicKey, secretKey: "0".repeat(63) + "1" },
    { publicKey: "", secretKey },
    { publicKey, secretKey: `${secretKey} and more` },
  ];
  for (const keys of wrong) {
    await assert.rejects(SigningKey.import(keys), /keys? (do not|does not|is|has|holds)/);
  }
});

Deno.test("swapped keys are called swapped", async () => {
  const { publicKey, secretKey } = DEMO_KEYS;
  for (const secret of [secretKey, secretKey.slice(0, 64)]) {
    const swapped = { publicKey: secret, secretKey: publicKey };
    await assert.rejects(SigningKey.import(swapped), /swapped/);
  }
});

Deno.test("HTML instead of JSON costs an attempt of any read, and at last the call", async () => {
  const simulator = await startSimulator({ titles: 40, limits: NO_LIMITS });
  try {
    const title = simulator.market.game("a8db").titles[0]?.title ?? "";
    const reads: readonly (readonly [string, (client: DmarketClient) => Promise<unknown>])[] = [
      ["offers", (client) => client.offersPage({ game: "a8db", limit: 1 }, call())],
      ["aggregated-prices", (client) => client.quotesPage({ game: "a8db", limit: 1 }, call())],
      ["targets-by-title", (client) => client.targetsByTitle("a8db", title, call())],
      ["last-sales", (client) => client.lastSales({ game: "a8db", title, limit: 1 }, call())],
      ["customized-fees", (client) => client.customizedFees({ game: "a8db" }, call())],
      ["balance", (client) => client.account.balance(call())],
      ["user", (client) => client.account.userProfile(call())],
      ["inventory", (client) => client.account.inventoryPage({ game: "a8db", limit: 1 }, call())],
      ["user-offers", (client) => client.account.offersPage({ game: "a8db", limit: 1 }, call())],
      ["user-targets", (client) => client.account.targetsPage({ game: "a8db", limit: 1 }, call())],
      [
        "offers-closed",
        (client) => client.account.closedOffers({ fromMs: null, limit: 1 }, call()),
      ],
      [
        "targets-closed",
        (client) => client.account.closedTargets({ fromMs: null, limit: 1 }, call()),
      ],
      // No such deposit, but that is known only from an answer that could be read.
      [
        "deposit-status",
        (client) =>
          assert.rejects(client.account.depositStatus("none", call()), { code: "not-found" }),
      ],
    ];
    assert.equal(reads.length, Object.keys(READ_OPERATIONS).length);
    // Each with a retry budget of its own.
    for (const [route, read] of reads) {
      simulator.faults.add({ route, kind: "html", times: 1 });
      await read(await clientOf(simulator.url));
    }
    const client = await clientOf(simulator.url);
    simulator.faults.add({ route: "balance", kind: "html" });
    await assert.rejects(client.account.balance(call()), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(`${error.kind} ${error.code}`, "transient html-instead-of-json");
      return true;
    });
  } finally {
    await simulator.stop();
  }
});

Deno.test("a body of 50 MB without a declared length is left in the middle", async () => {
  let pulledBytes = 0;
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        pulledBytes += MEGABYTE;
        controller.enqueue(new Uint8Array(MEGABYTE).fill(32));
        if (pulledBytes >= 50 * MEGABYTE) controller.close();
      },
    });
  const client = new DmarketClient({
    baseUrl: "http://127.0.0.1:1",
    fetcher: () => Promise.resolve(new Response(body())),
    clock: systemClock,
    random: () => 0,
    sign: () => Promise.resolve({}),
    report: () => {},
  });
  await assert.rejects(client.offersPage({ game: "a8db", limit: 1 }, call()), (error) => {
    assert.ok(error instanceof ActorError);
    assert.equal(`${error.kind} ${error.code}`, "rejected body-too-large");
    return true;
  });
  assert.ok(pulledBytes < 40 * MEGABYTE, `${pulledBytes} bytes were read`);
});

const OFFERS = {
  items: [{
    offerId: "a",
    priceCents: "1599",
    createdAt: "2026-01-17T12:00:00Z",
    locked: false,
    discountPercent: 12,
    attributes: { title: "T", gameId: "a8db", tradable: true, cs2: { float: "0.2", paintSeed: 4 } },
  }],
  total: "1",
  cursor: "",
};
const SALES = { sales: [{ price: "15.99", date: "1768650000", txOperationType: "Offer" }] };

/**
 * Money that comes in dollars, and shares: their form says what they are, so that another form is
 * refused and not guessed at.
 */
const FIXED_FORMS: Readonly<Partial<Record<ReadName, readonly string[]>>> = {
  lastSales: ["sales[].price"],
  customizedFees: ["defaultFee.fraction", "reducedFees[].fraction"],
  userInventory: ["items[].offerRecommendedPrice.amount", "items[].suggestedPrice.amount"],
  closedOffers: ["Trades[].Fee.Amount.Amount", "Trades[].Price.Amount"],
  closedTargets: ["Trades[].Price.Amount"],
};

/** A number as text, text that is a number as a number; null for anything else. */
function retyped(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

for (const [name, read] of Object.entries(READS) as [ReadName, typeof READS[ReadName]][]) {
  Deno.test(`${name}: numbers as strings and strings as numbers read alike, or are refused`, async () => {
    const document = documentOf(name);
    const outcome = async (body: unknown) => {
      try {
        return JSON.stringify(await read(clientFor(() => Response.json(body))));
      } catch (error) {
        assert.ok(error instanceof ActorError, String(error));
        return error.message;
      }
    };
    const asDocumented = await outcome(documentedAnswer(document.response));
    const refused: string[] = [];
    for (const path of Object.keys(document.response).filter((one) => !one.endsWith("[]"))) {
      const body = answerWith(document, path, (parent, field) => {
        parent[field] = retyped(parent[field]) ?? parent[field];
      });
      const end = await outcome(body);
      if (end === asDocumented) continue;
      assert.match(
        end,
        /^Cannot read the .* body: .*[Mm]ust be |"malformed":\[".*: Must be /,
        path,
      );
      refused.push(path);
    }
    assert.deepEqual(refused.toSorted(), FIXED_FORMS[name] ?? []);
  });
}

Deno.test("negative or fractional cents and words for numbers cost their row alone", () => {
  const context = { game: "a8db", readAtMs: NOW_MS } as const;
  const [sound] = OFFERS.items;
  for (const priceCents of [-1, "-5", 15.5, "15.5", "12e3", "many", null, true, [], {}, NaN]) {
    const body = { ...OFFERS, items: [{ ...sound, priceCents }, { ...sound, offerId: "b" }] };
    const page = readOffersPage(body, context, new WireAudit());
    assert.deepEqual(page.offers.map(({ offerId }) => offerId), ["b"], String(priceCents));
    assert.match(page.malformed[0] ?? "", /priceCents/);
  }
  for (const price of ["-15.99", "", "1,5", "15.99 USD", null]) {
    const { sales, malformed } = readLastSales({
      sales: [{ ...SALES.sales[0], price }, ...SALES.sales],
    }, new WireAudit());
    assert.equal(sales.length, 1, String(price));
    assert.equal(malformed.length, 1);
  }
});

const ODD_TITLES = [
  "AK-47 | Redline 50%20off + 5&5 (Field-Tested)",
  "★ Bayonet | Doppler 🔥 (Factory New)",
  `Sticker | "Quoted" 100% ? # ; = ключ`,
] as const;

function scenario(titles: readonly string[]): unknown {
  const rows = titles.map((title) => ({
    title,
    offers: [{ offerId: `offer of ${title}`, priceCents: 1_000 }],
    targets: [{ amount: "2", price: "900" }],
    sales: [{ price: "9.99", date: "1768640000", txOperationType: "Offer" }],
  }));
  return {
    format: "marketd-scenario/1",
    now: "2026-01-17T13:00:00Z",
    games: { a8db: { titles: rows } },
  };
}

async function inScenario(
  titles: readonly string[],
  use: (reader: MarketReader) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ scenario: scenario(titles), limits: NO_LIMITS });
  try {
    await use(
      new MarketReader(await clientOf(simulator.url), {
        clock: systemClock,
        log: silentLog,
        titlesAtOnce: 8,
      }),
    );
  } finally {
    await simulator.stop();
  }
}

const BAND = { fromCents: 50, toCents: 100_000, cursor: null, limit: 100 };

Deno.test("titles with %20, bars, quotes and emoji come through every route unchanged", () =>
  inScenario(ODD_TITLES, async (reader) => {
    const page = await reader.offersPage({ game: "a8db", ...BAND }, call());
    const titles = page.offers.map(({ title }) => title).sort();
    assert.deepEqual(titles, [...ODD_TITLES].sort());
    assert.equal(page.quotes.length, ODD_TITLES.length);
    const { evidence, missing } = await reader.evidence({ game: "a8db", titles }, signal);
    assert.deepEqual(missing, []);
    for (const { asks, bids, sales, title } of evidence) {
      assert.deepEqual([asks.length, bids.length, sales.length], [1, 1, 1], title);
    }
  }));

Deno.test("a title with a slash is named as unreadable and costs no other", () =>
  inScenario([ODD_TITLES[0], "Challengers (Holo/Foil)"], async (reader) => {
    const titles = [ODD_TITLES[0], "Challengers (Holo/Foil)"];
    const { evidence, missing } = await reader.evidence({ game: "a8db", titles }, signal);
    assert.deepEqual(evidence.map(({ title }) => title), [ODD_TITLES[0]]);
    assert.deepEqual(missing.map(({ title }) => title), ["Challengers (Holo/Foil)"]);
    assert.match(missing[0]?.reason ?? "", /slash/);
  }));

Deno.test("listings that come twice are one", async () => {
  const simulator = await startSimulator({ titles: 40, limits: NO_LIMITS });
  try {
    const client = await clientOf(simulator.url);
    const reader = new MarketReader(client, {
      clock: systemClock,
      log: silentLog,
      titlesAtOnce: 8,
    });
    const book = simulator.market.game("a8db").titles.find(({ rows }) => rows.length > 3);
    simulator.faults.add({ route: "offers", kind: "duplicate" });
    const titles = [book?.title ?? ""];
    const { evidence: [read] } = await reader.evidence({ game: "a8db", titles }, signal);
    const ids = read?.asks.map(({ offerId }) => offerId) ?? [];
    assert.ok(ids.length > 1);
    assert.equal(new Set(ids).size, ids.length);
  } finally {
    await simulator.stop();
  }
});

Deno.test("a game with no offers is an empty page, not an error", () =>
  inScenario(ODD_TITLES, async (reader) => {
    const page = await reader.offersPage({ game: "rust", ...BAND }, call());
    const nothing = { offers: [], leftOut: 0, dearestCents: null, cursor: null, total: 0 };
    assert.deepEqual(page, { ...nothing, quotes: [], malformed: [] });
  }));

Deno.test("a filter that does not exist is refused by the market by name", () => {
  assert.throws(() => parseTreeFilters("wear=0.1"), /treeFilters has no filter "wear"/);
});
