/** A scenario served by the simulator and read as the product reads a market, over HTTP. */

import { MarketReader } from "@/actors/market_fetcher/reader.ts";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { type Log, systemClock } from "@/core/kernel/mod.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import { NO_LIMITS, startSimulator } from "@/core/market/dmarket/sim/server.ts";
import type { MarketPort } from "./scan_once.ts";

const PAGE_DEADLINE_MS = 60_000;
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface OpenMarket extends MarketPort {
  close(): Promise<void>;
}

/** Throws ScenarioError when the document is no scenario. */
export async function openMarket(scenario: unknown): Promise<OpenMarket> {
  const simulator = await startSimulator({ scenario, limits: NO_LIMITS, logCapacity: 1 });
  const key = await SigningKey.import(DEMO_KEYS);
  const client = new DmarketClient({
    baseUrl: simulator.url,
    fetcher: systemFetcher,
    clock: systemClock,
    random: Math.random,
    sign: async (request) => ({
      ...await key.sign(request, Math.floor(systemClock.now() / 1_000)),
    }),
    report: () => {},
  });
  const reader = new MarketReader(client, systemClock, SILENT);
  const stopping = new AbortController();
  const { signal } = stopping;
  const call = () => ({ signal, deadlineAtMs: systemClock.monotonic() + PAGE_DEADLINE_MS });
  return {
    offersPage: (query) => reader.offersPage(query, call()),
    evidence: (game, titles) => reader.evidence({ game, titles }, signal),
    now: () => systemClock.now(),
    async close() {
      stopping.abort();
      await simulator.stop();
    },
  };
}
