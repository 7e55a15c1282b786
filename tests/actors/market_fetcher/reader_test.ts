import assert from "node:assert/strict";
import { MarketReader } from "@/actors/market_fetcher/reader.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { ManualClock, settlePromises } from "../../core/http/manual_clock.ts";
import {
  BID,
  DOWN,
  FEE,
  offer,
  quote,
  SALE,
  ScriptedMarket,
  silentLog,
  TITLE,
} from "./scripted_market.ts";

const NEVER = new AbortController().signal;
const BAND = { game: "a8db", fromCents: 300, toCents: 1_000, cursor: null, limit: 100 } as const;

function start() {
  const clock = new ManualClock();
  const market = new ScriptedMarket();
  const reader = new MarketReader(market, { clock, log: silentLog, titlesAtOnce: 8 });
  const page = () => reader.offersPage(BAND, { signal: NEVER, deadlineAtMs: 90_000 });
  const evidence = (...titles: string[]) => reader.evidence({ game: "a8db", titles }, NEVER);
  return { clock, market, reader, page, evidence };
}

Deno.test("a page comes with the quotes of its titles, each once", async () => {
  const { market, page } = start();
  market.pages = [[offer("1"), offer("2"), offer("3", { title: "Unquoted" })], []];
  market.quotePages = [[quote("Other")], [quote(TITLE)]];
  assert.deepEqual(await page(), {
    offers: market.pages[0],
    leftOut: 0,
    dearestCents: 1_599,
    cursor: "1",
    total: 7,
    quotes: [quote(TITLE)],
    malformed: ["odd row"],
  });
});

Deno.test("the quotes of a game are read once a minute, by all callers together", async () => {
  const { clock, market, page } = start();
  await Promise.all([page(), page(), page()]);
  await page();
  assert.equal(market.count("quotes"), 1);
  await clock.advance(60_000);
  await page();
  assert.equal(market.count("quotes"), 2);
});

Deno.test("quotes up to three minutes old serve while they cannot be read, older ones never", async () => {
  const { clock, market, page } = start();
  await page();
  market.failing.set("quotes", DOWN);
  await clock.advance(179_000);
  assert.equal((await page()).quotes.length, 1);
  await clock.advance(1_000);
  await assert.rejects(page(), DOWN);
});

Deno.test("evidence holds book, sales and fees of a title and the moment of its book", async () => {
  const { clock, evidence } = start();
  const readAtMs = clock.now();
  const answer = await evidence(TITLE);
  assert.deepEqual(answer.missing, []);
  assert.deepEqual(answer.evidence, [{
    title: TITLE,
    readAtMs,
    asks: [offer("1")],
    bids: [BID],
    sales: [SALE],
    salesReadAtMs: readAtMs,
    fee: FEE,
    reducedFees: [{
      title: TITLE,
      feePpm: 30_000,
      minFeeCents: 1,
      minPriceCents: 1,
      maxPriceCents: 2,
      expiresAtMs: 3,
    }],
  }]);
});

Deno.test("evidence says how old its sales are, which are read less often than its book", async () => {
  const { clock, evidence } = start();
  const salesReadAtMs = clock.now();
  await evidence(TITLE);
  await clock.advance(40 * 60_000);
  const [read] = (await evidence(TITLE)).evidence;
  assert.equal(read?.salesReadAtMs, salesReadAtMs);
  assert.equal(read?.readAtMs, clock.now());
});

Deno.test("a book is as old as the older of its two sides", async () => {
  const { clock, evidence, reader } = start();
  const bidsReadAtMs = clock.now();
  const titles = [{ title: TITLE, bids: true, sales: false }];
  await reader.look({ game: "a8db", titles }, NEVER);
  await clock.advance(20_000);
  assert.equal((await evidence(TITLE)).evidence[0]?.readAtMs, bidsReadAtMs);
});

Deno.test("no more than 300 books are kept, and sales longer than books", async () => {
  const { market, evidence } = start();
  const titles = Array.from({ length: 301 }, (_, i) => `title ${i}`);
  for (const title of titles) await evidence(title);
  await evidence("title 300");
  assert.equal(market.count("targets"), 301);
  await evidence("title 0");
  assert.equal(market.count("targets"), 302);
  assert.equal(market.count("sales"), 301);
});

