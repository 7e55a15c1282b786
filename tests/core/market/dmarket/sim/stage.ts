/** Starts a simulator for one test on a clock the test owns, and stops it whatever happens. */

import { type Clock, systemClock } from "@/core/kernel/clock.ts";
import {
  NO_LIMITS,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "@/core/market/dmarket/sim/server.ts";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import type { Market } from "@/core/market/dmarket/sim/market.ts";
import { type Answer, type SendOptions, SignedClient } from "./signed_client.ts";

export const NOW_MS = 1_768_650_000_000;

/** A wall clock that stands until it is set; waits are real. */
export class SetClock implements Clock {
  nowMs = NOW_MS;

  now(): number {
    return this.nowMs;
  }

  monotonic(): number {
    return performance.now();
  }

  after(delayMs: number, run: () => void): () => void {
    return systemClock.after(delayMs, run);
  }
}

export interface Staged {
  readonly simulator: Simulator;
  readonly clock: SetClock;
  get(target: string, options?: SendOptions): Promise<Answer>;
  post(target: string, body: unknown, options?: SendOptions): Promise<Answer>;
  send(method: string, target: string, body?: unknown): Promise<Answer>;
}

/** Runs `play` against a simulator without limits and with 300 titles, unless `options` say else. */
export async function staged(
  options: SimulatorOptions,
  play: (stage: Staged) => Promise<void>,
): Promise<void> {
  const clock = new SetClock();
  const simulator = await startSimulator({ clock, limits: NO_LIMITS, titles: 300, ...options });
  const client = new SignedClient(simulator.url);
  const dateS = () => Math.floor(clock.nowMs / 1_000);
  try {
    await play({
      simulator,
      clock,
      get: (target, more) => client.send("GET", target, { dateS: dateS(), ...more }),
      post: (target, body, more) => client.send("POST", target, { dateS: dateS(), body, ...more }),
      send: (method, target, body) => client.send(method, target, { dateS: dateS(), body }),
    });
  } finally {
    await simulator.stop();
  }
}

/** A market of 300 titles without anything planted: the account has nothing from the start. */
export function plainMarket(): Market {
  return generateMarket({ seed: 1, nowS: NOW_MS / 1_000, titles: 300, planted: false });
}

/** A query string with every value percent-encoded. */
export function query(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
}
