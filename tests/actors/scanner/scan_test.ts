/** One scan from its request to its end, with market-fetcher played by the test. */

import assert from "node:assert/strict";
import type { Wanted } from "@/actors/scanner/verify.ts";
import { scanProgress } from "@/core/protocol/schemas.ts";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { crowded, dead, goodList, goodQuick, listing, Market, marketOf } from "./market.ts";
import { CONFIG, last, SCAN, scanning, titlesOf } from "./driver.ts";
import { NOW_MS, steadySales } from "@/tests/core/domain/builders.ts";

Deno.test("a scan judges every offer of the band once and ends", () => {
  const driver = scanning(marketOf(3));
  driver.settle();
  const ended = last(driver.finished);
  assert.equal(ended.status, "completed");
  assert.equal(ended.processed, 3 * (2 + 2 + 2 + 4));
  assert.equal(ended.accepted + ended.refused + ended.unverified, ended.processed);
  assert.equal(ended.total, ended.processed);
  assert.deepEqual(scanProgress.parse(ended), ended);
});

Deno.test("a scan finds what pays, and nothing else", () => {
  const driver = scanning(marketOf(3));
  driver.settle();
  const found = driver.opportunities.map(({ offerId, kind }) => `${kind} ${offerId}`).toSorted();
  assert.deepEqual(found, [
    "list list 0#0",
    "list list 1#0",
    "list list 2#0",
    // Two lots are wanted, so that both listings of the title can be sold into the bid.
    ...[0, 1, 2].flatMap((i) => [`quick quick ${i}#0`, `quick quick ${i}#1`]),
  ]);
  assert.equal(last(driver.finished).accepted, 9);
});

Deno.test("a scan tells target-manager and notifier the same opportunities, each once", () => {
  const driver = scanning(marketOf(3));
  driver.settle();
  for (const peer of ["target-manager", "notifier"]) {
    const told = driver.sentAs(peer, "OpportunitiesFound").flatMap(({ body }) =>
      body.opportunities
    );
    assert.deepEqual(told, driver.opportunities);
  }
});

Deno.test("a scan sells no more into a bid than it wants", () => {
  const wants = { floatPart: null, phase: null, paintSeed: null };
  const bids = [{ priceCents: 1_200, amount: 1, wants }, { priceCents: 1_190, amount: 1, wants }];
  const driver = scanning(new Market([listing("quick", [1_050, 1_051, 1_052], { bids })]));
  driver.settle();
  assert.deepEqual(driver.opportunities.map(({ exitCents }) => exitCents), [1_200, 1_190]);
});

Deno.test("a scan asks for the half-open band, page after page", () => {
  const driver = scanning(marketOf(3));
  driver.settle();
  const pages = driver.asked.filter(({ type }) => type === "OffersPage").map(({ body }) => body);
  assert.deepEqual(
    pages,
    [null, "10", "20"].map((cursor) => ({
      game: "a8db",
      fromCents: 1_000,
      toCents: 3_000,
      cursor,
      limit: 10,
    })),
  );
});

Deno.test("a scan reads no title that the page alone refuses", () => {
  const driver = scanning(new Market([0, 1, 2].map(crowded)));
  driver.settle();
  assert.ok(driver.asked.every(({ type }) => type === "OffersPage"));
  assert.equal(last(driver.finished).refused, 12);
});

Deno.test("a scan reads at most the limit of titles, the most promising ones", () => {
  const market = new Market([
    ...Array.from({ length: 6 }, (_, i) => dead(i)),
    ...Array.from({ length: 4 }, (_, i) => goodQuick(i)),
  ]);
  const driver = scanning(market, { verifyTitles: 4 });
  driver.settle();
  assert.deepEqual(titlesOf(driver.asked), ["quick 0", "quick 1", "quick 2", "quick 3"]);
  const ended = last(driver.finished);
  assert.equal(ended.unverified, 6);
  assert.equal(ended.processed, 20);
});

Deno.test("a scan spends its limit no faster than it sees the band", () => {
  const market = new Market(Array.from({ length: 20 }, (_, i) => goodQuick(i)));
  const driver = scanning(market, { verifyTitles: 8, verifyBatch: 20 });
  driver.settle();
  const batches = driver.asked.filter(({ type }) => type === "Evidence")
    .map(({ body }) => (body.titles as string[]).length);
  assert.equal(batches[0], 2);
  // Of 24 requests one is kept, which leaves enough for seven titles.
  assert.equal(batches.reduce((sum, size) => sum + size, 0), 7);
});