Deno.test("a caller who wants a younger book than the cache holds gets it read again", async () => {
  const { market, clock, reader } = start();
  const ask = (maxBookAgeMs?: number) =>
    reader.evidence({ game: "a8db", titles: [TITLE], maxBookAgeMs }, NEVER);
  await ask();
  await clock.advance(10_000);
  await ask(15_000);
  assert.deepEqual([market.count("offers"), market.count("targets")], [1, 1]);
  await ask(5_000);
  assert.deepEqual([market.count("offers"), market.count("targets")], [2, 2]);
  assert.equal(market.count("sales"), 1, "Sales are kept as before");
});

Deno.test("only exact titles are kept, page by page until there are five free ones", async () => {
  const { market, evidence } = start();
  const longer = offer("x", { title: `${TITLE} II`, priceCents: 1 });
  const louder = offer("y", { title: TITLE.toUpperCase(), priceCents: 1 });
  const taken = ["1", "7", "8", "9"].map((id) => offer(id, { reserved: true }));
  market.pages = [
    [longer, louder, ...taken, offer("2", { priceCents: 5 })],
    [longer, offer("2", { priceCents: 5 }), offer("3"), offer("4"), offer("5"), offer("6")],
    [offer("10")],
  ];
  const [found] = (await evidence(TITLE)).evidence;
  assert.deepEqual(found?.asks.map(({ offerId }) => offerId), [
    ...["2", "1", "7", "8", "9"],
    ...["3", "4", "5", "6"],
  ]);
  assert.equal(market.count("offers"), 2);
});

Deno.test("an unreadable listing that may be among a title's cheapest leaves it unread", async () => {
  const five = [5, 6, 7, 8, 9].map((priceCents) => offer(`at ${priceCents}`, { priceCents }));
  const cases = [
    { unread: { title: TITLE, priceCents: 9 }, asks: five },
    { unread: { title: TITLE, priceCents: null }, asks: five },
    { unread: { title: null, priceCents: 9 }, asks: five },
    { unread: { title: TITLE, priceCents: 900 }, asks: five.slice(1) },
    { unread: { title: TITLE, priceCents: 900 }, asks: [] },
  ];
  for (const { unread, asks } of cases) {
    const { market, evidence } = start();
    market.pages = [asks];
    market.unread = [unread];
    const { evidence: found, missing } = await evidence(TITLE);
    assert.deepEqual(found, []);
    assert.match(
      missing[0]?.reason ?? "",
      /A listing that may be of ".*" (at \$\S+ )?cannot be read/,
    );
  }
});

Deno.test("an unreadable listing that is dearer than enough others, or none of it, is no doubt", async () => {
  const five = [5, 6, 7, 8, 9].map((priceCents) => offer(`at ${priceCents}`, { priceCents }));
  const others = [{ title: TITLE, priceCents: 10 }, { title: `${TITLE} II`, priceCents: 1 }];
  for (const unread of others) {
    const { market, evidence } = start();
    market.pages = [five];
    market.unread = [unread];
    assert.equal((await evidence(TITLE)).evidence[0]?.asks.length, 5);
  }
});

Deno.test("a title that is the beginning of too many others is missing, not guessed", async () => {
  const { market, evidence } = start();
  const others = Array.from({ length: 20 }, () => [offer("x", { title: `${TITLE} II` })]);
  market.pages = others;
  const { missing } = await evidence(TITLE, "Another");
  assert.deepEqual(missing.map(({ title }) => title), [TITLE, "Another"]);
  assert.match(missing[0]?.reason ?? "", /10 pages/);
  assert.equal(market.count("offers"), 20);
});

Deno.test("a few listings of such a title do not pass for its whole book", async () => {
  const { market, evidence } = start();
  const others = Array.from({ length: 20 }, () => [offer("x", { title: `${TITLE} II` })]);
  market.pages = [[offer("1")], ...others];
  const { evidence: found, missing } = await evidence(TITLE);
  assert.deepEqual([found.length, missing.length], [0, 1]);
});

Deno.test("each part is read again when its own time is over", async () => {
  const { clock, market, evidence } = start();
  const counts = () => ["offers", "targets", "sales", "fees"].map((name) => market.count(name));
  await evidence(TITLE);
  await evidence(TITLE, TITLE);
  assert.deepEqual(counts(), [1, 1, 1, 1]);
  await clock.advance(30_000);
  await evidence(TITLE);
  assert.deepEqual(counts(), [2, 2, 1, 1]);
  await clock.advance(45 * 60_000);
  await evidence(TITLE);
  assert.deepEqual(counts(), [3, 3, 2, 1]);
  await clock.advance(24 * 3_600_000);
  await evidence(TITLE);
  assert.deepEqual(counts(), [4, 4, 3, 2]);
});

