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
import { takePage } from "@/actors/scanner/page.ts";
import { type ScannerConfig, scannerConfig } from "@/actors/scanner/spec.ts";
import { bandOf, newScan, type Round, type Scan } from "@/actors/scanner/state.ts";
import { nextTitles, takeEvidence } from "@/actors/scanner/verify.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import { type GameId, GAMES } from "@/core/domain/market.ts";
import { type LevelId, LEVELS } from "@/core/domain/opportunity.ts";
import { type OpenMarket, openMarket, standingClock } from "@/tests/judge/open_market.ts";
import { NOW_MS } from "./cpu.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-3" },
    scans: { type: "string", default: "10" },
    titles: { type: "string", default: "4000" },
  },
});
const [firstSeed = 1, lastSeed = firstSeed] = values.seeds.split("-").map(Number);
const scans = Number(values.scans);

const DEFAULTS = scannerConfig.parse({ plan: [], intervalMs: 1_000, autoStart: false });
const UNLIMITED = { ...DEFAULTS, verifyTitles: 1_000_000, poolTitles: 1_000_000 };

interface Level {
  readonly game: GameId;
  readonly level: LevelId;
}

/** The scan at its end, and the ways out that it accepted. */
async function scanOnce(
  market: OpenMarket,
  { game, level }: Level,
  { config, round }: { readonly config: ScannerConfig; readonly round: Round | undefined },
): Promise<{ readonly scan: Scan; readonly found: readonly string[] }> {
  const request = { scanId: crypto.randomUUID(), game, level, filter: null, requestedBy: "bench" };
  let scan = newScan({ ...request, requestedAtMs: NOW_MS }, NOW_MS, round);
  const found: string[] = [];
  const take = (taken: { readonly scan: Scan; readonly final: readonly Judgement[] }) => {
    scan = taken.scan;
    for (const { opportunities } of taken.final) {
      found.push(...opportunities.map(({ offerId, kind }) => `${offerId}/${kind}`));
    }
  };
  for (;;) {
    const titles = nextTitles(scan, config);
    if (titles.length > 0) {
      const reply = await market.evidence(game, titles);
      const asked = { ...scan, verifying: [...titles] };
      take(takeEvidence(asked, reply, { nowMs: NOW_MS, pumpBans: [] }));
    } else if (!scan.endOfBand) {
      const query = { game, ...bandOf(scan), cursor: scan.cursor, limit: config.pageSize };
      take(takePage(scan, await market.offersPage(query), { config, nowMs: NOW_MS }));
    } else return { scan, found };
  }
}

/** How many there are, and how many of them the scans had found after one, two, … */
async function scanLevelInTurn(market: OpenMarket, level: Level): Promise<readonly number[]> {
  const all = new Set(
    (await scanOnce(market, level, { config: UNLIMITED, round: undefined })).found,
  );
  const met = new Set<string>();
  const counts = [all.size];
  let round: Round | undefined;
  for (let n = 0; n < scans; n++) {
    const once = await scanOnce(market, level, { config: DEFAULTS, round });
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
    const counts = await scanLevelInTurn(market, level);
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
