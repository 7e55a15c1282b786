/** What a scan costs in requests, and what it leaves behind on its way, on real actors. */

import assert from "node:assert/strict";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import type { Simulator } from "@/core/market/dmarket/sim/server.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import type { House } from "@/tests/support/house.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { inScanningHouse, pagesOf, scansIn } from "./scanning_house.ts";

const SCAN_TIMEOUT_MS = 60_000;

interface Wanted {
  readonly game: "9a92" | "a8db" | "rust";
  readonly level: "medium" | "boost";
}

async function scan(
  house: House,
  wanted: Wanted,
  meanwhile: (house: House) => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly ended: ScanProgress; readonly rows: readonly ScanProgress[] }> {
  const { supervisor, store } = house;
  const scanId = crypto.randomUUID();
  await supervisor.ask(scanner, "StartScan", { scanId, ...wanted, requestedBy: "test" });
  await meanwhile(house);
  const ended = await waitFor(
    "the scan to end",
    () =>
      scansIn(house).find((one) =>
        one.scanId === scanId && one.status !== "running" && one.status !== "queued"
      ),
    SCAN_TIMEOUT_MS,
  );
  const rows = store.written.filter(({ name }) => name === "scan_checkpoints")
    .flatMap((write) => write.rows as ScanProgress[]).filter((row) => row.scanId === scanId);
  return { ended, rows };
}

function count(market: Simulator, route: string): number {
  return market.requests().filter((one) => one.route === route).length;
}

Deno.test("a scan of 1,000 offers asks for less than 100 pages, titles and fee lists together", () =>
  inScanningHouse({ market: { seed: 1 } }, async (house, market) => {
    const cost = () => market.requests().length - count(market, "aggregated-prices");
    const { ended } = await scan(house, { game: "rust", level: "boost" });
    assert.equal(ended.status, "completed");
    assert.ok(ended.processed >= 1_000 && ended.processed <= 1_100, `${ended.processed} offers`);
    assert.equal(pagesOf(market).length, 11);
    assert.equal(count(market, "customized-fees"), 1);
    assert.ok(count(market, "aggregated-prices") >= 1);
    const first = cost();
    assert.ok(first < 100, `${first} requests`);
    assert.ok(count(market, "last-sales") >= 20 && ended.accepted > 0);
    // Its fees are known, and the titles are others.
    await scan(house, { game: "rust", level: "boost" });
    assert.equal(pagesOf(market).length, 22);
    assert.equal(count(market, "customized-fees"), 1);
    assert.ok(cost() - first < 100, `${cost() - first} requests`);
  }));

Deno.test("a scan says how far it is with every page, and when it expects to end", () =>
  inScanningHouse({ market: { seed: 1, latencyMs: 5 } }, async (house) => {
    const { ended, rows } = await scan(house, { game: "9a92", level: "medium" });
    const running = rows.filter(({ status }) => status === "running");
    for (const [i, row] of running.entries()) {
      const before = running[i - 1]?.processed ?? 0;
      assert.ok(row.processed >= before, "It never goes back");
    }
    const pages = running.map(({ pages }) => pages);
    assert.deepEqual([...new Set(pages)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const expected = running.filter(({ pages }) => pages > 0);
    assert.ok(expected.every(({ etaMs, updatedAtMs }) => etaMs !== null && etaMs >= updatedAtMs));
    assert.equal(ended.etaMs, null);
  }));

Deno.test("a level of more rows than one query shows is read whole", () =>
  inScanningHouse(
    { market: { seed: 1, depth: 2.5 }, verifyTitles: 0 },
    async (house, market) => {
      const { ended } = await scan(house, { game: "a8db", level: "boost" });
      assert.ok((ended.total ?? 0) > 10_000, `${ended.total} offers`);
      assert.deepEqual([ended.status, ended.processed], ["completed", ended.total]);
      const bands = new Set(pagesOf(market).map((query) => query.get("priceFrom")));
      assert.ok(bands.size >= 2);
      const needed = Math.ceil((ended.total ?? 0) / 100);
      assert.ok(pagesOf(market).length <= needed + 2 * bands.size);
    },
  ));

const KILLS = 3;

/** Kills the scanner again and again, each time some pages further. */
async function killScanner(house: House): Promise<void> {
  const { supervisor } = house;
  const pages = () => Math.max(0, ...scansIn(house).map((one) => one.pages));
  for (let kill = 1; kill <= KILLS; kill++) {
    const from = pages();
    await waitFor("more pages", () => pages() >= from + 20, SCAN_TIMEOUT_MS);
    supervisor.find("scanner")?.chaos("exit");
    await waitFor("its next life", () => supervisor.find("scanner")?.restarts === kill);
  }
}

Deno.test("a scanner killed in the middle of a split level loses nothing and repeats a page a time", () =>
  inScanningHouse(
    { market: { seed: 1, depth: 2.5, latencyMs: 5 }, verifyTitles: 0 },
    async (house, market) => {
      const { ended } = await scan(house, { game: "a8db", level: "boost" }, killScanner);
      assert.deepEqual([ended.status, ended.processed], ["completed", ended.total]);
      // The market repeats a row here and there; a page judged twice would be a hundred.
      const { duplicate = 0 } = ended.guardFailures;
      assert.ok(duplicate < 50, `${duplicate} offers were judged twice`);
      const times = new Map<string, number>();
      for (const page of pagesOf(market)) {
        times.set(page.toString(), (times.get(page.toString()) ?? 0) + 1);
      }
      const repeated = pagesOf(market).length - times.size;
      assert.ok(repeated <= KILLS, `${repeated} pages were read again`);
    },
  ));

const ONE_TITLE = {
  format: "marketd-scenario/1",
  seed: 1,
  now: "2026-01-17T13:00:00Z",
  games: {
    a8db: {
      titles: [{
        title: "Only one",
        offers: [{ offerId: "1", priceCents: "1000" }],
        targets: [],
        sales: [],
      }],
    },
  },
};

Deno.test("a game without offers is scanned at once, with one page and nothing found", () =>
  inScanningHouse({ market: { scenario: ONE_TITLE } }, async (house, market) => {
    const { ended } = await scan(house, { game: "9a92", level: "medium" });
    const { status, processed, total, pages, reason } = ended;
    assert.deepEqual({ status, processed, total, pages, reason }, {
      status: "completed",
      processed: 0,
      total: 0,
      pages: 1,
      reason: undefined,
    });
    assert.equal(count(market, "offers"), 1);
  }));
