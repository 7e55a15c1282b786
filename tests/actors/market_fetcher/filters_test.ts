/** Filters on their way to the simulated market and back. */

import assert from "node:assert/strict";
import { FILTER_FIELDS } from "@/core/domain/filters/fields.ts";
import { parseFilter } from "@/core/domain/filters/filter.ts";
import { type GameId, GAMES, type Offer } from "@/core/domain/market.ts";
import { ActorError } from "@/core/kernel/errors.ts";
import { treeFiltersOf } from "@/core/market/dmarket/tree_filters.ts";
import { type OpenMarket, openMarket } from "@/tests/judge/open_market.ts";

const ALL = { fromCents: 1, toCents: 1_000_000_000, limit: 100 } as const;

async function inMarket(test: (market: OpenMarket) => Promise<void>): Promise<void> {
  const market = await openMarket({ seed: 3, titles: 400, logCapacity: 1_000 });
  try {
    await test(market);
  } finally {
    await market.close();
  }
}

interface Walked {
  readonly offers: readonly Offer[];
  readonly leftOut: number;
  readonly total: number;
}

async function walk(
  market: OpenMarket,
  game: GameId,
  filter?: Record<string, boolean | string[] | number[]>,
): Promise<Walked> {
  const offers: Offer[] = [];
  let leftOut = 0;
  let total = 0;
  let cursor: string | null = null;
  do {
    const query = { game, ...ALL, cursor, ...(filter === undefined ? {} : { filter }) };
    const page: Awaited<ReturnType<OpenMarket["offersPage"]>> = await market.offersPage(query);
    // A few rows end a page and begin the next.
    offers.push(...page.offers.filter(({ offerId }) => offerId !== offers.at(-1)?.offerId));
    leftOut += page.leftOut;
    total = page.total;
    cursor = page.cursor;
  } while (cursor !== null);
  return { offers, leftOut, total };
}

Deno.test("a filter the market knows is sent, and all that comes back passes it", () =>
  inMarket(async (market) => {
    const all = await walk(market, "a8db");
    const exterior = /\((Factory New|Well-Worn)\)$/;
    const expected = all.offers.filter(({ title }) => exterior.test(title));
    assert.ok(expected.length > 20 && expected.length < all.offers.length);
    const found = await walk(market, "a8db", { exterior: ["factory-new", "well-worn"] });
    assert.deepEqual(
      found.offers.map(({ offerId }) => offerId),
      expected.map(({ offerId }) => offerId),
    );
    assert.deepEqual([found.leftOut, found.total], [0, expected.length]);
    const asked = market.simulator.requests().map(({ query }) => new URLSearchParams(query));
    const sent = new Set(asked.map((query) => query.get("treeFilters")));
    assert.ok(sent.has("exterior[]=factory new,exterior[]=well-worn"));
  }));

Deno.test("a filter the market does not know is matched here, row by row", () =>
  inMarket(async (market) => {
    const all = await walk(market, "tf2");
    const found = await walk(market, "tf2", { quality: ["strange"] });
    assert.ok(found.offers.length > 0);
    assert.equal(found.total, all.total, "The market shows all of them");
    assert.equal(found.offers.length + found.leftOut, all.offers.length);
  }));

const PATTERNS = Array.from({ length: 20 }, (_, i) => 40 * i + 1);
const EFFECTS = ["Purple Energy", "Burning Flames", "Sunbeams", "Scorching Flames"];

/** One of each filter of each game, and some together. */
const WISHES: readonly (readonly [GameId, Record<string, boolean | string[] | number[]>])[] = [
  ["a8db", { floatPart: ["ft-0", "ft-1", "ft-2"] }],
  ["a8db", { category: ["rifle"] }],
  ["a8db", { statTrak: true }],
  ["a8db", { exterior: ["field-tested"] }],
  ["a8db", { statTrak: false, souvenir: false }],
  ["a8db", { souvenir: true }],
  ["a8db", { phase: ["phase-1", "phase-2", "phase-3", "phase-4"] }],
  ["a8db", { pattern: PATTERNS }],
  ["a8db", { stickers: ["flammable"] }],
  ["9a92", { rarity: ["mythical", "rare"] }],
  ["9a92", { hero: ["crystal maiden", "axe", "juggernaut", "pudge", "invoker"] }],
  ["9a92", { quality: ["inscribed", "genuine", "corrupted"] }],
  ["9a92", { gems: ["heroes killed", "creator's light"] }],
  ["tf2", { craftable: true }],
  ["tf2", { quality: ["unusual"] }],
  ["tf2", { unusualEffect: EFFECTS }],
  ["rust", { type: ["weapon", "rifle", "clothing"] }],
];

Deno.test("every filter of every game passes something less than everything", () =>
  inMarket(async (market) => {
    for (const [game, wants] of WISHES) {
      const all = await walk(market, game);
      const { offers } = await walk(market, game, wants);
      const said = `${game} ${JSON.stringify(wants)}: ${offers.length} of ${all.offers.length}`;
      assert.ok(offers.length > 0 && offers.length < all.offers.length, said);
    }
  }));

Deno.test("a filter that does not exist is refused before anything is asked", () =>
  inMarket(async (market) => {
    await assert.rejects(walk(market, "rust", { hero: ["axe"] }), (error) => {
      assert.ok(error instanceof ActorError);
      assert.equal(`${error.kind} ${error.code}`, "rejected bad-filter");
      assert.match(error.message, /Filter "hero" is no filter of Rust: one of type/);
      return true;
    });
    assert.deepEqual(market.simulator.requests(), []);
  }));

Deno.test("what cannot be sent is matched here alone", () => {
  const read = parseFilter("9a92", { hero: "Axe", rarity: "rare" });
  assert.ok(read.ok);
  assert.deepEqual(treeFiltersOf(read.filter), { treeFilters: "hero=axe", local: ["rarity"] });
});

Deno.test("the filters that pass something are all there are", () => {
  const tried = new Map<string, Set<string>>();
  for (const [game, wants] of WISHES) {
    const names = tried.get(game) ?? new Set();
    for (const name of Object.keys(wants)) names.add(name);
    tried.set(game, names);
  }
  for (const game of GAMES) {
    assert.deepEqual([...tried.get(game) ?? []].sort(), Object.keys(FILTER_FIELDS[game]).sort());
  }
});
