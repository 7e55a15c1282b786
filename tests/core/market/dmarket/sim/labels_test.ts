/** What each chance and trap looks like on the wire: the label is no mere name. */

import assert from "node:assert/strict";
import { generateMarket } from "@/core/market/dmarket/sim/generate.ts";
import type { CHANCES, TRAPS } from "@/core/market/dmarket/sim/labels.ts";
import { parseScenario, type ScenarioTitle } from "@/core/market/dmarket/sim/scenario.ts";
import { exportScenario } from "@/core/market/dmarket/sim/scenario_export.ts";

const NOW_S = 1_768_650_000;
const DAY_S = 86_400;

/** A title as its routes show it. */
interface Shown {
  readonly row: ScenarioTitle;
  /** Cheapest first, cents. */
  readonly asks: readonly number[];
  /** Best first, cents. */
  readonly bids: readonly number[];
  readonly fee: { readonly maxPrice: number; readonly expiresAt: number } | undefined;
}

const scenario = parseScenario(
  exportScenario(generateMarket({ seed: 1, nowS: NOW_S }), { nowS: NOW_S, salesPerTitle: 60 }),
);
const titles: readonly Shown[] = Object.values(scenario.games).flatMap((game) =>
  (game?.titles ?? []).map((row) => ({
    row: { ...row, offers: row.offers.toSorted((a, b) => +a.priceCents - +b.priceCents) },
    asks: row.offers.map(({ priceCents }) => Number(priceCents)).toSorted((a, b) => a - b),
    bids: row.targets.map(({ price }) => Number(price)).toSorted((a, b) => b - a),
    fee: game?.fees?.reducedFees.find(({ title }) => title === row.title),
  }))
);

const first = ({ asks }: Shown) => asks[0] ?? Infinity;
const cheapest = ({ row }: Shown) => row.offers[0];
const attributes = (shown: Shown) => cheapest(shown)?.attributes ?? {};
const discount = (shown: Shown) => Number(cheapest(shown)?.discountPercent ?? 0);

const suggested = (shown: Shown) => first(shown) / (1 - discount(shown) / 100);

type Target = ScenarioTitle["targets"][number];

/** What a bid insists on; empty values want nothing. */
function wishesOf({ attributes }: Target): readonly string[] {
  return Object.values(attributes).map(String).filter((wish) => wish !== "any" && wish !== "");
}

/** Those of the best bid. */
function wishes({ row }: Shown): readonly string[] {
  const best = row.targets.toSorted((a, b) => Number(b.price) - Number(a.price))[0];
  return best === undefined ? [] : wishesOf(best);
}

/** Bids for anything, cents. */
function open({ row }: Shown): readonly number[] {
  return row.targets.filter((target) => wishesOf(target).length === 0)
    .map(({ price }) => Number(price));
}

/** Median of what buyers of listings paid between these days ago, cents; NaN when nobody did. */
function paid({ row }: Shown, fromDays: number, toDays: number): number {
  const prices = row.sales.filter(({ date, txOperationType }) => {
    const days = (NOW_S - Number(date)) / DAY_S;
    return txOperationType === "Offer" && days >= fromDays && days < toDays;
  }).map(({ price }) => Number(price) * 100).toSorted((a, b) => a - b);
  return prices[Math.floor(prices.length / 2)] ?? NaN;
}

function newestDays({ row }: Shown): number {
  return Math.min(...row.sales.map(({ date }) => (NOW_S - Number(date)) / DAY_S));
}

const APPEARANCES: Readonly<
  Record<typeof CHANCES[number] | typeof TRAPS[number], (shown: Shown) => boolean>
> = {
  underpriced: (shown) => discount(shown) > 5 && !(first(shown) >= paid(shown, 0, 10)),
  "rich-bid": (shown) => open(shown).some((cents) => cents > 1.03 * first(shown)),
  reserved: (shown) => cheapest(shown)?.locked === true,
  "trade-locked": (shown) =>
    attributes(shown).tradable === false &&
    Date.parse(String(attributes(shown).unlockDate)) > NOW_S * 1_000,
  "resale-blocked": (shown) => {
    const { saleRestricted, overstocked, sellUnavailable, withdrawOnlyEndTime } = attributes(shown);
    return [saleRestricted, overstocked, sellUnavailable].includes(true) ||
      typeof withdrawOnlyEndTime === "string";
  },
  "joke-listing": (shown) => shown.asks.length === 2 && (shown.asks[1] ?? 0) > 10 * first(shown),
  pumped: (shown) => paid(shown, 0, 2) > 1.2 * suggested(shown),
  thin: (shown) => shown.row.sales.filter(({ date }) => +date > NOW_S - 30 * DAY_S).length <= 3,
  dead: (shown) => newestDays(shown) > 15 && discount(shown) > 0,
  falling: (shown) => discount(shown) > 15 && !(paid(shown, 0, 1) > 0.95 * paid(shown, 4, 9)),
  "attribute-bid": (shown) =>
    (shown.bids[0] ?? 0) > 1.15 * first(shown) && wishes(shown).length === 1,
  "rare-phase-sales": (shown) =>
    shown.row.sales.some(({ offerAttributes }) =>
      /RUBY|SAPPHIRE|PEARL|EMERALD/.test(String(offerAttributes.phaseTitle))
    ),
  "ghost-bid": (shown) =>
    Number(shown.row.aggregated?.orderBestPrice) > Math.max(first(shown), shown.bids[0] ?? 0),
  "fleeting-bid": (shown) => (shown.bids[0] ?? 0) > first(shown) && wishes(shown).length === 0,
  "expiring-fee": (shown) => (shown.fee?.expiresAt ?? Infinity) < NOW_S + 3_600,
  "fee-band": (shown) => (shown.fee?.maxPrice ?? Infinity) < 1.02 * first(shown),
  "lone-ask": (shown) => shown.asks.length === 1 && discount(shown) > 5,
  "own-listing": (shown) => shown.asks.length === 2 && (shown.asks[1] ?? 0) > 1.25 * first(shown),
  "own-target": (shown) => (shown.bids[0] ?? 0) > 1.1 * first(shown),
  "cosmetic-premium": (shown) => (shown.asks[1] ?? 0) > 1.15 * first(shown),
  "stale-row": (shown) => discount(shown) > 5,
};

for (const [label, looks] of Object.entries(APPEARANCES)) {
  Deno.test(`what is planted as ${label} looks like it`, () => {
    const planted = titles.filter(({ row }) => row.truth?.label === label);
    const share = planted.filter(looks).length / planted.length;
    assert.ok(planted.length > 2 && share > 0.8, `${share} of ${planted.length}`);
    const named = planted.filter(({ row }) =>
      [...row.offers, ...row.targets].some(({ labels }) => labels?.includes(label))
    );
    assert.equal(named.length, planted.length, "one row of each bears the label");
  });
}
