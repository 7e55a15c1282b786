/** Scans of what a person asked for: joined by filter, kept with the scan, refused with the reason. */

import assert from "node:assert/strict";
import { ActorError } from "@/core/kernel/mod.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { goodList, goodQuick, listing, Market, marketOf } from "./market.ts";
import { idOf, SCAN, ScannerDriver, scanning } from "./driver.ts";

const FN = { exterior: ["factory-new"] };
const FN_SCAN = { ...SCAN, filter: FN };

function booted(market = marketOf(1), config = {}): ScannerDriver {
  const driver = new ScannerDriver(market, config);
  driver.boot();
  return driver;
}

/** A market whose filter lets pass what is called `list …`. */
function listsOnly(market: Market): Market {
  market.passes = (offer, filter) => filter === undefined || offer.title.startsWith("list");
  return market;
}

Deno.test("every page of a filtered scan carries its filter, also after a restart", () => {
  const driver = booted(listsOnly(marketOf(4)), { pageSize: 7 });
  driver.deliver("Scan", FN_SCAN);
  driver.step();
  driver.boot();
  driver.settle();
  const pages = driver.asked.filter(({ type }) => type === "OffersPage");
  assert.ok(pages.length > 5);
  for (const { body } of pages) assert.deepEqual(body.filter, FN);
  const [ended] = driver.finished;
  assert.deepEqual(ended?.filter, FN);
  assert.deepEqual([ended?.status, ended?.processed, ended?.total], ["completed", 8, 8]);
  assert.ok(driver.opportunities.every(({ title }) => title.startsWith("list")));
});

Deno.test("scans of one level with and without a filter each go on from their own place", () => {
  const driver = booted(listsOnly(marketOf(4)), { pageSize: 7 });
  driver.deliver("Scan", FN_SCAN);
  for (let turn = 0; turn < 3; turn++) driver.step();
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2) });
  const before = driver.state.active.map(({ filter, cursor }) => ({ filter, cursor }));
  assert.equal(new Set(before.map(({ cursor }) => cursor)).size, 2);
  const asked = driver.asked.length;
  driver.boot();
  const pages = driver.asked.slice(asked).filter(({ type }) => type === "OffersPage");
  assert.deepEqual(
    pages.map(({ body }) => ({ filter: body["filter"] ?? null, cursor: body["cursor"] })),
    before,
  );
  driver.settle();
  assert.deepEqual(driver.finished.map(({ processed }) => processed).toSorted(), [40, 8]);
});

Deno.test("words are taken as people write them", () => {
  const driver = booted(marketOf(0));
  driver.deliver("Scan", { ...SCAN, filter: { exterior: "Factory New", statTrak: "no" } });
  assert.deepEqual(driver.state.active[0]?.filter, {
    exterior: ["factory-new"],
    statTrak: false,
  });
});

Deno.test("requests are joined by game, level and filter", () => {
  const driver = booted(marketOf(1), { maxParallel: 1 });
  const ask = (n: number, filter: Record<string, unknown> | null) =>
    scanner.messages.StartScan.reply.parse(
      driver.deliver("StartScan", { ...SCAN, scanId: idOf(n), filter }),
    );
  assert.deepEqual(ask(1, null), { scanId: idOf(1), joined: false });
  assert.deepEqual(ask(2, FN), { scanId: idOf(2), joined: false });
  assert.deepEqual(ask(3, {}), { scanId: idOf(1), joined: true });
  assert.deepEqual(ask(4, { exterior: "Factory New" }), { scanId: idOf(2), joined: true });
  assert.deepEqual(ask(5, { ...FN, statTrak: true }), { scanId: idOf(5), joined: false });
  driver.settle();
  assert.equal(driver.finished.length, 3);
});

Deno.test("a filter that does not exist refuses the request and leaves nothing behind", () => {
  const driver = booted();
  const { commits } = driver;
  const start = (filter: Record<string, unknown>) => () =>
    driver.deliver("StartScan", { ...SCAN, filter });
  const bad = (pattern: RegExp) => (error: unknown) => {
    assert.ok(error instanceof ActorError);
    assert.equal(`${error.kind} ${error.code}`, "rejected bad-filter");
    assert.match(error.message, pattern);
    return true;
  };
  assert.throws(start({ hero: "Axe" }), bad(/"hero" is no filter of CS2: one of category, ext/));
  assert.throws(start({ exterior: "shiny" }), bad(/exterior cannot be "shiny".*factory-new/));
  assert.throws(start({ phase: "x", pattern: -1 }), bad(/phase.*; .*from 0 to 1000/));
  assert.deepEqual(driver.state.active, []);
  assert.equal(driver.commits, commits);
});

