/**
 * How much of the market's enforced limits is used when there is always something to ask, and how
 * often it refuses: the official pace against the simulator's windows of one second. Prints JSON.
 *
 *   deno run -A --no-prompt tests/bench/scan/rate_share.ts [--seconds 60]
 */

import { parseArgs } from "node:util";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { RateLimiter } from "@/core/http/rate_limiter.ts";
import { systemClock } from "@/core/kernel/clock.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { PACES } from "@/core/market/dmarket/rates.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { ACCOUNT_LIMITS } from "@/core/market/dmarket/sim/rate_limits.ts";
import { startSimulator } from "@/core/market/dmarket/sim/server.ts";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const spanMs = Number(values.seconds) * 1_000;
const ASKERS = 4;

const simulator = await startSimulator({ titles: 400, logCapacity: 100_000 });
const key = await SigningKey.import(DEMO_KEYS);
const limiter = new RateLimiter({
  profile: PACES.official.rates,
  clock: systemClock,
  maxWaiters: 100,
});
const ending = new AbortController();
const client = new DmarketClient({
  baseUrl: simulator.url,
  fetcher: systemFetcher,
  clock: systemClock,
  random: Math.random,
  sign: async (request, signal) => {
    await limiter.acquire(request.rateClass, signal);
    return { ...await key.sign(request, Math.floor(Date.now() / 1_000)) };
  },
  report: (report) => {
    if (report.kind === "skew") return;
    limiter.observe({
      rateClass: report.rateClass,
      refused: report.kind === "throttled",
      pauseMs: (report.kind === "throttled" ? report.retryAfterMs : report.pauseMs) ?? 0,
      limitPerSecond: report.kind === "quota" ? report.limitPerSecond : null,
    });
  },
});
const call = () => ({ signal: ending.signal, deadlineAtMs: systemClock.monotonic() + 30_000 });
const title = simulator.market.game("a8db").titles[0]?.title ?? "";
const READS = {
  "market-items": () => client.offersPage({ game: "a8db", limit: 100 }, call()),
  "last-sales": () => client.lastSales({ game: "a8db", title, limit: 20 }, call()),
} as const;

async function keepAsking(read: () => Promise<unknown>): Promise<void> {
  while (!ending.signal.aborted) {
    await read().catch((error: unknown) => {
      if (!ending.signal.aborted) throw error;
    });
  }
}

const begunAtMs = performance.now();
const asking = Object.values(READS).flatMap((read) =>
  Array.from({ length: ASKERS }, () => keepAsking(read))
);
await new Promise((resolve) => setTimeout(resolve, spanMs));
const requests = simulator.requests();
const seconds = (performance.now() - begunAtMs) / 1_000;
ending.abort();
await Promise.all(asking);
limiter.close();
await simulator.stop();

const ROUTES = { "market-items": "offers", "last-sales": "last-sales" } as const;
const figures = Object.entries(ROUTES).map(([name, route]) => {
  const granted = requests.filter((one) => one.route === route && one.status === 200).length;
  const limit = ACCOUNT_LIMITS[name as keyof typeof ROUTES];
  return [name, { limit, granted, share: Number((granted / seconds / limit).toFixed(4)) }];
});
const result = {
  seconds: Number(seconds.toFixed(1)),
  refused: requests.filter(({ status }) => status === 429).length,
  classes: Object.fromEntries(figures),
};
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`));
