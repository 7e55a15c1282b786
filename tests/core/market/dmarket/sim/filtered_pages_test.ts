import assert from "node:assert/strict";
import type { Wire } from "@/core/market/dmarket/sim/books.ts";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import { offersQuery, OffersSearch } from "@/core/market/dmarket/sim/offers_query.ts";
import { parseTreeFilters } from "@/core/market/dmarket/sim/tree_filters.ts";
import { offerWire } from "@/core/market/dmarket/sim/wire.ts";
import { NOW_MS } from "./stage.ts";

const NOW_S = NOW_MS / 1_000;
const market = generateMarket({ seed: 5, nowS: NOW_S, titles: 400 });
const search = new OffersSearch(market);

const FILTERS: readonly (readonly [string, string])[] = [
  ["a8db", "exterior[]=field-tested,exterior[]=factory new"],
  ["a8db", "category=stattrak_tm,floatPart[]=FT-0,floatPart[]=FN-0"],
  ["a8db", "not_exterior=field-tested,paintSeed[]=1,paintSeed[]=2,paintSeed[]=3"],
  ["a8db", "phase[]=phase-1,phase[]=ruby"],
  ["a8db", "charmExists=true,not_category=★"],
  ["a8db", "tradeLockFrom=1,exterior=minimal wear"],
  ["a8db", "fadePercentFrom=85"],
  ["a8db", "isProskin=true"],
  ["9a92", "hero[]=pudge,hero[]=axe"],
  ["tf2", "isCraftable=false"],
  ["rust", "type[]=clothing"],
  ["rust", "not_type=clothing"],
];

Deno.test("a filtered page is what looking at every single asset would give", () => {
  let found = 0;
  for (const [gameId, treeFilters] of FILTERS) {
    const query = offersQuery(new URLSearchParams({ gameId, treeFilters, priceFrom: "50" }));
    const { rows, total } = search.page(query, { offset: 0, limit: 10_000 }, NOW_S);
    const suits = parseTreeFilters(treeFilters);
    const { index } = market.game(query.game);
    const expected = Array.from({ length: index.size }, (_, i) => index.at(i))
      .filter((row) => market.table.price(row) >= 50)
      .filter((row) => suits(offerWire(market, row, NOW_S).attributes as Wire));
    assert.deepEqual(rows, expected, `${gameId} ${treeFilters}`);
    assert.equal(total, expected.length);
    found += expected.length > 0 ? 1 : 0;
  }
  assert.ok(found >= 8, `${found} of ${FILTERS.length} filters find something`);
});
