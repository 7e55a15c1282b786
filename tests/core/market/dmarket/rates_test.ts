import assert from "node:assert/strict";
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