Deno.test("titles that cannot be read are missing with the reason, the others are there", async () => {
  const { market, evidence } = start();
  market.failing.set("targets b", new ActorError("rejected", "bad-title", "Not in a path"));
  market.failing.set("sales c", DOWN);
  const answer = await evidence("a", "b", "c");
  assert.deepEqual(answer.evidence.map(({ title }) => title), ["a"]);
  assert.deepEqual(answer.missing, [
    { title: "b", reason: "Not in a path" },
    { title: "c", reason: "The network is down" },
  ]);
});

Deno.test("trouble that keeps every title from being read is the answer", async () => {
  const { market, evidence } = start();
  market.failing.set("targets", DOWN);
  await assert.rejects(evidence("a", "b"), DOWN);
  market.failing.set("targets", new ActorError("rejected", "not-found", "No such title"));
  assert.equal((await evidence("c", "d")).missing.length, 2);
});

Deno.test("without a fee list the highest fee is assumed", async () => {
  const { clock, market, evidence } = start();
  market.failing.set("fees", DOWN);
  const [found] = (await evidence(TITLE)).evidence;
  assert.deepEqual(found?.fee, { feePpm: 100_000, minFeeCents: 1 });
  assert.deepEqual(found?.reducedFees, []);
  await clock.advance(60_000);
  market.failing.set("fees", new ActorError("fatal", "signatures-refused", "Refused"));
  await assert.rejects(evidence(TITLE), /Refused/);
});

Deno.test("at most eight titles are read at once, whoever asks", async () => {
  const { market, evidence } = start();
  const { promise, resolve } = Promise.withResolvers<void>();
  market.pause = promise;
  const titles = (from: number) => Array.from({ length: 20 }, (_, i) => `title ${from + i}`);
  const answers = Promise.all([evidence(...titles(0)), evidence(...titles(100))]);
  await settlePromises();
  // Asks, bids and sales of eight titles, one fee list, and what is ours in two lists.
  assert.equal(market.mostUnderWay, 27);
  resolve();
  assert.equal((await answers).flatMap((answer) => answer.evidence).length, 40);
  assert.ok(market.mostUnderWay <= 27);
});

Deno.test("an asker who gives up gets his reason, and nothing more is begun for him", async () => {
  const { market, reader } = start();
  const { promise, resolve } = Promise.withResolvers<void>();
  market.pause = promise;
  const caller = new AbortController();
  const titles = Array.from({ length: 30 }, (_, i) => `title ${i}`);
  const answer = assert.rejects(reader.evidence({ game: "a8db", titles }, caller.signal), /enough/);
  await settlePromises();
  caller.abort(new Error("enough"));
  await answer;
  const asked = market.asked.length;
  resolve();
  await settlePromises();
  assert.equal(market.asked.length, asked);
});

Deno.test("sales of a changed form are missing evidence, never a title that nobody buys", async () => {
  const { market, evidence } = start();
  const sale = { date: "1768650000", txOperationType: "Offer", price: { USD: "15.99" } };
  const client = new DmarketClient({
    baseUrl: "https://market.test",
    fetcher: () => Promise.resolve(Response.json({ sales: Array(20).fill(sale) })),
    clock: new ManualClock(),
    random: () => 0,
    sign: () => Promise.resolve({}),
    report: () => {},
  });
  market.lastSales = (query, call) => client.lastSales(query, call);
  const answer = await evidence(TITLE);
  assert.deepEqual(answer.evidence, []);
  assert.deepEqual(answer.missing, [{
    title: TITLE,
    reason: "Cannot read the last-sales body: 20 of 20 rows were refused, " +
      'first last-sales.price: Must be a price in dollars above 0 such as "15.99", ' +
      'is {"USD":"15.99"}',
  }]);
});

Deno.test("the status tells each cache apart and carries the client's counts", async () => {
  const { clock, market, page, evidence, reader } = start();
  await page();
  await page();
  await evidence(TITLE);
  await clock.advance(46 * 60_000);
  market.failing.set("sales", DOWN);
  await evidence(TITLE);
  assert.deepEqual(reader.status(), {
    breakers: {},
    requests: { "offers.ok": 2 },
    unknownFields: { "offers.items.new": 1 },
    refusedRows: { "last-sales.price": 2 },
    caches: [
      { name: "quotes", hits: 1, misses: 1, stale: 0 },
      { name: "asks", hits: 0, misses: 2, stale: 0 },
      { name: "bids", hits: 0, misses: 2, stale: 0 },
      { name: "sales", hits: 0, misses: 2, stale: 1 },
      { name: "fees", hits: 1, misses: 1, stale: 0 },
      { name: "own", hits: 4, misses: 2, stale: 0 },
    ],
    skewMs: 40,
  });
});

