import assert from "node:assert/strict";
import { banPumped, MAX_PUMP_BANS, type PumpBan, pumpedUntilMs } from "@/core/domain/pump.ts";
import { DAY_MS, DEFAULT_RULES } from "@/core/domain/rules.ts";
import { evidence, NOW_MS, sale, steadySales, TITLE } from "./builders.ts";

const CALM = evidence();
const PUMPED = evidence({
  sales: steadySales(1_000).map((one, i) => i < 7 ? { ...one, priceCents: 1_400 } : one),
});
const AT = { game: "a8db", title: TITLE } as const;

function ban(bans: readonly PumpBan[], read: typeof CALM, nowMs: number) {
  return banPumped(bans, { game: "a8db", evidence: [read], nowMs }, DEFAULT_RULES);
}

Deno.test("a pumped title is refused for a day, though it looks calm again", () => {
  const bans = ban([], PUMPED, NOW_MS);
  const later = ban(bans, CALM, NOW_MS + DAY_MS / 2);
  assert.equal(pumpedUntilMs(later, { ...AT, nowMs: NOW_MS + DAY_MS / 2 }), NOW_MS + DAY_MS);
  assert.equal(pumpedUntilMs(later, { ...AT, nowMs: NOW_MS + DAY_MS }), null);
  assert.equal(pumpedUntilMs(later, { ...AT, title: "Other", nowMs: NOW_MS }), null);
  assert.equal(pumpedUntilMs(later, { ...AT, game: "rust", nowMs: NOW_MS }), null);
});

Deno.test("a ban counts from the pump seen last, once per title, and goes when it is over", () => {
  const twice = ban(ban([], PUMPED, NOW_MS), PUMPED, NOW_MS + 1_000);
  assert.deepEqual(twice, [{ ...AT, untilMs: NOW_MS + 1_000 + DAY_MS }]);
  assert.deepEqual(ban(twice, CALM, NOW_MS + 2 * DAY_MS), []);
});

Deno.test("bans are the same object while nothing changes", () => {
  const bans = ban([], PUMPED, NOW_MS);
  assert.equal(ban(bans, CALM, NOW_MS + 1), bans);
});

Deno.test("bans are bounded; the one that ends first makes room", () => {
  const many = Array.from({ length: MAX_PUMP_BANS }, (_, i) => ({
    game: "a8db" as const,
    title: `Title ${i}`,
    untilMs: NOW_MS + 1 + i,
  }));
  const bans = ban(many, PUMPED, NOW_MS);
  assert.equal(bans.length, MAX_PUMP_BANS);
  assert.deepEqual([bans[0]?.title, bans.at(-1)?.title], ["Title 1", TITLE]);
});

Deno.test("dear phases beside cheap ones are no pump; one pumped phase is", () => {
  const phased = (newestRuby: number) =>
    evidence({
      sales: Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0
          ? sale(i < 14 ? newestRuby : 5_000, 0.1 + i / 8, { phase: "ruby" })
          : sale(1_000, 0.1 + i / 8, { phase: "phase-1" })),
    });
  assert.deepEqual(ban([], phased(5_000), NOW_MS), []);
  assert.equal(ban([], phased(7_000), NOW_MS).length, 1);
});
