import assert from "node:assert/strict";
import type { BucketPolicy } from "@/core/http/token_bucket.ts";
import { RATE_CLASSES } from "@/core/market/dmarket/operations.ts";
import {
  DEFAULT_RATES,
  OFFICIAL_LIMITS,
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
