/** The watcher on a simulated market whose prices move: read over HTTP, by a clock in our hands. */

import assert from "node:assert/strict";
import { MarketReader } from "@/actors/market_fetcher/reader.ts";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { type Clock, systemClock } from "@/core/kernel/clock.ts";
import { toWire } from "@/core/kernel/errors.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { FLAG } from "@/core/market/dmarket/sim/offer_table.ts";
import { NO_LIMITS, type Simulator, startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { silentLog } from "@/tests/support/house.ts";
import { WatcherDriver } from "./driver.ts";

interface Stage {
  readonly simulator: Simulator;
  readonly driver: WatcherDriver;
}

async function staged(use: (stage: Stage) => Promise<void>): Promise<void> {
  let aheadMs = 0;
  const startMs = systemClock.now();
  const clock: Clock = {
    ...systemClock,
    now: () => startMs + aheadMs,
    monotonic: () => aheadMs,
  };
  const simulator = await startSimulator({ titles: 200, limits: NO_LIMITS, clock });
  const key = await SigningKey.import(DEMO_KEYS);
  const client = new DmarketClient({
    baseUrl: simulator.url,
    fetcher: systemFetcher,
    clock,
    random: () => 0,
    sign: async (request) => ({ ...await key.sign(request, Math.floor(clock.now() / 1_000)) }),
    report: () => {},
  });
  const reader = new MarketReader(client, { clock, log: silentLog, titlesAtOnce: 8 });
  const { signal } = new AbortController();
  const driver: WatcherDriver = new WatcherDriver({
    nowMs: startMs,
    answer: async (query) => {
      aheadMs = driver.nowMs - startMs;
      try {
        return { ok: true, value: await reader.evidence(query, signal) };
      } catch (error) {
        return { ok: false, error: toWire(error) };
      }
    },
  });
  try {
    await use({ simulator, driver });
  } finally {
    await simulator.stop();
  }
}

const GAME = "rust";

/** A title with a few free listings and its lowest one. */
function someTitle({ market }: Simulator) {
  for (const book of market.titles) {
    const [row, next] = book.rows;
    if (book.game !== GAME || row === undefined || next === undefined) continue;
    const isPlain = (one: number) =>
      market.table.flags[one] === FLAG.live && (market.table.unlockAtS[one] ?? 0) === 0;
    if (isPlain(row) && isPlain(next) && book.title.length > 4) return { book, row };
  }
  throw new Error("No title of the market has two free listings");
}

/** Lists one more asset of the title, cheaper or dearer than its lowest. */
function undercut({ market }: Simulator, share: number) {
  const { book, row } = someTitle({ market } as Simulator);
  const priceCents = Math.floor((market.table.priceCents[row] ?? 0) * share);
  market.addOffer({
    titleId: book.id,
    priceCents,
    createdAtS: market.startS,
    unlockAtS: 0,
    flags: FLAG.live,
    label: 0,
    serial: market.takeSerial(),
    assetSerial: market.takeSerial(),
  });
  return priceCents;
}

Deno.test("a listing far below the others is told within one polling period", () =>
  staged(async ({ simulator, driver }) => {
    const { book } = someTitle(simulator);
    await driver.ask("Watch", { game: GAME, title: book.title, priority: "high" });
    await driver.pass(46_000);
    assert.equal(driver.alerts.length, 0);
    const [before] = (await driver.ask("Watches", {})).watches;
    assert.ok(before?.askCents !== null && before?.readAtMs !== null);
    const atMs = driver.nowMs;
    const priceCents = undercut(simulator, 0.9);
    await driver.pass(60_000);
    const [after] = (await driver.ask("Watches", {})).watches;
    assert.equal(after?.askCents, priceCents);
    assert.equal(driver.alerts.length, 1);
    assert.match(driver.alerts[0]?.text ?? "", /ask \d+ → \d+ \(-1\d\d\d\)/);
    assert.ok((driver.alerts[0]?.atMs ?? 0) - atMs <= 15_000);
  }));

Deno.test("a bid for any asset is told, and one cent under the lowest offer is not", () =>
  staged(async ({ simulator, driver }) => {
    const { book, row } = someTitle(simulator);
    const askCents = simulator.market.table.priceCents[row] ?? 0;
    book.bids = [];
    const bid = { targetId: "a", amount: 5, attributes: {}, fleeting: false, own: false };
    simulator.market.addBid(book, { ...bid, priceCents: Math.floor(askCents / 2) });
    await driver.ask("Watch", { game: GAME, title: book.title });
    await driver.pass(1_000);
    simulator.market.addBid(book, { ...bid, priceCents: Math.floor(askCents * 0.6) });
    undercut(simulator, 0.999);
    await driver.pass(30_000);
    assert.equal(driver.alerts.length, 1);
    assert.match(driver.alerts[0]?.text ?? "", /bid \d+ → \d+ \((19|20)\d\d\)/);
    book.bids = [];
    await driver.pass(60_000);
    assert.match(driver.alerts[1]?.text ?? "", /bid \d+ → gone/);
  }));

Deno.test("a move while the market does not answer is told when it does again", () =>
  staged(async ({ simulator, driver }) => {
    const { book } = someTitle(simulator);
    await driver.ask("Watch", { game: GAME, title: book.title, priority: "high" });
    await driver.pass(1_000);
    simulator.faults.add({ kind: "status", route: "targets-by-title", status: 404, times: 3 });
    undercut(simulator, 0.5);
    await driver.pass(30_000);
    const [down] = (await driver.ask("Watches", {})).watches;
    assert.ok((down?.failures ?? 0) > 0);
    assert.equal(driver.alerts.length, 0);
    await driver.pass(600_000);
    const [up] = (await driver.ask("Watches", {})).watches;
    assert.equal(up?.failures, 0);
    assert.deepEqual(driver.alerts.map(({ text }) => /: ask /.test(text)), [true]);
  }));
