import assert from "node:assert/strict";
import { judge } from "@/core/domain/judge.ts";
import { offer, soundInput } from "@/tests/core/domain/builders.ts";
import type { Way } from "./hindsight.ts";
import { bounds, type Cell, share, Tally } from "./tally.ts";

function way(offerId: string, change: Partial<Way> = {}): readonly [string, Way] {
  const plain = { game: "a8db", level: "boost", kind: "list", row: 0, label: "" } as const;
  return [offerId, { ...plain, offerId, ...change }];
}

function cell(tally: Tally, where: Pick<Cell, "kind" | "level" | "game">): Cell {
  const found = tally.cells().find((one) =>
    one.kind === where.kind && one.level === where.level && one.game === where.game
  );
  assert.ok(found !== undefined);
  return found;
}

Deno.test("what is taken is right or wrong, and what pays and is not taken is missed", () => {
  const tally = new Tally();
  const taken = new Map([way("a"), way("b"), way("c", { game: "rust", kind: "quick" })]);
  const paying = new Map([way("a"), way("d"), way("e")]);
  tally.count("scanner", taken, paying);
  const counted = { right: 1, wrong: 1, missed: 2 };
  for (const level of [null, "boost"] as const) {
    for (const game of [null, "a8db"] as const) {
      assert.deepEqual(cell(tally, { kind: "list", level, game }).counts.scanner, counted);
    }
  }
  const quick = cell(tally, { kind: "quick", level: null, game: "rust" }).counts;
  assert.deepEqual(quick.scanner, { right: 0, wrong: 1, missed: 0 });
  assert.deepEqual(quick.oracle, { right: 0, wrong: 0, missed: 0 });
});

Deno.test("seeds add up", () => {
  const tally = new Tally();
  for (let seed = 0; seed < 3; seed++) {
    tally.count("named", new Map([way("a")]), new Map([way("a")]));
  }
  assert.equal(cell(tally, { kind: "list", level: null, game: null }).counts.named.right, 3);
});

Deno.test("a guard is held against what the listing did that it refused", () => {
  const tally = new Tally();
  const dear = judge(soundInput({ offer: offer({ priceCents: 1_150 }), evidence: null }));
  const reserved = judge(soundInput({ offer: offer({ reserved: true }), evidence: null }));
  tally.confuse(reserved, "list", true);
  tally.confuse(reserved, "list", false);
  tally.confuse(reserved, "list", false);
  tally.confuse(dear, "list", false);
  assert.deepEqual(tally.confusion(), [
    { kind: "list", guard: "reserved", missed: 1, missedAlone: 1, spared: 2, sparedAlone: 2 },
  ]);
  assert.deepEqual(tally.blamed(), {});
  tally.confuse(dear, "list", true);
  assert.deepEqual(tally.blamed(), { "missed list: not verified": 1 });
});

Deno.test("mistakes are counted by what was planted", () => {
  const tally = new Tally();
  tally.blame("missed", way("a", { label: "rich-bid" })[1]);
  tally.blame("unmet", way("a", { label: "rich-bid" })[1]);
  tally.blame("wrong", way("b")[1]);
  assert.deepEqual(tally.blamed(), {
    "missed list of rich-bid": 1,
    "unmet list of rich-bid": 1,
    "wrong list of nothing planted": 1,
  });
});

Deno.test("shares have bounds that many counts narrow and none leave wide open", () => {
  assert.equal(share(2, 3), 0.6667);
  assert.equal(share(0, 0), null);
  assert.deepEqual(bounds(0, 0), [0, 1]);
  // Wilson's interval of 8 of 10, from tables.
  const [low, high] = bounds(8, 10);
  assert.ok(Math.abs(low - 0.4902) < 5e-4 && Math.abs(high - 0.9433) < 5e-4);
  const [closer] = bounds(800, 1_000);
  assert.ok(closer > 0.77 && bounds(10, 10)[1] === 1);
});
