/**
 * How much of the market's enforced limits the daemon uses while it scans at the `official` pace,
 * printed as one JSON object.
 *
 *   deno run -A --no-prompt tests/bench/scan/saturation.ts [--seconds N] [--latency-ms L]
 *     [--parallel P] [--titles T] [--scale X]
 *
 * `--scale 0.5` halves the limits on both sides, for machines that are too busy to keep time.
 */

import { parseArgs } from "node:util";
import { OFFICIAL_LIMITS, ratesBelow } from "@/core/market/dmarket/rates.ts";
import type { LoggedRequest } from "@/core/market/dmarket/sim/request_log.ts";
import { startSimulator } from "@/core/market/dmarket/sim/server.ts";
import { waitFor } from "@/tests/support/wait.ts";
import { treeCpuSeconds } from "../process_tree.ts";
import { type BenchHouse, withBenchHouse } from "./bench_house.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "65" },
    "latency-ms": { type: "string", default: "20" },
    parallel: { type: "string", default: "4" },
    titles: { type: "string", default: "4000" },
    scale: { type: "string", default: "1" },
  },
});

const CLASSES = ["market-items", "last-sales", "fee", "other"] as const;
type ClassName = typeof CLASSES[number];

/** What the market enforces, and what the signer is told to keep below it. */
const LIMITS = Object.fromEntries(
  Object.entries(OFFICIAL_LIMITS).map(([name, limit]) => [name, limit * Number(values.scale)]),
) as typeof OFFICIAL_LIMITS;
const RATES = ratesBelow(LIMITS, 30);

/** As DMarket counts requests. */
function classOf(path: string): ClassName {
  if (path === "/marketplace-api/v2/offers") return "market-items";
  if (path === "/trade-aggregator/v1/last-sales") return "last-sales";
  return path === "/exchange/v1/customized-fees" ? "fee" : "other";
}

interface Scans {
  readonly items: readonly { readonly pages: number; readonly processed: number }[];
}

async function scans(house: BenchHouse): Promise<{ pages: number; processed: number }> {
  const { items } = await house.json<Scans>("/api/v1/scans?limit=200");
  return {
    pages: items.reduce((sum, one) => sum + one.pages, 0),
    processed: items.reduce((sum, one) => sum + one.processed, 0),
  };
}

async function measure(
  house: BenchHouse,
  requests: () => readonly LoggedRequest[],
): Promise<Record<string, unknown>> {
  await waitFor("scans", async () => (await scans(house)).pages > 10, 60_000);
  const from = { count: requests().length, ...await scans(house) };
  const cpuBefore = await treeCpuSeconds(house.pid);
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1_000 * Number(values.seconds)));
  const seen = requests().slice(from.count);
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuSeconds = await treeCpuSeconds(house.pid) - cpuBefore;
  const to = await scans(house);
  const share = (name: ClassName) => {
    const sent = seen.filter(({ path }) => classOf(path) === name).length;
    const of = (limit: number) => Number((sent / seconds / limit).toFixed(3));
    return [name, { enforced: of(LIMITS[name]), asked: of(RATES.classes[name].ratePerSecond) }];
  };
  return {
    seconds: Number(seconds.toFixed(1)),
    latencyMs: Number(values["latency-ms"]),
    scansAtOnce: Number(values.parallel),
    requests: seen.length,
    refused429: seen.filter(({ status }) => status === 429).length,
    shareOfLimit: Object.fromEntries(CLASSES.map(share)),
    offersPerSecond: Number(((to.processed - from.processed) / seconds).toFixed(1)),
    cpuOfTree: Number((cpuSeconds / seconds).toFixed(2)),
  };
}

const simulator = await startSimulator({
  seed: 1,
  latencyMs: Number(values["latency-ms"]),
  titles: Number(values.titles),
  limits: LIMITS,
  logCapacity: 100_000,
});
await withBenchHouse({
  marketUrl: simulator.url,
  env: { BENCH_RATES: JSON.stringify(RATES), BENCH_PARALLEL: values.parallel },
}, async (house) => {
  const figures = await measure(house, () => simulator.requests());
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(figures, null, 2)}\n`));
});
await simulator.stop();
