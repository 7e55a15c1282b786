import assert from "node:assert/strict";
import { RateLimiter } from "@/core/http/rate_limiter.ts";
import type { BucketPolicy } from "@/core/http/token_bucket.ts";
import { GAMES } from "@/core/domain/market.ts";
import { marketFetcher } from "@/core/protocol/market.ts";
import { signer } from "@/core/protocol/signer.ts";
import { RATE_CLASSES } from "@/core/market/dmarket/operations.ts";
import {
  DEFAULT_RATES,
  OFFICIAL_LIMITS,
  PACES,
  ratesBelow,
  STRICT_RATES,
} from "@/core/market/dmarket/rates.ts";
import { ManualClock, settlePromises } from "../../http/manual_clock.ts";

function mostWithinSeconds(policy: BucketPolicy, seconds: number): number {
  return Math.floor(policy.burst + policy.ratePerSecond * seconds);
}

Deno.test("the default rates keep within the official limits in any second", () => {
  for (const name of RATE_CLASSES) {
    assert.ok(mostWithinSeconds(DEFAULT_RATES.classes[name], 1) <= OFFICIAL_LIMITS[name], name);
  }
});

Deno.test("the strict profile keeps within 30 requests in any minute", () => {
  assert.ok(mostWithinSeconds(STRICT_RATES.overall, 60) <= 30);
});

Deno.test("the strict profile keeps within 30 requests in any minute whatever restarts there are", async () => {
  for (const lifeMs of [0, 1_000, 2_500, 20_000, 59_000]) {
    const clock = new ManualClock();
    const grantedAtMs: number[] = [];
    for (let i = 0; clock.monotonic() < 150_000 && i < 200; i++) {
      const life = new AbortController();
      const limiter = new RateLimiter({ profile: STRICT_RATES, clock, maxWaiters: 100 });
      for (let caller = 0; caller < 40; caller++) {
        limiter.acquire("other", life.signal).then(
          () => grantedAtMs.push(clock.monotonic()),
          () => {},
        );
      }
      await clock.advance(lifeMs);
      life.abort();
      limiter.close();
      await settlePromises();
    }
    const most = Math.max(
      0,
      ...grantedAtMs.map((fromMs) =>
        grantedAtMs.filter((atMs) => atMs >= fromMs && atMs - fromMs < 60_000).length
      ),
    );
    assert.ok(most <= 30, `${most} within a minute of lives of ${lifeMs} ms`);
    if (lifeMs > 2_100) assert.ok(most >= 24, `only ${most} with lives of ${lifeMs} ms`);
  }
});

Deno.test("ratesBelow() keeps within the limits and uses at least 95 % of them", () => {
  const { classes } = ratesBelow(OFFICIAL_LIMITS, 30);
  for (const name of RATE_CLASSES.filter((known) => OFFICIAL_LIMITS[known] < 20)) {
    assert.ok(mostWithinSeconds(classes[name], 1) <= OFFICIAL_LIMITS[name], name);
    assert.ok(classes[name].ratePerSecond >= OFFICIAL_LIMITS[name] * 0.95, name);
  }
});

Deno.test("no pace goes beyond the published limits", () => {
  for (const { rates } of Object.values(PACES)) {
    for (const name of RATE_CLASSES.filter((known) => OFFICIAL_LIMITS[known] < 20)) {
      assert.ok(mostWithinSeconds(rates.classes[name], 1) <= OFFICIAL_LIMITS[name], name);
    }
  }
});

Deno.test("watching takes a fifth of a pace at most, and a quarter of the listings' share", () => {
  for (const [name, { rates, watchedPerSecond }] of Object.entries(PACES)) {
    const listings = Math.min(
      rates.classes["market-items"].ratePerSecond,
      rates.overall.ratePerSecond,
    );
    assert.ok(2 * watchedPerSecond <= rates.overall.ratePerSecond * 0.21, name);
    assert.ok(watchedPerSecond <= listings * 0.25, name);
  }
});

Deno.test("what is read at once gets its permits before a request would give up waiting", () => {
  const signDeadlineMs = signer.messages.Sign.deadlineMs;
  const evidenceDeadlineMs = marketFetcher.messages.Evidence.deadlineMs;
  for (const [name, { rates, titlesAtOnce, titlesPerRequest }] of Object.entries(PACES)) {
    // Three requests per title, and a page of each game with its quotes.
    const waiting = 3 * titlesAtOnce + 2 * GAMES.length;
    const seconds = waiting / rates.overall.ratePerSecond;
    assert.ok(seconds * 1_000 < signDeadlineMs, `${name}: ${seconds} s`);
    const titles = titlesPerRequest * GAMES.length;
    const allSeconds = 3 * titles / rates.overall.ratePerSecond;
    assert.ok(allSeconds * 1_000 < evidenceDeadlineMs, `${name}: ${allSeconds} s`);
  }
});
