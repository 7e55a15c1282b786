/** The product's client on a simulated market, signing with the demo account's keys. */

import { systemFetcher } from "@/core/http/fetcher.ts";
import type { Clock } from "@/core/kernel/clock.ts";
import { DmarketClient } from "@/core/market/dmarket/client.ts";
import { SigningKey } from "@/core/market/dmarket/signing.ts";
import { DEMO_KEYS } from "@/core/market/dmarket/sim/demo_keys.ts";

export interface DemoClient {
  readonly client: DmarketClient;
  /** The clock in unix seconds, as signatures have it. */
  readonly dateS: () => number;
}

export async function demoClient(baseUrl: string, clock: Clock): Promise<DemoClient> {
  const dateS = () => Math.floor(clock.now() / 1_000);
  const key = await SigningKey.import(DEMO_KEYS);
  const client = new DmarketClient({
    baseUrl,
    fetcher: systemFetcher,
    clock,
    random: () => 0,
    sign: async (request) => ({ ...await key.sign(request, dateS()) }),
    report: () => {},
  });
  return { client, dateS };
}
