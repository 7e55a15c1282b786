/**
 * How many scans with the default limit it takes to find what one scan without a limit finds, in
 * markets that stand still.
 *
 *   deno run -A --no-prompt tests/bench/scan/rounds.ts [--seeds A-B] [--scans N] [--titles T]
 *
 * Prints, by game and for all, how many ways out an unlimited scan accepts, and which share of them
 * was found after one, two, … scans of each level.
 */

import { parseArgs } from "node:util";
import type { Round } from "@/actors/scanner/state.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { type OpenMarket, openMarket, standingClock } from "@/tests/judge/open_market.ts";
import { NOW_MS } from "./cpu.ts";
import { DEFAULTS, type Order, scanOnce } from "./one_scan.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-3" },
    scans: { type: "string", default: "10" },
    titles: { type: "string", default: "4000" },
  },
});
const [firstSeed = 1, lastSeed = firstSeed] = values.seeds.split("-").map(Number);
const scans = Number(values.scans);

const UNLIMITED = { ...DEFAULTS, verifyTitles: 1_000_000, poolTitles: 1_000_000 };

/** How many there are, and how many of them the scans had found after one, two, … */
async function scanInTurn(market: OpenMarket, level: Order): Promise<readonly number[]> {
  const all = new Set(
    (await scanOnce(market, { ...level, config: UNLIMITED })).found,
  );
  const met = new Set<string>();
  const counts = [all.size];
  let round: Round | undefined;
  for (let n = 0; n < scans; n++) {
    const once = await scanOnce(market, { ...level, round });
    ({ round } = once.scan);
    for (const way of once.found) if (all.has(way)) met.add(way);
    counts.push(met.size);
  }
  return counts;
}

const sums = new Map<string, readonly number[]>();
for (let seed = firstSeed; seed <= lastSeed; seed++) {
  const clock = standingClock(NOW_MS);
  const market = await openMarket({ seed, clock, titles: Number(values.titles) });
  for (const level of GAMES.flatMap((game) => LEVELS.map((level) => ({ game, level })))) {
    const counts = await scanInTurn(market, level);
    for (const name of [level.game, "all"]) {
      const before = sums.get(name);
      sums.set(name, counts.map((count, i) => count + (before?.[i] ?? 0)));
    }
  }
  await market.close();
}
const figures = Object.fromEntries(
  [...sums].map(([name, [all = 0, ...found]]) => {
    const share = found.map((count) => Number((count / all).toFixed(3)));
    return [name, { ways: all, foundAfter: share }];
  }),
);
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(figures)}\n`));
