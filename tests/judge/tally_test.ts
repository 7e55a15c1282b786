import assert from "node:assert/strict";
import type { Way } from "./hindsight.ts";
import { Tally } from "./tally.ts";

function way(offerId: string, change: Partial<Way> = {}): readonly [string, Way] {
  const plain = { game: "a8db", level: "boost", kind: "list", row: 0, label: "" } as const;
  return [offerId, { ...plain, offerId, ...change }];
}

Deno.test("what is taken is right or wrong, and what pays and is not taken is missed", () => {
  const tally = new Tally();
  const taken = new Map([way("a"), way("b"), way("c", { game: "rust", kind: "quick" })]);
  const paying = new Map([way("a"), way("d"), way("e")]);
  tally.count("scanner", taken, paying);
  const rates = tally.rates();
  assert.deepEqual(rates["scanner list"], {
    right: 1,
    wrong: 1,
    missed: 2,
    precision: 0.5,
    recall: 0.3333,
  });
  assert.deepEqual(rates["scanner quick rust"], {
    right: 0,
    wrong: 1,
    missed: 0,
    precision: 0,
    recall: null,
  });
  assert.deepEqual(Object.keys(rates), [
    "scanner list",
    "scanner list a8db",
    "scanner list boost",
    "scanner quick",
    "scanner quick boost",
    "scanner quick rust",
  ]);
});

Deno.test("seeds add up", () => {
  const tally = new Tally();
  for (let seed = 0; seed < 3; seed++) {
    tally.count("scanner", new Map([way("a")]), new Map([way("a")]));
  }
  assert.equal(tally.rates()["scanner list"]?.right, 3);
});

Deno.test("a way out that was never met is blamed on that, with what was planted", () => {
  const tally = new Tally();
  tally.blame(way("a", { label: "rich-bid" })[1], new Map());
  tally.blameTaken(way("b")[1]);
  assert.deepEqual(tally.blamed(), {
    "missed list by not met": 1,
    "missed list by not met alone": 1,
    "missed list of rich-bid": 1,
    "wrong list of nothing planted": 1,
  });
});