Deno.test("a durable request with a filter that does not exist ends as failed, and says why", () => {
  const driver = booted();
  driver.deliver("Scan", { ...SCAN, filter: { hero: "Axe" } });
  const [ended] = driver.finished;
  assert.equal(ended?.status, "failed");
  assert.match(ended?.reason ?? "", /"hero" is no filter of CS2/);
  assert.deepEqual(driver.state.active, []);
  assert.deepEqual(driver.asked, []);
});

Deno.test("pages of listings that do not pass are no reason to end", () => {
  const many = Array.from({ length: 100 }, (_, i) => listing(`dead ${i}`, [1_000]));
  const driver = booted(listsOnly(new Market([...many, goodList(150)])), { verifyTitles: 1 });
  driver.deliver("Scan", FN_SCAN);
  driver.settle();
  const [ended] = driver.finished;
  assert.deepEqual([ended?.status, ended?.processed, ended?.pages], ["completed", 2, 11]);
});

Deno.test("a filtered scan takes nothing from a book that its filter may not let pass", () => {
  const market = new Market([goodQuick(0)]);
  market.passes = (offer, filter) => filter === undefined || offer.offerId.endsWith("#0");
  const driver = booted(market);
  driver.deliver("Scan", FN_SCAN);
  driver.settle();
  assert.deepEqual(driver.opportunities.map(({ offerId }) => offerId), ["quick 0#0"]);
});

Deno.test("a filtered scan closes what it refuses, and nothing else", () => {
  const market = listsOnly(new Market([goodList(0), goodList(1), goodQuick(0)]));
  const driver = scanning(market);
  driver.settle();
  market.remove("quick 0#0");
  market.remove("list 1#0");
  const gone = goodList(0);
  market.add({ ...gone, offers: gone.offers.map((one) => ({ ...one, reserved: true })) });
  driver.deliver("Scan", { ...FN_SCAN, scanId: idOf(2) });
  driver.settle();
  assert.deepEqual(driver.closings.map(({ offerId }) => offerId), ["list 0#0"]);
});

Deno.test("a filtered scan beside the scan of its whole band changes nothing of its sweep", () => {
  const market = listsOnly(new Market([goodList(0), goodQuick(0)]));
  const driver = scanning(market);
  driver.settle();
  driver.deliver("Scan", { ...SCAN, scanId: idOf(2) });
  while (driver.state.active[0]?.endOfBand !== true) driver.step();
  driver.deliver("Scan", { ...FN_SCAN, scanId: idOf(3) });
  driver.settle();
  assert.equal(driver.finished.length, 3);
  assert.deepEqual(driver.closings, []);
});

Deno.test("more requests than may wait are refused, and the scanner goes on", () => {
  const driver = booted(marketOf(1), { maxParallel: 1 });
  const bands = GAMES.flatMap((game) => LEVELS.map((level) => ({ game, level })));
  let n = 0;
  const ask = () => {
    const band = { game: "a8db", level: LEVELS[n % 5] ?? "pro", filter: { pattern: [n] } } as const;
    return driver.deliver("StartScan", { ...SCAN, ...band, scanId: idOf(n++) });
  };
  for (let i = 0; i < 101; i++) ask();
  assert.equal(driver.state.queue.length, 100);
  assert.throws(ask, (error) => error instanceof ActorError && error.code === "queue-full");
  driver.deliver("Scan", { ...SCAN, ...bands[0], scanId: idOf(n++) });
  assert.match(driver.finished[0]?.reason ?? "", /Cannot queue another scan: 100 wait already/);
  scanner.messages.Status.reply.parse(driver.deliver("Status", {}));
  driver.settle();
  assert.equal(driver.finished.filter(({ status }) => status === "completed").length, 101);
});

Deno.test("the plan does not take a filtered scan for its own", () => {
  const plan = [{ game: "a8db", level: "medium" }] as const;
  const driver = new ScannerDriver(marketOf(1), { plan: [...plan], autoStart: false });
  driver.boot();
  driver.deliver("Scan", FN_SCAN);
  const planned = new ScannerDriver(marketOf(1), { plan: [...plan], autoStart: true });
  planned.saved = driver.saved;
  planned.boot();
  assert.deepEqual(planned.state.active.map(({ filter }) => filter), [FN, null]);
});
