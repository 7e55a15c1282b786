/** A scenario served by the simulator and read as the product reads a market, over HTTP. */

import { MarketReader } from "@/actors/market_fetcher/reader.ts";
import { systemFetcher } from "@/core/http/fetcher.ts";
import { type Clock, type Log, systemClock } from "@/core/kernel/mod.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import {
  NO_LIMITS,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "@/core/market/dmarket/sim/server.ts";
import type { MarketPort } from "./scan_once.ts";

const PAGE_DEADLINE_MS = 60_000;
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface OpenMarket extends MarketPort {
  readonly simulator: Simulator;
  readonly client: DmarketClient;
  close(): Promise<void>;
}

/** A clock on which no time passes between reading and judging; timers run on. */
export function standingClock(nowMs: number): Clock {
  return {
    now: () => nowMs,
    monotonic: () => systemClock.monotonic(),
    after: (delayMs, run) => systemClock.after(delayMs, run),
  };
}

/** Throws ScenarioError when a scenario is given that is none. */
export async function openMarket(options: SimulatorOptions): Promise<OpenMarket> {
  const { clock = systemClock } = options;
  const simulator = await startSimulator({ limits: NO_LIMITS, logCapacity: 1, ...options });
  const key = await SigningKey.import(DEMO_KEYS);
  const client = new DmarketClient({
    baseUrl: simulator.url,
    fetcher: systemFetcher,
    clock,
    random: Math.random,
    sign: async (request) => ({
      ...await key.sign(request, Math.floor(clock.now() / 1_000)),
    }),
    report: () => {},
  });
  const reader = new MarketReader(client, { clock, log: SILENT, titlesAtOnce: 8 });
  const stopping = new AbortController();
  const { signal } = stopping;
  const call = () => ({ signal, deadlineAtMs: clock.monotonic() + PAGE_DEADLINE_MS });
  return {
    simulator,
    client,
    offersPage: (query) => reader.offersPage(query, call()),
    look: (game, titles) => reader.look({ game, titles }, signal),
    evidence: (game, titles) => reader.evidence({ game, titles }, signal),
    now: () => clock.now(),
    async close() {
      stopping.abort();
      await simulator.stop();
    },
  };
}
