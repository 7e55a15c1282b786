/** Official filters and our own against the simulated market: both must agree on every asset. */

import assert from "node:assert/strict";
import { parseFilter } from "@/core/domain/filters/filter.ts";
import { type AssetTraits, matchFilter } from "@/core/domain/filters/match.ts";
import type { GameId } from "@/core/domain/market.ts";
import { parseTreeFilters } from "@/core/market/dmarket/sim/tree_filters.ts";
import { readTraits } from "@/core/market/dmarket/traits.ts";
import { treeFiltersOf } from "@/core/market/dmarket/tree_filters.ts";

function filterOf(game: GameId, input: Record<string, unknown>) {
  const result = parseFilter(game, input);
  assert.ok(result.ok, JSON.stringify(result));
  return result.filter;
}

const KNIFE = {
  categoryPath: "knife/bayonet",
  cs2: {
    category: "CATEGORY_★",
    exterior: "EXTERIOR_FACTORY_NEW",
    floatPart: "FLOAT_PART_FN_0",
    paintSeed: 412,
    phase: "phase-2",
    stickers: [],
  },
};
const RIFLE = {
  categoryPath: "rifle/ak-47",
  cs2: {
    category: "CATEGORY_STATTRAK_TM",
    exterior: "EXTERIOR_FIELD_TESTED",
    floatPart: "FLOAT_PART_FT_2",
    paintSeed: "661",
    phase: "",
    stickers: [{ name: "Crown (Foil)" }],
  },
};

Deno.test("filters the market documents are sent in its grammar, the others stay with us", () => {
  const filter = filterOf("a8db", {
    category: "rifle",
    exterior: ["factory new", "field-tested"],
    floatPart: "ft-2",
    pattern: [1, 2],
    stickers: "Crown (Foil)",
    statTrak: true,
    souvenir: false,
  });
  assert.deepEqual(treeFiltersOf(filter), {
    treeFilters: "categoryPath=rifle,exterior[]=factory new,exterior[]=field-tested," +
      "floatPart=FT-2,paintSeed[]=1,paintSeed[]=2,sticker[]=crown (foil)," +
      "category[]=stattrak_tm,category[]=★",
    local: ["souvenir"],
  });
  assert.deepEqual(treeFiltersOf(filterOf("tf2", { quality: "unusual", craftable: "no" })), {
    treeFilters: "isCraftable=false",
    local: ["quality"],
  });
  for (
    const [type, treeFilters] of [
      ["weapon", "type=weapon"],
      ["weapon/rifle", "categoryPath=weapon/rifle"],
    ]
  ) {
    assert.deepEqual(treeFiltersOf(filterOf("rust", { type })), { treeFilters, local: [] });
  }
  assert.deepEqual(treeFiltersOf(filterOf("rust", { type: ["weapon", "box/wood"] })).local, [
    "type",
  ]);
});

Deno.test("heroes are named as the market asks for them, however people write them", () => {
  const heroes = {
    "Crystal Maiden": "crystal maiden",
    "crystal-maiden": "crystal maiden",
    "Anti-Mage": "anti-mage",
    "anti mage": "anti-mage",
    "Nature’s Prophet": "nature's prophet",
    "natures prophet": "nature's prophet",
    "Keeper of the Light": "keeper of the light",
  };
  for (const [typed, sent] of Object.entries(heroes)) {
    const filter = filterOf("9a92", { hero: typed });
    assert.equal(treeFiltersOf(filter).treeFilters, `hero=${sent}`);
    for (const told of [sent, sent.replaceAll(" ", "-")]) {
      const traits = readTraits("9a92", { dota2: { hero: told } });
      assert.ok(matchFilter(filter, traits).passes, `${typed} is not ${told}`);
    }
  }
});

Deno.test("a sticker whose words cannot be told for sure is matched here instead", () => {
  for (const name of ["crown-(foil)", "Don't Worry, I'm Pro", "a=b"]) {
    assert.deepEqual(treeFiltersOf(filterOf("a8db", { stickers: [name] })), {
      treeFilters: null,
      local: ["stickers"],
    });
  }
});

