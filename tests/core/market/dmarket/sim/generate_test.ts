import assert from "node:assert/strict";
import { GAMES } from "@/core/domain/market.ts";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import { LABELS, TRAPS } from "@/core/market/dmarket/sim/labels.ts";
import type { Market } from "@/core/market/dmarket/sim/market.ts";
import { exportScenario } from "@/core/market/dmarket/sim/scenario_export.ts";
import { importGraph, loadedBy, sourceFiles } from "@/tests/lint/graph.ts";

const NOW_S = 1_768_650_000;

/** The price bands that the owner of the product named, cents. */
const BANDS = [[50, 300], [300, 1_000], [1_000, 3_000], [3_000, 10_000], [
  10_000,
  100_000,
]] as const;

function textOf(seed: number): string {
  const market = generateMarket({ seed, nowS: NOW_S, titles: 300 });
  return JSON.stringify(exportScenario(market, { nowS: NOW_S }));
}

/** Labels of the offers of all games with a price in [from, to). */
function labelsIn(market: Market, from: number, to: number): string[] {
  return GAMES.flatMap((game) => {
    const { index } = market.game(game);
    const end = index.lowerBound(to);
    const labels: string[] = [];
    for (let i = index.lowerBound(from); i < end; i++) {
      labels.push(LABELS[market.table.label[index.at(i)] ?? 0] ?? "");
    }
    return labels;
  });
}

Deno.test("the same seed grows the same market, byte for byte; another seed another one", () => {
  assert.equal(textOf(7), textOf(7));
  assert.notEqual(textOf(7), textOf(8));
});

Deno.test("what is asked for first changes nothing", () => {
  const one = generateMarket({ seed: 3, nowS: NOW_S, titles: 200 });
  const other = generateMarket({ seed: 3, nowS: NOW_S, titles: 200 });
  for (const book of [...other.titles].reverse()) other.salesOf(book);
  assert.deepEqual(exportScenario(one, { nowS: NOW_S }), exportScenario(other, { nowS: NOW_S }));
});

Deno.test("the default market has thousands of titles and over twenty thousand offers", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S });
  const added = market.titles.slice(4_000);
  assert.ok(added.length > 5 && added.length <= 20, `${added.length} titles more`);
  for (const { title } of added) assert.ok(market.withPrefix("a8db", title).length > 3, title);
  assert.ok(market.table.live > 20_000, `${market.table.live} offers`);
  for (const game of GAMES) {
    assert.ok(market.game(game).titles.length >= 300, `${game} has too few titles`);
  }
});

Deno.test("in every band about one offer in a hundred is a chance", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S });
  for (const [from, to] of BANDS) {
    const labels = labelsIn(market, from, to);
    const chances = labels.filter((label) => label === "underpriced" || label === "rich-bid");
    const share = chances.length / labels.length;
    assert.ok(share > 0.008 && share < 0.025, `share of [${from}, ${to}) is ${share}`);
  }
});

Deno.test("every kind of trap is planted somewhere", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S });
  const planted = new Set(market.titles.map(({ label }) => label));
  for (const trap of TRAPS) assert.ok(planted.has(trap), `no ${trap}`);
});

Deno.test("a market without plants has no labels", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S, titles: 300, planted: false });
  assert.ok(market.titles.every(({ label }) => label === null));
});

Deno.test("titles carry the characters that break careless clients", () => {
  const market = generateMarket({ seed: 1, nowS: NOW_S });
  const titles = market.titles.map(({ title }) => title).join("\n");
  for (const sign of ["★", "™", "|", "龍", "'", "(Holo-Foil)", "ö"]) {
    assert.ok(titles.includes(sign), `no title with ${sign}`);
  }
  assert.ok(!titles.includes("/"), "a slash cannot be sent in a path");
});

Deno.test("sales are dated before the start, newest first, and in the past year", () => {
  const market = generateMarket({ seed: 2, nowS: NOW_S, titles: 200 });
  for (const book of market.titles) {
    const dates = market.salesOf(book).map(({ atS }) => atS);
    assert.deepEqual(dates, [...dates].sort((a, b) => b - a));
    for (const date of dates) assert.ok(date <= NOW_S && date >= NOW_S - 366 * 86_400);
  }
});

Deno.test("a size out of range is refused with value and rule", () => {
  for (const titles of [3, 20_001, NaN]) {
    assert.throws(
      () => generateMarket({ seed: 1, nowS: NOW_S, titles }),
      new RegExp(`titles must be 4 to 20000: current value is ${titles}`),
    );
  }
  assert.throws(() => generateMarket({ seed: 1, nowS: NOW_S, depth: 0 }), /depth must be/);
});

Deno.test("the simulator loads no guard, however it imports: nouns of the market only", async () => {
  const files = await sourceFiles("core/market/dmarket/sim");
  const graph = await importGraph(files);
  const loaded = new Set(files.flatMap((file) => [...loadedBy(file, graph)]));
  const domain = [...loaded].filter((path) => path.startsWith("core/domain/"));
  assert.deepEqual(domain, ["core/domain/market.ts"]);
  assert.ok(loaded.size > files.length);
});
