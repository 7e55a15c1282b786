import assert from "node:assert/strict";
import { inBand, LEVEL_RULES, minRoiBps } from "@/core/domain/levels.ts";
import { LEVELS } from "@/core/domain/opportunity.ts";
import { DEFAULT_RULES } from "@/core/domain/rules.ts";

Deno.test("inBand() puts each border price into the upper band only", () => {
  const levelOf = (cents: number) =>
    LEVELS.find((level) => inBand(LEVEL_RULES[level], cents)) ?? null;
  const prices = [49, 50, 299, 300, 999, 1_000, 3_000, 9_999, 10_000, 99_999, 100_000];
  assert.deepEqual(prices.map(levelOf), [
    null,
    "boost",
    "boost",
    "standard",
    "standard",
    "medium",
    "advanced",
    "advanced",
    "pro",
    "pro",
    null,
  ]);
});

Deno.test("LEVEL_RULES adjoin without gap or overlap", () => {
  const rules = LEVELS.map((level) => LEVEL_RULES[level]);
  for (const [i, rule] of rules.entries()) {
    assert.equal(rule.toCents, rules[i + 1]?.fromCents ?? 100_000);
    assert.ok(inBand(rule, rule.fromCents) && !inBand(rule, rule.toCents));
  }
});

Deno.test("minRoiBps() never lets a quick sale pay less than its floor", () => {
  const rules = { ...DEFAULT_RULES, quickMinRoiBps: 700 };
  assert.equal(minRoiBps(LEVEL_RULES.medium, "quick", rules), 700);
  assert.equal(minRoiBps(LEVEL_RULES.medium, "list", rules), 500);
  assert.equal(minRoiBps(LEVEL_RULES.advanced, "quick", rules), 1_000);
});
