/**
 * The real daemon as scanning needs it, for figures that must not depend on what else the machine
 * does: without the resource-monitor, at the rates of BENCH_RATES, scanning BENCH_PARALLEL levels at
 * once.
 */

import { marketFetcherSpec } from "@/actors/market_fetcher/spec.ts";
import { notifierSpec } from "@/actors/notifier/spec.ts";
import { scannerSpec } from "@/actors/scanner/spec.ts";
import { signerSpec } from "@/actors/signer/spec.ts";
import { targetManagerSpec } from "@/actors/target_manager/spec.ts";
import { webSpec } from "@/bot/dashboard/spec.ts";
import { telegramSpec } from "@/bot/telegram/spec.ts";
import { loadConfig } from "@/core/config/config.ts";
import { runDaemon } from "@/core/daemon/daemon.ts";
import { closeOpportunities, writeOpportunities } from "@/core/db/opportunities_repo.ts";
import { casesWriter, looksWriter, quotesWriter } from "@/core/db/history_repo.ts";
import { writeScans } from "@/core/db/scans_repo.ts";
import { writeTargets } from "@/core/db/targets_repo.ts";
import { GAMES } from "@/core/domain/market.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { child } from "@/core/kernel/house.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";

const env = Deno.env.toObject();
const config = await loadConfig({ env, cwd: Deno.cwd(), readTextFile: Deno.readTextFile });
const { telegram, mode } = config;

const plan = LEVELS.flatMap((level) => GAMES.map((game) => ({ game, level })));
const code = await runDaemon(config, {
  version: "bench",
  children: [
    child(telegramSpec, {
      config: () => ({ token: null, apiRoot: telegram.apiRoot, allowedUserIds: [] }),
    }),
    child(notifierSpec, { config: () => ({ mode, recipients: [] }) }),
    child(webSpec, { config: () => ({ mode }) }),
    child(signerSpec, {
      host: "process",
      config: () => ({ mode, ...DEMO_KEYS, rates: JSON.parse(env["BENCH_RATES"] ?? "{}") }),
    }),
    child(marketFetcherSpec, {
      config: () => ({ baseUrl: config.dmarket.apiUrl ?? "", titlesAtOnce: 16 }),
    }),
    child(targetManagerSpec, { config: () => ({}) }),
    child(scannerSpec, {
      config: () => ({
        plan,
        intervalMs: 86_400_000,
        autoStart: true,
        maxParallel: Number(env["BENCH_PARALLEL"] ?? "4"),
      }),
    }),
  ],
  writes: {
    opportunities: writeOpportunities,
    opportunities_closed: closeOpportunities,
    scan_checkpoints: writeScans,
    target_intents: writeTargets,
    history_quotes: quotesWriter(),
    history_cases: casesWriter(),
    history_looks: looksWriter(),
  },
  greeting: [],
});
Deno.exit(code);
