import assert from "node:assert/strict";
import { judge } from "@/core/domain/judge.ts";
import {
  explained,
  inEnglish,
  isKnown,
  type Reason,
  reason,
  REASONS,
  worded,
} from "@/core/domain/reasons.ts";
import { soundInput } from "@/tests/core/domain/builders.ts";

const BARE = {
  cents: (value: number) => `c${value}`,
  bps: (value: number) => `b${value}`,
  days: (value: number) => `d${value}`,
  hours: (value: number) => `h${value}`,
  seconds: (value: number) => `s${value}`,
  number: (value: number) => `n${value}`,
};

/** A sentence as it would be said for some reason. */
function bare(sentence: string, values: Reason["values"]): string {
  return worded({ code: "unread", values }, { ...REASONS, unread: sentence }, BARE);
}

Deno.test("worded() writes each value by the unit at the end of its name", () => {
  const values = {
    aCents: 1,
    aBps: 2,
    aDays: 3,
    aHours: 4,
    aSeconds: 5,
    aCount: 6,
    aFactor: 7,
    name: "x",
  };
  const sentence = "{aCents} {aBps} {aDays} {aHours} {aSeconds} {aCount} {aFactor} {name}";
  assert.equal(bare(sentence, values), "c1 b2 d3 h4 s5 n6 n7 x");
});

Deno.test("worded() takes a value for what it is, braces and all", () => {
  assert.equal(bare("{a}{b}", { a: "{b} $&", b: "1" }), "{b} $&1");
  assert.equal(bare("<{missing}{toString}>", {}), "<>");
});

Deno.test("worded() puts a reason within another into words as well", () => {
  const why = reason("shown-in-part", { shownCount: 5, totalCount: 9 });
  const said = reason("price-unreached", { why, priceCents: 100 });
  assert.equal(
    inEnglish(said),
    "The market showed 5 of 9 listings: not all listings at $1.00 were reached",
  );
  assert.equal(bare("{why}!", { why: { code: "full-moon", values: {} } }), "full-moon!");
});

Deno.test("explained() keeps a sentence as it is, and a reason in English beside it", () => {
  const said = reason("target-alone", { mostCents: 900 });
  assert.deepEqual(explained(said), { reason: "Nobody else bids; at most $9.00", said });
  assert.deepEqual(explained("Long ago"), { reason: "Long ago" });
});

Deno.test("inEnglish() says units in full", () => {
  assert.equal(
    inEnglish(reason("lock-exceeds", { lockDays: 6.944, mostDays: 1 })),
    "Trade lock of 6.94 days exceeds the 1 day allowed",
  );
  assert.equal(
    inEnglish(reason("above-bid", { exitCents: 123_456, bidCents: 5, mostBps: 17_500 })),
    "Resale at $1,234.56 against the best bid of $0.05 exceeds 175.00 %",
  );
});

Deno.test("every reason names its values by words and a unit", () => {
  for (const [code, sentence] of Object.entries(REASONS)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/);
    assert.match(sentence, /^[A-Z{].*[^.]$/s, code);
    assert.ok(sentence.length <= 200, code);
  }
});

Deno.test("an accepted offer keeps every guard's reason as data beside the English sentence", () => {
  const [found] = judge(soundInput()).opportunities;
  assert.ok(found);
  for (const { guard, reason: english, said } of found.guards) {
    assert.ok(said !== undefined && isKnown(said), guard);
    assert.equal(inEnglish(said), english);
  }
});

Deno.test("isKnown() knows its own codes only", () => {
  assert.ok(isKnown({ code: "gone", values: {} }));
  assert.ok(!isKnown({ code: "toString", values: {} }));
});