Deno.test("a scan keeps its pool bounded and counts what gave way", () => {
  const market = new Market(Array.from({ length: 30 }, (_, i) => dead(i)));
  const driver = scanning(market, { poolTitles: 5, verifyTitles: 0 });
  while (driver.state.active.length > 0) {
    assert.ok((driver.state.active[0]?.pool.length ?? 0) <= 5);
    driver.step();
  }
  assert.equal(last(driver.finished).unverified, 30);
});

Deno.test("a scan reports progress at most once a second, and never after its end", () => {
  const driver = scanning(marketOf(8), { verifyTitles: 100 });
  driver.latencyMs = 300;
  driver.settle();
  const times = driver.tells.map(({ atMs }) => atMs);
  assert.ok(times.length >= 3);
  for (const [i, at] of times.slice(1).entries()) assert.ok(at - (times[i] ?? 0) >= 1_000);
  assert.ok(driver.tells.every(({ body }) => body.status === "running"));
});

Deno.test("the first thing told of a scan is its first page", () => {
  const driver = scanning(marketOf(8), { pageSize: 50 });
  driver.step();
  const [first] = driver.tells;
  assert.equal(driver.tells.length, 1);
  assert.ok((first?.body.processed ?? 0) > 0);
  assert.equal(first?.body.total, driver.market.offers().length);
});

Deno.test("a scan expects its end the closer the nearer it comes", () => {
  const driver = scanning(marketOf(8), { verifyTitles: 12 });
  driver.latencyMs = 500;
  driver.settle();
  const rows = driver.rows<ScanProgress>("scan_checkpoints").filter(({ etaMs }) => etaMs !== null);
  assert.ok(rows.length > 5);
  const ended = last(driver.finished);
  assert.equal(ended.etaMs, null);
  for (const row of rows) assert.ok((row.etaMs ?? 0) >= row.updatedAtMs);
  const error = (row: ScanProgress) => Math.abs((row.etaMs ?? 0) - ended.updatedAtMs);
  assert.ok(error(last(rows)) <= 2_000);
});

Deno.test("a scan writes its checkpoint row with every page, cursor included", () => {
  const driver = scanning(marketOf(3));
  driver.settle();
  const rows = driver.rows<ScanProgress & { readonly cursor: string | null }>("scan_checkpoints");
  assert.ok(rows.every(({ scanId }) => scanId === SCAN.scanId));
  assert.deepEqual(rows[0]?.status, "queued");
  assert.deepEqual(rows[1]?.status, "running");
  const cursors = rows.map(({ cursor }) => cursor);
  assert.deepEqual([...new Set(cursors)], [null, "10", "20"]);
  const end = rows.at(-1);
  assert.deepEqual([end?.status, end?.cursor], ["completed", null]);
});

Deno.test("a scan whose market repeats every cursor reads on by price, and says what it left", () => {
  const market = marketOf(3);
  const page = market.page.bind(market);
  market.page = (request) => ({ ...page({ ...request, cursor: null }), cursor: "again" });
  const driver = scanning(market);
  driver.settle();
  const asked = driver.asked.filter(({ type }) => type === "OffersPage");
  assert.equal(asked.length, 20);
  const ended = last(driver.finished);
  assert.equal(ended.status, "stopped");
  assert.match(ended.reason ?? "", /repeated its cursor/);
  assert.equal(ended.processed, 30, "Ten queries are enough for three pages");
});

Deno.test("a scan gives up a market that shows nothing new", () => {
  const market = marketOf(3);
  const page = market.page.bind(market);
  let n = 0;
  market.page = (request) => ({ ...page({ ...request, cursor: null }), cursor: `c${n++}` });
  const driver = scanning(market, { verifyTitles: 0 });
  driver.settle();
  const ended = last(driver.finished);
  assert.equal(ended.status, "stopped");
  assert.match(ended.reason ?? "", /3 pages in a row showed nothing new/);
  assert.ok(n <= 10 * 6, `${n} pages were read`);
});

Deno.test("a scan follows one cursor no further than its limit of pages, and goes on by price", () => {
  const driver = scanning(marketOf(10), { maxPages: 2, verifyTitles: 0 });
  driver.settle();
  const ended = last(driver.finished);
  assert.deepEqual([ended.status, ended.processed], ["completed", 100]);
  const asked = driver.asked.map(({ body }) => body.cursor);
  assert.ok(asked.every((cursor) => cursor === null || Number(cursor) < 20));
});

Deno.test("a scan of a band without offers completes at once", () => {
  const driver = scanning(new Market([]));
  driver.settle();
  const ended = last(driver.finished);
  assert.deepEqual([ended.status, ended.processed, ended.pages], ["completed", 0, 1]);
});

