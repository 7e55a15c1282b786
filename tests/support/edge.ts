/** The outermost edge for end-to-end tests: a simulated DMarket and a Telegram emulator. */

import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "@/core/market/dmarket/sim/server.ts";
import { startTelegramEmulator, type TelegramEmulator } from "./telegram_emulator.ts";

/** The one person the bot obeys. */
export const OWNER = 4_211;

export interface Edge {
  readonly market: Simulator;
  readonly telegram: TelegramEmulator;
  /** Settings that point the daemon at both. */
  readonly env: Readonly<Record<string, string>>;
}

/** Small enough that a scan takes seconds; slow enough that one can be interrupted. */
export const SMALL_MARKET: SimulatorOptions = { seed: 7, titles: 600, latencyMs: 10 };

export async function withEdge(
  test: (edge: Edge) => Promise<void>,
  options: SimulatorOptions = SMALL_MARKET,
): Promise<void> {
  const market = await startSimulator(options);
  const telegram = startTelegramEmulator();
  const env = {
    MARKETD_CHAOS: "1",
    DMARKET_API_URL: market.url,
    DMARKET_PUBLIC_KEY: DEMO_KEYS.publicKey,
    DMARKET_SECRET_KEY: DEMO_KEYS.secretKey,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    TELEGRAM_ALLOWED_USER_IDS: String(OWNER),
  };
  try {
    await test({ market, telegram, env });
  } finally {
    await telegram.close();
    await market.stop();
  }
}

/** Pages of price bands that were asked for, as `game band cursor`; reads by title are not pages. */
export function pagesAsked(market: Simulator): string[] {
  return market.requests()
    .filter(({ path, status }) => path === "/marketplace-api/v2/offers" && status === 200)
    .map(({ query }) => new URLSearchParams(query))
    .filter((query) => !query.has("title"))
    .map((query) =>
      ["gameId", "priceFrom", "priceTo", "cursor"].map((name) => query.get(name) ?? "").join(" ")
    );
}