Deno.test("a watched title is read before the titles of scans that wait", async () => {
  const { market, reader } = start();
  const gate = Promise.withResolvers<void>();
  market.pause = gate.promise;
  const titles = (from: string) => Array.from({ length: 40 }, (_, i) => `${from} ${i}`);
  const scans = ["a8db", "rust"].map((game) =>
    reader.evidence({ game: game as "a8db", titles: titles(game) }, NEVER)
  );
  const watched = reader.evidence({ game: "tf2", titles: ["W"], maxBookAgeMs: 7_500 }, NEVER);
  await settlePromises();
  assert.equal(market.count("targets"), 8, "Eight titles are read at once");
  gate.resolve();
  await watched;
  const order = market.asked.filter((asked) => asked.startsWith("targets "));
  assert.equal(order.indexOf("targets W"), 8);
  const [first, second] = await Promise.all(scans);
  assert.deepEqual([first?.evidence.length, second?.evidence.length], [40, 40]);
});

Deno.test("a look reads what is wanted, and all evidence does not read it again", async () => {
  const { market, reader, evidence } = start();
  const titles = [{ title: TITLE, bids: false, sales: true }, {
    title: "Other",
    bids: true,
    sales: false,
  }];
  const { looks, missing } = await reader.look({ game: "a8db", titles }, NEVER);
  assert.deepEqual(missing, []);
  assert.deepEqual(looks.map(({ title, bids, sales, fee }) => [title, bids, sales, fee]), [
    [TITLE, null, [SALE], FEE],
    ["Other", [BID], null, FEE],
  ]);
  assert.deepEqual(["offers", "targets", "sales"].map((name) => market.count(name)), [0, 1, 1]);
  await evidence(TITLE, "Other");
  assert.deepEqual(["offers", "targets", "sales"].map((name) => market.count(name)), [2, 2, 2]);
});

Deno.test("a look names the titles that could not be read, and throws when none could", async () => {
  const { market, reader } = start();
  const look = (...titles: string[]) =>
    reader.look({
      game: "a8db",
      titles: titles.map((title) => ({ title, bids: true, sales: true })),
    }, NEVER);
  market.failing.set(`sales ${TITLE}`, DOWN);
  const { looks, missing } = await look(TITLE, "Other");
  assert.deepEqual(looks.map(({ title }) => title), ["Other"]);
  assert.deepEqual(missing, [{ title: TITLE, reason: "The network is down" }]);
  await assert.rejects(look(TITLE), DOWN);
});

Deno.test("what is ours is no candidate, no competitor and no buyer", async () => {
  const { market, page, evidence } = start();
  market.pages = [[offer("ours"), offer("1")]];
  market.ownOfferIds = ["ours"];
  market.ownBids = [{ ...BID, amount: 1 }];
  const { offers, leftOut } = await page();
  assert.deepEqual([offers, leftOut], [[offer("1")], 1]);
  const [read] = (await evidence(TITLE)).evidence;
  assert.deepEqual(read?.asks, [offer("1")]);
  assert.deepEqual(read?.bids, [{ ...BID, amount: BID.amount - 1 }]);
});

Deno.test("what is ours is read once a minute and game, by all callers together", async () => {
  const { clock, market, page, evidence } = start();
  await Promise.all([page(), page(), evidence(TITLE), evidence("Another")]);
  assert.deepEqual([market.count("own-offers"), market.count("own-targets")], [1, 1]);
  await clock.advance(60_000);
  await page();
  assert.deepEqual([market.count("own-offers"), market.count("own-targets")], [2, 2]);
});

Deno.test("a book that may hold our own bids is none", async () => {
  const { clock, market, page, evidence } = start();
  await page();
  market.failing.set("own-targets", DOWN);
  await clock.advance(179_000);
  assert.equal((await evidence(TITLE)).evidence.length, 1);
  await clock.advance(1_000);
  await assert.rejects(evidence(TITLE), DOWN);
  await assert.rejects(page(), DOWN);
});