Deno.test("a scan judges an offer that is on two pages once", () => {
  const market = marketOf(2);
  const page = market.page.bind(market);
  market.page = (request) => {
    const made = page(request);
    const shifted = page({ ...request, cursor: String(Math.max(0, Number(request.cursor) - 1)) });
    return { ...made, offers: shifted.offers };
  };
  const driver = scanning(market, { verifyTitles: 0 });
  driver.settle();
  const { processed, guardFailures } = last(driver.finished);
  assert.equal(processed, 19);
  assert.equal(guardFailures.duplicate, 1);
});

Deno.test("a scan judges at once what a book shows before the pages do", () => {
  // The second listing of the title comes on the second page; the bid wants both.
  const others = Array.from({ length: 9 }, (_, i) => crowded(i));
  const driver = scanning(new Market([goodQuick(0), ...others]), { pageSize: 1 });
  driver.settle();
  assert.deepEqual(driver.opportunities.map(({ offerId }) => offerId), ["quick 0#0", "quick 0#1"]);
  assert.equal(driver.asked.filter(({ type }) => type === "Evidence").length, 1);
  const { processed, guardFailures } = last(driver.finished);
  assert.equal(processed, 2 + 9 * 4);
  assert.equal(guardFailures.duplicate, undefined);
});

Deno.test("a scan leaves titles unverified that could not be read, and goes on", () => {
  const market = marketOf(2);
  const { evidence } = market;
  market.evidence = (request) => {
    const read = evidence.call(market, request);
    return {
      evidence: read.evidence.filter(({ title }) => !title.startsWith("list")),
      missing: [{ title: "list 0", reason: "Timed out" }],
    };
  };
  const driver = scanning(market);
  driver.settle();
  assert.ok(driver.opportunities.every(({ kind }) => kind === "quick"));
  assert.equal(last(driver.finished).unverified, 2);
  assert.ok(driver.logs.some(({ message }) => message === "Titles could not be read"));
});

Deno.test("a scan takes a missing suggestion for a sign only where the market suggests", () => {
  const bare = (i: number) => {
    const made = goodList(i);
    return { ...made, offers: made.offers.map((one) => ({ ...one, suggestedCents: null })) };
  };
  const silent = scanning(new Market([bare(0), bare(1)]));
  silent.settle();
  assert.equal(silent.opportunities.length, 2);
  const speaking = scanning(new Market([bare(0), goodList(1)]));
  speaking.settle();
  assert.deepEqual(speaking.opportunities.map(({ title }) => title), ["list 1"]);
  assert.equal(last(speaking.finished).guardFailures.unpriced, 2);
});

Deno.test("a scan tells phases of one title apart", () => {
  const phased = (phase: string) => ({ floatPart: null, phase, paintSeed: null });
  const made = listing("doppler", [1_000, 1_010, 1_400], {
    sales: steadySales(1_380).map((sale) => ({ ...sale, phase: "ruby" })),
  });
  const phases = ["phase-1", "ruby", "ruby"];
  const offers = made.offers.map((one, i) => ({
    ...one,
    assetClass: phased(phases[i] ?? "ruby"),
  }));
  const driver = scanning(new Market([{ ...made, offers }]));
  driver.settle();
  assert.deepEqual(driver.opportunities.map(({ offerId }) => offerId), ["doppler#1"]);
});

Deno.test("a scan of 1,000 offers costs less than 100 requests, fees and our own included", () => {
  const titles = Array.from({ length: 125 }, (_, i) => [goodList(i), goodQuick(i), crowded(i)]);
  const driver = scanning(new Market(titles.flat()), { ...CONFIG, pageSize: 100, verifyBatch: 10 });
  driver.settle();
  const count = (type: string) => driver.asked.filter((one) => one.type === type);
  assert.equal(last(driver.finished).processed, 1_000);
  assert.equal(count("OffersPage").length, 10);
  // What was read at first look is not read again.
  const reads = new Set([
    ...titlesOf(count("Evidence")).flatMap((one) => [`asks ${one}`, `bids ${one}`, `sales ${one}`]),
    ...count("Look").flatMap(({ body }) => body["titles"] as Wanted[]).flatMap((one) => [
      ...(one.bids ? [`bids ${one.title}`] : []),
      ...(one.sales ? [`sales ${one.title}`] : []),
    ]),
  ]);
  assert.equal(titlesOf(count("Evidence")).length, 28);
  const [pages, feeList, ours] = [10, 1, 2];
  assert.ok(pages + reads.size + feeList + ours <= 98, `${reads.size} requests for titles`);
});

Deno.test("a scan counts time at work in virtual time only", () => {
  const driver = scanning(marketOf(1));
  driver.settle();
  assert.equal(last(driver.finished).startedAtMs, NOW_MS);
  assert.equal(last(driver.finished).updatedAtMs, driver.nowMs);
});
