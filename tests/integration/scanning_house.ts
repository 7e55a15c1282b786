/** Signer, market-fetcher, scanner and whom it tells, on real workers over a simulated market. */

import { marketFetcherSpec } from "@/actors/market_fetcher/spec.ts";
import { notifierSpec } from "@/actors/notifier/spec.ts";
import { scannerSpec } from "@/actors/scanner/spec.ts";
import { signerSpec } from "@/actors/signer/spec.ts";
import { targetManagerSpec } from "@/actors/target_manager/spec.ts";
import type { ScanProgress } from "@/core/domain/opportunity.ts";
import { child } from "@/core/kernel/house.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import {
  NO_LIMITS,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "@/core/market/dmarket/sim/server.ts";
import { type House, inHouse } from "@/tests/support/house.ts";

const FAST = { ratePerSecond: 1_000, burst: 100 };
const CLASSES = { "market-items": FAST, "last-sales": FAST, fee: FAST, other: FAST, write: FAST };
const RATES = { classes: CLASSES, overall: FAST };

export interface ScanningHouse {
  readonly market: SimulatorOptions;
  /** Left out: the scanner's default. */
  readonly verifyTitles?: number;
}

/** Scans on request only, as fast as the machine can. */
export async function inScanningHouse(
  options: ScanningHouse,
  test: (house: House, market: Simulator) => Promise<void>,
): Promise<void> {
  const market = await startSimulator({
    limits: NO_LIMITS,
    logCapacity: 100_000,
    ...options.market,
  });
  const { verifyTitles } = options;
  const limit = verifyTitles === undefined ? {} : { verifyTitles };
  const children = [
    child(notifierSpec, { config: () => ({ mode: "dry" as const, recipients: [] }) }),
    child(signerSpec, { config: () => ({ ...DEMO_KEYS, mode: "dry" as const, rates: RATES }) }),
    child(marketFetcherSpec, { config: () => ({ baseUrl: market.url }) }),
    child(targetManagerSpec, { config: () => ({}) }),
    child(scannerSpec, {
      config: () => ({ plan: [], intervalMs: 600_000, autoStart: false, ...limit }),
    }),
  ];
  try {
    await inHouse((house) => test(house, market), { children });
  } finally {
    await market.stop();
  }
}

/** The last row written of each scan. */
export function scansIn({ store }: House): readonly ScanProgress[] {
  const rows = store.written.filter(({ name }) => name === "scan_checkpoints")
    .flatMap((write) => write.rows as ScanProgress[]);
  return [...new Map(rows.map((row) => [row.scanId, row])).values()];
}

/** Pages of price bands that the market showed; reads by title are none. */
export function pagesOf(market: Simulator): readonly URLSearchParams[] {
  return market.requests().filter(({ route }) => route === "offers")
    .map(({ query }) => new URLSearchParams(query)).filter((query) => !query.has("title"));
}
