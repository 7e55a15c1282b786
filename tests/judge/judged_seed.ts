/** One generated market: scanned as the product scans, then played forward. */

import type { Judgement } from "@/core/domain/judge.ts";
import { LEVEL_RULES } from "@/core/domain/levels.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS, type Opportunity } from "@/core/domain/opportunity.ts";
import { keepsPromise, truthOfRow } from "@/core/market/dmarket/sim/truth.ts";
import type { Market } from "@/core/market/dmarket/sim/market.ts";
import { type Hindsight, lookBack, type Way, wayKey, type Ways } from "./hindsight.ts";
import { openMarket, standingClock } from "./open_market.ts";
import { scanLevel } from "./scan_once.ts";

export interface JudgedSeed {
  readonly seed: number;
  /** Of every listing met, by its id. */
  readonly judged: ReadonlyMap<string, Judgement>;
  readonly scanned: {
    /** Ways out that the scanner accepted. */
    readonly taken: Ways;
    /** Those of them that paid at the very price the scanner named. */
    readonly paying: Ways;
  };
  readonly hindsight: Hindsight;
}

export interface Measurement {
  readonly from: number;
  readonly to: number;
  readonly plays: number;
  /** Of each market; the simulator's default when left out. */
  readonly titles?: number | undefined;
}

/** One market after the other. */
export async function* judgedMarkets(
  { from, to, plays, titles }: Measurement,
): AsyncGenerator<JudgedSeed> {
  for (let seed = from; seed <= to; seed++) yield await judgeSeed(seed, { plays, titles });
}

/** The moment of every measurement, so that it can be repeated. */
const NOW_MS = Date.parse("2026-01-17T13:00:00Z");

async function judgeSeed(
  seed: number,
  { plays, titles }: Pick<Measurement, "plays" | "titles">,
): Promise<JudgedSeed> {
  const open = await openMarket({ seed, titles, clock: standingClock(NOW_MS) });
  try {
    const { market } = open.simulator;
    const nowS = Math.floor(open.now() / 1_000);
    const judged = new Map<string, Judgement>();
    const taken = new Map<string, Way>();
    const paying = new Map<string, Way>();
    for (const game of GAMES) {
      for (const level of LEVELS) {
        for (const judgement of await scanLevel(open, { game, level })) {
          judged.set(judgement.offer.offerId, judgement);
          for (const found of judgement.opportunities) {
            const way = wayOf(market, found);
            const key = wayKey(found.offerId, found.kind);
            taken.set(key, way);
            if (pays(market, way, { exitCents: found.exitCents, nowS, plays })) {
              paying.set(key, way);
            }
          }
        }
      }
    }
    const hindsight = lookBack(market, { nowS, plays });
    return { seed, judged, scanned: { taken, paying }, hindsight };
  } finally {
    await open.close();
  }
}

function wayOf(market: Market, { game, level, kind, offerId }: Opportunity): Way {
  const row = market.rowOf(offerId);
  if (row === null) throw new RangeError(`No offer ${offerId} in a market that stands still`);
  return { game, level, kind, offerId, row, label: market.bookOf(row).label ?? "" };
}

interface Played {
  readonly exitCents: number;
  readonly nowS: number;
  readonly plays: number;
}

function pays(market: Market, { row, kind, level }: Way, played: Played): boolean {
  if (kind === "quick") {
    return truthOfRow(market, row, { nowS: played.nowS, plays: 0 })?.quick === true;
  }
  return keepsPromise(market, { ...played, row, minRoiBps: LEVEL_RULES[level].minRoiBps });
}
