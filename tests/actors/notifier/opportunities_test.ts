import assert from "node:assert/strict";
import fc from "fast-check";
import { GAP_MS, RING_MS } from "@/actors/notifier/found.ts";
import {
  BETTER_BPS,
  cardsOf,
  COOLDOWN_MS,
  newsKey,
  selectNews,
} from "@/actors/notifier/opportunities.ts";
import { MAX_TOLD, type Told } from "@/actors/notifier/state.ts";
import type { Opportunity } from "@/core/domain/opportunity.ts";
import { Bench, opportunity, OWNER } from "./bench.ts";

const MINUTE_MS = 60_000;

Deno.test("a find is said once to every recipient", () => {
  const bench = new Bench([OWNER, OWNER + 1, 0]);
  bench.found(opportunity());
  assert.deepEqual(bench.says.map(({ chatId }) => chatId), [OWNER, OWNER + 1, 0]);
  assert.equal(new Set(bench.says.map(({ key }) => key)).size, 3);
  assert.ok(bench.says.every(({ mode }) => mode === "dry"));
  bench.says = [];
  bench.found(opportunity());
  bench.pass(GAP_MS);
  assert.deepEqual(bench.heard(), []);
});

Deno.test("the first find is said at once, later ones wait for a moment and go together", () => {
  const bench = new Bench();
  const finds = (from: number, to: number) => {
    for (let at = from; at < to; at++) {
      bench.found(opportunity({ offerId: `o${at}`, title: `Title ${at}`, annualisedBps: at }));
      bench.pass(1_000);
    }
  };
  finds(0, 1);
  assert.deepEqual(bench.only("opportunities").cards.map(({ title }) => title), ["Title 0"]);
  finds(1, 12);
  assert.deepEqual(bench.heard(), []);
  bench.pass(GAP_MS - 12_000);
  const { cards, more } = bench.only("opportunities");
  assert.deepEqual(
    cards.map(({ title }) => title),
    [11, 10, 9, 8, 7].map((at) => `Title ${at}`),
  );
  assert.equal(more, 6);
  bench.pass(10 * GAP_MS);
  assert.deepEqual(bench.heard(), []);
});

Deno.test("finds that wait survive a restart", () => {
  const bench = new Bench();
  bench.found(opportunity());
  bench.heard();
  bench.found(opportunity({ title: "Another" }));
  bench.restart();
  bench.pass(GAP_MS);
  assert.equal(bench.only("opportunities").cards[0]?.title, "Another");
  bench.restart();
  bench.pass(GAP_MS);
  assert.deepEqual(bench.heard(), []);
});

Deno.test("every find that is news is shown or counted, whatever happens in between", () => {
  const step = fc.record({
    offers: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 }),
    passMs: fc.integer({ min: 0, max: 2 * GAP_MS }),
    restarts: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const bench = new Bench();
    const offers = new Set<number>();
    for (const { offers: numbers, passMs, restarts } of steps) {
      for (const at of numbers) offers.add(at);
      bench.found(...numbers.map((at) => opportunity({ offerId: `${at}`, title: `Title ${at}` })));
      if (restarts) bench.restart();
      bench.pass(passMs);
    }
    bench.pass(GAP_MS);
    const keys = bench.says.map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
    const told = bench.heard().map((notice) =>
      notice.type === "opportunities" ? notice.cards.length + notice.more : 0
    );
    assert.equal(told.reduce((sum, count) => sum + count, 0), offers.size);
  }));
});

Deno.test("a like offer within the cooldown is the same news, after it is not", () => {
  const bench = new Bench();
  bench.found(opportunity());
  bench.heard();
  bench.pass(COOLDOWN_MS - 1);
  bench.found(opportunity({ offerId: "offer-2" }));
  assert.deepEqual(bench.heard(), []);
  bench.pass(1);
  bench.found(opportunity({ offerId: "offer-2" }));
  bench.only("opportunities");
});

Deno.test("the very offer that was said is no news later either", () => {
  const bench = new Bench();
  bench.found(opportunity());
  bench.heard();
  bench.pass(10 * COOLDOWN_MS);
  bench.found(opportunity());
  assert.deepEqual(bench.heard(), []);
});

