/**
 * Figures of scanning, printed as one JSON object: CPU from bytes to verdicts beside `JSON.parse` of
 * the same bytes, and the requests of one scan.
 *
 *   deno run -A --no-prompt tests/bench/scan/figures.ts [--seed S] [--blocks N]
 */

import { parseArgs } from "node:util";
import { openMarket, standingClock } from "@/tests/judge/open_market.ts";
import { scanLevel } from "@/tests/judge/scan_once.ts";
import { cpuFigures, GAME, LEVEL, NOW_MS } from "./cpu.ts";

const VERIFY_TITLES = 30;

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, blocks: { type: "string", default: "30" } },
});
const seed = Number(values.seed);

async function requestsOfOneScan() {
  const clock = standingClock(NOW_MS);
  const market = await openMarket({ seed, clock, logCapacity: 10_000 });
  const judged = await scanLevel(market, { game: GAME, level: LEVEL, verifyTitles: VERIFY_TITLES });
  const requests = Map.groupBy(market.simulator.requests(), ({ route }) => route);
  await market.close();
  return {
    offersScanned: judged.length,
    requests: Object.fromEntries([...requests].map(([route, all]) => [route, all.length])),
  };
}

const figures = {
  cpu: await cpuFigures(seed, Number(values.blocks)),
  ...await requestsOfOneScan(),
};
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(figures, null, 2)}\n`));