Deno.test("the simulated market takes its words alone, as the document asks", () => {
  const pudge = { dota2: { hero: "crystal maiden" } };
  const cases: readonly [string, Record<string, unknown>, boolean][] = [
    ["hero=crystal maiden", pudge, true],
    ["hero=crystal-maiden", pudge, false],
    ["hero=Crystal Maiden", pudge, false],
    ["not_hero=crystal-maiden", pudge, true],
    ["exterior=factory new", KNIFE, true],
    ["exterior=factory-new", KNIFE, false],
    ["exterior=FACTORY_NEW", KNIFE, false],
    ["exterior=field-tested", RIFLE, true],
    ["exterior=field tested", RIFLE, false],
    ["floatPart=FT-2", RIFLE, true],
    ["floatPart=ft-2", RIFLE, false],
    ["phase=phase-2", KNIFE, true],
    ["phase=phase 2", KNIFE, false],
    ["category=★", KNIFE, true],
    ["category=star", KNIFE, false],
    ["category=stattrak_tm", RIFLE, true],
    ["category=stattrak-tm", RIFLE, false],
    ["sticker=crown (foil)", RIFLE, true],
    ["sticker=crown-(foil)", RIFLE, false],
  ];
  for (const [filter, asset, passes] of cases) {
    assert.equal(parseTreeFilters(filter)(asset), passes, filter);
  }
});

Deno.test("a list too long for a query is matched here instead", () => {
  const stickers = Array.from({ length: 50 }, (_, i) => `${"hero".repeat(20)}${i}`);
  assert.deepEqual(treeFiltersOf(filterOf("9a92", { hero: stickers })).local, ["hero"]);
});

Deno.test("what we would keep is never filtered away by the market", () => {
  const wishes = [
    { category: "rifle" },
    { exterior: "field-tested" },
    { exterior: ["factory new", "well-worn"] },
    { floatPart: ["FT-2", "FN-1"] },
    { phase: "phase-2" },
    { pattern: [661, 3] },
    { statTrak: true },
    { souvenir: false },
    { stickers: "Crown (Foil)" },
  ];
  let kept = 0;
  for (const wish of wishes) {
    const filter = filterOf("a8db", wish);
    const { treeFilters } = treeFiltersOf(filter);
    assert.ok(treeFilters !== null);
    const market = parseTreeFilters(treeFilters);
    for (const asset of [KNIFE, RIFLE]) {
      const { passes } = matchFilter(filter, withTitle(readTraits("a8db", asset)));
      if (passes) assert.ok(market(asset), `${treeFilters} loses ${asset.categoryPath}`);
      kept += passes ? 1 : 0;
    }
  }
  assert.equal(kept, 10);
});

function withTitle(traits: AssetTraits): AssetTraits {
  return { ...traits, statTrak: traits.statTrak ?? false };
}

Deno.test("traits are read from the attributes of every game, and nothing is guessed", () => {
  assert.deepEqual(readTraits("a8db", RIFLE), {
    category: ["rifle/ak-47"],
    exterior: ["FIELD_TESTED"],
    floatPart: ["FT_2"],
    phase: null,
    pattern: 661,
    stickers: ["Crown (Foil)"],
    statTrak: true,
    souvenir: false,
  });
  assert.deepEqual(
    readTraits("9a92", {
      dota2: { hero: "lina", rarity: "arcana", quality: "standard", gems: [{ name: "Kinetic" }] },
    }),
    { hero: ["lina"], rarity: ["arcana"], quality: ["standard"], gems: ["Kinetic"] },
  );
  assert.deepEqual(
    readTraits("tf2", { tf2: { quality: "unusual", effect: "Burning Flames", isCraftable: true } }),
    { quality: ["unusual"], craftable: true, unusualEffect: ["Burning Flames"] },
  );
  assert.deepEqual(readTraits("rust", { categoryPath: "weapon/rifle" }).type, ["weapon/rifle"]);
  for (const odd of [null, 5, "x", [], { tf2: 5, cs2: [], dota2: "x", rust: null }]) {
    assert.ok(Object.values(readTraits("tf2", odd)).every((trait) => trait === null));
  }
});
