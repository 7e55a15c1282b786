/** Holds docs/simulator.md to the code. */

import assert from "node:assert/strict";
import { FAULT_KINDS } from "@/core/market/dmarket/sim/faults.ts";
import { ASSET_LABELS, CHANCES, TITLE_LABELS, TRAPS } from "@/core/market/dmarket/sim/labels.ts";
import { ROUTES } from "@/core/market/dmarket/sim/routes.ts";
import { parseScenario } from "@/core/market/dmarket/sim/scenario.ts";

const page = await Deno.readTextFile("docs/simulator.md");

Deno.test("the page names every route, label and fault", () => {
  const routes = ROUTES.map(({ method, pattern }) => `${method} ${pattern}`);
  for (
    const word of [
      ...routes,
      ...CHANCES,
      ...TRAPS,
      ...ASSET_LABELS,
      ...TITLE_LABELS,
      ...FAULT_KINDS,
    ]
  ) {
    assert.ok(page.includes(`\`${word}\``), `docs/simulator.md does not name ${word}`);
  }
});

Deno.test("no inline code of the pages on the market is broken over a line end", async () => {
  for (const name of ["simulator", "dmarket", "scanning"]) {
    const text = (await Deno.readTextFile(`docs/${name}.md`)).replaceAll(/^```[\s\S]*?^```/gm, "");
    const broken = text.split("\n").filter((line) => line.split("`").length % 2 === 0);
    assert.deepEqual(broken, [], name);
  }
});

Deno.test("the example on the page is a scenario", () => {
  const [, example = ""] = /```json\n([\s\S]*?)\n```/.exec(page) ?? [];
  const { games } = parseScenario(JSON.parse(example));
  assert.equal(games.a8db?.titles[0]?.offers[0]?.priceCents, "1599");
});
