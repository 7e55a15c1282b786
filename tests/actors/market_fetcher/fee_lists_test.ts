/** A fee list is read once a day and game, whatever restarts in between. */

import assert from "node:assert/strict";
import { FeeLists, type FeeShelf, type KeptFees } from "@/actors/market_fetcher/fee_lists.ts";
import { MarketReader } from "@/actors/market_fetcher/reader.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { ManualClock, settlePromises } from "../../core/http/manual_clock.ts";
import { DOWN, FEE, ScriptedMarket, silentLog, TITLE } from "./scripted_market.ts";

const NEVER = new AbortController().signal;
const HOUR_MS = 3_600_000;
const HIGHEST = { feePpm: 100_000, minFeeCents: 1 };

function start() {
  const clock = new ManualClock();
  const market = new ScriptedMarket();
  const kept = new Map<string, KeptFees>();
  const shelf: FeeShelf = {
    recall: (game) => Promise.resolve(kept.get(game) ?? null),
    keep: (game, list) => {
      kept.set(game, { list, readAtMs: clock.now() });
      return Promise.resolve();
    },
  };
  const begin = (change: Partial<FeeShelf> = {}) =>
    new FeeLists(market, { clock, log: silentLog, shelf: { ...shelf, ...change } });
  return { clock, market, kept, shelf, begin };
}

Deno.test("a restart within the day reads no fee list", async () => {
  const { clock, market, begin } = start();
  const list = await begin().of("a8db", NEVER);
  for (let hour = 0; hour < 23; hour++) {
    await clock.advance(HOUR_MS);
    assert.deepEqual(await begin().of("a8db", NEVER), list);
  }
  assert.equal(market.count("fees"), 1);
  assert.deepEqual(list?.standard, FEE);
});

Deno.test("the day begins when the list was read, not when it was taken up again", async () => {
  const { clock, market, begin } = start();
  await begin().of("a8db", NEVER);
  await clock.advance(23 * HOUR_MS);
  const restarted = begin();
  await restarted.of("a8db", NEVER);
  await clock.advance(HOUR_MS - 1);
  await restarted.of("a8db", NEVER);
  assert.equal(market.count("fees"), 1);
  await clock.advance(1);
  await restarted.of("a8db", NEVER);
  assert.equal(market.count("fees"), 2);
});

Deno.test("a list is kept for its game only", async () => {
  const { market, begin } = start();
  await begin().of("a8db", NEVER);
  await begin().of("rust", NEVER);
  assert.deepEqual(market.asked, ["fees a8db", "fees rust"]);
});

Deno.test("a kept list from a moment that is still to come is read again", async () => {
  const { clock, market, kept, begin } = start();
  const { list } = (await begin().of("a8db", NEVER), kept.get("a8db")) ?? assert.fail();
  kept.set("a8db", { list, readAtMs: clock.now() + 1 });
  await begin().of("a8db", NEVER);
  assert.equal(market.count("fees"), 2);
});

Deno.test("a shelf that fails costs a reading and nothing else", async () => {
  const { market, begin } = start();
  const broken = begin({
    recall: () => Promise.reject(new ActorError("transient", "database-away", "Away")),
    keep: () => Promise.reject(new ActorError("transient", "database-away", "Away")),
  });
  assert.deepEqual((await broken.of("a8db", NEVER))?.standard, FEE);
  await settlePromises();
  assert.deepEqual((await broken.of("a8db", NEVER))?.standard, FEE);
  assert.equal(market.count("fees"), 1);
});

Deno.test("past its day a list is a doubt: without a new one the highest fee is assumed", async () => {
  const { clock, market, shelf } = start();
  const reader = new MarketReader(market, { clock, log: silentLog, titlesAtOnce: 8, shelf });
  const fee = async () =>
    (await reader.evidence({ game: "a8db", titles: [TITLE] }, NEVER)).evidence[0]?.fee;
  assert.deepEqual(await fee(), FEE);
  market.failing.set("fees", DOWN);
  await clock.advance(24 * HOUR_MS - 1);
  assert.deepEqual(await fee(), FEE);
  await clock.advance(1);
  assert.deepEqual(await fee(), HIGHEST);
  market.failing.clear();
  await clock.advance(60_000);
  assert.deepEqual(await fee(), FEE);
});

Deno.test("a list that cannot be read is asked for once a minute, not once a title", async () => {
  const { clock, market, begin } = start();
  const lists = begin();
  const shape = new ActorError("rejected", "unexpected-shape", "Not a fee list");
  market.failing.set("fees", shape);
  for (let i = 0; i < 5; i++) assert.equal(await lists.of("a8db", NEVER), null);
  assert.equal(market.count("fees"), 1);
  market.failing.clear();
  assert.deepEqual((await lists.of("rust", NEVER))?.standard, FEE, "Other games are read");
  await clock.advance(60_000);
  assert.deepEqual((await lists.of("a8db", NEVER))?.standard, FEE);
});
