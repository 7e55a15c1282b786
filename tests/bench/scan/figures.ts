/**
 * Figures of scanning, printed as one JSON object: CPU from bytes to verdicts beside `JSON.parse` of
 * the same bytes, and the requests of one scan.
 *
 *   deno run -A --no-prompt tests/bench/scan/figures.ts [--seed S] [--blocks N]
 */

import { parseArgs } from "node:util";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { type OpenMarket, openMarket, standingClock } from "@/tests/judge/open_market.ts";
import { cpuFigures, NOW_MS } from "./cpu.ts";
import { scanOnce } from "./one_scan.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, blocks: { type: "string", default: "30" } },
});
const seed = Number(values.seed);

/** Of the level that has at least 1,000 offers and the fewest of those; the day's first scan of its game. */
async function requestsOfOneScan() {
  const clock = standingClock(NOW_MS);
  const market = await openMarket({ seed, clock, logCapacity: 10_000 });
  const { game, level } = await thousandOffers(market);
  const before = market.simulator.requests().length;
  const { scan } = await scanOnce(market, { game, level });
  const requests = market.simulator.requests().slice(before);
  await market.close();
  const byRoute = Map.groupBy(requests, ({ route }) => route);
  return {
    game,
    level,
    offersScanned: scan.seen,
    titlesVerified: scan.spent,
    requests: Object.fromEntries([...byRoute].map(([route, all]) => [route, all.length])),
    requestsInAll: requests.length,
  };
}

async function thousandOffers({ client }: OpenMarket) {
  const totals = [];
  for (
    const [game, level] of GAMES.flatMap((game) => LEVELS.map((level) => [game, level] as const))
  ) {
    const call = { signal: AbortSignal.timeout(60_000), deadlineAtMs: Infinity };
    const query = { game, band: LEVEL_RULES[level], cursor: null, limit: 1 };
    totals.push({ game, level, total: (await client.offersPage(query, call)).total ?? 0 });
  }
  const large = totals.filter(({ total }) => total >= 1_000).sort((a, b) => a.total - b.total);
  const [least] = large;
  if (least === undefined) throw new RangeError("No level of this market has 1,000 offers");
  return least;
}

const figures = {
  cpu: await cpuFigures(seed, Number(values.blocks)),
  ...await requestsOfOneScan(),
};
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(figures, null, 2)}\n`));
