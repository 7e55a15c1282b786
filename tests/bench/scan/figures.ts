/**
 * Figures of scanning, printed as one JSON object: CPU per offer from bytes to verdict beside
 * `JSON.parse` of the same bytes, and the requests of one scan of 1,000 offers.
 *
 *   deno run -A --no-prompt tests/bench/scan/figures.ts [--seed S]
 */

import { parseArgs } from "node:util";
import { type OffersPage, takePage } from "@/actors/scanner/page.ts";
import { scannerConfig } from "@/actors/scanner/spec.ts";
import { newScan, type Scan } from "@/actors/scanner/state.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import type { Quote } from "@/core/domain/market.ts";
import { readOffersPage } from "@/core/market/dmarket/offers.ts";
import { WireAudit } from "@/core/market/dmarket/wire.ts";
import { SignedClient } from "@/tests/core/market/dmarket/sim/signed_client.ts";
import { type OpenMarket, openMarket, standingClock } from "@/tests/judge/open_market.ts";
import { scanLevel } from "@/tests/judge/scan_once.ts";

const NOW_MS = Date.parse("2026-01-17T13:00:00Z");
const GAME = "a8db";
const LEVEL = "standard";
const ROUNDS = 30;
const PAGES = 10;

const { values } = parseArgs({ options: { seed: { type: "string", default: "1" } } });

/** Ten pages as the market sends them, with the quotes of their titles. */
interface Recorded {
  readonly bodies: readonly string[];
  readonly quotes: readonly (readonly Quote[])[];
}

async function record(market: OpenMarket): Promise<Recorded> {
  const bodies: string[] = [];
  const quotes: (readonly Quote[])[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const { fromCents, toCents } = LEVEL_RULES[LEVEL];
    const query = { game: GAME, fromCents, toCents, cursor, limit: 100 } as const;
    const read: OffersPage = await market.offersPage(query);
    quotes.push(read.quotes);
    const band = { priceFrom: fromCents, priceTo: toCents - 1 };
    bodies.push(await bodyOf(market, { ...band, cursor }));
    cursor = read.cursor;
  }
  return { bodies, quotes };
}

interface RawQuery {
  readonly priceFrom: number;
  readonly priceTo: number;
  readonly cursor: string | null;
}

/** The raw body of the page that the client just read. */
async function bodyOf(market: OpenMarket, query: RawQuery): Promise<string> {
  const { priceFrom, priceTo, cursor } = query;
  const params = new URLSearchParams({
    gameId: GAME,
    priceFrom: String(priceFrom),
    priceTo: String(priceTo),
    orderBy: "price",
    limit: "100",
    ...(cursor === null ? {} : { cursor }),
  });
  const client = new SignedClient(market.simulator.url);
  const target = `/marketplace-api/v2/offers?${params}`;
  return (await client.get(target, { dateS: NOW_MS / 1_000 })).text;
}

function judgeAll({ bodies, quotes }: Recorded): number {
  const config = scannerConfig.parse({ plan: [], intervalMs: 1_000, autoStart: false });
  const request = { scanId: SCAN_ID, game: GAME, level: LEVEL, requestedBy: "bench" } as const;
  const anything = { filter: null, requestedAtMs: NOW_MS };
  let scan: Scan = newScan({ ...request, ...anything }, NOW_MS);
  let offers = 0;
  for (const [i, body] of bodies.entries()) {
    const audit = new WireAudit();
    const page = readOffersPage(JSON.parse(body), { game: GAME, readAtMs: NOW_MS }, audit);
    const seen = { ...page, offers: [...page.offers], malformed: [...page.malformed] };
    const total = page.total ?? 0;
    const taken = takePage(scan, { ...seen, total, quotes: [...(quotes[i] ?? [])] }, {
      config,
      nowMs: NOW_MS,
    });
    scan = taken.scan;
    offers += page.offers.length;
  }
  return offers;
}

const SCAN_ID = "019bcb3e-6d1a-7a2c-8f00-0123456789ab";

/** Microseconds per offer, the best of several rounds. */
function fastest(work: () => number): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    const offers = work();
    best = Math.min(best, 1_000 * (performance.now() - before) / offers);
  }
  return best;
}

const market = await openMarket({
  seed: Number(values.seed),
  clock: standingClock(NOW_MS),
  logCapacity: 10_000,
});
const recorded = await record(market);
const parseUs = fastest(() => {
  for (const body of recorded.bodies) JSON.parse(body);
  return PAGES * 100;
});
const judgeUs = fastest(() => judgeAll(recorded));
await market.close();

const counted = await openMarket({
  seed: Number(values.seed),
  clock: standingClock(NOW_MS),
  logCapacity: 10_000,
});
const judged = await scanLevel(counted, { game: GAME, level: LEVEL, verifyTitles: 30 });
const requests = Map.groupBy(counted.simulator.requests(), ({ route }) => route);
await counted.close();

const figures = {
  parseUsPerOffer: Number(parseUs.toFixed(2)),
  judgeUsPerOffer: Number(judgeUs.toFixed(2)),
  ratio: Number((judgeUs / parseUs).toFixed(2)),
  offersScanned: judged.length,
  requests: Object.fromEntries([...requests].map(([route, all]) => [route, all.length])),
};
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(figures, null, 2)}\n`));
