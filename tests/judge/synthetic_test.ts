import assert from "node:assert/strict";
import { parseScenario } from "@/core/market/dmarket/sim/scenario.ts";
import { addSyntheticBooks, BOOK_LABELS } from "@/core/market/dmarket/sim/synthetic_books.ts";
import { type Judged, judgeScenario } from "./cli.ts";

const RECORDINGS = [
  "recorded-2022-01-23.json",
  "recorded-2026-01-17-200.json",
  "recorded-2026-01-17-400.json",
] as const;
const SEEDS = [1, 2] as const;

async function withBooks(name: string, seed: number) {
  const url = new URL(`../fixtures/dmarket/${name}`, import.meta.url);
  const recorded = parseScenario(JSON.parse(await Deno.readTextFile(url)));
  return parseScenario(addSyntheticBooks(recorded, seed));
}

/** Titles planted as good, and how many of them were accepted by a way that was planted. */
function goodOf(scenario: Awaited<ReturnType<typeof withBooks>>, { report }: Judged) {
  const kindsOf = new Map(report.titles.map(({ title, kinds }) => [title, kinds]));
  const planted = Object.values(scenario.games).flatMap(({ titles }) => titles)
    .filter(({ truth }) => truth?.label === "good");
  const found = planted.filter(({ title, truth }) =>
    kindsOf.get(title)?.some((kind) => truth?.[kind] === true)
  );
  return { planted: planted.length, found: found.length };
}

Deno.test("addSyntheticBooks() gives every title a labelled book, the same for a seed", async () => {
  const [one, same, other] = await Promise.all(
    [1, 1, 2].map((seed) => withBooks("recorded-2026-01-17-400.json", seed)),
  );
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
  const labels = Object.values(one?.games ?? {}).flatMap(({ titles }) => titles)
    .map(({ truth }) => truth?.label);
  assert.deepEqual([...new Set(labels)].sort(), [...BOOK_LABELS].sort());
});

for (const name of RECORDINGS) {
  Deno.test(`scan:judge accepts no trap of ${name}, whatever its books promise`, async () => {
    for (const seed of SEEDS) {
      const scenario = await withBooks(name, seed);
      const { rows } = await judgeScenario(scenario);
      const accepted = rows.filter(({ verdict }) => verdict === "accepted");
      const offers = new Map(
        Object.values(scenario.games).flatMap(({ titles }) => titles)
          .flatMap((title) => title.offers).map((offer) => [offer.offerId, offer]),
      );
      const nowMs = Date.parse(scenario.now ?? "");
      for (const { offerId, title } of accepted) {
        const offer = offers.get(offerId);
        assert.ok(offer !== undefined);
        const { attributes, discountPercent } = offer;
        const unlockMs = Date.parse(attributes.unlockDate ?? "1970-01-01T00:00:00Z");
        assert.ok(attributes.tradable !== false && unlockMs <= nowMs, `${title} is locked`);
        assert.ok(typeof discountPercent === "number", `${title} has no price to go by`);
        assert.ok(discountPercent > -400, `${title} is absurd at ${discountPercent} %`);
      }
    }
  });
}

Deno.test("scan:judge finds at least four of five of what is planted as good", async () => {
  const counts = { planted: 0, found: 0 };
  for (const name of RECORDINGS) {
    for (const seed of SEEDS) {
      const scenario = await withBooks(name, seed);
      const { planted, found } = goodOf(scenario, await judgeScenario(scenario));
      counts.planted += planted;
      counts.found += found;
    }
  }
  assert.ok(counts.planted >= 40, `${counts.planted} planted`);
  assert.ok(counts.found >= 0.8 * counts.planted, `${counts.found} of ${counts.planted}`);
});
