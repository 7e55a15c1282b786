/** A hundred people ask for scans at once: real actors on workers, real messages, real HTTP. */

import assert from "node:assert/strict";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { scanner } from "@/core/protocol/scanner.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { inScanningHouse, pagesOf, scansIn } from "./scanning_house.ts";

const SMALL = { titles: 200 };
const SCANS_TIMEOUT_MS = 90_000;

const BANDS = GAMES.flatMap((game) => LEVELS.map((level) => ({ game, level })));
/** Two of the scans ask for something; the others take what comes. */
const WANTED = [
  ...BANDS.map((band) => ({ ...band, filter: undefined })),
  { game: "a8db", level: "standard", filter: { exterior: ["field-tested"] } },
  { game: "tf2", level: "boost", filter: { craftable: true } },
] as const;

function request(i: number) {
  const { game, level, filter } = WANTED[i % WANTED.length] ?? WANTED[0];
  const wanted = filter === undefined ? {} : { filter: { ...filter } };
  return { scanId: crypto.randomUUID(), game, level, requestedBy: `telegram:${i}`, ...wanted };
}

Deno.test("a hundred requests at once become the scans there are, each ended without an error", () =>
  inScanningHouse({ market: SMALL, verifyTitles: 5 }, async (house, market) => {
    const { supervisor } = house;
    const asked = Array.from(
      { length: 100 },
      (_, i) => supervisor.ask(scanner, "StartScan", request(i)),
    );
    const replies = await Promise.all(asked);
    const distinct = new Set(replies.map(({ scanId }) => scanId));
    assert.equal(distinct.size, WANTED.length);
    assert.equal(replies.filter(({ joined }) => !joined).length, WANTED.length);
    for (const [i, { scanId }] of replies.entries()) {
      assert.equal(scanId, replies[i % WANTED.length]?.scanId, `request ${i}`);
    }
    await waitFor("all scans to end", () => {
      const ended = scansIn(house).filter(({ status }) => status === "completed");
      return ended.length === WANTED.length;
    }, SCANS_TIMEOUT_MS);
    const scans = scansIn(house);
    assert.deepEqual(new Set(scans.map(({ scanId }) => scanId)), distinct);
    for (const { total, processed, reason } of scans) {
      assert.equal(processed, total);
      assert.equal(reason, undefined);
    }
    assert.ok(scans.filter(({ filter }) => filter !== undefined).every(({ total }) => total !== 0));
    const pages = scans.reduce((sum, scan) => sum + scan.pages, 0);
    assert.equal(pagesOf(market).length, pages, "A page is read once for all who asked");
    assert.ok(market.requests().every(({ status }) => status === 200));
    for (const name of ["scanner", "market-fetcher", "signer"]) {
      assert.equal(supervisor.find(name)?.restarts, 0, name);
    }
    const { requests } = await supervisor.ask(marketFetcher, "Status", {});
    assert.ok(Object.keys(requests).every((outcome) => outcome.endsWith(".ok")));
  }));

Deno.test("a request with a filter that does not exist is refused by name, and nothing is read", () =>
  inScanningHouse({ market: SMALL }, async ({ supervisor }, market) => {
    const bad = { ...request(0), filter: { exterior: ["shiny"], hero: ["Axe"] } };
    await assert.rejects(supervisor.ask(scanner, "StartScan", bad), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(`${error.kind} ${error.code}`, "rejected bad-filter");
      assert.match(error.message, /exterior cannot be "shiny".*"hero" is no filter of CS2/);
      return true;
    });
    assert.equal(supervisor.find("scanner")?.restarts, 0);
    assert.deepEqual(market.requests(), []);
    assert.deepEqual((await supervisor.ask(scanner, "Status", {})).active, []);
  }));
