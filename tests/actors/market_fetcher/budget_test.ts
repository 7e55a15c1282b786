/** Watched titles and scans on one budget of requests, in virtual time at the default pace. */

import assert from "node:assert/strict";
import { type MarketPort, MarketReader } from "@/actors/market_fetcher/reader.ts";
import { GAMES } from "@/core/domain/market.ts";
import { RateLimiter } from "@/core/http/rate_limiter.ts";
import { PACES } from "@/core/market/dmarket/rates.ts";
import { ManualClock } from "../../core/http/manual_clock.ts";
import { ScriptedMarket, silentLog } from "./scripted_market.ts";

const { rates, titlesAtOnce, watchedPerSecond } = PACES.default;
const NEVER = new AbortController().signal;
const SPAN_S = 120;

/** A market behind the budget: every read waits for its permit. */
function paced(clock: ManualClock): { readonly port: MarketPort; readonly close: () => void } {
  const market = new ScriptedMarket();
  const limiter = new RateLimiter({ profile: rates, clock, maxWaiters: 200 });
  const permitted = (rateClass: "market-items" | "other" | "last-sales" | "fee") =>
    limiter.acquire(rateClass, NEVER);
  const port: MarketPort = {
    offersPage: async (query, call) => {
      await permitted("market-items");
      return await market.offersPage(query, call);
    },
    quotesPage: async (query, call) => {
      await permitted("other");
      return await market.quotesPage(query, call);
    },
    targetsByTitle: async (game, title, call) => {
      await permitted("other");
      return await market.targetsByTitle(game, title, call);
    },
    lastSales: async (query, call) => {
      await permitted("last-sales");
      return await market.lastSales(query, call);
    },
    customizedFees: async (query, call) => {
      await permitted("fee");
      return await market.customizedFees(query, call);
    },
    account: {
      offersPage: async (query, call) => {
        await permitted("other");
        return await market.account.offersPage(query, call);
      },
      targetsPage: async (query, call) => {
        await permitted("other");
        return await market.account.targetsPage(query, call);
      },
    },
    reading: () => market.reading(),
  };
  return { port, close: () => limiter.close() };
}

/** Titles that scans of four games got, and how long each watched title took, over two minutes. */
async function busy({ isWatching }: { readonly isWatching: boolean }) {
  const clock = new ManualClock();
  const { port, close } = paced(clock);
  const reader = new MarketReader(port, { clock, log: silentLog, titlesAtOnce });
  let scanned = 0;
  let isOver = false;
  const scan = async (game: typeof GAMES[number]) => {
    for (let batch = 0; !isOver; batch++) {
      const titles = Array.from({ length: 10 }, (_, i) => `${game} ${batch} ${i}`);
      const { evidence } = await reader.evidence({ game, titles }, NEVER);
      scanned += evidence.length;
    }
  };
  const scans = GAMES.map(scan);
  const tookMs: number[] = [];
  const watch = async (title: string) => {
    const askedAtMs = clock.monotonic();
    await reader.evidence({ game: "a8db", titles: [title], maxBookAgeMs: 7_500 }, NEVER);
    tookMs.push(clock.monotonic() - askedAtMs);
  };
  const watching: Promise<void>[] = [];
  for (let second = 0; second < SPAN_S; second++) {
    if (isWatching) {
      for (let i = 0; i < watchedPerSecond; i++) watching.push(watch(`watched ${second % 15}`));
    }
    await clock.advance(1_000);
  }
  const result = { scanned, tookMs };
  isOver = true;
  for (let second = 0; second < 60; second++) await clock.advance(1_000);
  await Promise.all([...scans, ...watching]);
  close();
  return result;
}

Deno.test("a watched title is read within seconds while four games are scanned", async () => {
  const { tookMs } = await busy({ isWatching: true });
  assert.ok(tookMs.length >= SPAN_S * watchedPerSecond - 15);
  assert.ok(Math.max(...tookMs) <= 7_500, `The slowest took ${Math.max(...tookMs)} ms`);
});

Deno.test("watching all it may leaves scans at least two thirds of their pace", async () => {
  const alone = await busy({ isWatching: false });
  const shared = await busy({ isWatching: true });
  assert.ok(alone.scanned >= 300, String(alone.scanned));
  const share = shared.scanned / alone.scanned;
  assert.ok(share >= 2 / 3, `${shared.scanned} titles instead of ${alone.scanned}`);
});