Deno.test("two percentage points more return are news at any time", () => {
  const bench = new Bench();
  bench.found(opportunity({ roiBps: 500 }));
  bench.heard();
  bench.found(opportunity({ roiBps: 500 + BETTER_BPS - 1 }));
  bench.pass(GAP_MS);
  assert.deepEqual(bench.heard(), []);
  bench.found(opportunity({ roiBps: 500 + BETTER_BPS }));
  bench.pass(GAP_MS);
  bench.only("opportunities");
  bench.found(opportunity({ roiBps: 500 + BETTER_BPS }));
  bench.pass(GAP_MS);
  assert.deepEqual(bench.heard(), []);
});

Deno.test("another game, way out, title, or price is other news", () => {
  const key = newsKey(opportunity());
  assert.equal(newsKey(opportunity({ buyCents: 1_236, offerId: "x", roiBps: 9 })), key);
  const others: Partial<Opportunity>[] = [
    { game: "rust" },
    { kind: "list" },
    { title: "AWP | Asiimov (Field-Tested)" },
    { buyCents: Math.round(1_234 * 1.02) },
    { buyCents: 0 },
  ];
  for (const other of others) assert.notEqual(newsKey(opportunity(other)), key);
});

Deno.test("finds of one page are one message, best first, at most five cards", () => {
  const bench = new Bench();
  bench.found(
    ...[3, 8, 1, 7, 5, 2, 6, 4].map((rank) =>
      opportunity({ offerId: `o${rank}`, title: `Title ${rank}`, annualisedBps: rank * 100 })
    ),
  );
  const { cards, more, asked } = bench.only("opportunities");
  assert.deepEqual(cards.map(({ title }) => title), [8, 7, 6, 5, 4].map((rank) => `Title ${rank}`));
  assert.deepEqual([more, asked], [3, false]);
});

Deno.test("both ways out of one offer share a card", () => {
  const list = opportunity({ kind: "list", exitCents: 1_490, profitCents: 152, roiBps: 1_231 });
  const [card, ...others] = cardsOf([opportunity(), list, opportunity({ offerId: "offer-2" })]);
  assert.deepEqual(card?.exits, [
    { kind: "list", exitCents: 1_490, profitCents: 152, roiBps: 1_231 },
    { kind: "quick", exitCents: 1_350, profitCents: 21, roiBps: 170 },
  ]);
  assert.equal(others.length, 1);
});

Deno.test("after a message that rang, the next ones are silent for five minutes", () => {
  const bench = new Bench();
  const at = (offset: number) => {
    bench.pass(offset);
    bench.found(opportunity({ title: `Title ${bench.nowMs}` }));
    return bench.says.splice(0).map(({ silent }) => silent);
  };
  assert.deepEqual(at(0), [false]);
  assert.deepEqual(at(MINUTE_MS), [true]);
  assert.deepEqual(at(RING_MS - MINUTE_MS), [false]);
});

Deno.test("what was said survives a restart", () => {
  const bench = new Bench();
  bench.found(opportunity());
  bench.heard();
  bench.restart();
  bench.found(opportunity());
  assert.deepEqual(bench.heard(), []);
});

Deno.test("the memory of what was said keeps the newest and stays bounded", () => {
  let told: Told = {};
  for (let at = 0; at < MAX_TOLD + 50; at++) {
    ({ told } = selectNews(told, [opportunity({ title: `${at}` })], at));
  }
  assert.equal(Object.keys(told).length, MAX_TOLD);
  assert.ok(Object.values(told).every(({ atMs }) => atMs >= 50));
});

Deno.test("no history says a like find twice within the cooldown, unless it is better", () => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: COOLDOWN_MS }),
    title: fc.constantFrom("A", "B"),
    offerId: fc.constantFrom("1", "2", "3"),
    roiBps: fc.integer({ min: 0, max: 1_000 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    let told: Told = {};
    let nowMs = 0;
    const said = new Map<string, { atMs: number; roiBps: number }>();
    for (const { waitMs, ...change } of steps) {
      nowMs += waitMs;
      const selected = selectNews(told, [opportunity(change)], nowMs);
      told = selected.told;
      for (const { title, roiBps } of selected.news) {
        const last = said.get(title);
        assert.ok(
          last === undefined || nowMs - last.atMs >= COOLDOWN_MS ||
            roiBps >= last.roiBps + BETTER_BPS,
        );
        said.set(title, { atMs: nowMs, roiBps });
      }
    }
  }));
});
