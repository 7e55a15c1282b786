/** One scan of one level as the scanner does it, pages and titles in turn, without a daemon. */

import { takePage } from "@/actors/scanner/page.ts";
import { type ScannerConfig, scannerConfig } from "@/actors/scanner/spec.ts";
import { bandOf, newScan, type Round, type Scan } from "@/actors/scanner/state.ts";
import { nextTitles, takeEvidence, takeLook, wantedOf } from "@/actors/scanner/verify.ts";
import type { Judgement } from "@/core/domain/judge.ts";
import type { GameId } from "@/core/domain/market.ts";
import type { LevelId } from "@/core/domain/opportunity.ts";
import type { OpenMarket } from "@/tests/judge/open_market.ts";

/** What a daemon scans with. */
export const DEFAULTS: ScannerConfig = scannerConfig.parse({
  plan: [],
  intervalMs: 1_000,
  autoStart: false,
});

export interface Order {
  readonly game: GameId;
  readonly level: LevelId;
  readonly config?: ScannerConfig;
  /** As the scan before left it; default: a new one. */
  readonly round?: Round | undefined;
}

/** The scan at its end, and the ways out that it accepted. */
export interface Outcome {
  readonly scan: Scan;
  readonly found: readonly string[];
}

export async function scanOnce(market: OpenMarket, order: Order): Promise<Outcome> {
  const { game, level, config = DEFAULTS, round } = order;
  const nowMs = market.now();
  const request = { scanId: crypto.randomUUID(), game, level, filter: null, requestedBy: "bench" };
  const at = { nowMs, pumpBans: [] };
  let scan = newScan({ ...request, requestedAtMs: nowMs }, nowMs, round);
  const found: string[] = [];
  const take = (taken: { readonly scan: Scan; readonly final: readonly Judgement[] }) => {
    scan = taken.scan;
    for (const { opportunities } of taken.final) {
      found.push(...opportunities.map(({ offerId, kind }) => `${offerId}/${kind}`));
    }
  };
  for (;;) {
    scan = { ...scan, verifying: [...nextTitles(scan, config)] };
    if (scan.verifying.length > 0) {
      take(takeLook(scan, await market.look(game, wantedOf(scan, nowMs)), at));
      if (scan.verifying.length === 0) continue;
      take(takeEvidence(scan, await market.evidence(game, scan.verifying), at));
    } else if (!scan.endOfBand) {
      const query = { game, ...bandOf(scan), cursor: scan.cursor, limit: config.pageSize };
      take(takePage(scan, await market.offersPage(query), { config, nowMs }));
    } else return { scan, found };
  }
}
